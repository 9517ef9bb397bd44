using Innkeeper.TestFrames;

namespace Innkeeper.Tests.Wire;

public class PcapFileTests
{
    private static readonly byte[] BigMicroseconds = Convert.FromHexString(
        "A1B2C3D4000200040000000000000000" + "0000FFFF00000001" + "00000001000000020000000300000005AABBCC");

    private static readonly byte[] LittleNanoseconds = Convert.FromHexString(
        "4D3CB2A1020004000000000000000000" + "FFFF000001000000" + "0100000084030000" + "0100000001000000EE");

    [Fact]
    public void Parse_BigEndianMicroseconds_Record()
    {
        var file = PcapFile.Parse(BigMicroseconds);
        Assert.Equal(PcapFile.LinkTypeEthernet, file.LinkType);
        Assert.True(file.IsWhole);
        var record = Assert.Single(file.Records);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1).AddMicroseconds(2), record.TimeUtc);
        Assert.Equal(5, record.OriginalLength);
        Assert.Equal([0xAA, 0xBB, 0xCC], record.Data);
    }

    [Fact]
    public void Parse_LittleEndianNanoseconds_Record()
    {
        var record = Assert.Single(PcapFile.Parse(LittleNanoseconds).Records);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1).AddTicks(9), record.TimeUtc);
        Assert.Equal([0xEE], record.Data);
    }

    [Fact]
    public void Parse_EveryTruncation_RefusedOrNotWhole()
    {
        for (var length = 0; length < BigMicroseconds.Length; length++)
        {
            var part = BigMicroseconds[..length];
            if (length < 24)
            {
                Assert.Throws<InvalidDataException>(() => PcapFile.Parse(part));
            }
            else
            {
                var file = PcapFile.Parse(part);
                Assert.Empty(file.Records);
                Assert.Equal(length == 24, file.IsWhole);
            }
        }
    }

    [Fact]
    public void Parse_PcapNg_Refused()
    {
        byte[] octets = [0x0A, 0x0D, 0x0D, 0x0A, .. new byte[32]];
        Assert.Throws<InvalidDataException>(() => PcapFile.Parse(octets));
    }
}
