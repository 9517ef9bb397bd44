using System.Numerics;
using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class ChecksumTests
{
    [Fact]
    public void Add_ExampleOfRfc1071Section3_SumOfTheRfc()
    {
        var sum = Checksum.Add(WireSamples.Hex("0001 f203 f4f5 f6f7"), 0);
        Assert.Equal(0xDDF2, Checksum.Fold(sum));
        Assert.Equal(0x220D, Checksum.Finish(sum));
    }

    [Fact]
    public void Add_LongestPacketOfOnes_NoOverflow()
    {
        var data = new byte[ushort.MaxValue + 1];
        data.AsSpan().Fill(0xFF);
        var sum = uint.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            sum = Checksum.Add(data, sum);
        }

        Assert.Equal(0xFFFF, Checksum.Fold(sum));
    }

    [Property]
    public void Add_AnyOctets_SameAsNumberModulo65535(byte[] data)
    {
        byte[] even = data.Length % 2 == 0 ? data : [.. data, 0];
        var number = new BigInteger(even, isUnsigned: true, isBigEndian: true);
        var expected = number.IsZero ? 0 : (ushort)(((number - 1) % 65535) + 1);

        Assert.Equal(expected, Checksum.Fold(Checksum.Add(data, 0)));
    }

    [Property]
    public void Add_InParts_SameAsAtOnce(byte[] data, byte at)
    {
        var cut = at % (data.Length + 1) & ~1;
        var parts = Checksum.Add(data.AsSpan(cut), Checksum.Add(data.AsSpan(0, cut), 0));
        Assert.Equal(Checksum.Fold(Checksum.Add(data, 0)), Checksum.Fold(parts));
    }

    [Property]
    public void PseudoHeader_AnyAddresses_SameAsItsOctets(uint source, uint destination, byte protocol, ushort length)
    {
        var octets = WireSamples.Dirty(12);
        new Ipv4Address(source).Write(octets);
        new Ipv4Address(destination).Write(octets.AsSpan(4));
        octets[8] = 0;
        octets[9] = protocol;
        octets[10] = (byte)(length >> 8);
        octets[11] = (byte)length;

        var sum = Checksum.PseudoHeader(new Ipv4Address(source), new Ipv4Address(destination), protocol, length);
        Assert.Equal(Checksum.Fold(Checksum.Add(octets, 0)), Checksum.Fold(sum));
    }
}
