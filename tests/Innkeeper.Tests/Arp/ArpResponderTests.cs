using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Arp;

/// <summary>When ARP is answered with two arms: a case for each step.</summary>
public sealed class ArpResponderTests
{
    private static readonly MacAddress s_us = MacAddress.Parse("02:00:00:00:00:a1");
    private static readonly MacAddress s_device = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_other = MacAddress.Parse("02:00:00:00:01:02");
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private readonly NeighborTable _neighbors = new();

    [Theory]
    // 1. Probes and announcements.
    [InlineData("0.0.0.0", "47.31.128.195", ArpVerdict.Probe)]
    [InlineData("0.0.0.0", "47.31.128.1", ArpVerdict.Probe)]
    [InlineData("47.31.128.195", "47.31.128.195", ArpVerdict.Announcement)]
    // 3. The uplink network, from outside it and from within.
    [InlineData("47.31.128.195", "137.118.199.1", ArpVerdict.UplinkNetwork)]
    [InlineData("5.6.7.8", "137.118.199.33", ArpVerdict.UplinkNetwork)]
    [InlineData("137.118.199.20", "137.118.199.1", ArpVerdict.AskFirst)]
    // 4. The access interface's own network.
    [InlineData("47.31.128.195", "192.168.77.9", ArpVerdict.AccessNetwork)]
    [InlineData("47.31.128.195", "192.168.77.1", ArpVerdict.Answer)]
    [InlineData("192.168.77.5", "192.168.77.1", ArpVerdict.Answer)]
    [InlineData("192.168.77.5", "192.168.77.254", ArpVerdict.AskFirst)]
    // 6. Anything else, near or far.
    [InlineData("47.31.128.195", "47.31.128.1", ArpVerdict.Answer)]
    [InlineData("8.8.8.5", "8.8.8.8", ArpVerdict.Answer)]
    [InlineData("10.0.0.5", "10.9.9.9", ArpVerdict.Answer)]
    internal void Decide_BroadcastRequest_FollowsTheTable(string sender, string target, ArpVerdict expected) =>
        Assert.Equal(expected, Decide(sender, target));

    [Fact]
    public void Decide_Reply_IsNoQuestion() => Assert.Equal(ArpVerdict.NotARequest, ArpResponder.Decide(
        ArpMessage.Reply(s_device, Ip("47.31.128.195"), s_us, Ip("47.31.128.1")), s_us, new Station(0, s_device), s_networks, _neighbors, false, false, false, s_now));

    [Fact]
    public void Decide_SenderThatIsNotTheFramesSource_IsRejected() => Assert.Equal(ArpVerdict.SenderNotFrameSource, ArpResponder.Decide(
        ArpMessage.Request(s_device, Ip("47.31.128.195"), Ip("47.31.128.1")), MacAddress.Broadcast, new Station(0, s_other), s_networks, _neighbors, false, false, false, s_now));

    [Fact]
    public void Decide_TargetTheRequesterItselfUses_IsNotAnswered()
    {
        Assert.Equal(ArpVerdict.OwnAddress, Decide("47.31.128.195", "47.31.128.196", isOwn: true));
        _neighbors.OnHeard(0, Ip("47.31.128.197"), s_device, s_now);
        Assert.Equal(ArpVerdict.OwnAddress, Decide("47.31.128.195", "47.31.128.197"));
    }

    [Fact]
    public void Decide_UnicastToUs_IsAnsweredEvenWhereABroadcastIsNot()
    {
        Assert.Equal(ArpVerdict.Answer, Decide("47.31.128.195", "137.118.199.1", to: s_us));
        Assert.Equal(ArpVerdict.Probe, Decide("0.0.0.0", "47.31.128.1", to: s_us));
    }

    [Fact]
    public void Decide_UnicastToAnother_IsSilent() => Assert.Equal(ArpVerdict.UnicastToOther, Decide("47.31.128.195", "47.31.128.1", to: s_other));

    [Fact]
    public void Decide_OwnerJustHeard_IsLeftToAnswer()
    {
        _neighbors.OnHeard(0, Ip("10.9.9.9"), s_other, s_now);
        Assert.Equal(ArpVerdict.LiveOwner, Decide("10.0.0.5", "10.9.9.9"));
        Assert.Equal(ArpVerdict.Answer, Decide("10.0.0.5", "10.9.9.9", isolate: true));
        Assert.Equal(ArpVerdict.Answer, Decide("10.0.0.5", "10.9.9.9", vlan: 7));
    }

    [Fact]
    public void Decide_OwnerThatLeft_GivesTheAddressUpWithinThreeRequests()
    {
        _neighbors.OnHeard(0, Ip("10.9.9.9"), s_other, s_now);
        var verdicts = new List<ArpVerdict>();
        for (var second = 0; second < 3; second++)
        {
            var now = s_now + TimeSpan.FromSeconds(second) + TimeSpan.FromMilliseconds(10);
            verdicts.Add(Decide("10.0.0.5", "10.9.9.9", now: now));
            if (verdicts[^1] == ArpVerdict.AskFirst)
            {
                _neighbors.OnAsked(0, Ip("10.9.9.9"), now);
            }
        }

        Assert.Equal([ArpVerdict.LiveOwner, ArpVerdict.AskFirst, ArpVerdict.Answer], verdicts);
    }

    [Fact]
    public void Decide_DeviceThatClaimsTheTarget_IsAskedBeforeItIsAnsweredFor()
    {
        Assert.Equal(ArpVerdict.AskFirst, Decide("10.0.0.5", "10.9.9.9", isLive: true));
        _neighbors.OnAsked(0, Ip("10.9.9.9"), s_now);
        Assert.Equal(ArpVerdict.StillAsking, Decide("10.0.0.5", "10.9.9.9", isLive: true, now: s_now + TimeSpan.FromMilliseconds(100)));
        _neighbors.OnHeard(0, Ip("10.9.9.9"), s_other, s_now + TimeSpan.FromMilliseconds(200));
        Assert.Equal(ArpVerdict.LiveOwner, Decide("10.0.0.5", "10.9.9.9", isLive: true, now: s_now + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Decide_SilenceAfterAsking_HoldsForAMinute()
    {
        _neighbors.OnAsked(0, Ip("137.118.199.1"), s_now);
        Assert.Equal(ArpVerdict.Answer, Decide("137.118.199.20", "137.118.199.1", now: s_now + NeighborTable.AnswerTime));
        Assert.Equal(ArpVerdict.AskFirst, Decide("137.118.199.20", "137.118.199.1", now: s_now + NeighborTable.Lifetime + TimeSpan.FromSeconds(1)));
    }

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    private static readonly ArpNetworks s_networks = new(s_us, Ipv4Network.Parse("192.168.77.1/24"), Ipv4Network.Parse("137.118.199.2/24"));

    private ArpVerdict Decide(
        string sender, string target, MacAddress? to = null, bool isOwn = false, bool isLive = false, bool isolate = false, ushort vlan = 0, TimeSpan? now = null) =>
        ArpResponder.Decide(
            ArpMessage.Request(s_device, Ip(sender), Ip(target)), to ?? MacAddress.Broadcast, new Station(vlan, s_device), s_networks, _neighbors,
            isOwn, isLive, isolate, now ?? s_now);
}
