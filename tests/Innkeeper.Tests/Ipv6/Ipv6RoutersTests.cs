using Innkeeper.Bindings;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Ipv6;

/// <summary>Other IPv6 routers on the access LAN.</summary>
public sealed class Ipv6RoutersTests
{
    private static readonly Station s_station = new(7, MacAddress.Parse("02:00:00:00:10:01"));
    private static readonly Ipv6Address s_address = Ipv6Address.Parse("fe80::2");
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private readonly Ipv6Routers _routers = new();

    [Fact]
    public void Router_ServesItsVlanForItsLifetime_AndIsNewsOnce()
    {
        Assert.Equal(new Ipv6Router(s_station, s_address), _routers.OnAdvertisement(s_station, s_address, 1800, s_now));
        Assert.Null(_routers.OnAdvertisement(s_station, s_address, 1800, s_now + TimeSpan.FromSeconds(600)));
        Assert.Equal((true, false), (_routers.IsServed(7), _routers.IsServed(0)));
        Assert.Equal(s_now + TimeSpan.FromSeconds(2400), _routers.NextDue);

        _routers.Expire(s_now + TimeSpan.FromSeconds(2399));
        Assert.True(_routers.IsServed(7));
        _routers.Expire(s_now + TimeSpan.FromSeconds(2400));
        Assert.False(_routers.IsServed(7));
        Assert.Equal(TimeSpan.MaxValue, _routers.NextDue);
    }

    [Fact]
    public void Lifetime0_EndsItAtOnce_AndIsNoRouterFromTheStart()
    {
        Assert.Null(_routers.OnAdvertisement(s_station, s_address, 0, s_now));
        Assert.Empty(_routers.Known);

        _routers.OnAdvertisement(s_station, s_address, 9000, s_now);
        _routers.OnAdvertisement(s_station, Ipv6Address.Parse("fe80::3"), 0, s_now);
        Assert.True(_routers.IsServed(7));
        _routers.OnAdvertisement(s_station, s_address, 0, s_now);
        Assert.False(_routers.IsServed(7));
    }

    [Fact]
    public void InventedRouters_AreBounded_AndThoseWithTheLeastTimeGoFirst()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _routers.OnAdvertisement(s_station, new Ipv6Address(s_address.Value + (UInt128)i), (ushort)(1 + (i / 100)), s_now);
        }

        Assert.Equal(Ipv6Routers.Most, _routers.Known.Count);
        Assert.All(_routers.Known, r => Assert.True(r.Address.Value >= s_address.Value + 9900));
    }
}
