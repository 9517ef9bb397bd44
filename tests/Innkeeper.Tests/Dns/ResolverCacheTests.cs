using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What is answered from the cache, and for how long.</summary>
public sealed class ResolverCacheTests
{
    private readonly ResolverBench _bench = new("192.0.2.53");

    private BenchAnswer Resolve(string name, Func<UpstreamQuery, byte[]> reply)
    {
        var asker = _bench.Ask(name);
        _bench.Reply(_bench.Last, reply(_bench.Last));
        return _bench.Got(asker);
    }

    [Fact]
    public void Ask_KnownName_IsAnsweredAtOnceWithTheTimeThatIsLeft()
    {
        Assert.Equal([300u], Resolve("a.example", e => Replies.Good(e)).Ttls);
        _bench.Wait(100_500);
        var again = _bench.Got(_bench.Ask("a.example"));
        Assert.Equal([200u], again.Ttls);
        Assert.Equal([Replies.Address], again.Addresses);
        Assert.Equal((1, 1L, 1L), (_bench.Sent.Count, _bench.Counted(DnsCounter.Hits), _bench.Counted(DnsCounter.Misses)));
    }

    [Fact]
    public void Ask_LifetimeOver_AsksAgain()
    {
        Resolve("a.example", e => Replies.Good(e));
        _bench.Wait(299_999);
        Assert.Equal([1u], _bench.Got(_bench.Ask("a.example")).Ttls);
        _bench.Wait(1);
        var asker = _bench.Ask("a.example");
        Assert.Null(_bench.AnswerTo(asker));
        Assert.Equal(2, _bench.Sent.Count);
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last, ttl: 77));
        Assert.Equal([77u], _bench.Got(asker).Ttls);
    }

    [Fact]
    public void Reply_LifetimeOfNothing_IsPassedOnAndNotKept()
    {
        Assert.Equal([0u], Resolve("a.example", e => Replies.Good(e, ttl: 0)).Ttls);
        Assert.Equal(0, _bench.Resolver.Cache.Count);
    }

    [Fact]
    public void Reply_LongerThanADay_IsKeptForADay()
    {
        Assert.Equal([86400u], Resolve("a.example", e => Replies.Good(e, ttl: 1_000_000)).Ttls);
        _bench.Wait(DnsCache.MaxLifetime);
        Assert.Null(_bench.AnswerTo(_bench.Ask("a.example")));
    }

    [Theory]
    [InlineData(60u, 3600u, 60)]
    [InlineData(3600u, 45u, 45)]
    [InlineData(100_000u, 100_000u, 300)]
    public void Reply_Negative_IsKeptAsLongAsItsSoaSaysAndFiveMinutesAtMost(uint minimum, uint soaTtl, int kept)
    {
        foreach (var code in new[] { DnsResponseCode.NameError, DnsResponseCode.NoError })
        {
            var name = $"{code}.example";
            Assert.Equal([(uint)kept], Resolve(name, e => Replies.Negative(e, code, minimum, soaTtl)).Ttls);
            _bench.Wait((kept * 1000) - 1);
            var again = _bench.Got(_bench.Ask(name));
            Assert.Equal(code, again.Code);
            Assert.Equal([1u], again.Ttls);
            _bench.Wait(1);
            var asker = _bench.Ask(name);
            Assert.Null(_bench.AnswerTo(asker));
            _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
            Assert.Equal(DnsResponseCode.NoError, _bench.Got(asker).Code);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0u)]
    [InlineData(0x80000000u)]
    public void Reply_NegativeWithoutALifetime_IsNotKept(uint? minimum)
    {
        Assert.Equal(DnsResponseCode.NameError, Resolve("a.example", e => Replies.Negative(e, DnsResponseCode.NameError, minimum)).Code);
        Assert.Equal(0, _bench.Resolver.Cache.Count);
    }

    [Fact]
    public void Reply_NegativeBehindAShortAlias_IsKeptNoLongerThanTheAlias()
    {
        Resolve("a.example", e => Replies.Negative(e, DnsResponseCode.NameError, 300, alias: 10));
        _bench.Wait(9_999);
        Assert.NotNull(_bench.AnswerTo(_bench.Ask("a.example")));
        _bench.Wait(1);
        Assert.Null(_bench.AnswerTo(_bench.Ask("a.example")));
    }

    [Fact]
    public void Ask_SameQuestionInFlight_IsSentOnceAndEachGetsItsIdAndSpelling()
    {
        var first = _bench.Ask(Queries.For("WWW.exAmple", id: 1));
        var second = _bench.Ask(Queries.For("www.EXAMPLE", id: 2), device: 2);
        Assert.Single(_bench.Sent);
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
        Assert.Equal((1, "WWW.exAmple."), (_bench.Got(first).Id, _bench.Got(first).Name));
        Assert.Equal((2, "www.EXAMPLE."), (_bench.Got(second).Id, _bench.Got(second).Name));
        var third = _bench.Got(_bench.Ask(Queries.For("wWw.example", id: 3)));
        Assert.Equal((3, "wWw.example."), (third.Id, third.Name));
        Assert.Equal(1, _bench.Counted(DnsCounter.Merged));
        _bench.Finish();
    }

    [Fact]
    public void Ask_RepeatedByItsAsker_IsAnsweredOnce()
    {
        var asker = _bench.Ask("a.example");
        _bench.Ask(asker, Queries.For("a.example"));
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
        Assert.Single(_bench.Answers);
    }

    [Fact]
    public void Ask_OtherDnssecWishes_AreOtherQuestions()
    {
        byte[][] queries =
        [
            Queries.For("a.example"),
            Queries.For("a.example", edns: 1232, dnssecOk: true),
            Queries.For("a.example", flags: DnsBits.CheckingDisabled),
            Queries.For("a.example", flags: DnsBits.CheckingDisabled, edns: 1232, dnssecOk: true),
            Queries.For("a.example", DnsType.Txt),
        ];
        Assert.All(queries, q => _bench.Ask(q));
        Assert.Equal(queries.Length, _bench.Sent.Count);
        for (var i = 0; i < queries.Length; i++)
        {
            Assert.True(DnsMessage.TryParse(_bench.Sent[i].Query, out var sent));
            Assert.True(DnsMessage.TryParse(queries[i], out var asked));
            Assert.Equal(asked.CheckingDisabled, sent.CheckingDisabled);
            Assert.Equal(asked.HasEdns, sent.TryGetEdns(out var edns) && edns.DnssecOk);
            _bench.Reply(_bench.Sent[i].UpstreamQuery, Replies.Good(_bench.Sent[i].UpstreamQuery));
        }

        Assert.Equal(queries.Length, _bench.Resolver.Cache.Count);
        _bench.Finish();
    }

    [Fact]
    public void Ask_MoreThanMayWait_IsLostAndTheOthersAreAnswered()
    {
        var askers = Enumerable.Range(0, PendingQuery.MaxWaiters).Select(_ => _bench.Ask("a.example")).ToList();
        var late = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
        Assert.All(askers, a => Assert.NotNull(_bench.AnswerTo(a)));
        Assert.Null(_bench.AnswerTo(late));
        Assert.Equal(1, _bench.Counted(DnsCounter.QueriesLost));
    }
}
