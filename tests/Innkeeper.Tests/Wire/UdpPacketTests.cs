using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class UdpPacketTests
{
    // Pseudo header and datagram: c000+0201+c633+6402+0011+000b + 0035+3039+000b+0102+0300 = 220cd, folded 20cf, complement df30.
    private static readonly byte[] Octets = WireSamples.Hex("0035 3039 000b df30 010203");

    [Fact]
    public void Deconstruct_Datagram_Fields()
    {
        Assert.True(UdpPacket.TryParse([.. Octets, 0xEE], out var packet));
        Assert.Equal(53, packet.SourcePort);
        Assert.Equal(12345, packet.DestinationPort);
        Assert.Equal(11, packet.Length);
        Assert.Equal(0xDF30, packet.Checksum);
        Assert.Equal([1, 2, 3], packet.Payload.ToArray());
    }

    [Fact]
    public void Emit_Datagram_SameOctets()
    {
        var buffer = WireSamples.Dirty(12);
        Assert.Equal(11, new UdpHeader(53, 12345).Write(buffer, WireSamples.IpA, WireSamples.IpB, [1, 2, 3]));
        Assert.Equal([.. Octets, 0xA5], buffer);
    }

    [Fact]
    public void Emit_PayloadAlreadyInPlace_SameOctets()
    {
        var buffer = WireSamples.Dirty(11);
        buffer[8] = 1;
        buffer[9] = 2;
        buffer[10] = 3;
        new UdpHeader(53, 12345).Write(buffer, WireSamples.IpA, WireSamples.IpB, buffer.AsSpan(8));
        Assert.Equal(Octets, buffer);
    }

    [Fact]
    public void Emit_ChecksumComputesToZero_AllOnes()
    {
        // With the checksum itself as payload the sum becomes all ones, and its complement zero.
        var buffer = WireSamples.Dirty(10);
        var header = new UdpHeader(1, 2);
        header.Write(buffer, WireSamples.IpA, WireSamples.IpB, [0, 0]);
        byte[] payload = [buffer[6], buffer[7]];
        header.Write(buffer, WireSamples.IpA, WireSamples.IpB, payload);

        Assert.True(UdpPacket.TryParse(buffer, out var packet));
        Assert.Equal(0xFFFF, packet.Checksum);
    }

    [Fact]
    public void Parse_EveryTruncation_Refused()
    {
        for (var length = 0; length < Octets.Length; length++)
        {
            Assert.False(UdpPacket.TryParse(Octets.AsSpan(0, length), out _));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(12)]
    public void Parse_LengthWrong_Refused(byte length)
    {
        byte[] octets = [.. Octets];
        octets[5] = length;
        Assert.False(UdpPacket.TryParse(octets, out _));
    }

    [Property]
    public void EmitAndParse_AnyDatagram_ComesBackWithRightSum(ushort sourcePort, ushort destinationPort, uint source, byte[] payload)
    {
        var buffer = WireSamples.Dirty(UdpHeader.Size + payload.Length);
        var from = new Ipv4Address(source);
        var length = new UdpHeader(sourcePort, destinationPort).Write(buffer, from, WireSamples.IpB, payload);

        Assert.True(UdpPacket.TryParse(buffer, out var packet));
        Assert.Equal(buffer.Length, length);
        Assert.Equal(sourcePort, packet.SourcePort);
        Assert.Equal(destinationPort, packet.DestinationPort);
        Assert.Equal(payload, packet.Payload);
        Assert.NotEqual(0, packet.Checksum);
        Assert.Equal(0, Checksum.Finish(Checksum.Add(buffer, Checksum.PseudoHeader(from, WireSamples.IpB, IpProtocol.Udp, length))));
    }

    [Fact]
    public void Emit_TooLong_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new UdpHeader(1, 2).Write(new byte[70000], WireSamples.IpA, WireSamples.IpB, new byte[65508]));
}
