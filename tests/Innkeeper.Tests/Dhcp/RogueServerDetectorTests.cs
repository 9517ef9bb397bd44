using Innkeeper.Dhcp;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Dhcp;

public sealed class RogueServerDetectorTests
{
    private static readonly Ipv4Address Server = Ipv4Address.Parse("192.168.1.1");

    [Fact]
    public void Heard_IsNewsOnce_AndForgottenAfterItsTime()
    {
        var others = new RogueServerDetector();
        var now = TimeSpan.FromHours(1);
        Assert.True(others.IsAlone(now));
        Assert.True(others.Heard(Server, DhcpHarness.Mac, now));
        Assert.False(others.Heard(Server, DhcpHarness.Mac, now + TimeSpan.FromMinutes(9)));
        Assert.True(others.Heard(Server, DhcpHarness.Other, now + TimeSpan.FromMinutes(9)));
        Assert.False(others.IsAlone(now + TimeSpan.FromMinutes(18)));
        Assert.True(others.IsAlone(now + TimeSpan.FromMinutes(19)));
        Assert.True(others.Heard(Server, DhcpHarness.Mac, now + TimeSpan.FromMinutes(19)));
    }

    [Fact]
    public void Heard_OfManyMadeUpServers_IsBounded()
    {
        var others = new RogueServerDetector();
        var news = Enumerable.Range(0, 1000).Count(i => others.Heard(new Ipv4Address((uint)i), DhcpHarness.Mac, TimeSpan.Zero));
        Assert.Equal(64, news);
    }

    [Fact]
    public void Probe_IsDueAtOnce_ThenEveryFewMinutes()
    {
        var others = new RogueServerDetector();
        Assert.Equal(TimeSpan.Zero, others.NextProbe);
        others.Probed(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromMinutes(5) + RogueServerDetector.ProbeInterval, others.NextProbe);
        Assert.True(3 * RogueServerDetector.ProbeInterval < RogueServerDetector.ForgetTime, "a lost probe or two must not make a server be forgotten");
    }

    [Theory]
    [InlineData("137.118.199.2/24", "10.203.0.0/16")]
    [InlineData("10.0.0.2/8", "172.27.0.0/16")]
    [InlineData("10.203.7.2/30", "172.27.0.0/16")]
    public void Network_IsTheFirstThatNothingOverlaps(string uplink, string expected) =>
        Assert.Equal(expected, DhcpSettings.Choose([Ipv4Network.Parse(uplink), Ipv4Network.Parse("100.64.0.0/10")])?.ToString());

    [Fact]
    public void Network_WhereAllAreUsed_IsNone() => Assert.Null(DhcpSettings.Choose([Ipv4Network.Parse("0.0.0.0/0")]));
}
