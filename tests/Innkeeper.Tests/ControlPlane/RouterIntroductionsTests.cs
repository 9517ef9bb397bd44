using Innkeeper.ControlPlane;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Routers that learn an address from requests alone.</summary>
public sealed class RouterIntroductionsTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly RouterIntroductions _introductions = new();
    private readonly HashSet<Ipv4Address> _gone = [];

    private static Ipv4Address Address(int number) => new(0x0A000000u + (uint)number);

    private int Take(TimeSpan now)
    {
        var taken = 0;
        while (_introductions.TryTake(now, address => !_gone.Contains(address), out _))
        {
            taken++;
        }

        return taken;
    }

    [Fact]
    public void TryTake_ANewAddress_IsAskedUnderAtOnce_AndEachInterval()
    {
        _introductions.Add(Address(1));
        _introductions.Add(Address(1));

        Assert.Equal(1, Take(s_second));
        Assert.Equal(s_second + RouterIntroductions.Interval, _introductions.NextDue(s_second));
        Assert.Equal(0, Take(RouterIntroductions.Interval));
        Assert.Equal(1, Take(s_second + RouterIntroductions.Interval));
    }

    [Fact]
    public void TryTake_AnAddressThatNoDeviceHas_IsForgotten()
    {
        _introductions.Add(Address(1));
        Assert.Equal(1, Take(s_second));

        _gone.Add(Address(1));
        Assert.Equal(0, Take(s_second + RouterIntroductions.Interval));
        Assert.Equal(TimeSpan.MaxValue, _introductions.NextDue(s_second + RouterIntroductions.Interval));

        _gone.Clear();
        _introductions.Add(Address(1));
        Assert.Equal(1, Take(s_second + RouterIntroductions.Interval));
    }

    [Fact]
    public void TryTake_ThousandsOfAddresses_AreSpread()
    {
        for (var i = 0; i < 5000; i++)
        {
            _introductions.Add(Address(i));
        }

        var taken = Take(s_second);
        Assert.Equal(RouterIntroductions.Burst, taken);
        for (var now = s_second; taken < 5000; now = _introductions.NextDue(now))
        {
            Assert.True(now < TimeSpan.FromMinutes(1), "each within a minute");
            var some = Take(now);
            Assert.InRange(some, 0, 2);
            taken += some;
        }
    }

    [Fact]
    public void ADeviceGetsAnAddress_TheRouterIsAskedUnderIt_AndAgainAfterMinutes()
    {
        var world = new ControlHarness().Ready();
        world.Uplink.Take();

        var binding = world.Bind(1, "47.31.128.195");
        world.Advance(TimeSpan.FromMilliseconds(10));

        bool IsIntroduction(ArpMessage m) => m.Operation == ArpOperation.Request && m.SenderIp == binding.Legal && m.TargetIp == ControlHarness.Router && m.SenderMac == ControlHarness.UplinkMac;
        Assert.Single(world.Uplink.Take().Arps(), IsIntroduction);

        for (var minutes = 0; minutes < 4; minutes++)
        {
            world.Map.CountOut(binding.Number, world.Now);
            world.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5));
        }

        Assert.Single(world.Uplink.Take().Arps(), IsIntroduction);
    }

    [Fact]
    public void ADeviceOfAnEarlierProcess_IsIntroducedAgain()
    {
        var world = new ControlHarness().Ready();
        var binding = world.Bind(1, "47.31.128.195");
        world.Restart();
        world.Uplink.Take();

        world.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Contains(world.Uplink.Take().Arps(), m => m.SenderIp == binding.Legal && m.TargetIp == ControlHarness.Router);
    }

    [Fact]
    public void AnotherRouter_IsAskedUnderEveryAddress()
    {
        var world = new ControlHarness().Ready();
        var binding = world.Bind(1, "47.31.128.195");
        world.Advance(TimeSpan.FromMilliseconds(10));
        world.Uplink.Take();

        world.Change(world.Network with { Router = Ip("137.118.199.9") });
        world.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Contains(world.Uplink.Take().Arps(), m => m.SenderIp == binding.Legal && m.TargetIp == Ip("137.118.199.9"));
    }
}
