using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class NeighborDiscoveryWriterTests
{
    [Fact]
    public void Solicitation_OfAHost_SameOctets()
    {
        var expected = WireSamples.Hex(
            "60000000 0020 3a ff 2a0104f8000100020000000000000005 ff0200000000000000000001ff000001" +
            "87 00 4a11 00000000 fe800000000000000000000000000001 0101 02000000000a");
        var buffer = WireSamples.Dirty(NeighborDiscoveryWriter.MaxSize + 1);
        Assert.Equal(
            NeighborDiscoveryWriter.MaxSize,
            NeighborDiscoveryWriter.NeighborSolicitation(buffer, WireSamples.MacA, Ipv6Samples.Host, Ipv6Samples.Router));
        Assert.Equal([.. expected, 0xA5], buffer);
    }

    [Fact]
    public void Solicitation_FromNoAddress_DuplicateDetectionWithoutMac()
    {
        var expected = WireSamples.Hex(
            "60000000 0018 3a ff 00000000000000000000000000000000 ff0200000000000000000001ff000005" +
            "87 00 4ba2 00000000 2a0104f8000100020000000000000005");
        var buffer = WireSamples.Dirty(NeighborDiscoveryWriter.MaxSize);
        var length = NeighborDiscoveryWriter.NeighborSolicitation(buffer, WireSamples.MacA, Ipv6Address.Any, Ipv6Samples.Host);
        Assert.Equal(expected, buffer[..length]);
        Assert.All(buffer[length..], octet => Assert.Equal(0xA5, octet));
        Assert.True(NeighborDiscoveryMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.True(message.IsDuplicateDetection);
    }

    [Fact]
    public void Advertisement_OfAGateway_SameOctets()
    {
        var expected = WireSamples.Hex(
            "60000000 0020 3a ff fe800000000000000000000000000001 2a0104f8000100020000000000000005" +
            "88 00 6794 e0000000 fe800000000000000000000000000001 0201 02000000000a");
        var buffer = WireSamples.Dirty(NeighborDiscoveryWriter.MaxSize + 1);
        var length = NeighborDiscoveryWriter.NeighborAdvertisement(
            buffer, WireSamples.MacA, Ipv6Samples.Router, Ipv6Samples.Host, NeighborBits.Router | NeighborBits.Solicited | NeighborBits.Override);
        Assert.Equal(NeighborDiscoveryWriter.MaxSize, length);
        Assert.Equal([.. expected, 0xA5], buffer);
    }

    [Fact]
    public void RouterSolicitation_WithAndWithoutAnAddress_SameOctets()
    {
        // As scapy 2.5 writes the same.
        var expected = WireSamples.Hex(
            "60000000 0010 3a ff fe80000000000000000000fffe00000a ff020000000000000000000000000002 85 00 7b1a 00000000 0101 02000000000a");
        var withoutAddress = WireSamples.Hex(
            "60000000 0008 3a ff 00000000000000000000000000000000 ff020000000000000000000000000002 85 00 7bb8 00000000");
        var buffer = WireSamples.Dirty(NeighborDiscoveryWriter.MaxSize);

        var length = NeighborDiscoveryWriter.RouterSolicitation(buffer, WireSamples.MacA, Ipv6Address.LinkLocalOf(WireSamples.MacA));
        Assert.Equal(expected, buffer[..length]);
        Assert.True(NeighborDiscoveryMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.Equal((NeighborDiscoveryKind.RouterSolicitation, WireSamples.MacA), (message.Kind, message.LinkLayer));

        length = NeighborDiscoveryWriter.RouterSolicitation(buffer, WireSamples.MacA, Ipv6Address.Any);
        Assert.Equal(withoutAddress, buffer[..length]);
    }

    [Property]
    public void Solicitation_AnyAddresses_ParsesBack(uint high, ushort low, ulong source, ulong target)
    {
        var sender = WireSamples.Mac(high, low);
        var (from, about) = (Address(source), Address(target));
        var buffer = WireSamples.Dirty(NeighborDiscoveryWriter.MaxSize);
        var length = NeighborDiscoveryWriter.NeighborSolicitation(buffer, sender, from, about);

        Assert.True(NeighborDiscoveryMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.Equal(
            new NeighborDiscoveryMessage(NeighborDiscoveryKind.NeighborSolicitation, from, about.SolicitedNode(), about) { LinkLayer = sender }, message);
    }

    [Property]
    public void Advertisement_AnyAddresses_ParsesBack(uint high, ushort low, ulong target, ulong destination, bool isRouter, bool isOverride)
    {
        var bits = NeighborBits.Solicited | (isRouter ? NeighborBits.Router : 0) | (isOverride ? NeighborBits.Override : 0);
        var owner = WireSamples.Mac(high, low);
        var (of, to) = (Address(target), Address(destination));
        var buffer = WireSamples.Dirty(NeighborDiscoveryWriter.MaxSize);
        var length = NeighborDiscoveryWriter.NeighborAdvertisement(buffer, owner, of, to, bits);

        Assert.True(NeighborDiscoveryMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.Equal(new NeighborDiscoveryMessage(NeighborDiscoveryKind.NeighborAdvertisement, of, to, of) { LinkLayer = owner, Bits = bits }, message);
    }

    private static Ipv6Address Address(ulong low) => new(new UInt128(0x2001_0db8_0000_0000, low));
}
