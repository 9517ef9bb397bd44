using Innkeeper.Arp;
using Innkeeper.OneArm;
using Innkeeper.Wire;

namespace Innkeeper.Tests.OneArm;

/// <summary>The decision table of one arm.</summary>
public sealed class LanResponderTests
{
    private static readonly MacAddress s_us = MacAddress.Parse("02:00:00:00:00:a1");
    private static readonly MacAddress s_device = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_other = MacAddress.Parse("02:00:00:00:01:02");

    private readonly LanResponder _responder = NewResponder();
    private TimeSpan _now = TimeSpan.FromHours(1);

    internal static LanResponder NewResponder(bool servesWrongGateways = true) => new(new LanParameters(
        s_us, Ipv4Network.Parse("137.118.199.2/24"), Ip("137.118.199.1"), a => a >= Ip("137.118.199.50") && a <= Ip("137.118.199.99"), servesWrongGateways));

    internal static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    private ArpVerdict Ask(string sender, string target, MacAddress? to = null, MacAddress? from = null, LanResponder? responder = null)
    {
        var mac = from ?? s_device;
        var message = ArpMessage.Request(mac, Ip(sender), Ip(target));
        (responder ?? _responder).Heard(message, mac, _now);
        return (responder ?? _responder).Decide(message, to ?? MacAddress.Broadcast, mac, _now);
    }

    [Theory]
    [InlineData("0.0.0.0", "47.31.128.1", ArpVerdict.Probe)]
    [InlineData("47.31.128.195", "47.31.128.195", ArpVerdict.Announcement)]
    [InlineData("169.254.7.7", "47.31.128.1", ArpVerdict.BogusAddress)]
    [InlineData("47.31.128.195", "169.254.1.1", ArpVerdict.BogusAddress)]
    [InlineData("127.0.0.1", "47.31.128.1", ArpVerdict.BogusAddress)]
    [InlineData("47.31.128.195", "224.0.0.1", ArpVerdict.BogusAddress)]
    [InlineData("47.31.128.195", "0.1.2.3", ArpVerdict.BogusAddress)]
    [InlineData("47.31.128.195", "137.118.199.1", ArpVerdict.UplinkNetwork)]
    [InlineData("47.31.128.195", "137.118.199.50", ArpVerdict.UplinkNetwork)]
    [InlineData("47.31.128.195", "47.31.128.1", ArpVerdict.AskFirst)]
    [InlineData("137.118.199.20", "137.118.199.254", ArpVerdict.RegularHost)]
    [InlineData("137.118.199.20", "137.118.199.1", ArpVerdict.RegularHost)]
    [InlineData("137.118.199.20", "137.118.199.2", ArpVerdict.RegularHost)]
    internal void Decide_FirstRequest_Is(string sender, string target, ArpVerdict expected) => Assert.Equal(expected, Ask(sender, target));

    [Fact]
    public void Decide_SecondRequestOfAForeignDevice_IsAnswered_AndThenOthersAreAtOnce()
    {
        Assert.Equal(ArpVerdict.AskFirst, Ask("47.31.128.195", "47.31.128.1"));
        _now += TimeSpan.FromMilliseconds(100);
        Assert.Equal(ArpVerdict.StillAsking, Ask("47.31.128.7", "47.31.128.1", from: s_other));
        _now += TimeSpan.FromMilliseconds(900);
        Assert.Equal(ArpVerdict.Answer, Ask("47.31.128.195", "47.31.128.1"));
        Assert.Equal(ArpVerdict.Answer, Ask("47.31.128.8", "47.31.128.1", from: s_other));
        _now += NeighborTable.Lifetime;
        Assert.Equal(ArpVerdict.AskFirst, Ask("47.31.128.9", "47.31.128.1", from: s_other));
    }

    [Fact]
    public void Decide_AskedAgainWhileAsking_IsAnsweredWhenTheWireHadItsTime()
    {
        Ask("47.31.128.195", "47.31.128.1");
        _now += TimeSpan.FromMilliseconds(100);
        Assert.Equal(ArpVerdict.StillAsking, Ask("47.31.128.195", "47.31.128.1"));
        Assert.Empty(_responder.TakeDue(_now));
        _now = _responder.NextDue!.Value;
        Assert.Equal((new ArpRequester(s_device, Ip("47.31.128.195")), Ip("47.31.128.1")), Assert.Single(_responder.TakeDue(_now)));
        Assert.Null(_responder.NextDue);
    }

    [Fact]
    public void Decide_TargetWithAnOwner_IsTheOwners_AndIsAskedForAgainWhenThatIsOld()
    {
        Ask("47.31.128.195", "47.31.128.1");
        _responder.Heard(ArpMessage.Reply(s_other, Ip("47.31.128.1"), s_us, Ip("137.118.199.2")), s_other, _now);
        Assert.Equal(ArpVerdict.LiveOwner, Ask("47.31.128.195", "47.31.128.1"));
        _now += NeighborTable.Freshness + TimeSpan.FromMilliseconds(1);
        Assert.Equal(ArpVerdict.AskFirst, Ask("47.31.128.195", "47.31.128.1"));
        _responder.Heard(ArpMessage.Reply(s_other, Ip("47.31.128.1"), s_us, Ip("137.118.199.2")), s_other, _now);
        Assert.Empty(_responder.TakeDue(_now + NeighborTable.AnswerTime));
    }

    [Fact]
    public void Heard_OwnerOfWhatWasAnswered_NamesWhoMustKnow()
    {
        Ask("47.31.128.195", "47.31.128.1");
        _now += TimeSpan.FromSeconds(1);
        Ask("47.31.128.195", "47.31.128.1");

        var requesters = _responder.Heard(ArpMessage.Announcement(s_other, Ip("47.31.128.1")), s_other, _now);

        Assert.Equal([new ArpRequester(s_device, Ip("47.31.128.195"))], requesters);
        Assert.Equal(ArpVerdict.LiveOwner, Ask("47.31.128.195", "47.31.128.1", to: s_us));
        Assert.Empty(_responder.Heard(ArpMessage.Announcement(s_other, Ip("47.31.128.1")), s_other, _now));
    }

    [Fact]
    public void Decide_UnicastToUsOfWhoWasAnswered_IsAnsweredAtOnce_AndToOthersNever()
    {
        _responder.Adopt(new ArpRequester(s_device, Ip("47.31.128.195")), Ip("47.31.128.1"));
        Assert.Equal(ArpVerdict.Answer, Ask("47.31.128.195", "47.31.128.1", to: s_us));
        Assert.Equal(ArpVerdict.UnicastToOther, Ask("47.31.128.195", "47.31.128.1", to: s_other));
        Assert.Equal(ArpVerdict.AskFirst, Ask("47.31.128.195", "47.31.128.77", to: s_us));
    }

    [Fact]
    public void Decide_HostOfTheLanAskingInVain_IsAnsweredTheThirdTime()
    {
        Assert.Equal(ArpVerdict.RegularHost, Ask("137.118.199.20", "137.118.199.254"));
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(ArpVerdict.AskFirst, Ask("137.118.199.20", "137.118.199.254"));
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(ArpVerdict.Answer, Ask("137.118.199.20", "137.118.199.254"));
        Assert.Equal(ArpVerdict.Answer, Ask("137.118.199.20", "137.118.199.254", to: s_us));
    }

    [Theory]
    [InlineData("137.118.199.1")]
    [InlineData("137.118.199.60")]
    [InlineData("137.118.199.2")]
    public void Decide_HostOfTheLanAskingForTheRouterThePoolOrUs_IsNeverAnswered(string target)
    {
        for (var i = 0; i < 6; i++, _now += TimeSpan.FromSeconds(1))
        {
            Assert.Equal(ArpVerdict.RegularHost, Ask("137.118.199.20", target));
        }
    }

    [Fact]
    public void Decide_HostThatAskedForTheRouterOnce_IsNeverAnsweredForADeadNeighbor()
    {
        Ask("137.118.199.20", "137.118.199.1");
        for (var i = 0; i < 10; i++, _now += TimeSpan.FromSeconds(1))
        {
            Assert.Equal(ArpVerdict.RegularHost, Ask("137.118.199.20", "137.118.199.254"));
        }
    }

    [Fact]
    public void Decide_RequestsFarApart_AreNotOneAttempt()
    {
        for (var i = 0; i < 10; i++, _now += LanResponder.Attempt + TimeSpan.FromSeconds(1))
        {
            Assert.Equal(ArpVerdict.RegularHost, Ask("137.118.199.20", "137.118.199.254"));
        }
    }

    [Fact]
    public void Decide_WrongGatewaysNotServed_LeavesHostsOfTheLanAlone()
    {
        var responder = NewResponder(servesWrongGateways: false);
        for (var i = 0; i < 5; i++, _now += TimeSpan.FromSeconds(1))
        {
            Assert.Equal(ArpVerdict.RegularHost, Ask("137.118.199.20", "137.118.199.254", responder: responder));
        }
    }

    [Fact]
    public void RetractAnswer_Neighbor_IsLeftAloneTwiceAsLongEachTime_HoweverOftenItRepeats()
    {
        foreach (var time in (TimeSpan[])[LanResponder.RetractionTime, LanResponder.RetractionTime * 2, LanResponder.RetractionTime * 4])
        {
            var end = _now + time;
            for (; _now < end; _now += TimeSpan.FromSeconds(1))
            {
                _responder.RetractAnswer(s_device, Ip("137.118.199.40"), _now);
                Assert.Equal(ArpVerdict.RegularHost, Ask("137.118.199.20", "137.118.199.40"));
            }

            Ask("137.118.199.20", "137.118.199.40");
            _now += TimeSpan.FromSeconds(1);
            Assert.Equal(ArpVerdict.AskFirst, Ask("137.118.199.20", "137.118.199.40"));
        }
    }

    [Fact]
    public void OnMisdirectedPacket_ForANeighbor_TheWireIsAskedOnceASecond_AndTheNeighborsAnswerCorrectsTheHost()
    {
        var host = new ArpRequester(s_device, Ip("137.118.199.20"));
        var neighbor = Ip("137.118.199.40");
        _responder.RetractAnswer(s_device, neighbor, _now);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(_responder.OnMisdirectedPacket(host, neighbor, _now));
            Assert.False(_responder.OnMisdirectedPacket(host, neighbor, _now));
            _now += LanResponder.AskAgain - TimeSpan.FromMilliseconds(1);
            Assert.False(_responder.OnMisdirectedPacket(host, neighbor, _now));
            _now += TimeSpan.FromMilliseconds(1);
        }

        Assert.Equal([host], _responder.Heard(ArpMessage.Reply(s_other, neighbor, s_us, Ip("137.118.199.2")), s_other, _now));

        // It did not hear so: it is told again.
        Assert.True(_responder.OnMisdirectedPacket(host, neighbor, _now));
        Assert.Equal([host], _responder.Heard(ArpMessage.Reply(s_other, neighbor, s_us, Ip("137.118.199.2")), s_other, _now));
    }

    [Fact]
    public void Decide_RetractedNeighbor_WhenItsTimeIsOver_IsAnsweredOnlyAfterThreeRequestsAgain()
    {
        Assert.True(_responder.OnMisdirectedPacket(new ArpRequester(s_device, Ip("137.118.199.20")), Ip("137.118.199.40"), _now));
        _responder.RetractAnswer(s_device, Ip("137.118.199.40"), _now);
        _now += LanResponder.RetractionTime;
        Assert.Equal([ArpVerdict.RegularHost, ArpVerdict.StillAsking, ArpVerdict.Answer], Enumerable.Range(0, 3).Select(_ => Ask("137.118.199.20", "137.118.199.40")));
    }

    [Theory]
    [InlineData("137.118.199.40", true)]
    [InlineData("137.118.199.2", false)]
    [InlineData("137.118.199.50", false)]
    [InlineData("47.31.128.1", false)]
    public void IsNeighbor_OfTheLan_ExceptTheGatewaysAndThePools(string address, bool expected) => Assert.Equal(expected, _responder.IsNeighbor(Ip(address)));

    [Fact]
    public void Decide_AFloodOfTargets_MakesNoFloodOfOurs_AndLeavesRoomAfterwards()
    {
        var verdicts = Enumerable.Range(0, 5000).Select(i => Ask("47.31.128.195", new Ipv4Address(0x0b000000 + (uint)i).ToString())).ToList();
        Assert.Equal(LanResponder.QuestionBurst, verdicts.Count(v => v == ArpVerdict.AskFirst));
        Assert.Equal(5000 - LanResponder.QuestionBurst, verdicts.Count(v => v == ArpVerdict.QuestionLimit));
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(500, Enumerable.Range(0, 5000).Count(i => Ask("47.31.128.195", new Ipv4Address(0x0c000000 + (uint)i).ToString()) == ArpVerdict.AskFirst));
    }

    [Fact]
    public void Decide_Passive_AnswersAndAsksNothing()
    {
        _responder.IsPassive = true;
        for (var i = 0; i < 5; i++, _now += TimeSpan.FromSeconds(1))
        {
            Assert.Equal(ArpVerdict.Passive, Ask("47.31.128.195", "47.31.128.1"));
            Assert.Empty(_responder.TakeDue(_now));
        }
    }

    [Fact]
    public void Decide_Cautious_NeverAnswersAFirstRequest()
    {
        _responder.IsCautious = true;
        Ask("47.31.128.195", "47.31.128.1");
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(ArpVerdict.Answer, Ask("47.31.128.195", "47.31.128.1"));
        Assert.Equal(ArpVerdict.StillAsking, Ask("47.31.128.7", "47.31.128.1", from: s_other));
        Assert.Equal(ArpVerdict.Answer, Ask("47.31.128.7", "47.31.128.1", from: s_other));
    }

    [Fact]
    public void Forwards_HostOfTheLan_ButForWhatItSaysToBeItsOwn()
    {
        Assert.False(_responder.Forwards(new ArpRequester(s_other, Ip("203.0.113.10")), _now));
        _responder.Heard(ArpMessage.Request(s_other, Ip("137.118.199.1"), Ip("137.118.199.20")), s_other, _now);
        Assert.True(_responder.Forwards(new ArpRequester(s_other, Ip("203.0.113.10")), _now));
        _responder.Heard(ArpMessage.Request(s_other, Ip("10.1.1.1"), Ip("10.1.1.2")), s_other, _now);
        Assert.False(_responder.Forwards(new ArpRequester(s_other, Ip("10.1.1.1")), _now));
    }

    [Fact]
    public void Heard_SenderThatIsNotTheFramesSource_TeachesNothing()
    {
        var lie = ArpMessage.Announcement(s_other, Ip("47.31.128.1"));
        _responder.Heard(lie, s_device, _now);
        Assert.Equal(ArpVerdict.SenderNotFrameSource, _responder.Decide(lie, MacAddress.Broadcast, s_device, _now));
        Assert.Equal(ArpVerdict.AskFirst, Ask("47.31.128.195", "47.31.128.1"));
    }
}
