using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class Dhcpv6WriterTests
{
    [Fact]
    public void Write_Reply_SameOctets()
    {
        // As scapy 2.5 writes the same.
        var expected = WireSamples.Hex(
            "07 abcdef 0002 000a 0003000102000000000a 0017 0020 fe800000000000000000000000000001 20010db8000000000000000000000053" +
            "0067 0015 68747470733a2f2f612e6578616d706c652f617069 0020 0004 00001518");
        var buffer = WireSamples.Dirty(expected.Length + 1);
        var writer = new Dhcpv6Writer(buffer, Dhcpv6MessageType.Reply, 0xabcdef);
        Assert.True(writer.TryAdd(Dhcpv6Option.ServerIdentifier, Dhcpv6Writer.IdentifierOf(WireSamples.MacA)));
        Assert.True(writer.TryAdd(Dhcpv6Option.DnsServers, [Ipv6Samples.Router, Ipv6Address.Parse("2001:db8::53")]));
        Assert.True(writer.TryAdd(Dhcpv6Option.CaptivePortal, "https://a.example/api"));
        Assert.True(writer.TryAdd(Dhcpv6Option.InformationRefreshTime, 5400));
        Assert.Equal(expected.Length, writer.Length);
        Assert.Equal([.. expected, 0xA5], buffer);
    }

    [Fact]
    public void Option_ThatDoesNotFit_IsLeftOutWhole()
    {
        var buffer = WireSamples.Dirty(13);
        var writer = new Dhcpv6Writer(buffer, Dhcpv6MessageType.Reply, 1);
        Assert.False(writer.TryAdd(Dhcpv6Option.CaptivePortal, "longer"));
        Assert.True(writer.TryAdd(Dhcpv6Option.CaptivePortal, "short"));
        Assert.False(writer.TryAdd(Dhcpv6Option.CaptivePortal, ""));
        Assert.Equal(13, writer.Length);
        Assert.True(Dhcpv6Message.TryParse(buffer, out var message));
        Assert.True(message.TryGet(Dhcpv6Option.CaptivePortal, out var value));
        Assert.Equal("short"u8.ToArray(), value.ToArray());
    }
}
