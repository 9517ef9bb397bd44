using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane.Handlers;

/// <summary>Fragments from the uplink that are there before the first of their datagram.</summary>
public sealed class FragmentHandlerTests
{
    private readonly ControlHarness _world = new ControlHarness().Ready();

    [Fact]
    public void Fragments_BeforeTheFirst_WaitAndGoOnInOrderWhenItComes()
    {
        byte[][] later = [Fragment(1480), Fragment(2960)];
        foreach (var frame in later)
        {
            _world.Punt(PuntReason.Fragment, frame);
        }

        Assert.Empty(_world.Return.Frames);
        _world.Punt(PuntReason.FragmentFirst, Fragment(0));

        Assert.Equal(later, _world.Return.Take());
        Assert.Equal((2UL, 2UL), (_world.Count(Counter.FragmentsHeld), _world.Count(Counter.FragmentsBroughtBack)));
    }

    [Fact]
    public void Fragment_AfterTheFirst_GoesOnAtOnce()
    {
        _world.Punt(PuntReason.FragmentFirst, Fragment(0));

        _world.Punt(PuntReason.Fragment, Fragment(1480));

        Assert.Single(_world.Return.Take());
        Assert.Equal(0UL, _world.Count(Counter.FragmentsHeld));
    }

    [Fact]
    public void Fragments_MoreThanADatagramHas_AreLost()
    {
        for (var i = 0; i <= FragmentHoldQueue.MaxOfADatagram; i++)
        {
            _world.Punt(PuntReason.Fragment, Fragment(8 + (8 * i)));
        }

        Assert.Equal(((ulong)FragmentHoldQueue.MaxOfADatagram, 1UL), (_world.Count(Counter.FragmentsHeld), _world.Count(Counter.FragmentsLost)));
    }

    [Fact]
    public void Fragment_OfASecondUplink_ComesBackByThatUplink()
    {
        var (main, second) = (new RecordingSender(), new RecordingSender());
        _world.Change(_world.Network with
        {
            Ports = [_world.Network.Uplink with { Return = main }, new UplinkLink(ControlHarness.SecondMac, ControlHarness.SecondAddress, null, _world.Second, second)],
        });
        _world.Punt(PuntReason.FragmentFirst, Fragment(0));

        _world.Punt(PuntReason.Fragment, Fragment(1480, ControlHarness.SecondMac));
        _world.Punt(PuntReason.Fragment, Fragment(2960, MacAddress.Broadcast));

        Assert.Equal((1, 1), (second.Frames.Count, main.Frames.Count));
    }

    [Theory]
    [InlineData(PuntReason.Fragment)]
    [InlineData(PuntReason.FragmentFirst)]
    internal void Frame_ThatIsNoIpv4_CountsAsMalformed(PuntReason reason)
    {
        _world.Punt(reason, ArpRequest(1, "10.0.0.1", "10.0.0.2"));

        Assert.Equal(1UL, _world.Count(Counter.PuntsMalformed));
    }

    private static byte[] Fragment(int offset, MacAddress? to = null) => Packet(
        to ?? ControlHarness.UplinkMac, ControlHarness.RouterMac,
        new Ipv4Header(Ip("8.8.8.8"), Ip("137.118.199.50"), IpProtocol.Udp) { Identification = 7, FragmentOffset = offset, MoreFragments = true }, new byte[8]);
}
