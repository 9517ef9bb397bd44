using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What is answered from the cache, and for how long.</summary>
public sealed class ResolverCacheTests
{
    private readonly ResolverHarness _harness = new("192.0.2.53");

    private ReceivedAnswer Resolve(string name, Func<UpstreamQuery, byte[]> reply)
    {
        var client = _harness.Ask(name);
        _harness.Reply(_harness.Last, reply(_harness.Last));
        return _harness.AssertAnswered(client);
    }

    [Fact]
    public void Ask_KnownName_IsAnsweredAtOnceWithTheTimeThatIsLeft()
    {
        Assert.Equal([300u], Resolve("a.example", e => Replies.Good(e)).Ttls);
        _harness.Wait(100_500);
        var again = _harness.AssertAnswered(_harness.Ask("a.example"));
        Assert.Equal([200u], again.Ttls);
        Assert.Equal([Replies.Address], again.Addresses);
        Assert.Equal((1, 1L, 1L), (_harness.Sent.Count, _harness.Counted(DnsCounter.Hits), _harness.Counted(DnsCounter.Misses)));
    }

    [Fact]
    public void Ask_LifetimeOver_AsksAgain()
    {
        Resolve("a.example", e => Replies.Good(e));
        _harness.Wait(299_999);
        Assert.Equal([1u], _harness.AssertAnswered(_harness.Ask("a.example")).Ttls);
        _harness.Wait(1);
        var client = _harness.Ask("a.example");
        Assert.Null(_harness.AnswerTo(client));
        Assert.Equal(2, _harness.Sent.Count);
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last, ttl: 77));
        Assert.Equal([77u], _harness.AssertAnswered(client).Ttls);
    }

    [Fact]
    public void Reply_LifetimeOfNothing_IsPassedOnAndNotKept()
    {
        Assert.Equal([0u], Resolve("a.example", e => Replies.Good(e, ttl: 0)).Ttls);
        Assert.Equal(0, _harness.Resolver.Cache.Count);
    }

    [Fact]
    public void Reply_LongerThanADay_IsKeptForADay()
    {
        Assert.Equal([86400u], Resolve("a.example", e => Replies.Good(e, ttl: 1_000_000)).Ttls);
        _harness.Wait(DnsCache.MaxLifetime);
        Assert.Null(_harness.AnswerTo(_harness.Ask("a.example")));
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
            _harness.Wait((kept * 1000) - 1);
            var again = _harness.AssertAnswered(_harness.Ask(name));
            Assert.Equal(code, again.Code);
            Assert.Equal([1u], again.Ttls);
            _harness.Wait(1);
            var client = _harness.Ask(name);
            Assert.Null(_harness.AnswerTo(client));
            _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
            Assert.Equal(DnsResponseCode.NoError, _harness.AssertAnswered(client).Code);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0u)]
    [InlineData(0x80000000u)]
    public void Reply_NegativeWithoutALifetime_IsNotKept(uint? minimum)
    {
        Assert.Equal(DnsResponseCode.NameError, Resolve("a.example", e => Replies.Negative(e, DnsResponseCode.NameError, minimum)).Code);
        Assert.Equal(0, _harness.Resolver.Cache.Count);
    }

    [Fact]
    public void Reply_NegativeBehindAShortAlias_IsKeptNoLongerThanTheAlias()
    {
        Resolve("a.example", e => Replies.Negative(e, DnsResponseCode.NameError, 300, alias: 10));
        _harness.Wait(9_999);
        Assert.NotNull(_harness.AnswerTo(_harness.Ask("a.example")));
        _harness.Wait(1);
        Assert.Null(_harness.AnswerTo(_harness.Ask("a.example")));
    }

    [Fact]
    public void Ask_SameQuestionInFlight_IsSentOnceAndEachGetsItsIdAndSpelling()
    {
        var first = _harness.Ask(Queries.For("WWW.exAmple", id: 1));
        var second = _harness.Ask(Queries.For("www.EXAMPLE", id: 2), device: 2);
        Assert.Single(_harness.Sent);
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
        Assert.Equal((1, "WWW.exAmple."), (_harness.AssertAnswered(first).Id, _harness.AssertAnswered(first).Name));
        Assert.Equal((2, "www.EXAMPLE."), (_harness.AssertAnswered(second).Id, _harness.AssertAnswered(second).Name));
        var third = _harness.AssertAnswered(_harness.Ask(Queries.For("wWw.example", id: 3)));
        Assert.Equal((3, "wWw.example."), (third.Id, third.Name));
        Assert.Equal(1, _harness.Counted(DnsCounter.Merged));
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_RepeatedByItsClient_IsAnsweredOnce()
    {
        var client = _harness.Ask("a.example");
        _harness.Ask(client, Queries.For("a.example"));
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
        Assert.Single(_harness.Answers);
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
        Assert.All(queries, q => _harness.Ask(q));
        Assert.Equal(queries.Length, _harness.Sent.Count);
        for (var i = 0; i < queries.Length; i++)
        {
            Assert.True(DnsMessage.TryParse(_harness.Sent[i].Query, out var sent));
            Assert.True(DnsMessage.TryParse(queries[i], out var asked));
            Assert.Equal(asked.CheckingDisabled, sent.CheckingDisabled);
            Assert.Equal(asked.HasEdns, sent.TryGetEdns(out var edns) && edns.DnssecOk);
            _harness.Reply(_harness.Sent[i].Exchange, Replies.Good(_harness.Sent[i].Exchange));
        }

        Assert.Equal(queries.Length, _harness.Resolver.Cache.Count);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_MoreThanMayWait_IsLostAndTheOthersAreAnswered()
    {
        var clients = Enumerable.Range(0, PendingQuery.MaxWaiters).Select(i => _harness.Ask("a.example", device: i + 10)).ToList();
        var late = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
        Assert.All(clients, a => Assert.NotNull(_harness.AnswerTo(a)));
        Assert.Null(_harness.AnswerTo(late));
        Assert.Equal(1, _harness.Counted(DnsCounter.QueriesLost));
    }
}
