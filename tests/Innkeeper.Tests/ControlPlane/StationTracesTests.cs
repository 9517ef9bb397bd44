using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>What is kept of a station for a diagnosis, as the control plane hears it.</summary>
public sealed class StationTracesTests
{
    private const string Settings = "access.vlans = [7]\npool.addresses = [\"137.118.199.50-137.118.199.51\"]\nnapt.enabled = false\n";

    private static readonly Station s_first = new(7, Mac(1));

    private readonly ControlHarness _world = new ControlHarness(Settings, dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24"))).Ready();

    private StationTrace? TraceOf(Station station) => _world.Core.Inspector.Inspect(station, null).Trace;

    private void Ask(int device, string from, string to, ushort vlan) =>
        _world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(device), ArpMessage.Request(Mac(device), Ip(from), Ip(to))), vlan);

    [Fact]
    public void Arp_Question_IsKeptWithItsVerdict_AlsoOfAStationThatIsNoDevice()
    {
        Assert.Null(TraceOf(s_first));

        Ask(1, "47.31.128.195", "47.31.128.1", 7);

        var trace = TraceOf(s_first)!.Value;
        Assert.Equal(new ArpTrace(_world.Now, Ip("47.31.128.195"), Ip("47.31.128.1"), ArpVerdict.Answer), trace.Arp);
        Assert.Equal((_world.Now, Ip("47.31.128.195")), (trace.Heard, trace.Own));
        Assert.Null(TraceOf(s_first with { Vlan = 0 }));
        Ask(1, "47.31.128.195", "137.118.199.7", 7);
        Assert.Equal(ArpVerdict.UplinkNetwork, TraceOf(s_first)!.Value.Arp!.Value.Verdict);
    }

    [Fact]
    public void Arp_Announcement_TellsTheOwnAddress_AndIsNoQuestion()
    {
        _world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(1), ArpMessage.Announcement(Mac(1), Ip("47.31.128.195"))), 7);
        Assert.Equal((Ip("47.31.128.195"), null), (TraceOf(s_first)!.Value.Own, TraceOf(s_first)!.Value.Arp));
        Assert.Equal([s_first], _world.Core.Inspector.Find((_, t) => t.Own == Ip("47.31.128.195")));
    }

    [Fact]
    public void Dhcp_IsKeptWithItsAnswer()
    {
        var clients = new DhcpClients(_world);
        clients.Send(DhcpMessageType.Discover, 1, vlan: 7);
        Assert.Equal((DhcpMessageType.Discover, DhcpVerdict.Offered), (TraceOf(s_first)!.Value.Dhcp!.Value.Type, TraceOf(s_first)!.Value.Dhcp!.Value.Verdict));

        var leased = clients.Lease(2);

        var trace = TraceOf(new Station(0, Mac(2)))!.Value;
        Assert.Equal(new DhcpTrace(_world.Now, DhcpMessageType.Request, DhcpVerdict.Acknowledged, leased), trace.Dhcp);
        var facts = _world.Core.Inspector.Inspect(new Station(0, Mac(2)), null);
        Assert.Equal(leased, Assert.Single(facts.Leases).Address);
        Assert.Equal([new Station(0, Mac(2))], _world.Core.Inspector.LeasedTo(leased));
    }

    [Fact]
    public void Arrival_WithoutAnAddress_IsKeptWithItsOutcome()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50\"]\nnapt.enabled = false\n").Ready();
        world.Confirm(world.Bind(1, "47.31.128.195"));
        Assert.Null(world.Bind(2, "47.31.128.196"));

        ArrivalTrace? ArrivalOf(int device) => world.Core.Inspector.Inspect(new Station(0, Mac(device)), null).Trace!.Value.Arrival;
        Assert.Equal(new ArrivalTrace(world.Now, Ip("47.31.128.196"), Arrival.PoolExhausted), ArrivalOf(2));
        Assert.Equal(Arrival.Bound, ArrivalOf(1)!.Value.Outcome);
    }

    [Fact]
    public void Stray_Frame_IsASign()
    {
        _world.Punt(PuntReason.Stray, Udp(Mac(99), Mac(1), "47.31.128.195", "8.8.8.8"), 7);
        Assert.Equal(_world.Now, TraceOf(s_first)!.Value.Heard);
    }

    /// <summary>A host that invents MACs displaces what it invented, and nothing of known devices.</summary>
    [Fact]
    public void Flood_OfOtherStations_LeavesKnownDevicesAlone_AndIsBounded()
    {
        var known = new HashSet<MacAddress> { Mac(1) };
        var traces = new StationTraces(known.Contains);
        traces.OnHeard(new Station(0, Mac(1)), TimeSpan.FromSeconds(1));
        traces.OnHeard(new Station(0, Mac(2)), TimeSpan.FromSeconds(2));
        for (var i = 0; i < StationTraces.Capacity; i++)
        {
            traces.OnHeard(new Station(7, new MacAddress(0x020000000000 + (ulong)i)), TimeSpan.FromSeconds(3));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), traces.Find(new Station(0, Mac(1)))!.Value.Heard);
        Assert.Null(traces.Find(new Station(0, Mac(2))));
        Assert.Equal(StationTraces.Capacity + 1, traces.All.Count());
    }

    [Fact]
    public void Trace_OfAStationThatBecomesADevice_IsCarriedOver()
    {
        var known = new HashSet<MacAddress>();
        var traces = new StationTraces(known.Contains);
        traces.OnArp(new Station(0, Mac(1)), ArpMessage.Request(Mac(1), Ip("47.31.128.195"), Ip("47.31.128.1")), ArpVerdict.Answer, TimeSpan.FromSeconds(1));
        known.Add(Mac(1));
        traces.OnHeard(new Station(0, Mac(1)), TimeSpan.FromSeconds(2));
        Assert.Equal((TimeSpan.FromSeconds(2), ArpVerdict.Answer), (traces.Find(new Station(0, Mac(1)))!.Value.Heard, traces.Find(new Station(0, Mac(1)))!.Value.Arp!.Value.Verdict));
        Assert.Single(traces.All);
    }
}
