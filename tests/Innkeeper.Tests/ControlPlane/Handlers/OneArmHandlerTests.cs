using Innkeeper.Arp;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.OneArm;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane.Handlers;

/// <summary>One arm: whom the gateway answers on a LAN of others, and what it does about the router's address and about other gateways.</summary>
public sealed class OneArmHandlerTests
{
    private const string Address = "47.31.128.195";
    private const string Gateway = "47.31.128.1";

    private static readonly MacAddress s_other = MacAddress.Parse("02:00:00:00:00:ee");

    private readonly ControlHarness _world = new ControlHarness(isOneArmed: true).Ready();

    public OneArmHandlerTests() => _world.Access.Take();

    [Fact]
    public void Guest_IsAnsweredWhenTheWireIsSilent_AndBoundBeforeItsAnswer()
    {
        Ask(1, Address, Gateway);
        Assert.Equal(ArpMessage.Request(ControlHarness.UplinkMac, _world.Network.ProbeSender, Ip(Gateway)), Assert.Single(_world.Access.Take().Arps()));
        Assert.Null(_world.BindingOf(1, Address));
        Ask(1, Address, Gateway);
        Assert.Equal((1UL, 1UL, 0UL), (_world.Count(Counter.ArpAskedFirst), _world.Count(Counter.ArpStillAsking), _world.Count(Counter.ArpAnswered)));

        _world.Advance(NeighborTable.AnswerTime);

        Assert.Contains(ArpMessage.Reply(ControlHarness.UplinkMac, Ip(Gateway), Mac(1), Ip(Address)), _world.Access.Take().Arps());
        Assert.NotNull(_world.BindingOf(1, Address));
        Assert.Equal(1UL, _world.Count(Counter.ArpAnswered));
    }

    [Fact]
    public void Guest_ThatIsBlocked_IsNotAnswered()
    {
        Answered(1, Address, Gateway);
        _world.Decide(1, AdmissionState.Blocked);
        _world.Access.Take();

        Ask(1, Address, Gateway);

        Assert.Empty(_world.Access.Take());
    }

    [Fact]
    public void Guest_ThatIsAskedToProveItself_IsAnsweredOnlyThen()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.51\"]\nnapt.enabled = false\n", isOneArmed: true).Ready();
        world.SendFirst(9, "10.0.0.9");
        Answered(1, Address, Gateway, world);
        Assert.Equal((1UL, 0UL), (world.Count(Counter.StrangersAsked), world.Count(Counter.ArpAnswered)));

        world.Punt(PuntReason.ArpLan, Frames.Arp(ControlHarness.UplinkMac, Mac(1), ArpMessage.Reply(Mac(1), Ip(Address), ControlHarness.UplinkMac, world.Network.ProbeSender)));
        Ask(1, Address, Gateway, world);

        Assert.NotNull(world.BindingOf(1, Address));
        Assert.Equal(1UL, world.Count(Counter.ArpAnswered));
    }

    [Fact]
    public void Owner_ThatAppears_IsAnnouncedToTheMisledDevice_WhichHasNoGatewayAnyMore()
    {
        Answered(1, Address, Gateway);
        _world.Punt(PuntReason.Learn, Udp(ControlHarness.UplinkMac, Mac(1), Address, "8.8.8.8"));
        Assert.Equal(Ip(Gateway), _world.BindingOf(1, Address)!.Gateway);
        _world.Access.Take();

        _world.Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, s_other, ArpMessage.Announcement(s_other, Ip(Gateway))));

        var correction = ReadArp(Assert.Single(_world.Access.Take()), out var ethernet);
        Assert.Equal((Mac(1), ArpMessage.Announcement(s_other, Ip(Gateway))), (ethernet.Destination, correction));
        Assert.Equal((Ipv4Address.Any, false), (_world.BindingOf(1, Address)!.Gateway, _world.BindingOf(1, Address)!.GatewayProven));
        Assert.Equal(1UL, _world.Count(Counter.ArpGivenBack));
    }

    [Fact]
    public void LanHost_ThatForwardsAPacket_IsLeftAloneFromThenOn()
    {
        _world.Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, Mac(1), ArpMessage.Request(Mac(1), Ip("137.118.199.77"), ControlHarness.Router)));

        _world.SendFirst(1, Address);

        Assert.Equal(StationKind.Regular, _world.Stations.Kinds[Mac(1)]);
        Assert.Single(_world.Stack.Take());
        Assert.Empty(_world.Core.Registry.Bindings);
        Assert.Equal(0UL, _world.Count(Counter.FirstPacketsHeld));
    }

    [Fact]
    public void LanHost_ThatTakesUsForANeighbor_IsNoProofOfAGateway_AndTheWireIsAsked()
    {
        _world.Bind(1, "137.118.199.77");
        _world.Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, Mac(1), ArpMessage.Request(Mac(1), Ip("137.118.199.77"), Ip("137.118.199.30"))));
        _world.Map.Journal.Clear();
        _world.Access.Take();

        _world.Punt(PuntReason.Learn, Udp(ControlHarness.UplinkMac, Mac(1), "137.118.199.77", "137.118.199.40"));

        Assert.Empty(_world.Map.Journal);
        Assert.Equal(Ip("137.118.199.40"), Assert.Single(_world.Access.Take().Arps()).TargetIp);
    }

    [Fact]
    public void Router_IsAskedUntilItIsHeard_ThenTheDataPlaneKnowsIt()
    {
        var world = new ControlHarness(isOneArmed: true);
        world.Advance(TimeSpan.Zero);
        Assert.Contains(world.Access.Take().Arps(), a => a.TargetIp == ControlHarness.Router);
        HearRouter(ControlHarness.RouterMac, world);
        Assert.Null(world.OneArm.Router);

        world.Advance(ArpSpoofGuard.AnswerTime);

        Assert.Equal(ControlHarness.RouterMac, world.OneArm.Router);
        Assert.Equal(StationKind.Regular, world.Stations.Kinds[ControlHarness.RouterMac]);
        Assert.Contains(ArpMessage.Announcement(ControlHarness.RouterMac, ControlHarness.Router), world.Return.Take().Arps());
    }

    [Fact]
    public void Router_ThatTwoStationsClaimAtFirst_IsContested_AndNobodyIsIsolated()
    {
        HearRouter(ControlHarness.RouterMac);
        HearRouter(s_other);

        _world.Advance(ArpSpoofGuard.AnswerTime);

        Assert.Equal([ControlHarness.RouterMac, s_other], Assert.Single(_world.EventsOf<RouterContested>()).Claimants);
        Assert.Null(_world.OneArm.Router);
        Assert.Empty(_world.Stations.Kinds);
    }

    [Fact]
    public void Router_WhoseAddressAnotherClaims_IsAsked_AndTheOtherIsIsolatedWhenItAnswers()
    {
        KnowRouter();
        HearRouter(s_other);
        Assert.Equal(ControlHarness.RouterMac, DestinationOf(Assert.Single(_world.Access.Take())));

        HearRouter(ControlHarness.RouterMac);

        Assert.Equal(StationKind.Impostor, _world.Stations.Kinds[s_other]);
        Assert.Equal(ArpMessage.Announcement(ControlHarness.RouterMac, ControlHarness.Router), Assert.Single(_world.Access.Take().Arps()));
        Assert.Equal(new AddressSpoofed(s_other, ControlHarness.Router, ControlHarness.RouterMac, true, false), Assert.Single(_world.EventsOf<AddressSpoofed>()));
        Assert.Equal(1UL, _world.Count(Counter.ArpRepaired));
    }

    [Fact]
    public void Router_ThatMoved_IsFollowed()
    {
        KnowRouter();
        HearRouter(s_other);
        _world.Advance(ArpSpoofGuard.AnswerTime);

        Assert.Equal(s_other, _world.OneArm.Router);
        Assert.Empty(_world.EventsOf<AddressSpoofed>());
    }

    [Fact]
    public void OwnAddress_ThatAnotherClaims_IsTakenBackAtOnce_AndTheImpostorIsFreeAfterFiveMinutes()
    {
        _world.Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, s_other, ArpMessage.Announcement(s_other, ControlHarness.UplinkNetwork.Address)));
        Assert.Equal(StationKind.Impostor, _world.Stations.Kinds[s_other]);
        Assert.Contains(ArpMessage.Announcement(ControlHarness.UplinkMac, ControlHarness.UplinkNetwork.Address), _world.Access.Take().Arps());
        _world.Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, s_other, ArpMessage.Request(s_other, Ip(Address), Ip(Gateway))));
        Assert.Equal(2UL, _world.Count(Counter.ArpImpostor));

        _world.Advance(ArpSpoofGuard.ReleaseTime);

        Assert.Empty(_world.Stations.Kinds);
    }

    [Fact]
    public void PoolAddress_ThatALanHostTakes_IsGivenUpAtOnce()
    {
        var binding = _world.Bind(1, Address);

        _world.Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, s_other, ArpMessage.Announcement(s_other, binding.Legal)));

        Assert.NotEqual(binding.Legal, _world.BindingOf(1, Address)!.Legal);
        Assert.Single(_world.EventsOf<AddressQuarantined>());
    }

    [Fact]
    public void StrongerGateway_MakesThisOnePassive_UntilItLeaves()
    {
        Hear(new Advertisement(200, false, false));
        Assert.Equal((true, true), (_world.OneArm.IsPassive, _world.Core.OneArm!.Peer!.IsPassive));
        Answered(1, Address, Gateway);
        Assert.Equal(0UL, _world.Count(Counter.ArpAnswered));
        Assert.NotEqual(0UL, _world.Count(Counter.ArpPassive));

        Hear(new Advertisement(200, false, IsLeaving: true));

        Assert.False(_world.OneArm.IsPassive);
        Assert.Null(_world.Core.OneArm.Peer);
        Assert.Equal(new PeerFound(s_other, 200, 100, true), Assert.Single(_world.EventsOf<PeerFound>()));
        Assert.Single(_world.EventsOf<PeerLost>());
    }

    [Fact]
    public void WeakerGateway_LeavesThisOneActive_AndIsAnsweredWhenItAsks()
    {
        Hear(new Advertisement(50, IsAsking: true, false));

        Assert.False(_world.OneArm.IsPassive);
        Assert.Equal(new Advertisement(100, false, false), Assert.Single(Advertisements()));
    }

    [Fact]
    public void Gateway_ThatIsSilentForThreeIntervals_IsGone()
    {
        Hear(new Advertisement(200, false, false));

        _world.Advance(GatewayElection.Lifetime);

        Assert.False(_world.OneArm.IsPassive);
    }

    [Fact]
    public void Advertisement_ThatIsMalformed_IsCounted()
    {
        _world.Punt(PuntReason.Peer, ArpRequest(1, Address, Gateway));

        Assert.Equal(1UL, _world.Count(Counter.PuntsMalformed));
    }

    [Fact]
    public void Start_AsksOtherGateways_AndLeavingTellsThem()
    {
        var world = new ControlHarness(isOneArmed: true);
        world.Core.OneArm!.Start(world.Now);
        Assert.True(world.Core.OneArm.IsHearing(world.Now) && !world.Core.OneArm.IsHearing(world.Now + GatewayElection.Hearing));
        world.Core.OneArm.Leave();

        Assert.Equal([new Advertisement(100, true, false), new Advertisement(100, false, true)], Advertisements(world));
    }

    private static MacAddress DestinationOf(byte[] frame) => MacAddress.Read(frame);

    private void Ask(int device, string sender, string target, ControlHarness? world = null) => (world ?? _world).Punt(PuntReason.ArpLan, ArpRequest(device, sender, target));

    /// <summary>It asks twice, as every stack does, and the wire is silent.</summary>
    private void Answered(int device, string sender, string target, ControlHarness? world = null)
    {
        Ask(device, sender, target, world);
        Ask(device, sender, target, world);
        (world ?? _world).Advance(NeighborTable.AnswerTime);
    }

    private void HearRouter(MacAddress mac, ControlHarness? world = null) =>
        (world ?? _world).Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, mac, ArpMessage.Announcement(mac, ControlHarness.Router)));

    private void KnowRouter()
    {
        HearRouter(ControlHarness.RouterMac);
        _world.Advance(ArpSpoofGuard.AnswerTime);
        Assert.Equal(ControlHarness.RouterMac, _world.OneArm.Router);
        _world.Access.Take();
    }

    private void Hear(Advertisement hello)
    {
        var frame = new byte[Advertisement.FrameSize];
        _world.Access.Take();
        _world.Punt(PuntReason.Peer, frame[..hello.Write(frame, s_other)]);
    }

    private List<Advertisement> Advertisements(ControlHarness? world = null)
    {
        var found = new List<Advertisement>();
        foreach (var frame in (world ?? _world).Access.Take())
        {
            if (EthernetPacket.TryParse(frame, out var ethernet) && Advertisement.TryParse(ethernet.Payload, out var hello))
            {
                found.Add(hello);
            }
        }

        return found;
    }
}
