using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Arp;

/// <summary>Where two rows of the decision table match, the earlier one counts.</summary>
public sealed class ArpResponderOrderTests
{
    private static readonly MacAddress s_us = MacAddress.Parse("02:00:00:00:00:a1");
    private static readonly MacAddress s_device = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_other = MacAddress.Parse("02:00:00:00:01:02");
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private readonly NeighborTable _neighbors = new();

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    private ArpVerdict Decide(
        string sender, string target, MacAddress? to = null, bool isOwn = false, bool isolate = false, string? access = "192.168.77.1/24", ushort vlan = 0,
        TimeSpan later = default, (Ipv4Address Server, Ipv4Address Router)? dhcp = null) =>
        ArpResponder.Decide(
            ArpMessage.Request(s_device, Ip(sender), Ip(target)), to ?? MacAddress.Broadcast, new Station(vlan, s_device),
            new ArpNetworks(s_us, access is null ? null : Ipv4Network.Parse(access), Ipv4Network.Parse("137.118.199.2/24"), dhcp),
            _neighbors, isOwn, false, isolate, s_now + later);

    [Theory]
    [InlineData("47.31.128.195", "137.118.199.1", ArpVerdict.UplinkNetwork)]
    [InlineData("137.118.199.20", "137.118.199.1", ArpVerdict.Answer)]
    [InlineData("47.31.128.195", "192.168.77.9", ArpVerdict.AccessNetwork)]
    [InlineData("192.168.77.5", "192.168.77.9", ArpVerdict.Answer)]
    [InlineData("47.31.128.195", "47.31.128.195", ArpVerdict.Announcement)]
    [InlineData("0.0.0.0", "47.31.128.195", ArpVerdict.Probe)]
    internal void Decide_Isolated_SkipsTheQuestionButNoRefusal(string sender, string target, ArpVerdict expected) =>
        Assert.Equal(expected, Decide(sender, target, isolate: true));

    [Theory]
    [InlineData("47.31.128.195", "192.168.77.9")]
    [InlineData("47.31.128.195", "192.168.77.1")]
    public void Decide_AccessInterfaceWithoutAddress_HasNoNetworkToRespect(string sender, string target) =>
        Assert.Equal(ArpVerdict.Answer, Decide(sender, target, access: null));

    [Theory]
    [InlineData("10.203.7.7", "10.203.0.1")]
    [InlineData("137.118.199.50", "137.118.199.1")]
    [InlineData("47.31.128.195", "137.118.199.1")]
    public void Decide_ServerOrRouterOfOurLeases_IsAnsweredAtOnce_WhoeverClaimsIt(string sender, string target)
    {
        _neighbors.OnHeard(0, Ip(target), s_other, s_now);
        Assert.Equal(ArpVerdict.Answer, Decide(sender, target, dhcp: (Ip("10.203.0.1"), Ip("137.118.199.1"))));
        Assert.NotEqual(ArpVerdict.Answer, Decide(sender, target));
    }

    [Fact]
    public void Decide_OwnAddressByUnicastToUs_IsStillNotAnswered() =>
        Assert.Equal(ArpVerdict.OwnAddress, Decide("47.31.128.195", "47.31.128.196", to: s_us, isOwn: true));

    [Fact]
    public void Decide_AnnouncementByUnicastToUs_IsStillNotAnswered() =>
        Assert.Equal(ArpVerdict.Announcement, Decide("47.31.128.195", "47.31.128.195", to: s_us));

    [Fact]
    public void Decide_UnicastToUsForAFreshOwnersAddress_IsAnswered()
    {
        _neighbors.OnHeard(0, Ip("10.9.9.9"), s_other, s_now);
        Assert.Equal(ArpVerdict.Answer, Decide("10.0.0.5", "10.9.9.9", to: s_us));
    }

    [Fact]
    public void Decide_OwnersInTheUplinkAndAccessNetworks_AreLeftToAnswer()
    {
        _neighbors.OnHeard(0, Ip("137.118.199.1"), s_other, s_now);
        _neighbors.OnHeard(0, Ip("192.168.77.9"), s_other, s_now);
        Assert.Equal(ArpVerdict.LiveOwner, Decide("137.118.199.20", "137.118.199.1"));
        Assert.Equal(ArpVerdict.LiveOwner, Decide("192.168.77.5", "192.168.77.9"));
    }

    [Fact]
    public void Decide_AccessNetworkNeighborThatStaysSilent_IsAnsweredFor()
    {
        Assert.Equal(ArpVerdict.AskFirst, Decide("192.168.77.5", "192.168.77.9"));
        _neighbors.OnAsked(0, Ip("192.168.77.9"), s_now);
        Assert.Equal(ArpVerdict.StillAsking, Decide("192.168.77.5", "192.168.77.9"));
        Assert.Equal(ArpVerdict.Answer, Decide("192.168.77.5", "192.168.77.9", later: NeighborTable.AnswerTime));
    }

    [Fact]
    public void Decide_GatewaysOwnAddressWithAnotherHeardOnIt_IsOurs()
    {
        _neighbors.OnHeard(0, Ip("192.168.77.1"), s_other, s_now);
        Assert.Equal(ArpVerdict.Answer, Decide("47.31.128.195", "192.168.77.1"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(0xffff)]
    public void Decide_UnknownOperation_IsNoQuestion(int operation)
    {
        var octets = new byte[28];
        octets.AsSpan().Fill(0xA5);
        ArpMessage.Request(s_device, Ip("47.31.128.195"), Ip("47.31.128.1")).Write(octets);
        (octets[6], octets[7]) = ((byte)(operation >> 8), (byte)operation);
        Assert.True(ArpMessage.TryParse(octets, out var message));
        Assert.Equal(ArpVerdict.NotARequest, ArpResponder.Decide(
            message, MacAddress.Broadcast, new Station(0, s_device), new ArpNetworks(s_us, null, Ipv4Network.Parse("137.118.199.2/24")),
            _neighbors, false, false, false, s_now));
    }
}
