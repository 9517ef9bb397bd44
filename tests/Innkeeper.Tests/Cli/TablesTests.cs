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

    private static string Show(DevicesReport report, int? width = null)
    {
        using var output = new StringWriter();
        Tables.Write(Tables.Open(output, width: width), report, SampleReports.FirstSeen.AddHours(1).AddSeconds(12));
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

    /// <summary>Nothing wraps into columns of letters: what does not fit is left out and named, the most important last.</summary>
    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(132)]
    [InlineData(400)]
    public void Tables_OnATerminal_FitItsWidth(int width)
    {
        foreach (var write in (Action<TextWriter>[])
            [
                output => Tables.Write(Tables.Open(output, width: width), SampleReports.Profiles()),
                output => Tables.Write(Tables.Open(output, width: width), SampleReports.Leases()),
            ])
        {
            using var output = new StringWriter();
            write(output);
            var lines = output.ToString().Split('\n').Select(l => l.TrimEnd()).Where(l => l != "").ToArray();
            Assert.All(lines.Where(l => !l.StartsWith("not shown: ", StringComparison.Ordinal)), l => Assert.InRange(l.Length, 0, width));
            Assert.True(lines.Any(l => l.StartsWith("not shown: ", StringComparison.Ordinal)) == (width < 400));
        }
    }

    /// <summary>The list that an operator reads at night.</summary>
    [Fact]
    public void Devices_In80Columns_AreOneLineEach_WithStateNameAddressesAndWhenSeen() => Assert.Equal(
        """
        state     device             VLAN  own address → outside           seen
        admitted  phone of room 12     10  47.31.128.195 → 137.118.199.50  12 s
        new       02:00:00:00:00:02                                         1 h
        held      "Galaxy-S9"                                               1 h
        blocked   the pest             20                                   1 h
        4 devices: 1 new, 1 held, 1 admitted, 1 blocked (--wide shows everything)

        """, Show(SampleReports.Everybody(), 80));

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(132)]
    [InlineData(250)]
    public void Devices_OnATerminal_FitItsWidth_AndUseIt(int width)
    {
        var text = Show(SampleReports.Everybody(new string('漢', 60)), width);
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.All(lines.SkipLast(1), l => Assert.InRange(l.Sum(c => c == '漢' ? 2 : 1), 0, width));
        Assert.Equal((width >= 132, width >= 250), (text.Contains("02:00:00:00:00:03", StringComparison.Ordinal), text.Contains("gateway it uses", StringComparison.Ordinal)));
    }

    [Fact]
    public void Devices_WithSeveralAddresses_HaveALineForEach_AndSharedOnesAStar()
    {
        var device = SampleReports.Devices().Devices[0];
        var binding = device.Bindings[0];
        device = device with { Vlan = 0, Bindings = [binding, binding with { Claimed = "10.0.0.1", Legal = "137.118.199.2", Shared = new SharedReport("137.118.199.2", 1, 1, 1, 1) }, binding with { Claimed = "10.0.0.2", Legal = "0.0.0.0" }] };
        Assert.Equal(
            """
            state     device             own address → outside           seen
            admitted  02:00:00:00:00:01  47.31.128.195 → 137.118.199.50  12 s
                                         10.0.0.1 → 137.118.199.2*       12 s
                                         10.0.0.2 → none                 12 s
            1 device: 1 admitted (--wide shows everything)
            * shared with other devices

            """, Show(new DevicesReport(2, [device]), 70));
    }

    [Theory]
    [InlineData(60, "2026-11-23 08:05:03+01:00")]
    [InlineData(-570, "2026-11-22 21:35:03-09:30")]
    [InlineData(0, "2026-11-23 07:05:03Z")]
    public void Times_AreLocal_WithTheirDistanceFromUtc(int minutes, string expected) =>
        Assert.Equal(expected, LocalTime.Text(SampleReports.FirstSeen, TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromMinutes(minutes), null, null)));

    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0.5, "now")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3599, "59 min")]
    [InlineData(7200, "2 h")]
    [InlineData(200000, "2 d")]
    public void Ages_AreShort(double seconds, string expected) => Assert.Equal(expected, LocalTime.Ago(SampleReports.FirstSeen, SampleReports.FirstSeen.AddSeconds(seconds)));

    [Theory]
    [InlineData(0, "healthy\nInnkeeper 0.1.0 running")]
    [InlineData(1, "degraded: the disk is full\nInnkeeper 0.1.0 running")]
    [InlineData(2, "degraded: 2 things are wrong\n  degraded: the disk is full\n  degraded: the disk is full\nInnkeeper 0.1.0 running")]
    public void Status_SaysInItsFirstLineWhetherAllIsWell(int problems, string expected) =>
        Assert.StartsWith(expected, Show(SampleReports.Status() with { Faults = [.. Enumerable.Repeat(new FaultReport("storage", "degraded", "the disk is full"), problems)] }));

    /// <summary>The program may be newer than the gateway that runs.</summary>
    [Fact]
    public void Status_OfAGatewayOfAnEarlierVersion_SaysWhatItCan()
    {
        Assert.StartsWith("wrong: the disk is full\nInnkeeper", Show(SampleReports.Status() with { Problems = ["the disk is full"] }));
        Assert.StartsWith("wrong: state is not being written: no room\nInnkeeper", Show(SampleReports.Status("no room")));
        Assert.StartsWith("Innkeeper", Show(SampleReports.Status()));
        Assert.Equal((1, 0, 0), (ReportCommands.CodeOf(SampleReports.Status() with { Problems = ["x"] }), ReportCommands.CodeOf(SampleReports.Status() with { Problems = [] }), ReportCommands.CodeOf(SampleReports.Status())));
    }

    /// <summary>Each problem stands in one place, with what to do.</summary>
    [Fact]
    public void Status_SaysNothingTwice()
    {
        var text = Show(SampleReports.Status("no room") with
        {
            Settings = new SettingsReport(2, "port 53 is taken"),
            Firewall = [new FirewallReport("input", "ik-stack", ["nft …"])],
            Memory = new MemoryReport(99 << 20, 100 << 20, true),
            Faults = [new("settings-failed", "degraded", "the new settings: port 53 is taken"), new("storage", "degraded", "no room"), new("firewall-input", "broken", "ik-stack: nft …"), new("memory-low", "degraded", "limit of 100 MiB")],
        });
        Assert.All((string[])["port 53 is taken", "no room", "nft …"], once => Assert.Equal(2, text.Split(once).Length));
    }

    [Fact]
    public void Status_CountsWhatIsKnown_InSingularAndPlural()
    {
        var text = Show(SampleReports.Status() with { Known = new Dictionary<string, int> { ["new"] = 0, ["held"] = 3, ["admitted"] = 1, ["blocked"] = 0 } });
        Assert.Contains("\n1 device with 1 address; known: 4 (3 held, 1 admitted)\n", text);
        Assert.DoesNotContain("taken over", text);
        Assert.Contains("\n2 devices with 0 addresses; known: 0 (none)\n", Show(SampleReports.Status() with { Devices = 2, Bindings = 0, Known = new Dictionary<string, int>() }));
    }

    [Fact]
    public void Status_WithoutAListOfVendors_SaysHowToGetOne() => Assert.Contains("install ieee-data", Show(SampleReports.Status() with { HasVendors = false }));

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
        Assert.StartsWith("Innkeeper 0.1.0 running since 2026-11-23 07:05:03Z\n1 device with 1 address\neth1 (access) -> eth0 (uplink, 137.118.199.2/24, router none)\n", text);
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
