using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class Ipv4NetworkTests
{
    [Theory]
    [InlineData("10.1.2.3/8", 0xFF000000u, "10.0.0.0", "10.255.255.255")]
    [InlineData("192.0.2.77/26", 0xFFFFFFC0u, "192.0.2.64", "192.0.2.127")]
    [InlineData("192.0.2.1/32", 0xFFFFFFFFu, "192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1/0", 0u, "0.0.0.0", "255.255.255.255")]
    public void TryParse_GoodText_MaskAndEnds(string text, uint mask, string first, string last)
    {
        Assert.True(Ipv4Network.TryParse(text, out var network));
        Assert.Equal(mask, network.Mask);
        Assert.Equal(first, network.NetworkId.ToString());
        Assert.Equal(last, network.Last.ToString());
        Assert.Equal(text, network.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/8")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/008")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/8 ")]
    [InlineData("10.0.0.0/8\0")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/99999999999")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("10.0.0/8")]
    public void TryParse_BadText_Refused(string text)
    {
        Assert.False(Ipv4Network.TryParse(text, out var network));
        Assert.Equal(default, network);
        Assert.Throws<FormatException>(() => Ipv4Network.Parse(text));
    }

    [Property]
    public void Text_AnyNetwork_ComesBack(uint value, byte length)
    {
        var network = new Ipv4Network(new Ipv4Address(value), length % 33);
        Assert.Equal(network, Ipv4Network.Parse(network.ToString()));
        Assert.True(network.Contains(network.NetworkId));
        Assert.True(network.Contains(network.Last));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true)]
    [InlineData("10.1.0.0/16", "10.0.0.0/8", true)]
    [InlineData("10.0.0.0/9", "10.128.0.0/9", false)]
    [InlineData("0.0.0.0/0", "192.0.2.1/32", true)]
    public void Overlaps_TwoNetworks_WhenOneHoldsTheOther(string left, string right, bool expected) =>
        Assert.Equal(expected, Ipv4Network.Parse(left).Overlaps(Ipv4Network.Parse(right)));
}
