using System.Collections.Immutable;
using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class RouterAdvertisementWriterTests
{
    private static readonly Ipv6Address Source = Ipv6Address.LinkLocalOf(WireSamples.MacA);

    private static readonly RouterAdvertisement Advertisement = new(Source, 5400)
    {
        HopLimit = 64,
        HasOther = true,
        LinkLayer = WireSamples.MacA,
        Mtu = 1480,
        Prefixes = [new(Ipv6Network.Parse("2001:db8:1::7/64"), false, true, 5400, 2700)],
    };

    // As scapy 2.5 writes the same.
    private static readonly byte[] Expected = WireSamples.Hex(
        "60000000 0080 3a ff fe80000000000000000000fffe00000a ff020000000000000000000000000001" +
        "86 00 c1c9 40 40 1518 00000000 00000000 0101 02000000000a 0501 0000 000005c8" +
        "0304 4040 00001518 00000a8c 00000000 20010db8000100000000000000000000" +
        "1905 0000 00001518 fe800000000000000000000000000001 20010db8000000000000000000000053" +
        "2503 68747470733a2f2f612e6578616d706c652f617069 00");

    [Fact]
    public void Write_EveryOption_SameOctets()
    {
        var buffer = WireSamples.Dirty(Expected.Length + 1);
        var writer = new RouterAdvertisementWriter(buffer, Advertisement, Ipv6Address.AllNodes);
        Assert.True(writer.TryAddDnsServers([Ipv6Samples.Router, Ipv6Address.Parse("2001:db8::53")], 5400));
        Assert.True(writer.TryAddCaptivePortal("https://a.example/api"));
        Assert.Equal(Expected.Length, writer.Finish());
        Assert.Equal([.. Expected, 0xA5], buffer);
    }

    [Fact]
    public void Write_NoOption_Header()
    {
        var buffer = WireSamples.Dirty(100);
        var writer = new RouterAdvertisementWriter(buffer, new RouterAdvertisement(Source, 0), Ipv6Samples.Host);
        Assert.True(writer.TryAddDnsServers([], 5400));
        Assert.Equal(Ipv6Header.Size + 16, writer.Finish());
        Assert.Equal(0, RouterAdvertisement.Parse(buffer)!.LifetimeSeconds);
        Assert.Equal(0xA5, buffer[56]);
    }

    [Theory]
    [InlineData(6, 8)] // no room for zeros needed
    [InlineData(7, 16)]
    [InlineData(1190, 1192)]
    public void CaptivePortal_IsPaddedToEightOctets_AndFitsOrIsLeftOut(int length, int size)
    {
        var buffer = new byte[2000];
        var writer = new RouterAdvertisementWriter(buffer, new RouterAdvertisement(Source, 0), Ipv6Address.AllNodes);
        Assert.True(writer.TryAddCaptivePortal(new string('u', length)));
        Assert.Equal(56 + size, writer.Finish());
        Assert.NotNull(RouterAdvertisement.Parse(buffer));
        Assert.False(writer.TryAddCaptivePortal(new string('u', 1280 - 56 - size - 1)));
        Assert.False(writer.TryAddDnsServers([.. Enumerable.Repeat(Source, 76)], 1));
        Assert.Equal(56 + size, writer.Finish());
    }

    [Fact]
    public void Prefixes_MoreThanFit_AreLeftOut()
    {
        var prefixes = Enumerable.Repeat(Advertisement.Prefixes[0], 50).ToImmutableArray();
        var writer = new RouterAdvertisementWriter(new byte[RouterAdvertisementWriter.MaxSize], Advertisement with { Prefixes = prefixes }, Ipv6Address.AllNodes);
        Assert.Equal(56 + 8 + 8 + (37 * 32), writer.Finish());
    }

    [Property]
    public void Write_AnyValues_ParsesBack(ushort lifetime, byte hopLimit, bool managed, bool other, uint mtu, ulong prefix, byte length, uint valid, uint preferred)
    {
        var network = new Ipv6Network(new Ipv6Address(new UInt128(prefix, prefix)), length % 129);
        PrefixInformation information = new(network with { Address = network.NetworkId }, managed, other, valid, preferred);
        var expected = new RouterAdvertisement(Source, lifetime) { HopLimit = hopLimit, IsManaged = managed, HasOther = other, Mtu = mtu, Prefixes = [information] };
        var buffer = WireSamples.Dirty(200);
        var writer = new RouterAdvertisementWriter(buffer, expected, Ipv6Samples.Host);

        var parsed = RouterAdvertisement.Parse(buffer.AsSpan(0, writer.Finish()));
        Assert.Equal(information, Assert.Single(parsed!.Prefixes));
        Assert.Equal(expected, parsed with { Prefixes = expected.Prefixes });
    }
}
