using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Management.Contracts;
using Innkeeper.Management.Diagnosis;
using Innkeeper.Policy;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management.Diagnosis;

/// <summary>Which devices a question is about, and what is gathered of them.</summary>
public sealed class DiagnosisQueriesTests : IDeviceInspector, IStationDrops, IDnsInspector, IControlInbox
{
    private static readonly MacAddress s_unknown = MacAddress.Parse("02:00:00:00:00:99");

    private readonly ManagementFixture _gateway = new();
    private readonly Dictionary<Station, StationTrace> _traces = [];
    private readonly List<StationDrop> _drops = [];
    private readonly DiagnosisQueries _queries;
    private bool _isStuck;
    private PeerReport? _peer;
    private Ipv4Address? _to;

    public DiagnosisQueriesTests()
    {
        _queries = new DiagnosisQueries(
            _gateway.Config, () => Ipv4Network.Parse("247.64.0.0/10"), _gateway.Directory, this, this, _gateway,
            new DiagnosisSources(Network, () => null, () => null, () => _peer, () => [], _gateway.Taken.Contains, new GatewayHealth([null]), _gateway, this, this), _gateway.Clock);
        _gateway.Know(Phone, "room 12", "Johns-iPhone", AdmissionState.Admitted);
        _gateway.Know(Tablet, hostName: "Galaxy\u001b[31m");
        _gateway.Bind(2, Phone, "47.31.128.195", "137.118.199.50");
        _gateway.Bind(3, Tablet, "47.31.128.200", "137.118.199.52");
    }

    IReadOnlyList<StationDrop> IStationDrops.All => _drops;

    IReadOnlyList<DnsServerHealth> IDnsInspector.Servers => [new DnsServerHealth("9.9.9.9:53", false)];

    void IControlInbox.Post(Action action)
    {
        if (!_isStuck)
        {
            action();
        }
    }

    StationFacts IDeviceInspector.Inspect(Station station, Ipv4Address? to)
    {
        _to = to;
        return new StationFacts(TimeSpan.FromHours(1), _traces.TryGetValue(station, out var trace) ? trace : null, _gateway.Config.DefaultProfile, to is null ? null : true, 0, null, []);
    }

    IReadOnlyList<Station> IDeviceInspector.Find(Func<Station, StationTrace, bool> isWanted) => [.. _traces.Where(t => isWanted(t.Key, t.Value)).Select(t => t.Key)];

    IReadOnlyList<Station> IDeviceInspector.LeasedTo(Ipv4Address address) => address == Ipv4Address.Parse("10.203.0.7") ? [new Station(0, Tablet)] : [];

    Task<DnsUse> IDnsInspector.UseOfAsync(Ipv4Address device, TimeSpan since) =>
        Task.FromResult(new DnsUse(new DnsExchange(TimeSpan.FromSeconds(3), $"asked-by.{device}. A", device, TimeSpan.FromSeconds(3), DnsResponseCode.NoError), 0));

    Task<ResolvedHost> IDnsInspector.ResolveAsync(string name) =>
        Task.FromResult(name == "www.example.com" ? new ResolvedHost(Ipv4Address.Parse("93.184.216.34")) : new ResolvedHost(null, "there is no such name"));

    private async Task<DiagnosisReport> Ask(string device, string? to = null) => (await _queries.DiagnoseAsync(Viewer, device, to)).Value!;

    private async Task<DeviceDiagnosis> AskOne(string device, string? to = null) => Assert.Single((await Ask(device, to)).Devices);

    private void Hear(MacAddress mac, ushort vlan, string own = "0.0.0.0") =>
        _traces[new Station(vlan, mac)] = new StationTrace { Heard = TimeSpan.FromHours(1) - TimeSpan.FromSeconds(12), Own = Ipv4Address.Parse(own) };

    [Theory]
    [InlineData("02:00:00:00:00:01")]
    [InlineData("0200.0000.0001")]
    [InlineData("room 12")]
    [InlineData("Johns-iPhone")]
    [InlineData("47.31.128.195")]
    [InlineData("137.118.199.50")]
    public async Task Device_IsFoundByMacAddressesAndNames(string device)
    {
        var found = await AskOne(device);
        Assert.Equal(("02:00:00:00:00:01", 0, "room 12", "ok", "none"), (found.Mac, found.Vlan, found.Name, found.Verdict, found.Cause.Id));
        Assert.Equal(13, found.Steps.Count);
        Assert.Contains("asked-by.247.64.0.2. A", Assert.Single(found.Steps, s => s.Id == "dns").Text);
    }

    [Fact]
    public async Task Device_IsFoundByALeaseAndByAPinToo()
    {
        Assert.Equal("02:00:00:00:00:02", (await AskOne("10.203.0.7")).Mac);
        _gateway.Records.Put(_gateway.Records.Find(Phone)! with { PinnedLegal = Ipv4Address.Parse("137.118.199.60") }, _ => false);
        _gateway.Taken.Add(Ipv4Address.Parse("137.118.199.60"));
        Assert.Equal(("02:00:00:00:00:01", "pin-lost"), ((await AskOne("137.118.199.60")).Mac, (await AskOne("137.118.199.60")).Cause.Id));
    }

    [Fact]
    public async Task Device_ItsOwnText_IsHarmless() => Assert.Equal("\"Galaxy [31m\"", (await AskOne("02:00:00:00:00:02")).Name);

    [Fact]
    public async Task Mac_ThatWasNeverHeard_IsSaidSo_AndNoOtherDeviceIsProposed()
    {
        var found = await AskOne(s_unknown.ToString());
        Assert.Equal((s_unknown.ToString(), "unheard", "never-heard"), (found.Mac, found.Verdict, found.Cause.Id));
        Assert.Equal("Nothing was ever heard of 02:00:00:00:00:99.", found.Cause.Text);
        Assert.Contains("the VLAN of its switch port", found.Cause.Remedy);
    }

    [Fact]
    public async Task Mac_ThatIsNoDevice_ButWasHeard_HasItsVlanAsTheCause()
    {
        var station = new Station(7, s_unknown);
        _drops.Add(new StationDrop(station, DropReason.Vlan, 4, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(12), Ipv4Address.Any, 0x0806));

        var found = await AskOne(s_unknown.ToString());

        Assert.Equal((7, "fault", "vlan"), (found.Vlan, found.Verdict, found.Cause.Id));
        Assert.Equal("heard on VLAN 7", Assert.Single(found.Steps, s => s.Id == "frames").Text);
        Assert.Equal(Start.AddSeconds(-12), Assert.Single(found.Steps, s => s.Id == "frames").Time);
        Assert.Equal(s_unknown.ToString(), (await AskOne("vlan:7")).Mac);
    }

    [Fact]
    public async Task Mac_ThatIsNoDevice_ButAskedByArp_IsDiagnosed()
    {
        Hear(s_unknown, 0, own: "192.168.0.10");
        var found = await AskOne(s_unknown.ToString());
        Assert.Equal(("fault", "no-packet"), (found.Verdict, found.Cause.Id));
        Assert.Contains("192.168.0.10", Assert.Single(found.Steps, s => s.Id == "own-address").Text);
        Assert.Equal(s_unknown.ToString(), (await AskOne("192.168.0.10")).Mac);
    }

    /// <summary>A record says nothing of the VLAN: the frames do.</summary>
    [Fact]
    public async Task Device_WithoutAnAddress_IsWhereItWasHeard()
    {
        var mac = MacAddress.Parse("02:00:00:00:00:03");
        _gateway.Know(mac);
        Assert.Equal((0, "never-heard"), ((await AskOne(mac.ToString())).Vlan, (await AskOne(mac.ToString())).Cause.Id));
        Hear(mac, 9);
        Assert.Equal((9, "vlan"), ((await AskOne(mac.ToString())).Vlan, (await AskOne(mac.ToString())).Cause.Id));
    }

    [Fact]
    public async Task Address_OfSeveralDevices_IsDiagnosedForEach()
    {
        _gateway.Bind(4, s_unknown, "47.31.128.195", "137.118.199.53");
        Assert.Equal(["02:00:00:00:00:01", "02:00:00:00:00:99"], (await Ask("47.31.128.195")).Devices.Select(d => d.Mac));
    }

    [Fact]
    public async Task Address_ThatWasNeverHeard_IsSaidSo() =>
        Assert.Equal((null, "unheard", "Nothing was heard of the address 192.0.2.77."), ((await AskOne("192.0.2.77")).Mac, (await AskOne("192.0.2.77")).Verdict, (await AskOne("192.0.2.77")).Cause.Text));

    [Fact]
    public async Task Vlan_WithManyDevices_IsALineForEach_AndTheNumberOfTheRest()
    {
        for (var i = 0u; i < 250; i++)
        {
            _gateway.Bind(100 + i, new MacAddress(0x060000000000UL + i), "192.168.0.10", "137.118.199.60", vlan: 214);
        }

        var report = await Ask("VLAN:214");
        Assert.Equal((200, 50), (report.Devices.Count, report.More));
        Assert.All(report.Devices, d => Assert.Equal((214, "vlan", 0), (d.Vlan, d.Cause.Id, d.Steps.Count)));
        Assert.Equal(200, (await Ask("214")).Devices.Count);
    }

    [Fact]
    public async Task Vlan_ThatIsNotServed_IsTheCause_AlsoIfNothingWasHeard()
    {
        var found = await AskOne("vlan:9");
        Assert.Equal(("unheard", "vlan"), (found.Verdict, found.Cause.Id));
        Assert.StartsWith("Nothing was heard on VLAN 9. It is on VLAN 9", found.Cause.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Number_ThatIsAName_IsTheDevice_NotTheVlan()
    {
        _gateway.Know(s_unknown, "214");
        Assert.Equal(s_unknown.ToString(), (await AskOne("214")).Mac);
    }

    [Theory]
    [InlineData("nowhere", "there is no device nowhere")]
    [InlineData("room 13", "there is no device room 13; did you mean room 12?")]
    [InlineData("vlan:5000", "vlan:5000 is not a valid device; give vlan: and a number from 0 to 4094")]
    [InlineData("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff is not a valid device; give the MAC of one device")]
    public async Task Text_ThatMeansNothing_IsAFailure(string device, string message) =>
        Assert.Equal(message, (await _queries.DiagnoseAsync(Viewer, device, null)).Failure!.Message);

    [Fact]
    public async Task To_IsAnAddressOrANameThatIsResolved()
    {
        Assert.Equal("the Internet", (await Ask("room 12")).To);
        Assert.Equal("8.8.8.8", (await Ask("room 12", "8.8.8.8")).To);
        Assert.Equal("www.example.com (93.184.216.34)", (await Ask("room 12", "www.example.com")).To);
        Assert.Equal(Ipv4Address.Parse("93.184.216.34"), _to);
        Assert.Equal(("fault", "name"), ((await AskOne("room 12", "nowhere.example")).Verdict, (await AskOne("room 12", "nowhere.example")).Cause.Id));
    }

    [Fact]
    public async Task ControlLoop_ThatHangs_IsSaid()
    {
        _isStuck = true;
        Assert.Contains("the gateway's control loop does not answer", (await _queries.DiagnoseAsync(Viewer, "room 12", null)).Failure!.Message);
    }

    [Fact]
    public async Task PassiveGateway_SendsYouToTheOther()
    {
        _peer = new PeerReport("active", "02:00:00:00:00:77", 50);
        Assert.Equal("none", (await AskOne("room 12")).Cause.Id);
        _peer = new PeerReport("passive", "02:00:00:00:00:77", 200);
        Assert.Equal("passive", (await AskOne("room 12")).Cause.Id);
    }
}
