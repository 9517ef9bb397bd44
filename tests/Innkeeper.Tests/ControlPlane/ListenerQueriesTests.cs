using Innkeeper.DataPlane;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>The gateway's port is a router port of switches that snoop multicast.</summary>
public sealed class ListenerQueriesTests
{
    private const string Settings = "access.vlans = [7]\npool.addresses = [\"137.118.199.50\"]\n";

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ControlHarness _world = new(Settings);

    /// <summary>What goes out in so many seconds: of which type, in which VLAN.</summary>
    private List<(byte Type, ushort Vlan)> Sent(double seconds)
    {
        _world.Access.Ipv6.Clear();
        for (var end = _world.Now + TimeSpan.FromSeconds(seconds); _world.Now < end;)
        {
            _world.Advance(s_second);
        }

        return [.. _world.Access.Ipv6.Select(f => Read(f))];
    }

    private static (byte Type, ushort Vlan) Read(byte[] frame)
    {
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet) && Ipv6Header.TryParse(ethernet.Payload, out var header) && header.Source == Ipv6Address.LinkLocalOf(ControlHarness.AccessMac));
        return (ethernet.Payload[Ipv6Header.Size + 8], ethernet.VlanId);
    }

    private static byte[] Query(string source)
    {
        var frame = new byte[EthernetHeader.Size + RouterPortPackets.QuerySize];
        EthernetHeader.Write(frame, Ipv6Address.AllNodes.MulticastMac(), MacAddress.Parse("02:00:00:00:00:99"), EtherTypes.Ipv6);
        RouterPortPackets.MldQuery(frame.AsSpan(EthernetHeader.Size), Ipv6Address.Parse(source));
        return frame;
    }

    [Fact]
    public void Queries_GoOutTwiceAtTheStart_AndThenEvery125Seconds_InEveryVlan()
    {
        Assert.Equal([(130, 0), (130, 7)], Sent(10));
        Assert.Equal([(130, 0), (130, 7)], Sent(30));
        Assert.Empty(Sent(110));
        Assert.Equal([(130, 0), (130, 7)], Sent(20));
    }

    [Fact]
    public void RouterWithALowerAddress_IsLeftToAsk_AndTheGatewayShowsItselfInstead()
    {
        Sent(40);
        _world.Access.Ipv6.Clear();
        _world.Punt(PuntReason.Neighbor, Query("fe80::1"));

        Assert.Equal((151, 0), Read(Assert.Single(_world.Access.Ipv6)));
        Assert.Equal(Enumerable.Repeat(((byte)151, (ushort)0), 12), Sent(250).Where(s => s.Vlan == 0));
        Assert.Contains(((byte)130, (ushort)0), Sent(60));
    }

    [Fact]
    public void RouterWithAHigherAddress_OrNone_ChangesNothing()
    {
        Sent(40);
        _world.Punt(PuntReason.Neighbor, Query("feb0::1"));
        _world.Punt(PuntReason.Neighbor, Query("2001:db8::1"));

        Assert.DoesNotContain(Sent(250), s => s.Type == 151);
    }

    [Fact]
    public void ModeOff_AndOneArm_SendNone()
    {
        foreach (var world in (ControlHarness[])[new(Settings + "ipv6.mode = \"off\"\n"), new("pool.addresses = [\"137.118.199.50\"]\n", isOneArmed: true)])
        {
            world.Ready().Advance(TimeSpan.FromSeconds(200));
            Assert.Empty(world.Access.Ipv6);
        }
    }
}
