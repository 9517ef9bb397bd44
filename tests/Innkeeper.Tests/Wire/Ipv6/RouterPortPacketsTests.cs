using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class RouterPortPacketsTests
{
    private static readonly Ipv6Address Source = Ipv6Address.LinkLocalOf(WireSamples.MacA);

    [Fact]
    public void MldQuery_General_AsRfc9777Section51()
    {
        var expected = WireSamples.Hex(
            "60000000 0024 00 01 fe80000000000000000000fffe00000a ff020000000000000000000000000001" +
            "3a00 05020000 0100" +
            "82 00 578d 2710 0000 00000000000000000000000000000000 02 7d 0000");
        var buffer = WireSamples.Dirty(RouterPortPackets.QuerySize + 1);
        Assert.Equal(RouterPortPackets.QuerySize, RouterPortPackets.MldQuery(buffer, Source));
        Assert.Equal([.. expected, 0xA5], buffer);
    }

    [Fact]
    public void MulticastRouterAdvertisement_Made_AsRfc4286Section3()
    {
        var expected = WireSamples.Hex(
            "60000000 0010 00 01 fe80000000000000000000fffe00000a ff02000000000000000000000000006a" +
            "3a00 05020000 0100" +
            "97 14 6b32 007d 0002");
        var buffer = WireSamples.Dirty(RouterPortPackets.AdvertisementSize + 1);
        Assert.Equal(RouterPortPackets.AdvertisementSize, RouterPortPackets.MulticastRouterAdvertisement(buffer, Source));
        Assert.Equal([.. expected, 0xA5], buffer);
    }

    [Fact]
    public void Parse_OfBoth_NoNeighborDiscovery()
    {
        var buffer = new byte[RouterPortPackets.QuerySize];
        RouterPortPackets.MldQuery(buffer, Source);
        Assert.False(NeighborDiscoveryMessage.TryParse(buffer, out _));
    }
}
