using System.Net;
using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class Ipv6AddressTests
{
    [Theory]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("2001:db8:0:0:8:800:200c:417a", "2001:db8::8:800:200c:417a")]
    [InlineData("2001:DB8::0008:800:200C:417A", "2001:db8::8:800:200c:417a")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")] // RFC 5952 section 4.2.2
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")] // the longest run
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")] // the first of two
    [InlineData("1:0:0:0:0:0:0:0", "1::")]
    [InlineData("0:0:0:0:0:0:0:2", "::2")]
    [InlineData("1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7")]
    [InlineData("::ffff:192.0.2.33", "::ffff:192.0.2.33")]
    [InlineData("::ffff:c000:221", "::ffff:192.0.2.33")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    public void TryParse_GoodText_PrintsAsRfc5952(string text, string expected)
    {
        Assert.True(Ipv6Address.TryParse(text, out var address));
        Assert.Equal(expected, address.ToString());
        Assert.Equal(address, Ipv6Address.Parse(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData(":1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7::8")] // "::" is one group or more
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("1::2::3")]
    [InlineData("1:::2")]
    [InlineData("12345::")]
    [InlineData("::00001")]
    [InlineData("g::")]
    [InlineData("-1::")]
    [InlineData("+1::")]
    [InlineData("0x1::")]
    [InlineData(" ::1")]
    [InlineData("::1 ")]
    [InlineData("::1\0")]
    [InlineData("1\0::")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%2")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("::1/64")]
    [InlineData("192.0.2.1")]
    [InlineData("::192.0.2")]
    [InlineData("::192.0.2.256")]
    [InlineData("::192.0.2.01")]
    [InlineData("192.0.2.1::")]
    [InlineData("1::192.0.2.1:2")]
    [InlineData("1:2:3:4:5:6:7:192.0.2.1")]
    [InlineData("1:2:3:4:5:6::192.0.2.1")]
    public void TryParse_BadText_Refused(string text)
    {
        Assert.False(Ipv6Address.TryParse(text, out var address));
        Assert.Equal(Ipv6Address.Any, address);
        Assert.Throws<FormatException>(() => Ipv6Address.Parse(text));
    }

    [Property(MaxTest = 1000)]
    public void TextAndOctets_AnyGroups_ComeBack(ulong high, ulong low, byte zeros)
    {
        // Random numbers have no zero groups, and those are what the text is about.
        var value = new UInt128(high, low);
        for (var group = 0; group < 8; group++)
        {
            value &= (zeros >> group & 1) == 0 ? UInt128.MaxValue : ~((UInt128)0xffff << (16 * group));
        }

        var address = new Ipv6Address(value);
        var octets = WireSamples.Dirty(Ipv6Address.Size + 1);
        address.Write(octets);

        Assert.Equal(address, Ipv6Address.Parse(address.ToString()));
        Assert.Equal(address, Ipv6Address.Read(octets));
        Assert.Equal(0xA5, octets[Ipv6Address.Size]);
        Assert.Equal(new IPAddress(octets.AsSpan(0, Ipv6Address.Size)), IPAddress.Parse(address.ToString()));
    }

    [Property(MaxTest = 1000)]
    public void TryParse_AnyText_TakenOnlyAsTheFrameworkTakesIt(string? text) =>
        Assert.True(!Ipv6Address.TryParse(text, out var address) || IPAddress.Parse(text!).Equals(IPAddress.Parse(address.ToString())));

    [Theory]
    [InlineData("::", true, false, false)]
    [InlineData("::1", true, false, false)]
    [InlineData("::2", false, false, false)]
    [InlineData("::fffe:ffff:ffff", false, false, false)]
    [InlineData("::ffff:0:0", true, false, false)]
    [InlineData("::ffff:ffff:ffff", true, false, false)]
    [InlineData("::1:0:0:0", false, false, false)]
    [InlineData("fe7f:ffff::", false, false, false)]
    [InlineData("fe80::", false, true, false)]
    [InlineData("febf:ffff::1", false, true, false)]
    [InlineData("fec0::", false, false, false)]
    [InlineData("feff::", false, false, false)]
    [InlineData("ff00::", true, false, true)]
    [InlineData("ff02::1", true, false, true)]
    [InlineData("2a01:4f8:1:2::5", false, false, false)]
    public void Kinds_AtTheEdges_AsRfc4291(string text, bool bogus, bool linkLocal, bool multicast)
    {
        var address = Ipv6Address.Parse(text);
        Assert.Equal(bogus, address.IsBogus);
        Assert.Equal(linkLocal, address.IsLinkLocal);
        Assert.Equal(multicast, address.IsMulticast);
    }

    [Fact]
    public void Groups_OfTheLink_AsAssigned()
    {
        Assert.Equal("ff02::1", Ipv6Address.AllNodes.ToString());
        Assert.Equal("ff02::2", Ipv6Address.AllRouters.ToString());
        Assert.Equal("ff02::6a", Ipv6Address.AllSnoopers.ToString());
    }

    [Theory]
    [InlineData("34:56:78:9a:bc:de", "fe80::3656:78ff:fe9a:bcde")] // RFC 2464 section 4
    [InlineData("02:00:00:00:00:0a", "fe80::ff:fe00:a")]
    [InlineData("ff:ff:ff:ff:ff:ff", "fe80::fdff:ffff:feff:ffff")]
    public void LinkLocalOf_Mac_ModifiedEui64(string mac, string expected) =>
        Assert.Equal(expected, Ipv6Address.LinkLocalOf(MacAddress.Parse(mac)).ToString());

    [Theory]
    [InlineData("4037::1:800:200e:8c6c", "ff02::1:ff0e:8c6c", "33:33:ff:0e:8c:6c")] // RFC 4291 section 2.7.1
    [InlineData("fe80::1", "ff02::1:ff00:1", "33:33:ff:00:00:01")]
    [InlineData("2001:db8::ffff:ffff", "ff02::1:ffff:ffff", "33:33:ff:ff:ff:ff")]
    public void SolicitedNode_Address_GroupAndItsMac(string address, string group, string mac)
    {
        var node = Ipv6Address.Parse(address).SolicitedNode();
        Assert.Equal(group, node.ToString());
        Assert.Equal(mac, node.MulticastMac().ToString());
    }

    [Fact]
    public void Order_HighAddress_NotNegative()
    {
        Assert.True(Ipv6Address.AllNodes > Ipv6Address.Any);
        Assert.True(Ipv6Address.Parse("7fff::") <= Ipv6Address.Parse("8000::"));
        Assert.True(Ipv6Address.Parse("1::") > Ipv6Address.Parse("0:ffff::"));
    }
}
