using Innkeeper.Cli;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Cli;

public sealed class TablesTests
{
    private static string Show(StatusReport report)
    {
        using var output = new StringWriter();
        Tables.Write(Tables.Open(output), report);
        return output.ToString();
    }

    private static string Show(DevicesReport report)
    {
        using var output = new StringWriter();
        Tables.Write(Tables.Open(output), report);
        return output.ToString();
    }

    private static string[] Cells(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [Fact]
    public void Devices_OffATerminal_IsOneRowForEachBindingWithEverythingInIt()
    {
        var lines = Show(SampleReports.Devices()).Split('\n').Select(l => l.Trim()).Where(l => l != "").ToArray();
        Assert.Equal(3, lines.Length);
        Assert.Equal(
            ["device", "name", "vendor", "state", "profile", "own address", "outside address", "gateway it uses", "packets out", "bytes out", "packets in", "bytes in", "first seen", "last seen"],
            Cells(lines[0]));
        Assert.Equal(
            [
                "02:00:00:00:00:01 (VLAN 10)", "Example Corp.", "admitted", "guests", "47.31.128.195", "137.118.199.50", "47.31.128.1", "123", "4567 B", "89", "12 kB",
                "2026-11-23 07:05:03Z", "2026-11-23 08:05:03Z",
            ],
            Cells(lines[2]));
    }

    [Fact]
    public void Devices_LongVendor_IsNotCut()
    {
        var vendor = string.Join(' ', Enumerable.Repeat("Consolidated", 60));
        Assert.Contains(vendor, Show(SampleReports.Devices(vendor)));
    }

    [Fact]
    public void Devices_None_SaysSo() => Assert.Equal("no devices\n", Show(new DevicesReport(2, [])));

    [Fact]
    public void Status_OffATerminal_IsPlainText()
    {
        var text = Show(SampleReports.Status());
        Assert.StartsWith("Innkeeper 0.1.0 running since 2026-11-23 07:05:03Z\neth1 (access) -> eth0 (uplink, 137.118.199.2/24, router none)\n", text);
        Assert.Contains("pool: 50 addresses, 1 in use, 47 ready, 1 being probed, 1 in quarantine\n", text);
        Assert.Contains("bogus_source", text);
        Assert.DoesNotContain("foreign_vlan", text);
        Assert.EndsWith("07:05:03Z started: it began\n", text);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Status_LongEvent_IsOneLine()
    {
        var note = string.Join(' ', Enumerable.Repeat("again", 200));
        Assert.Contains($"started: {note}\n", Show(SampleReports.Status(note: note)));
    }

    [Theory]
    [InlineData("[red]x[/]", "[red]x[/]")]
    [InlineData("[/]", "[/]")]
    [InlineData("[link=http://a]", "[link=http://a]")]
    [InlineData("a\u001b[2Jb", "a [2Jb")]
    [InlineData("a\u009b2Jb", "a 2Jb")]
    [InlineData("a\nb\r\tc", "a b  c")]
    [InlineData("a\u202eb\u2028c", "a b c")]
    public void Tables_TextOfGuests_CannotBreakOut(string hostile, string shown)
    {
        foreach (var text in (string[])[Show(SampleReports.Devices(hostile)), Show(SampleReports.Status(hostile)), Show(SampleReports.Status(note: hostile))])
        {
            Assert.Contains(shown, text);
            Assert.All(text, c => Assert.True(c == '\n' || !char.IsControl(c)));
        }
    }
}
