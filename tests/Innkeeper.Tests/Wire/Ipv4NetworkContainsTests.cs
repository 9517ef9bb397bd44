using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public sealed class Ipv4NetworkContainsTests
{
    [Theory]
    [InlineData("192.0.2.7/24", "192.0.2.0", true)]
    [InlineData("192.0.2.7/24", "192.0.2.255", true)]
    [InlineData("192.0.2.7/24", "192.0.1.255", false)]
    [InlineData("192.0.2.7/24", "192.0.3.0", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("128.0.0.0/1", "127.255.255.255", false)]
    [InlineData("128.0.0.0/1", "255.255.255.255", true)]
    [InlineData("192.0.2.6/31", "192.0.2.7", true)]
    [InlineData("192.0.2.6/31", "192.0.2.8", false)]
    [InlineData("192.0.2.6/32", "192.0.2.6", true)]
    [InlineData("192.0.2.6/32", "192.0.2.7", false)]
    public void Contains_AtTheEdges_ByTheNetworkId(string network, string address, bool expected) =>
        Assert.Equal(expected, Ipv4Network.Parse(network).Contains(Ipv4Address.Parse(address)));
}
