using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class Ipv4PacketTests
{
    // The header with the checksum 0xb861 that many texts use as their example; its payload is not here.
    private static readonly byte[] Known = WireSamples.Hex("4500 0073 0000 4000 40 11 b861 c0a80001 c0a800c7");

    private static readonly byte[] WithOptions =
        WireSamples.Hex("46b8 001b 1234 2002 07 06 ffb3 c0000201 c6336402 94040000 010203");

    [Fact]
    public void Deconstruct_WithOptions_Fields()
    {
        Assert.True(Ipv4Packet.TryParse(WithOptions, out var packet));
        Assert.Equal(24, packet.HeaderLength);
        Assert.Equal(0xB8, packet.TypeOfService);
        Assert.Equal(27, packet.TotalLength);
        Assert.Equal(0x1234, packet.Identification);
        Assert.False(packet.DontFragment);
        Assert.True(packet.MoreFragments);
        Assert.True(packet.IsFragment);
        Assert.Equal(16, packet.FragmentOffset);
        Assert.Equal(7, packet.Ttl);
        Assert.Equal(IpProtocol.Tcp, packet.Protocol);
        Assert.Equal(0xFFB3, packet.HeaderChecksum);
        Assert.Equal(WireSamples.IpA, packet.Source);
        Assert.Equal(WireSamples.IpB, packet.Destination);
        Assert.Equal(WireSamples.Hex("94040000"), packet.Options);
        Assert.Equal([1, 2, 3], packet.Payload.ToArray());
    }

    [Fact]
    public void Construct_KnownHeader_KnownChecksum()
    {
        var buffer = WireSamples.Dirty(21);
        var header = new Ipv4Header(Ipv4Address.Parse("192.168.0.1"), Ipv4Address.Parse("192.168.0.199"), IpProtocol.Udp) { DontFragment = true };

        Assert.Equal(20, header.Write(buffer, 0x73 - 20));
        Assert.Equal([.. Known, 0xA5], buffer);
    }

    [Fact]
    public void Emit_WithOptions_SameOctets()
    {
        var buffer = WireSamples.Dirty(WithOptions.Length);
        var header = new Ipv4Header(WireSamples.IpA, WireSamples.IpB, IpProtocol.Tcp)
        {
            TypeOfService = 0xB8,
            Identification = 0x1234,
            MoreFragments = true,
            FragmentOffset = 16,
            Ttl = 7,
        };

        Assert.Equal(24, header.Write(buffer, 3, WireSamples.Hex("94040000")));
        Assert.Equal(WithOptions[..24], buffer[..24]);
        Assert.All(buffer[24..], octet => Assert.Equal(0xA5, octet));
    }

    [Fact]
    public void Parse_EveryTruncation_Refused()
    {
        for (var length = 0; length < WithOptions.Length; length++)
        {
            Assert.False(Ipv4Packet.TryParse(WithOptions.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Parse_PaddingBehind_NotInPayload()
    {
        Assert.True(Ipv4Packet.TryParse([.. WithOptions, 9, 9, 9], out var packet));
        Assert.Equal([1, 2, 3], packet.Payload.ToArray());
    }

    [Theory]
    [InlineData(0, 0x66)] // version 6
    [InlineData(0, 0x44)] // header of 16 octets
    [InlineData(0, 0x47)] // header of 28 octets in a packet of 27
    [InlineData(3, 0x17)] // total length 23, below the header's
    [InlineData(3, 0x1C)] // total length 28, beyond the data
    [InlineData(3, 0x00)] // total length 0, as of GSO packets
    public void Parse_LengthsOrVersionWrong_Refused(int offset, byte value)
    {
        byte[] octets = [.. WithOptions];
        octets[offset] = value;
        Assert.False(Ipv4Packet.TryParse(octets, out _));
    }

    [Fact]
    public void HeaderChecksum_OneBitChanged_Wrong()
    {
        byte[] octets = [.. WithOptions];
        Assert.True(Ipv4Packet.TryParse(octets, out var packet));
        Assert.True(packet.HasValidHeaderChecksum);
        octets[8] ^= 1;
        Assert.False(packet.HasValidHeaderChecksum);
    }

    [Property]
    public void EmitAndParse_AnyHeader_ComesBack(uint source, byte protocol, ushort word, ushort identification, byte[] payload, byte optionWords)
    {
        var header = new Ipv4Header(new Ipv4Address(source), WireSamples.IpB, protocol)
        {
            TypeOfService = (byte)word,
            Identification = identification,
            DontFragment = (word & 0x4000) != 0,
            MoreFragments = (word & 0x2000) != 0,
            FragmentOffset = (word & 0x1FFF) * 8,
            Ttl = (byte)identification,
        };
        var options = WireSamples.Dirty(optionWords % 11 * 4);
        var buffer = WireSamples.Dirty(60 + payload.Length);
        var length = header.Write(buffer, payload.Length, options);
        payload.CopyTo(buffer, length);

        Assert.True(Ipv4Packet.TryParse(buffer, out var packet));
        Assert.True(packet.HasValidHeaderChecksum);
        Assert.Equal(options, packet.Options);
        Assert.Equal(payload, packet.Payload);
        Assert.Equal(header, new Ipv4Header(packet.Source, packet.Destination, packet.Protocol)
        {
            TypeOfService = packet.TypeOfService,
            Identification = packet.Identification,
            DontFragment = packet.DontFragment,
            MoreFragments = packet.MoreFragments,
            FragmentOffset = packet.FragmentOffset,
            Ttl = packet.Ttl,
        });
    }

    [Fact]
    public void Emit_ValueThatDoesNotFit_Throws()
    {
        var buffer = new byte[64];
        var header = new Ipv4Header(WireSamples.IpA, WireSamples.IpB, IpProtocol.Udp);

        Assert.Throws<ArgumentException>(() => header.Write(buffer, 0, new byte[3]));
        Assert.Throws<ArgumentException>(() => header.Write(buffer, 0, new byte[44]));
        Assert.Throws<ArgumentException>(() => (header with { FragmentOffset = 4 }).Write(buffer, 0));
        Assert.Throws<ArgumentException>(() => (header with { FragmentOffset = 65536 }).Write(buffer, 0));
        Assert.Throws<ArgumentException>(() => (header with { FragmentOffset = -8 }).Write(buffer, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => header.Write(buffer, 65516));
        Assert.Throws<ArgumentOutOfRangeException>(() => header.Write(buffer, -1));
    }
}
