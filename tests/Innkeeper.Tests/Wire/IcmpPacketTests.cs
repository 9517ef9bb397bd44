using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class IcmpPacketTests
{
    // 0800 + 1234 + 0007 + 0102 + 0300 = 1e3d, complement e1c2.
    private static readonly byte[] Octets = WireSamples.Hex("08 00 e1c2 1234 0007 010203");

    [Fact]
    public void Deconstruct_Echo_Fields()
    {
        Assert.True(IcmpPacket.TryParse(Octets, out var packet));
        Assert.Equal(IcmpTypes.EchoRequest, packet.Type);
        Assert.Equal(0, packet.Code);
        Assert.Equal(0xE1C2, packet.Checksum);
        Assert.True(packet.HasValidChecksum);
        Assert.Equal(0x12340007u, packet.Rest);
        Assert.Equal(0x1234, packet.Identifier);
        Assert.Equal(7, packet.SequenceNumber);
        Assert.Equal([1, 2, 3], packet.Payload.ToArray());
        Assert.False(packet.IsError);
    }

    [Fact]
    public void Emit_Echo_SameOctets()
    {
        var buffer = WireSamples.Dirty(12);
        Assert.Equal(11, IcmpHeader.EchoRequest(0x1234, 7).Write(buffer, [1, 2, 3]));
        Assert.Equal([.. Octets, 0xA5], buffer);
    }

    [Fact]
    public void Parse_EveryTruncation_RefusedBelowHeader()
    {
        for (var length = 0; length <= Octets.Length; length++)
        {
            Assert.Equal(length >= 8, IcmpPacket.TryParse(Octets.AsSpan(0, length), out _));
        }
    }

    [Property]
    public void EmitAndParse_AnyMessage_ComesBackWithRightSum(byte type, byte code, uint rest, byte[] payload)
    {
        var header = new IcmpHeader(type, code, rest);
        var buffer = WireSamples.Dirty(IcmpHeader.Size + payload.Length);
        Assert.Equal(buffer.Length, header.Write(buffer, payload));

        Assert.True(IcmpPacket.TryParse(buffer, out var packet));
        Assert.Equal(header, new IcmpHeader(packet.Type, packet.Code, packet.Rest));
        Assert.Equal(payload, packet.Payload);
        Assert.True(packet.HasValidChecksum);
    }

    [Fact]
    public void IsError_EveryType_ThoseOfRfc1122Only() =>
        Assert.Equal([3, 4, 5, 11, 12], Enumerable.Range(0, 256).Where(type => IcmpTypes.IsError((byte)type)));
}
