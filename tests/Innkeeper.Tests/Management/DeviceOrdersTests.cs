using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>One order about many devices, orders that are only tried, and orders about a version of a device.</summary>
public sealed class DeviceOrdersTests
{
    private readonly ManagementFixture _gateway = new();

    public DeviceOrdersTests()
    {
        _gateway.Records.Put(_gateway.Know(Phone, "phone") with { Tags = ["room"] }, _ => false);
        _gateway.Know(Tablet);
        _gateway.Bind(1, Phone, "10.0.0.10", "137.118.199.50", vlan: 20);
        _gateway.Bind(2, Phone, "10.0.0.10", "137.118.199.51", vlan: 30);
    }

    private async Task<OrderReport> Carry(Order order, DeviceFilter? filter = null, bool dry = false) =>
        (await _gateway.Commands.CarryOutAsync(Admin, filter ?? new DeviceFilter(), order, new WriteOptions(dry))).Value!;

    private async Task<Failure> Refused(Order order, DeviceFilter? filter = null, Actor? actor = null) =>
        (await _gateway.Commands.CarryOutAsync(actor ?? Admin, filter ?? new DeviceFilter(), order, WriteOptions.Now)).Failure!;

    [Fact]
    public async Task Approve_OfAFilter_IsOneEventAndEachDeviceInTheTrail()
    {
        var report = await Carry(new Order("approve", For: "2h", Reason: "party"), new DeviceFilter(State: "held"));

        Assert.Equal((1, "approve", false, 2, 0, 0, null), (report.Schema, report.Order, report.DryRun, report.TouchedCount, report.RefusedCount, report.More, report.NotDurable));
        Assert.Equal(
            [("02:00:00:00:00:02", null, "02:00:00:00:00:02 is admitted until 2026-11-25 14:00:00Z; profile default"), ("02:00:00:00:00:01", "phone", "02:00:00:00:00:01 (phone) is admitted until 2026-11-25 14:00:00Z; profile default")],
            report.Touched.Select(t => (t.Mac, t.Name, t.Text)));
        Assert.Equal(2, _gateway.Decided.Count);
        Assert.All(_gateway.Decided, d => Assert.Equal((AdmissionState.Admitted, Start.AddHours(2)), (d.Record!.Admission.State, d.Record.Admission.Until)));
        var entry = Assert.Single(_gateway.Events.Latest());
        Assert.Equal(("devices-order", "2 devices are admitted for 2h: 02:00:00:00:00:02, phone (by root: party)"), (entry.Kind, entry.Text));
        Assert.Equal(["device-approve 02:00:00:00:00:02", "device-approve 02:00:00:00:00:01"], _gateway.Trail.Select(t => $"{t.What} {t.Subject}"));
        Assert.All(_gateway.Trail, t => Assert.Contains("\"state\":\"held\"", t.Before));
    }

    [Fact]
    public async Task Untag_OfAList_NamesThoseThatItCouldNotChange()
    {
        var report = await Carry(new Order("untag", ["phone", "02-00-00-00-00-02", "phone", "nobody", "02:00:00:00:00:77"], "room"));

        Assert.Equal("02:00:00:00:00:01", Assert.Single(report.Touched).Mac);
        Assert.Equal(
            [("nobody", "not_found"), ("02:00:00:00:00:02", "not_found"), ("02:00:00:00:00:77", "not_found")], report.Refused.Select(r => (r.Mac, r.Error)));
        Assert.Equal("1 device has the tag room no more: phone; 3 more could not be changed (by root)", Assert.Single(_gateway.Events.Latest()).Text);
    }

    [Theory]
    [InlineData("block", null, "blocked")]
    [InlineData("hold", null, "held")]
    [InlineData("tag", "vip", "vip")]
    [InlineData("profile", "guests", "guests")]
    [InlineData("forget", null, null)]
    public async Task Order_OfEachKind_IsCarriedOut(string verb, string? value, string? expected)
    {
        await Carry(new Order(verb, ["phone"], value));

        var record = Assert.Single(_gateway.Decided).Record;
        Assert.Equal(expected is null, record is null);
        Assert.True(record is null || expected == DeviceQueries.NameOf(record.Admission.State) || record.Tags.Contains(expected!) || record.PinnedProfile == expected);
    }

    [Fact]
    public async Task DryRun_SaysWhatWouldBe_AndDoesNothing()
    {
        var report = await Carry(new Order("block"), new DeviceFilter(State: "held"), dry: true);

        Assert.Equal((true, 2), (report.DryRun, report.TouchedCount));
        Assert.Equal("02:00:00:00:00:02 would be blocked: the gateway would drop its packets and answer none", report.Touched[0].Text);
        AssertNothingDone();
    }

    [Fact]
    public async Task DryRun_OfEachCommand_SaysWhatWouldBe_AndDoesNothing()
    {
        var dry = new WriteOptions(IsDryRun: true);
        var commands = _gateway.Commands;
        (Func<ValueTask<Result<DeviceChange>>> Command, string Text)[] all =
        [
            (() => commands.ApproveAsync(Admin, "phone", new Approval("guests", "2h"), dry), "would be admitted until 2026-11-25 14:00:00Z; profile guests"),
            (() => commands.BlockAsync(Admin, "phone", new Decision(), dry), "would be blocked"), (() => commands.HoldAsync(Admin, "phone", new Decision(), dry), "would be held"),
            (() => commands.ForgetAsync(Admin, "phone", dry), "would be forgotten"), (() => commands.SetNameAsync(Admin, "phone", new Setting("desk"), dry), "would be called desk; it would be held"),
            (() => commands.AddTagAsync(Admin, "phone", "vip", dry), "would have the tags room, vip"), (() => commands.RemoveTagAsync(Admin, "phone", "room", dry), "would have no tags"),
            (() => commands.SetProfileAsync(Admin, "phone", new Setting("guests"), dry), "would have the profile guests, whatever the rules say"),
            (() => commands.SetProfileAsync(Admin, "phone", new Setting(""), dry), "would have the profile that the rules give it: default"),
            (() => commands.SetAddressAsync(Admin, "phone", new Setting("137.118.199.60"), dry), "137.118.199.60 would be kept for"),
            (() => commands.SetAddressAsync(Admin, "phone", new Setting(""), dry), "no outside address would be kept for"),
        ];
        foreach (var (command, text) in all)
        {
            var change = (await command()).Value!;
            Assert.True(change.DryRun);
            Assert.Contains(text, change.Text);
        }

        Assert.IsType<NotFound>((await commands.ForgetAsync(Admin, "02:00:00:00:00:77", dry)).Failure);
        AssertNothingDone();
    }

    [Fact]
    public async Task IfMatch_OfTheVersionThatWasRead_IsDoneOnce()
    {
        var read = new WriteOptions(IfMatch: $"\"{Version()}\"");

        Assert.True((await _gateway.Commands.SetNameAsync(Admin, "phone", new Setting("desk"), read)).IsOk);
        Assert.Equal("the device desk was changed meanwhile; read it again and repeat the change", Assert.IsType<Changed>((await _gateway.Commands.SetNameAsync(Admin, "desk", new Setting("lamp"), read)).Failure).Message);
        Assert.Equal("desk", _gateway.Records.Find(Phone)!.Name);
        Assert.IsType<Changed>((await _gateway.Commands.ApproveAsync(Admin, "02:00:00:00:00:77", new Approval(), read)).Failure);
        Assert.True((await _gateway.Commands.SetNameAsync(Admin, "desk", new Setting("lamp"), new WriteOptions(IfMatch: $"\"other\", \"{Version()}\""))).IsOk);
        Assert.True((await _gateway.Commands.SetNameAsync(Admin, "lamp", new Setting("phone"), new WriteOptions(IfMatch: "*"))).IsOk);
    }

    /// <summary>Traffic, and what the device says of itself, are no changes that an administrator makes.</summary>
    [Fact]
    public void Version_ChangesWithTheRecordOnly()
    {
        var record = _gateway.Records.Find(Phone)!;
        var before = DeviceVersion.Of(record);

        Assert.Equal(before, DeviceVersion.Of(record with { HostName = "other", Uses = DeviceUse.Dhcp, Profile = "guests" }));
        Assert.Equal(5, new[]
        {
            record with { Name = "x" }, record with { Tags = ["x"] }, record with { PinnedProfile = "guests" }, record with { PinnedLegal = new Ipv4Address(1) },
            record with { Admission = record.Admission with { Until = Start } },
        }.Select(DeviceVersion.Of).Where(v => v != before).Distinct().Count());
        Assert.NotEqual(before, DeviceVersion.Of(null));
    }

    [Fact]
    public async Task Order_ThatIsWrong_IsRefusedAsAWhole()
    {
        (Order Order, DeviceFilter? Filter, string Text)[] all =
        [
            (new Order(null), null, "order is missing; give approve, block, hold, forget, tag, untag or profile"), (new Order("open"), null, "open is not a valid order; give "),
            (new Order("block"), null, "devices is missing; give a list of devices, or a filter such as state=held in the query"),
            (new Order("block", ["phone"]), new DeviceFilter(State: "held"), "a list of 1 is not a valid devices; give 1 to 10000 devices, and no filter"),
            (new Order("block", []), null, "a list of 0 is not a valid devices"), (new Order("block", ["phone"], For: "2h"), null, "it is not a valid for; give only reason with the order block"),
            (new Order("forget", ["phone"], Reason: "x"), null, "it is not a valid reason; give none with the order forget"), (new Order("tag", ["phone"]), null, "tag is missing"),
            (new Order("profile", ["phone"], "gests"), null, "there is no profile gests; did you mean guests?"), (new Order("approve", ["phone"], For: "soon"), null, "soon is not a valid time"),
            (new Order("block"), new DeviceFilter(State: "online"), "online is not a valid state"),
        ];
        foreach (var (order, filter, text) in all)
        {
            Assert.Contains(text, (await Refused(order, filter)).Message);
        }

        AssertNothingDone();
    }

    [Fact]
    public async Task Order_OfTheFrontDesk_IsOneThatItMayGive()
    {
        Assert.Equal("admin", Assert.IsType<Forbidden>(await Refused(new Order("approve", ["phone"]), actor: Operator)).Needs);
        Assert.Equal("admin", Assert.IsType<Forbidden>(await Refused(new Order("hold", ["phone"]), actor: Operator)).Needs);
        Assert.Equal("operator", Assert.IsType<Forbidden>(await Refused(new Order("block", ["phone"]), actor: Viewer)).Needs);
        AssertNothingDone();
        Assert.True((await _gateway.Commands.CarryOutAsync(Operator, new DeviceFilter(), new Order("approve", ["phone"], For: "8h"), WriteOptions.Now)).IsOk);
    }

    [Fact]
    public async Task Order_OnAPassiveGateway_IsRefused()
    {
        _gateway.Peer = new PeerReport("passive", "02:00:00:00:00:99", 100);

        Assert.StartsWith("this gateway is passive", Assert.IsType<Unavailable>(await Refused(new Order("block", ["phone"]))).Message);
    }

    [Fact]
    public async Task Order_OfVeryMany_IsCutInTheReportAndInTheEvent()
    {
        var macs = Enumerable.Range(1, DeviceCommands.MostListed + 50).Select(i => new MacAddress(0x020000010000UL + (ulong)i).ToString()).ToList();

        var report = await Carry(new Order("tag", macs, "vip"));

        Assert.Equal((250, 200, 50), (report.TouchedCount, report.Touched.Count, report.More));
        Assert.EndsWith("02:00:00:01:00:14 and 230 more (by root)", Assert.Single(_gateway.Events.Latest()).Text);
        Assert.Equal(250, _gateway.Trail.Count);
    }

    /// <summary>The control plane's thread has packets to decide about: no turn of it does more of an order than a moment's work.</summary>
    [Fact]
    public async Task Order_IsDoneBitByBit()
    {
        _gateway.Delay = TimeSpan.FromMilliseconds(1);

        await Carry(new Order("tag", [.. Enumerable.Range(1, 5).Select(i => new MacAddress(0x020000010000UL + (ulong)i).ToString())], "vip"));

        Assert.Equal(5, _gateway.Turns);
    }

    [Fact]
    public async Task Order_WhoseDiskIsFull_SaysSo()
    {
        _gateway.DiskFailure = "the disk is full";

        Assert.Equal("the disk is full", (await Carry(new Order("block", ["phone"]))).NotDurable);
    }

    private string Version() => _gateway.Queries.Find(Viewer, Phone.ToString()).Value!.Devices[0].Etag!;

    private void AssertNothingDone()
    {
        Assert.Empty(_gateway.Decided);
        Assert.Empty(_gateway.Events.Latest());
        Assert.Empty(_gateway.Trail);
    }
}
