using System.Buffers;
using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

/// <summary>Blocks of a capture file, octet by octet where readers are strict.</summary>
public sealed class PcapngTests
{
    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    [Fact]
    public void Packet_IsABlockWithBothLengthsFlagsAndComment()
    {
        var block = Written(o => PcapngWriter.WritePacket(o, new PcapngPacket(1, 0x1122334455667788, 100, PcapngDirection.Outbound, "dröp"), [1, 2, 3, 4, 5]));

        Assert.Equal((6u, block.Length), (BinaryPrimitives.ReadUInt32LittleEndian(block), BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(4))));
        Assert.Equal(block.Length, BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(block.Length - 4)));
        Assert.Equal(
            [
                1, 0, 0, 0, 0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55, 5, 0, 0, 0, 100, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0,
                1, 0, 5, 0, (byte)'d', (byte)'r', 0xc3, 0xb6, (byte)'p', 0, 0, 0, 2, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0,
            ],
            block[8..^4]);
    }

    [Fact]
    public void Blocks_OfEachKind_AreReadBackOneByOne_HoweverTheyArrive()
    {
        var file = Written(o =>
        {
            PcapngWriter.WriteSection(o, "innkeeper", "Linux", "a test");
            PcapngWriter.WriteInterface(o, "eth1", "devices", 65535);
            PcapngWriter.WritePacket(o, new PcapngPacket(0, 1, 3, PcapngDirection.Inbound, null), [1, 2, 3]);
            PcapngWriter.WritePacket(o, new PcapngPacket(0, 1, 3, PcapngDirection.Inbound, "held"), new byte[1500]);
            PcapngWriter.WriteStatistics(o, new PcapngStatistics(0, 1, 2, 3, 4, 5, "over"));
        });

        var (at, seen) = (0, new List<(PcapngBlockKind, string?)>());
        for (var come = 0; come <= file.Length; come++)
        {
            while (PcapngBlock.TryRead(file.AsSpan(at, come - at), out var block))
            {
                seen.Add((block.Kind, block.Comment));
                at += block.Length;
            }
        }

        Assert.Equal(file.Length, at);
        Assert.Equal(
            [(PcapngBlockKind.Description, "a test"), (PcapngBlockKind.Description, null), (PcapngBlockKind.Packet, null), (PcapngBlockKind.Packet, "held"), (PcapngBlockKind.Statistics, "over")], seen);
    }

    [Theory]
    [InlineData("0a0d0d0a" + "ffffffff" + "00000000")]
    [InlineData("06000000" + "0b000000" + "00000000")]
    [InlineData("7b226572726f72223a22756e")]
    public void Octets_ThatAreNoBlock_AreRefused(string octets) => Assert.Throws<FormatException>(() => PcapngBlock.TryRead(Convert.FromHexString(octets), out _));

    [Fact]
    public void Block_WithHostileLengthsWithin_DoesNotThrow()
    {
        var block = Written(o => PcapngWriter.WritePacket(o, new PcapngPacket(0, 1, 3, PcapngDirection.Inbound, "held"), new byte[64]));
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var spoilt = block.ToArray();
            spoilt[random.Next(8, spoilt.Length)] = (byte)random.Next();
            spoilt[random.Next(8, spoilt.Length)] = (byte)random.Next();
            Assert.True(PcapngBlock.TryRead(spoilt, out _));
        }
    }
}
