using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

public sealed class NeighborAddressesTests
{
    [Fact]
    public void Of_AnAddress_BeginsInItsNarrowestSubnet_AndGoesOutwards() =>
        Assert.Equal(
            ["192.168.0.9", "192.168.0.11", "192.168.0.12", "192.168.0.13", "192.168.0.14", "192.168.0.2", "192.168.0.3"],
            NeighborAddresses.Of(Ipv4Address.Parse("192.168.0.10")).Take(7).Select(a => a.ToString()));

    [Theory]
    [InlineData("192.168.0.10")]
    [InlineData("10.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("0.0.0.3")]
    [InlineData("172.16.5.254")]
    public void Of_AnyAddress_StaysInThe24_NamesEachOnce_AndNoNetworkBroadcastOrGateway(string own)
    {
        var all = NeighborAddresses.Of(Ipv4Address.Parse(own)).Select(a => a.Value).ToList();

        Assert.Equal(all.Distinct().Count(), all.Count);
        Assert.True(all.Count >= 185);
        Assert.All(all, a => Assert.Equal(Ipv4Address.Parse(own).Value >> 8, a >> 8));
        Assert.DoesNotContain(all, a => (a & 7) is 0 or 7 || (a & 255) is 1 or 254 || a == Ipv4Address.Parse(own).Value);
    }
}
