using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class Ipv6NetworkTests
{
    [Theory]
    [InlineData("2001:db8:1:2:3::5/64", "2001:db8:1:2::")]
    [InlineData("2001:db8:ff00::/40", "2001:db8:ff00::")]
    [InlineData("2001:db8:12ff::/44", "2001:db8:12f0::")]
    [InlineData("2001:db8::1/128", "2001:db8::1")]
    [InlineData("2001:db8::3/127", "2001:db8::2")]
    [InlineData("ffff::1/0", "::")]
    public void TryParse_GoodText_NetworkId(string text, string id)
    {
        Assert.True(Ipv6Network.TryParse(text, out var network));
        Assert.Equal(id, network.NetworkId.ToString());
        Assert.Equal(text, network.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/8")]
    [InlineData("::")]
    [InlineData("::/")]
    [InlineData("::/129")]
    [InlineData("::/-1")]
    [InlineData("::/+8")]
    [InlineData("::/08")]
    [InlineData("::/008")]
    [InlineData("::/ 8")]
    [InlineData("::/8 ")]
    [InlineData("::/8\0")]
    [InlineData("::/8/8")]
    [InlineData("::/99999999999")]
    [InlineData("::/ffff::")]
    [InlineData("10.0.0.0/8")]
    [InlineData("fe80::%1/64")]
    public void TryParse_BadText_Refused(string text)
    {
        Assert.False(Ipv6Network.TryParse(text, out var network));
        Assert.Equal(default, network);
        Assert.Throws<FormatException>(() => Ipv6Network.Parse(text));
    }

    [Property]
    public void Text_AnyNetwork_ComesBack(ulong high, ulong low, byte length)
    {
        var network = new Ipv6Network(new Ipv6Address(new UInt128(high, low)), length % 129);
        Assert.Equal(network, Ipv6Network.Parse(network.ToString()));
        Assert.True(network.Contains(network.NetworkId));
        Assert.True(network.Contains(new Ipv6Address(network.Address.Value | ~network.Mask)));
    }

    [Theory]
    [InlineData("2001:db8:1:2::7/64", "2001:db8:1:2::", true)]
    [InlineData("2001:db8:1:2::7/64", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::7/64", "2001:db8:1:1:ffff:ffff:ffff:ffff", false)]
    [InlineData("2001:db8:1:2::7/64", "2001:db8:1:3::", false)]
    [InlineData("::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true)]
    [InlineData("8000::/1", "7fff:ffff::", false)]
    [InlineData("2001:db8::6/127", "2001:db8::7", true)]
    [InlineData("2001:db8::6/127", "2001:db8::8", false)]
    [InlineData("2001:db8::6/128", "2001:db8::6", true)]
    [InlineData("2001:db8::6/128", "2001:db8::7", false)]
    public void Contains_AtTheEdges_ByThePrefix(string network, string address, bool expected) =>
        Assert.Equal(expected, Ipv6Network.Parse(network).Contains(Ipv6Address.Parse(address)));

    [Theory]
    [InlineData("2001:db8::/32", "2001:db8:1::/48", true)]
    [InlineData("2001:db8:1::/48", "2001:db8::/32", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::/33", false)]
    [InlineData("::/0", "2001:db8::1/128", true)]
    public void Overlaps_TwoNetworks_WhenOneHoldsTheOther(string left, string right, bool expected) =>
        Assert.Equal(expected, Ipv6Network.Parse(left).Overlaps(Ipv6Network.Parse(right)));
}
