using Innkeeper.Addresses;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>A pinned address that a foreign host takes, and gives up again.</summary>
public sealed class PinWatchTests
{
    private const string Address = "47.31.128.195";
    private static readonly MacAddress s_rival = MacAddress.Parse("02:00:00:00:00:99");
    private static readonly Ipv4Address s_pinned = Ip("137.118.199.55");

    private readonly ControlHarness _world = new ControlHarness().Ready();

    /// <summary>The device of a pin, at work with it.</summary>
    private void Pin()
    {
        _world.Confirm(_world.Bind(1, Address));
        _world.Decide(1, d => d with { Name = "press-1", PinnedLegal = s_pinned });
        _world.SendFirst(1, Address);
        _world.Ready();
        Assert.Equal(s_pinned, _world.Confirm(_world.BindingOf(1, Address)!).Legal);
    }

    /// <summary>Twice within the time of a defense: the address is given up (RFC 5227 2.4).</summary>
    private void Take()
    {
        _world.HearOnUplink(ArpMessage.Announcement(s_rival, s_pinned));
        _world.HearOnUplink(ArpMessage.Announcement(s_rival, s_pinned));
        _world.Ready();
    }

    private AddressState State => Assert.Single(_world.Core.Pools.All).Addresses.StateOf(s_pinned);

    [Fact]
    public void Address_ThatAForeignHostTakes_IsAnEvent_AndTheDeviceHasAnotherMeanwhile()
    {
        Pin();
        Take();

        Assert.Equal(new PinLost(Mac(1), "press-1", s_pinned, s_rival), Assert.Single(_world.EventsOf<PinLost>()));
        Assert.NotEqual(s_pinned, _world.BindingOf(1, Address)!.Legal);
        Assert.True(_world.Core.Pools.IsQuarantined(s_pinned));
    }

    [Fact]
    public void Address_ThatTheForeignHostGaveUp_IsTheDevicesAgain_SilentAsItIs()
    {
        Pin();
        Take();
        _world.Confirm(_world.BindingOf(1, Address)!);

        _world.Advance(AddressPool.QuarantineTime + TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));
        _world.Ready();

        Assert.Equal((s_pinned, AddressState.Bound), (_world.BindingOf(1, Address)!.Legal, State));
        Assert.Single(_world.EventsOf<PinLost>());
        _world.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new PinRestored(Mac(1), "press-1", s_pinned), Assert.Single(_world.EventsOf<PinRestored>()));
    }

    [Fact]
    public void Address_OfAPinThatIsTakenBackMeanwhile_IsNotGivenBack()
    {
        Pin();
        Take();
        _world.Decide(1, d => d with { PinnedLegal = null });
        _world.SendFirst(1, Address);
        _world.Ready();
        var after = _world.BindingOf(1, Address)!.Legal;
        _world.Confirm(_world.BindingOf(1, Address)!);

        _world.Advance(AddressPool.QuarantineTime + TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));

        Assert.Equal(after, _world.BindingOf(1, Address)!.Legal);
        Assert.Empty(_world.EventsOf<PinRestored>());
    }

    [Fact]
    public void Address_WithoutAPin_IsNoEvent()
    {
        _world.Bind(1, Address);
        Take();
        Assert.Empty(_world.EventsOf<PinLost>());
    }
}
