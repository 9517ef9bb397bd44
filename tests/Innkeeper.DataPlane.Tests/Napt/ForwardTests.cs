using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>Ports of a shared address that lead to a device because the administrator says so.</summary>
public sealed class ForwardTests : IDisposable
{
    private const ushort Port = 8080;
    private const ushort Other = 8081;
    private const ushort Caller = 4444;

    private NaptHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    private Plane Plane => _harness.Plane;

    private void Use(NaptHarness harness)
    {
        _harness.Dispose();
        _harness = harness;
    }

    private void Open(ushort port = Port, uint number = 2, byte protocol = IpProtocol.Tcp) => Assert.Equal(ForwardOutcome.Done, Plane.Forward(port, number, 80, protocol));

    /// <summary>Device 4 has an outside address of its own, and ports of the shared one.</summary>
    private void OpenToOwn()
    {
        Plane.Shared.OpenShare(4, Ipv4Address.Parse(SharedAddress));
        Plane.Rewrite(4, OwnMac, OwnClaimed, SharedAddress, Legal);
        Open(number: 4);
    }

    private (uint Live, uint Resting) Sweep()
    {
        var found = Plane.Bpf.Sweep();
        return (found.Live, found.Resting);
    }

    private void AssertCallArrives(ushort port = Port, ushort from = Caller, string server = Server) => _harness.AssertTcpArrives(port, 80, Syn, server, from);

    private ushort AssertAnswerLeaves(ushort to = Caller, string server = Server) => _harness.AssertTcpLeaves(80, SynAck, server, to);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Call_FromAnyone_ReachesTheDevice_AndTheAnswerLeavesByTheForward(bool inbound)
    {
        Use(new NaptHarness(inbound: inbound));
        Open();
        AssertCallArrives();
        Assert.Equal(Port, AssertAnswerLeaves());
        AssertCallArrives(server: OtherServer);
        Assert.Equal(Port, AssertAnswerLeaves(server: OtherServer));
    }

    [Fact]
    public void Datagram_FromAnyone_ReachesTheDevice_AndTheAnswerLeavesByTheForward()
    {
        Open(protocol: IpProtocol.Udp);
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, Port), Datagram.Udp(Server, 123, Claimed, 80));
        Assert.Equal(Port, _harness.AssertUdpLeaves(80));
        _harness.AssertKeptOut(Datagram.Tcp(Server, Caller, SharedAddress, Port, Syn), DropReason.NoMapping);
    }

    [Fact]
    public void ConversationOfTheDevice_FromTheForwardedPort_HasTheForwardsPort()
    {
        Open(protocol: IpProtocol.Udp);
        Assert.Equal(Port, _harness.AssertUdpLeaves(80));
        Assert.NotEqual(Port, _harness.AssertUdpLeaves(81));
    }

    [Theory]
    [InlineData(Rst)]
    [InlineData(Fin)]
    public void Forward_AfterItsCallEndedAndAnyTime_IsOpen(byte ending)
    {
        Open();
        AssertCallArrives();
        AssertAnswerLeaves();
        _harness.AssertTcpArrives(Port, 80, ending, fromPort: Caller);
        _harness.AssertTcpLeaves(80, ending, toPort: Caller);
        Plane.Age(1_000_000);
        Assert.Equal((1u, 0u), Sweep());
        Assert.Equal((1u, 0u), Sweep());
        AssertCallArrives();
        Assert.Equal(Port, AssertAnswerLeaves());
    }

    [Fact]
    public void Forward_ThatEnded_IsClosed_RestsAndIsSwept_AndNoCountDrifts()
    {
        Open();
        AssertCallArrives();
        Plane.EndForward(Port);
        _harness.AssertKeptOut(Datagram.Tcp(Server, Caller, SharedAddress, Port, Syn), DropReason.NoMapping);
        Assert.Equal((0u, 1u), Sweep());
        Assert.NotEqual(Port, AssertAnswerLeaves());
        Plane.Age(7441 + 120);
        Sweep();
        Sweep();
        Assert.Empty(Plane.Mappings());
        Assert.Empty(Plane.Bpf.MappingHints.Keys());
        Assert.Equal([0u, 0u, 0u, 0u], Plane.Shared.UsedOf(2));
    }

    [Fact]
    public void Forward_ThatAnEndingControlPlaneHalfEnded_EndsWithTheSweep()
    {
        Open();
        Plane.Bpf.Forwards.Delete(Assert.Single(Plane.Bpf.Forwards.Keys()));
        Sweep();
        _harness.AssertKeptOut(Datagram.Tcp(Server, Caller, SharedAddress, Port, Syn), DropReason.NoMapping);
    }

    [Fact]
    public void ForwardThatComesBackWhileItsPortRests_IsOpen()
    {
        Open();
        Plane.EndForward(Port);
        Open(number: 3);
        _harness.AssertArrives(Datagram.Tcp(Server, Caller, SharedAddress, Port, Syn), Datagram.Tcp(Server, Caller, Claimed, 80, Syn), TwinMac);
    }

    [Fact]
    public void PortsOfForwards_AreGivenToNoDevice_AndAllOfThemAfterwards()
    {
        // One block of 64 ports, ten of them forwarded.
        Use(new NaptHarness(new NaptSetup { Layout = new PortLayout(1, 0, 1024, 1087, 64, false) }));
        var forwarded = Enumerable.Range(1030, 10).Select(p => (ushort)p).ToList();
        forwarded.ForEach(p => Open(p, protocol: IpProtocol.Udp));
        HashSet<ushort> Given(int from) =>
            [.. Enumerable.Range(from, 300).Select(p => Datagram.Udp(Claimed, (ushort)p, Server, 123)).Where(p => Plane.Run("from_access", p.Frame(AccessMac, TwinMac)).Act == Act.Redirect).Select(p => _harness.AssertLeaves(p, TwinMac))];

        var given = Given(2000);
        Assert.Equal(54, given.Count);
        Assert.Empty(given.Intersect(forwarded));
        Assert.Equal(54u, Plane.Shared.UsedOf(3)[(int)PortKind.Udp]);

        forwarded.ForEach(p => Plane.EndForward(p, IpProtocol.Udp));
        Plane.Age(301 + 120);
        Sweep();
        Sweep();
        Assert.Equal([0u, 0u, 0u, 0u], Plane.Shared.UsedOf(3));
        Assert.Equal(64, Given(3000).Count);
    }

    [Fact]
    public void PortOfAMapping_IsNotTakenFromIt()
    {
        var port = _harness.AssertUdpLeaves(4000);
        Assert.Equal(ForwardOutcome.PortInUse, Plane.Forward(port, 3, 80, IpProtocol.Udp));
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
        Assert.Empty(Plane.Bpf.Forwards.Keys());
    }

    [Fact]
    public void ForwardWithoutADevice_KeepsItsPort_AndLeadsNowhere()
    {
        Open(number: 0);
        _harness.AssertKeptOut(Datagram.Tcp(Server, Caller, SharedAddress, Port, Syn), DropReason.NoMapping);
        Plane.Age(1_000_000);
        Assert.Equal((0u, 0u), Sweep());
        Assert.Equal(ForwardTarget.None, Assert.Single(new ForwardTable(Plane.Bpf).Read()).Target);
        Open();
        AssertCallArrives();
    }

    [Fact]
    public void BindingWithOtherMappings_IsReachedWhenTheForwardIsWrittenAgain()
    {
        Open();
        Plane.Table.EndMappings(2);
        Plane.Rewrite(2, DeviceMac, Claimed, SharedAddress, null);
        _harness.AssertKeptOut(Datagram.Tcp(Server, Caller, SharedAddress, Port, Syn), DropReason.NoMapping);
        Sweep();
        Open();
        AssertCallArrives();
    }

    [Fact]
    public void TwoForwardsToOnePort_AreAnsweredEachByItsOwn_AndByTheOneThatIsLeft()
    {
        Open();
        Open(Other);
        AssertCallArrives(Port, 5000);
        AssertCallArrives(Other, 5001);
        Assert.Equal(Port, AssertAnswerLeaves(5000));
        Assert.Equal(Other, AssertAnswerLeaves(5001));

        Plane.EndForward(Other);
        Open();
        Assert.Equal(Port, AssertAnswerLeaves(5001));
    }

    [Fact]
    public void DeviceWithAnAddressOfItsOwn_IsReachedByBoth_AndAnswersByTheWayOfTheCall()
    {
        OpenToOwn();
        var own = Datagram.Tcp(Server, Caller, Legal, 80, Syn);
        _harness.AssertArrives(own, Datagram.Tcp(Server, Caller, OwnClaimed, 80, Syn), OwnMac);
        _harness.AssertArrives(Datagram.Tcp(Server, 5000, SharedAddress, Port, Syn), Datagram.Tcp(Server, 5000, OwnClaimed, 80, Syn), OwnMac);

        Assert.Equal(Port, _harness.AssertTcpLeaves(80, SynAck, toPort: 5000, mac: OwnMac));
        Plane.AssertForwarded(
            "from_access", Datagram.Tcp(OwnClaimed, 80, Server, Caller, SynAck).Frame(AccessMac, OwnMac), Datagram.Tcp(Legal, 80, Server, Caller, SynAck).Hop().Frame(AccessMac, OwnMac));
        Plane.AssertForwarded(
            "from_access", Datagram.Tcp(OwnClaimed, 81, Server, Caller, Syn).Frame(AccessMac, OwnMac), Datagram.Tcp(Legal, 81, Server, Caller, Syn).Hop().Frame(AccessMac, OwnMac));
    }

    [Theory]
    [InlineData(7439, true)]
    [InlineData(7441, false)]
    public void CallByAForward_ThatIsIdle_IsKnownForAsLongAsTcpNeeds(int seconds, bool isKnown)
    {
        OpenToOwn();
        _harness.AssertArrives(Datagram.Tcp(Server, 5000, SharedAddress, Port, Syn), Datagram.Tcp(Server, 5000, OwnClaimed, 80, Syn), OwnMac);
        Plane.Age(seconds);
        var outside = isKnown ? Datagram.Tcp(SharedAddress, Port, Server, 5000, Ack) : Datagram.Tcp(Legal, 80, Server, 5000, Ack);
        Plane.AssertForwarded("from_access", Datagram.Tcp(OwnClaimed, 80, Server, 5000, Ack).Frame(AccessMac, OwnMac), outside.Hop().Frame(AccessMac, OwnMac));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ErrorOfTheDevice_QuotesThePacketAsItCame(bool hasOwn)
    {
        if (hasOwn)
        {
            OpenToOwn();
        }
        else
        {
            Open();
        }

        var (mac, claimed) = hasOwn ? (OwnMac, OwnClaimed) : (DeviceMac, Claimed);
        _harness.AssertArrives(Datagram.Tcp(Server, 5000, SharedAddress, Port, Syn), Datagram.Tcp(Server, 5000, claimed, 80, Syn), mac);
        Assert.Equal(Port, _harness.AssertLeaves(Datagram.Error(claimed, Datagram.Tcp(Server, 5000, claimed, 80, Syn).Hop()), mac));
    }

    [Fact]
    public void ErrorFromOutside_AboutAnAnswer_ReachesTheDevice()
    {
        Open();
        AssertCallArrives();
        var answer = Datagram.Tcp(Claimed, 80, Server, Caller, SynAck);
        _harness.AssertArrives(Datagram.Error("198.51.100.9", _harness.Outside(answer, Port).Hop()), Datagram.Error("198.51.100.9", answer.Hop()));
    }

    [Theory]
    [InlineData(TwinMac)]
    [InlineData(OwnMac)]
    [InlineData(DeviceMac)]
    public void Device_ReachesAForwardByTheSharedAddress(string from)
    {
        Open(protocol: IpProtocol.Udp);
        var (address, port) = from == OwnMac ? (Legal, (ushort)4000) : (SharedAddress, _harness.AssertUdpLeaves(4000, from));
        _harness.AssertCrosses(Datagram.Udp(ClaimedOf(from), 4000, SharedAddress, Port), Datagram.Udp(address, port, Claimed, 80), from, DeviceMac);
        _harness.AssertCrosses(Datagram.Udp(Claimed, 80, address, port), Datagram.Udp(SharedAddress, Port, ClaimedOf(from), 4000), DeviceMac, from);
    }

    [Fact]
    public void Isolation_HoldsForForwards()
    {
        Use(new NaptHarness(profile: ProfileFlags.Isolate));
        Open(protocol: IpProtocol.Udp);
        _harness.AssertRefused(Datagram.Udp(Claimed, 4000, SharedAddress, Port), DropReason.Isolated, TwinMac);
    }

    [Fact]
    public void PortOfTheUplinksOwnAddress_IsTheDevices_AndWithoutADeviceTheHosts()
    {
        Use(new NaptHarness(NaptSetup.OnUplink));
        Assert.Equal(ForwardOutcome.Done, Plane.Forward(Port, 0, 80, shared: UplinkAddress));
        _harness.AssertPassesToHost(Datagram.Tcp(Server, Caller, UplinkAddress, Port, Syn));
        Assert.Equal(ForwardOutcome.Done, Plane.Forward(Port, 2, 80, shared: UplinkAddress));
        AssertCallArrives();
        Assert.Equal(Port, AssertAnswerLeaves());
    }
}
