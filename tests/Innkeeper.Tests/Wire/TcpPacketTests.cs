using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class TcpPacketTests
{
    private static readonly byte[] Octets = WireSamples.Hex("0050 c000 01020304 05060708 60 12 fff0 64ca 0000 020405b4 aabbcc");

    private static readonly TcpHeader Header = new(80, 49152, TcpControl.Syn | TcpControl.Ack)
    {
        SequenceNumber = 0x01020304,
        AcknowledgmentNumber = 0x05060708,
        Window = 0xFFF0,
    };

    [Fact]
    public void Deconstruct_Segment_Fields()
    {
        Assert.True(TcpPacket.TryParse(Octets, out var packet));
        Assert.Equal(80, packet.SourcePort);
        Assert.Equal(49152, packet.DestinationPort);
        Assert.Equal(0x01020304u, packet.SequenceNumber);
        Assert.Equal(0x05060708u, packet.AcknowledgmentNumber);
        Assert.Equal(24, packet.DataOffset);
        Assert.Equal(TcpControl.Syn | TcpControl.Ack, packet.Flags);
        Assert.Equal(0xFFF0, packet.Window);
        Assert.Equal(0x64CA, packet.Checksum);
        Assert.Equal(WireSamples.Hex("020405b4"), packet.Options);
        Assert.Equal(WireSamples.Hex("aabbcc"), packet.Payload);
    }

    [Fact]
    public void Emit_Segment_SameOctets()
    {
        var buffer = WireSamples.Dirty(Octets.Length + 1);
        var length = Header.Write(buffer, WireSamples.IpA, WireSamples.IpB, WireSamples.Hex("aabbcc"), WireSamples.Hex("020405b4"));
        Assert.Equal(Octets.Length, length);
        Assert.Equal([.. Octets, 0xA5], buffer);
    }

    [Fact]
    public void Parse_EveryTruncation_RefusedBelowHeader()
    {
        for (var length = 0; length <= Octets.Length; length++)
        {
            Assert.Equal(length >= 24, TcpPacket.TryParse(Octets.AsSpan(0, length), out _));
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x40)]
    [InlineData(0x70)]
    [InlineData(0xF0)]
    public void Parse_DataOffsetWrong_Refused(byte value)
    {
        byte[] octets = [.. Octets];
        octets[12] = value;
        Assert.False(TcpPacket.TryParse(octets, out _));
    }

    [Property]
    public void EmitAndParse_AnySegment_ComesBackWithRightSum(
        ushort sourcePort, ushort destinationPort, byte flags, uint sequence, byte[] payload, byte optionWords)
    {
        var header = new TcpHeader(sourcePort, destinationPort, (TcpControl)flags)
        {
            SequenceNumber = sequence,
            AcknowledgmentNumber = ~sequence,
            Window = (ushort)sequence,
        };
        var options = WireSamples.Dirty(optionWords % 11 * 4);
        var buffer = WireSamples.Dirty(TcpHeader.Size + options.Length + payload.Length);
        var length = header.Write(buffer, WireSamples.IpA, WireSamples.IpB, payload, options);

        Assert.True(TcpPacket.TryParse(buffer, out var packet));
        Assert.Equal(buffer.Length, length);
        Assert.Equal(header, new TcpHeader(packet.SourcePort, packet.DestinationPort, packet.Flags)
        {
            SequenceNumber = packet.SequenceNumber,
            AcknowledgmentNumber = packet.AcknowledgmentNumber,
            Window = packet.Window,
        });
        Assert.Equal(options, packet.Options);
        Assert.Equal(payload, packet.Payload);
        Assert.Equal(0, Checksum.Finish(
            Checksum.Add(buffer, Checksum.PseudoHeader(WireSamples.IpA, WireSamples.IpB, IpProtocol.Tcp, length))));
    }

    [Fact]
    public void Emit_OptionsThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => Header.Write(new byte[128], WireSamples.IpA, WireSamples.IpB, [], new byte[2]));
        Assert.Throws<ArgumentException>(() => Header.Write(new byte[128], WireSamples.IpA, WireSamples.IpB, [], new byte[44]));
    }
}
