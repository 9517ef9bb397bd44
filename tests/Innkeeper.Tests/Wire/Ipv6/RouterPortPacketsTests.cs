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

    [Fact]
    public void ReadQuery_OfEitherVersion_HasItsAsker()
    {
        var query = new byte[RouterPortPackets.QuerySize];
        RouterPortPackets.MldQuery(query, Source);
        var old = query[..^4];
        old[5] -= 4;
        Icmp6Checksum.Write(Source, Ipv6Address.AllNodes, old.AsSpan(48));

        Assert.True(RouterPortPackets.TryReadQuery(query, out var asker) && asker == Source);
        Assert.True(RouterPortPackets.TryReadQuery([.. old, 0, 0], out asker) && asker == Source);
    }

    [Fact]
    public void ReadQuery_CutOrWithAnyOtherBit_IsRefusedOrWellFormed()
    {
        var query = new byte[RouterPortPackets.QuerySize];
        RouterPortPackets.MldQuery(query, Source);

        Assert.All(Enumerable.Range(0, query.Length), length => Assert.False(RouterPortPackets.TryReadQuery(query.AsSpan(0, length), out _)));
        for (var bit = 48 * 8; bit < query.Length * 8; bit++)
        {
            var changed = query.ToArray();
            changed[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            Assert.False(RouterPortPackets.TryReadQuery(changed, out _));
        }

        foreach (var (at, octet) in ((int, byte)[])[(6, 58), (7, 2), (8, 0x20), (40, 17), (41, 1)])
        {
            var changed = query.ToArray();
            changed[at] = octet;
            Assert.False(RouterPortPackets.TryReadQuery(changed, out _));
        }
    }
}
