using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Answers that are too old, when there is no other (RFC 8767).</summary>
public sealed class ResolverStaleTests
{
    private readonly ResolverBench _bench = new("192.0.2.53", "192.0.2.54");

    private void KeepAndAge(string name)
    {
        _bench.Ask(name);
        _bench.Wait(10);
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last, ttl: 10));
        _bench.Wait(20_000);
    }

    [Fact]
    public void Ask_AllSilent_IsAnsweredFromBeforeAfterLessThanTwoSeconds()
    {
        KeepAndAge("a.example");
        var begun = _bench.Now;
        var asker = _bench.Ask("a.example");
        _bench.Wait(Resolver.StaleAfter - TimeSpan.FromMilliseconds(1));
        Assert.Null(_bench.AnswerTo(asker));
        _bench.Wait(1);
        Assert.Equal([30u], _bench.Got(asker).Ttls);
        Assert.Equal(begun + Resolver.StaleAfter, _bench.Got(asker).At);
        Assert.Equal(1, _bench.Counted(DnsCounter.Stale));
        _bench.Finish();
        Assert.Equal(0, _bench.Counted(DnsCounter.ServerFailures));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(700)]
    [InlineData(900)]
    [InlineData(1300)]
    [InlineData(1700)]
    public void Ask_OneSilentAndOneFailing_IsAnsweredFromBeforeAfterLessThanTwoSeconds(int milliseconds)
    {
        KeepAndAge("a.example");
        _bench.Script(0, milliseconds, Replies.Failure);
        _bench.Script(1, 0, _ => null);
        var asker = _bench.Ask("a.example");
        _bench.Wait(Resolver.StaleAfter);
        Assert.Equal([30u], _bench.Got(asker).Ttls);
        _bench.Finish();
    }

    [Fact]
    public void Ask_AllFail_IsAnsweredFromBeforeAtOnce()
    {
        KeepAndAge("a.example");
        var asker = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Replies.Failure(_bench.Last));
        _bench.Reply(_bench.Last, Replies.Failure(_bench.Last));
        Assert.Equal([30u], _bench.Got(asker).Ttls);
    }

    [Fact]
    public void Ask_OtherAskerAfterAStaleAnswer_GetsItAtOnce()
    {
        KeepAndAge("a.example");
        _bench.Ask("a.example");
        _bench.Wait(Resolver.StaleAfter);
        Assert.Equal([30u], _bench.Got(_bench.Ask("a.example", device: 2)).Ttls);
        _bench.Finish();
    }

    [Fact]
    public void Reply_AfterAStaleAnswer_MendsTheCache()
    {
        KeepAndAge("a.example");
        _bench.Ask("a.example");
        _bench.Wait(Resolver.StaleAfter);
        _bench.Reply(_bench.Open[0], Replies.Good(_bench.Open[0], ttl: 500));
        Assert.Equal([500u], _bench.Got(_bench.Ask("a.example")).Ttls);
        _bench.Finish();
    }

    [Fact]
    public void Ask_AllDead_IsAnsweredFromBeforeAtOnceAndTheyAreAskedAllTheSame()
    {
        KeepAndAge("a.example");
        for (var i = 0; !_bench.Resolver.Upstreams.All(u => u.IsDead); i++)
        {
            _bench.Ask($"b{i}.example");
            _bench.Wait(5000);
        }

        var before = _bench.Sent.Count;
        Assert.Equal([30u], _bench.Got(_bench.Ask("a.example")).Ttls);
        Assert.Equal(before + 1, _bench.Sent.Count);
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
        Assert.Equal([300u], _bench.Got(_bench.Ask("a.example")).Ttls);
        _bench.Finish();
    }

    [Fact]
    public void Ask_OlderThanADay_IsServerFailure()
    {
        KeepAndAge("a.example");
        _bench.Jump(DnsCache.MaxStale);
        var asker = _bench.Ask("a.example");
        _bench.Wait(Resolver.Patience);
        Assert.Equal(DnsResponseCode.ServerFailure, _bench.Got(asker).Code);
    }

    [Fact]
    public void Ask_NegativeFromBefore_IsGivenAsIs()
    {
        _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Replies.Negative(_bench.Last, DnsResponseCode.NameError, 5));
        _bench.Wait(10_000);
        var asker = _bench.Ask("a.example");
        _bench.Wait(Resolver.StaleAfter);
        Assert.Equal((DnsResponseCode.NameError, 30u), (_bench.Got(asker).Code, _bench.Got(asker).Ttls[0]));
    }
}
