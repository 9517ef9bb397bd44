using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class Ipv6HeaderTests
{
    private static readonly byte[] Octets = WireSamples.Hex(
        "6b812345 0003 11 3f 20010db8000000000000000000000001 fe800000000000000000000000000002 0a0b0c");

    private static readonly Ipv6Header Header =
        new(Ipv6Address.Parse("2001:db8::1"), Ipv6Address.Parse("fe80::2"), IpProtocol.Udp, 3) { TrafficClass = 0xb8, FlowLabel = 0x12345, HopLimit = 63 };

    [Fact]
    public void Parse_Packet_Fields()
    {
        Assert.True(Ipv6Header.TryParse(Octets, out var header));
        Assert.Equal(Header, header);
    }

    [Fact]
    public void Parse_PaddingBehind_Ignored()
    {
        Assert.True(Ipv6Header.TryParse([.. Octets, 0, 0], out var header));
        Assert.Equal(3, header.PayloadLength);
    }

    [Fact]
    public void Emit_Header_FortyOctets()
    {
        var buffer = WireSamples.Dirty(41);
        Assert.Equal(40, Header.Write(buffer));
        Assert.Equal([.. Octets[..40], 0xA5], buffer);
    }

    [Fact]
    public void Parse_EveryTruncation_Refused()
    {
        for (var length = 0; length < Octets.Length; length++)
        {
            Assert.False(Ipv6Header.TryParse(Octets.AsSpan(0, length), out var header));
            Assert.Equal(default, header);
        }
    }

    [Theory]
    [InlineData(0x45)]
    [InlineData(0x5b)]
    [InlineData(0x7b)]
    public void Parse_OtherVersion_Refused(byte first)
    {
        byte[] octets = [.. Octets];
        octets[0] = first;
        Assert.False(Ipv6Header.TryParse(octets, out _));
    }

    [Property]
    public void EmitAndParse_AnyHeader_ComesBack(ulong a, ulong b, byte next, byte payloadLength, byte trafficClass, uint flow, byte hopLimit)
    {
        var header = new Ipv6Header(new Ipv6Address(new UInt128(a, b)), new Ipv6Address(new UInt128(b, ~a)), next, payloadLength)
        {
            TrafficClass = trafficClass,
            FlowLabel = (int)(flow & 0xf_ffff),
            HopLimit = hopLimit,
        };
        var buffer = WireSamples.Dirty(Ipv6Header.Size + payloadLength);
        header.Write(buffer);

        Assert.True(Ipv6Header.TryParse(buffer, out var back));
        Assert.Equal(header, back);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0x10_0000)]
    public void Emit_FlowLabelBeyondItsField_Refused(int flow) =>
        Assert.Throws<ArgumentException>(() => (Header with { FlowLabel = flow }).Write(new byte[Ipv6Header.Size]));
}
