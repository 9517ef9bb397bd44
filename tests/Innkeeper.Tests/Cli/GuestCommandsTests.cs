using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>`vouchers` and `rooms` as people and scripts use them.</summary>
public sealed class GuestCommandsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public GuestCommandsTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Run(params string[] words) => CommandLine.Run([.. words, "--socket", SocketPath]);

    [Fact]
    public void Create_PrintsTheCodesAlone()
    {
        var done = Run(
            "vouchers", "create", "--count", "2", "--profile", "guests", "--for", "8h", "--from", "2026-12-01", "--until", "2026-12-05", "--devices", "3", "--data", "2G", "--label", "A b", "--network", "Net", "--length", "10");

        Assert.Equal((0, "3-1  7KM-Q2X-9RW\n3-2  8KM-Q2X-9RT\n", "batch 3 has 2 vouchers. Keep the codes: they are shown this once\n"), (done.Code, done.Output, done.Errors));
        Assert.Equal(("create", "", new NewVouchers(2, "guests", "8h", "2026-12-01", "2026-12-05", 3, "2G", "A b", "Net", 10)), Assert.Single(_gateway.Guests.Asked));
    }

    /// <summary>A label that a spreadsheet would compute is text.</summary>
    [Fact]
    public void Create_Csv_IsRfc4180() => Assert.Equal(
        "voucher,code,url,profile,label\r\n3-1,7KM-Q2X-9RW,http://192.88.99.99/?code=7KMQ2X9RW,guests,\"'=A,\"\"b\"\"\"\r\n"
        + "3-2,8KM-Q2X-9RT,http://192.88.99.99/?code=8KMQ2X9RT,guests,\"'=A,\"\"b\"\"\"\r\n",
        Run("vouchers", "create", "--profile", "guests", "--for", "8h", "--csv", "--label", "=A,\"b\"").Output);

    [Fact]
    public void Create_Sheet_IsThePageOfTheGateway()
    {
        Assert.Equal("<html/>\n", Run("vouchers", "create", "--profile", "guests", "--for", "8h", "--sheet", "58mm").Output);
        Assert.Equal(2, Run("vouchers", "create", "--profile", "guests", "--sheet", "a3").Code);
        Assert.Equal(2, Run("vouchers", "create", "--for", "8h").Code);
    }

    [Fact]
    public void Vouchers_Verbs_ReachTheGateway()
    {
        Assert.Equal("voucher 3-17: extend; 2 devices have another end\n", Run("vouchers", "extend", "3-17", "--for", "2h").Output);
        Run("vouchers", "extend", "3", "--until", "2026-12-05T11:00");
        Run("vouchers", "revoke", "3");
        Assert.Equal("voucher 3: delete\n", Run("vouchers", "delete", "3").Output);
        Assert.Equal((5, ""), Run("vouchers", "revoke", "9") is var failed ? (failed.Code, failed.Output) : default);

        Assert.Equal(
            [
                ("extend", "3-17", new VoucherExtension("2h")), ("extend", "3", new VoucherExtension(null, "2026-12-05T11:00")), ("revoke", "3", null), ("delete", "3", null), ("revoke", "9", null),
            ],
            _gateway.Guests.Asked);
    }

    [Fact]
    public void Vouchers_ListAndShow_HaveStateUsesAndData()
    {
        var list = Run("vouchers", "list", "--state", "used", "--batch", "3", "--find", "conf").Output;
        Assert.Contains("3-17", list, StringComparison.Ordinal);
        Assert.Contains("used up", list, StringComparison.Ordinal);
        Assert.Contains("1/2", list, StringComparison.Ordinal);
        Assert.Equal(new VoucherFilter(3, "conf", "used", VoucherFilter.MostLimit), Assert.Single(_gateway.Guests.Asked).Value);

        var shown = Run("vouchers", "show", "3-17").Output;
        Assert.Contains("Conference [red]", shown, StringComparison.Ordinal);
        Assert.Contains("02:00:00:00:00:01", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Terms_AreListedWithTheirVersion()
    {
        Assert.Contains("ab12", Run("terms", "--device", "phone").Output, StringComparison.Ordinal);
        Run("terms");

        Assert.Equal([("terms", "phone", (object?)100), ("terms", "", 100)], _gateway.Guests.Asked);
    }

    [Fact]
    public void Rooms_Verbs_ReachTheGateway()
    {
        Assert.Equal("7KM-Q2X-9RW\n", Run("rooms", "set", "214", "--vlan", "214", "--until", "2026-12-05T11:00").Output);
        Assert.Equal("room bar is open\n", Run("rooms", "set", "bar", "--tag", "staff", "--until", "2027-01-01", "--code", "blue42train", "--profile", "staff", "--devices", "9", "--data", "20G").Output);
        Assert.Equal("the stay in room 214 has ended; 1 device has another end\n", Run("rooms", "end", "214").Output);
        Assert.Contains("VLAN 214", Run("rooms", "list").Output, StringComparison.Ordinal);
        Assert.Contains("tag staff", Run("rooms", "list").Output, StringComparison.Ordinal);
        Assert.Contains("1 of 5", Run("rooms", "show", "214").Output, StringComparison.Ordinal);
        Assert.Contains("3000 MB of 20000 MB", Run("rooms", "show", "214").Output, StringComparison.Ordinal);

        Assert.Equal(
            [
                ("room-set", "214", new RoomSetting(214, null, "2026-12-05T11:00")), ("room-set", "bar", new RoomSetting(null, "staff", "2027-01-01", "staff", "blue42train", 9, "20G")), ("room-end", "214", null),
            ],
            _gateway.Guests.Asked);
    }
}
