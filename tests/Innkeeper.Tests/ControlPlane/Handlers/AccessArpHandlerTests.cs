using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane.Handlers;

/// <summary>Two arms: what each ARP message from the access side brings about.</summary>
public sealed class AccessArpHandlerTests
{
    private const string Address = "47.31.128.195";
    private const string Gateway = "47.31.128.1";
    private const string OtherAddress = "47.31.128.77";

    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n").Ready();

    [Theory]
    [InlineData((ushort)0)]
    [InlineData((ushort)7)]
    public void Request_ForAFarAddress_IsAnsweredAtOurMacInTheRequestersVlan(ushort vlan)
    {
        Ask(1, Address, Gateway, vlan);

        var reply = ReadArp(Assert.Single(_world.Access.Take()), out var ethernet);
        Assert.Equal(ArpMessage.Reply(ControlHarness.AccessMac, Ip(Gateway), Mac(1), Ip(Address)), reply);
        Assert.Equal((Mac(1), ControlHarness.AccessMac, vlan), (ethernet.Destination, ethernet.Source, ethernet.HasVlan ? ethernet.VlanId : (ushort)0));
        Assert.Equal(1UL, _world.Count(Counter.ArpAnswered));
    }

    [Fact]
    public void Request_ThatIsAnswered_TellsTheGatewayOfTheBindingThatFollows()
    {
        Ask(1, Address, Gateway);

        Assert.Equal((Ip(Gateway), true), (_world.Bind(1, Address).Gateway, _world.BindingOf(1, Address)!.GatewayProven));
        Assert.Equal((Ipv4Address.Any, false), (_world.Bind(2, OtherAddress).Gateway, _world.BindingOf(2, OtherAddress)!.GatewayProven));
    }

    public static TheoryData<string, string> Unanswered => new()
    {
        { "reply", nameof(Counter.ArpNotARequest) },
        { "other sender", nameof(Counter.ArpSenderNotFrameSource) },
        { "probe", nameof(Counter.ArpProbe) },
        { "announcement", nameof(Counter.ArpAnnouncement) },
        { "unicast", nameof(Counter.ArpUnicastToOther) },
        { "uplink", nameof(Counter.ArpUplinkNetwork) },
    };

    [Theory]
    [MemberData(nameof(Unanswered))]
    public void Message_ThatIsNotForTheGateway_IsCountedAndNotAnswered(string kind, string counter)
    {
        var message = kind switch
        {
            "reply" => ArpMessage.Reply(Mac(1), Ip(Address), Mac(2), Ip(OtherAddress)),
            "other sender" => ArpMessage.Request(Mac(9), Ip(Address), Ip(Gateway)),
            "probe" => ArpMessage.Probe(Mac(1), Ip(Address)),
            "announcement" => ArpMessage.Announcement(Mac(1), Ip(Address)),
            "uplink" => ArpMessage.Request(Mac(1), Ip(Address), Ip("137.118.199.9")),
            _ => ArpMessage.Request(Mac(1), Ip(Address), Ip(Gateway)),
        };
        _world.Punt(PuntReason.ArpAccess, Frames.Arp(kind == "unicast" ? Mac(2) : MacAddress.Broadcast, Mac(1), message));

        Assert.Empty(_world.Access.Take());
        Assert.Equal((1UL, 0UL), (_world.Count(Enum.Parse<Counter>(counter)), _world.Count(Counter.ArpAnswered)));
        Assert.Equal(kind is "reply" or "announcement" ? 1 : 0, _world.Core.Registry.Bindings.Count);
    }

    [Fact]
    public void Request_ByUnicastToTheGateway_IsAnswered()
    {
        _world.Punt(PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(1), ArpMessage.Request(Mac(1), Ip(Address), Ip(Gateway))));

        Assert.Equal(Ip(Gateway), Assert.Single(_world.Access.Take().Arps()).SenderIp);
    }

    [Fact]
    public void Request_ForAnAddressOfItsOwn_IsNotAnswered()
    {
        _world.Bind(1, OtherAddress);

        Ask(1, Address, OtherAddress);

        Assert.Equal((1UL, 0), (_world.Count(Counter.ArpOwnAddress), _world.Access.Take().Count));
    }

    [Fact]
    public void Request_ForAnAddressThatTheSameMacUsesInAnotherVlan_IsAnswered()
    {
        _world.Bind(1, OtherAddress);

        Ask(1, Address, OtherAddress, 7);

        Assert.Equal((0UL, 1UL), (_world.Count(Counter.ArpOwnAddress), _world.Count(Counter.ArpAnswered)));
    }

    [Fact]
    public void Request_ForANeighborHeardJustNow_IsLeftToTheNeighbor()
    {
        Ask(2, OtherAddress, OtherAddress);

        Ask(1, Address, OtherAddress);

        Assert.Equal((1UL, 0), (_world.Count(Counter.ArpLiveOwner), _world.Access.Take().Count));
    }

    [Fact]
    public void Request_ForANeighborInAnotherVlan_IsAnswered()
    {
        Ask(2, OtherAddress, OtherAddress, 7);

        Ask(1, Address, OtherAddress);

        Assert.Equal(1UL, _world.Count(Counter.ArpAnswered));
    }

    [Fact]
    public void Request_ForALiveDevicesAddress_AsksTheWireAndAnswersAfterItsSilence()
    {
        _world.Bind(2, OtherAddress);
        _world.Advance(TimeSpan.FromSeconds(3));

        Ask(1, Address, OtherAddress);
        var question = ReadArp(Assert.Single(_world.Access.Take()), out var ethernet);
        Ask(1, Address, OtherAddress);
        Assert.Empty(_world.Access.Take());
        _world.Advance(TimeSpan.FromMilliseconds(500));
        Ask(1, Address, OtherAddress);

        // Windows takes a question from 0.0.0.0 for a conflict.
        Assert.Equal(ArpMessage.Request(ControlHarness.AccessMac, _world.Network.ProbeSender, Ip(OtherAddress)), question);
        Assert.NotEqual(Ipv4Address.Any, question.SenderIp);
        Assert.Equal(MacAddress.Broadcast, ethernet.Destination);
        Assert.Equal((1UL, 1UL, 1UL), (_world.Count(Counter.ArpAskedFirst), _world.Count(Counter.ArpStillAsking), _world.Count(Counter.ArpAnswered)));
    }

    [Fact]
    public void Request_ForANeighborThatAnswersTheQuestion_IsLeftToTheNeighbor()
    {
        Ask(2, OtherAddress, OtherAddress);
        _world.Advance(TimeSpan.FromSeconds(3));
        Ask(1, Address, OtherAddress);
        _world.Punt(PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(2), ArpMessage.Reply(Mac(2), Ip(OtherAddress), ControlHarness.AccessMac, _world.Network.ProbeSender)));

        _world.Advance(TimeSpan.FromMilliseconds(600));
        Ask(1, Address, OtherAddress);

        Assert.Equal((1UL, 0UL), (_world.Count(Counter.ArpLiveOwner), _world.Count(Counter.ArpAnswered)));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(6, true)]
    public void Request_ForAnAddressThatAnotherDeviceSendsFrom_AsksTheWireWhileThatDeviceIsLive(int minutes, bool isAnswered)
    {
        // No ARP of it was heard: only its packets tell.
        _world.Bind(2, OtherAddress);
        _world.Advance(TimeSpan.FromMinutes(minutes));

        Ask(1, Address, OtherAddress);

        Assert.Equal((isAnswered ? 1UL : 0UL, isAnswered ? 0UL : 1UL), (_world.Count(Counter.ArpAnswered), _world.Count(Counter.ArpAskedFirst)));
    }

    [Fact]
    public void Request_OfADeviceInTheUplinkNetwork_ForANeighbor_AsksTheWireFirst()
    {
        Ask(1, "137.118.199.77", "137.118.199.9");

        Assert.Equal((1UL, 0UL), (_world.Count(Counter.ArpAskedFirst), _world.Count(Counter.ArpAnswered)));
    }

    [Theory]
    [InlineData("denied = []", "137.118.199.9", true)]
    [InlineData("denied = []", "137.118.199.1", true)]
    [InlineData("denied = [\"uplink\"]", "137.118.199.9", false)]
    [InlineData("", "137.118.199.9", false)]
    [InlineData("allowed = [\"137.118.199.9\"]", "137.118.199.9", true)]
    [InlineData("allowed = [\"137.118.199.9\"]", "137.118.199.8", false)]
    [InlineData("denied = [\"137.118.199.9\"]", "137.118.199.9", false)]
    [InlineData("denied = [\"137.118.199.9\"]", "137.118.199.8", true)]
    [InlineData("denied = [\"137.0.0.0/8\"]\nallowed = [\"uplink\"]", "137.118.199.8", true)]
    public void Request_ForAHostOfTheUplinkLan_IsAnsweredWhereTheProfileLetsTheDeviceReachIt(string profile, string target, bool isAnswered)
    {
        var world = new ControlHarness($"pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n[profiles.default]\n{profile}\n").Ready();

        world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, target));

        Assert.Equal((isAnswered ? 1UL : 0UL, isAnswered ? 0UL : 1UL), (world.Count(Counter.ArpAnswered), world.Count(Counter.ArpUplinkNetwork)));
        Assert.Equal(isAnswered ? 1 : 0, world.Access.Take().Count);
    }

    [Fact]
    public void Request_OfADeviceInTheUplinkNetwork_IsAnsweredAfterNoStationHereAnswered()
    {
        Ask(1, "137.118.199.77", "137.118.199.9");
        _world.Advance(TimeSpan.FromMilliseconds(600));
        _world.Access.Take();
        Ask(1, "137.118.199.77", "137.118.199.9");

        Assert.Equal(Ip("137.118.199.9"), Assert.Single(_world.Access.Take().Arps()).SenderIp);
    }

    [Theory]
    [InlineData(Address, "192.168.77.1", nameof(Counter.ArpAnswered))]
    [InlineData(Address, "192.168.77.9", nameof(Counter.ArpAccessNetwork))]
    [InlineData("192.168.77.5", "192.168.77.9", nameof(Counter.ArpAskedFirst))]
    public void Request_InTheAccessInterfacesNetwork_IsAnsweredForTheGatewayItselfOnly(string sender, string target, string counter)
    {
        _world.Change(_world.Network with { Networks = _world.Network.Networks with { AccessNetwork = Ipv4Network.Parse("192.168.77.1/24") } });

        Ask(1, sender, target);

        Assert.Equal(1UL, _world.Count(Enum.Parse<Counter>(counter)));
    }

    [Fact]
    public void Request_OfAnIsolatedDevice_ForALiveNeighbor_IsAnswered()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nprofiles.default.isolate = true\n").Ready();
        world.Punt(PuntReason.ArpAccess, ArpRequest(2, OtherAddress, OtherAddress));

        world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, OtherAddress));

        Assert.Equal(1UL, world.Count(Counter.ArpAnswered));
    }

    [Fact]
    public void Request_OfADevicePinnedToAnIsolatingProfile_ForALiveNeighbor_IsAnswered()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.59\"]\n[profiles.alone]\nisolate = true\n").Ready();
        world.Bind(1, Address);
        world.Decide(1, d => d with { PinnedProfile = "alone" });
        world.Punt(PuntReason.ArpAccess, ArpRequest(2, OtherAddress, OtherAddress));

        world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, OtherAddress));
        world.Punt(PuntReason.ArpAccess, ArpRequest(3, "47.31.128.33", OtherAddress));

        Assert.Equal((1UL, 1UL), (world.Count(Counter.ArpAnswered), world.Count(Counter.ArpLiveOwner)));
    }

    [Theory]
    [InlineData("10.203.0.1")]
    [InlineData("10.203.0.254")]
    public void Request_ForTheDhcpServerOrItsRouter_IsAnsweredWhoeverClaimsIt(string target)
    {
        var dhcp = DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24")) with { Router = Ip("10.203.0.254") };
        var world = new ControlHarness(dhcp: dhcp).Ready();
        world.Punt(PuntReason.ArpAccess, ArpRequest(2, target, target));
        world.Access.Take();

        world.Punt(PuntReason.ArpAccess, ArpRequest(1, "10.203.0.20", target));

        Assert.Equal((Ip(target), ControlHarness.AccessMac), (Assert.Single(world.Access.Frames.Arps()).SenderIp, world.Access.Frames.Arps()[0].SenderMac));
    }

    [Fact]
    public void Sender_ThatSpeaksForAnotherMac_OwnsNothing()
    {
        _world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(3), ArpMessage.Request(Mac(2), Ip(OtherAddress), Ip(Gateway))));

        Ask(1, Address, OtherAddress);

        Assert.Equal((1UL, 1UL), (_world.Count(Counter.ArpSenderNotFrameSource), _world.Count(Counter.ArpAnswered)));
    }

    [Fact]
    public void Answer_WhileTheInterfaceIsDown_CountsAsNotSent()
    {
        _world.Access.IsDown = true;

        Ask(1, Address, Gateway);

        Assert.Equal((1UL, 1UL), (_world.Count(Counter.ArpAnswered), _world.Count(Counter.SendFailed)));
    }

    [Fact]
    public void Frame_ThatIsNoArpMessage_CountsAsMalformed()
    {
        _world.Punt(PuntReason.ArpAccess, Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8"));

        Assert.Equal(1UL, _world.Count(Counter.PuntsMalformed));
    }

    private void Ask(int device, string sender, string target, ushort vlan = 0) => _world.Punt(PuntReason.ArpAccess, ArpRequest(device, sender, target), vlan);
}
