using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Links;

public sealed class LinkMonitorTests
{
    [Fact]
    public void Drain_LinkAddressAndRouteChange_TrueOnceEach() => PrivateNetwork.Run(() =>
    {
        using var monitor = new LinkMonitor();
        Assert.True(monitor.Fd > 0);
        Assert.False(monitor.Drain());

        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        Assert.True(monitor.Drain());
        Assert.False(monitor.Drain());

        Assert.True(Netlink.ReadInterface("ikt-a", out var a));
        Netlink.AddAddress(a.Index, Ipv4Network.Parse("192.0.2.1/24"));
        Assert.True(monitor.Drain());

        Netlink.DeleteLink("ikt-a");
        Assert.True(monitor.Drain());
    });
}
