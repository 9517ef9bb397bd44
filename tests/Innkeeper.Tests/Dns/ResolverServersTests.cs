using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Which server is asked when, as some are slow, wrong or silent.</summary>
public sealed class ResolverServersTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ResolverBench _bench = new("192.0.2.53", "192.0.2.54");
    private int _names;

    public static TheoryData<string> Useless => ["Failure", "Refused", "Referral", "Loop", "BadVersion"];

    private static byte[] Make(string kind, UpstreamQuery exchange) => kind switch
    {
        "Failure" => Replies.Failure(exchange),
        "Refused" => Replies.Code(exchange, DnsResponseCode.Refused),
        "BadVersion" => Replies.Code(exchange, DnsResponseCode.BadVersion),
        "Referral" => Replies.Referral(exchange),
        _ => Replies.Loop(exchange),
    };

    /// <summary>Asks for a name never asked for, and tells after how many milliseconds the answer came.</summary>
    private int Resolve(DnsResponseCode code = DnsResponseCode.NoError, int rest = 600)
    {
        var begun = _bench.Now;
        var asker = _bench.Ask($"n{_names++}.example");
        _bench.Wait(4500);
        Assert.Equal(code, _bench.Got(asker).Code);
        _bench.Wait(rest);
        return (int)(_bench.Got(asker).At - begun).TotalMilliseconds;
    }

    /// <summary>The first server is the quicker, and both are known.</summary>
    private void Learn(int first = 10, int second = 20)
    {
        _bench.Script(0, first, e => Replies.Good(e));
        _bench.Script(1, second, e => Replies.Good(e));
        Assert.Equal([first, second, first], [Resolve(), Resolve(), Resolve()]);
    }

    private void Kill(int server) => _bench.Script(server, 0, _ => null);

    [Theory]
    [MemberData(nameof(Useless))]
    public void Reply_ThatHelpsNobody_LeadsToTheNextServerAtOnce(string kind)
    {
        var asker = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Make(kind, _bench.Last));
        Assert.Same(_bench[1], _bench.Last.Upstream);
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
        Assert.Equal([Replies.Address], _bench.Got(asker).Addresses);
        Assert.Equal((1L, 0L), (_bench[0].Failures, _bench[1].Failures));
        Assert.Equal(kind == "Loop" ? 1 : 0, _bench.Counted(DnsCounter.AliasLoops));
        _bench.Finish();
    }

    [Theory]
    [MemberData(nameof(Useless))]
    public void Reply_ThatHelpsNobodyFromAll_IsServerFailureAtOnce(string kind)
    {
        var asker = _bench.Ask("A.example");
        _bench.Reply(_bench.Last, Make(kind, _bench.Last));
        _bench.Reply(_bench.Last, Make(kind, _bench.Last));
        Assert.Equal((DnsResponseCode.ServerFailure, "A.example."), (_bench.Got(asker).Code, _bench.Got(asker).Name));
        Assert.Equal(1, _bench.Counted(DnsCounter.ServerFailures));
        _bench.Finish();
    }

    [Fact]
    public void Reply_FailuresThatComeAfterTheNextWasAsked_AreNotAskedForAgain()
    {
        // Each fails after the patience with it: when the first does, the second is still being asked.
        Learn();
        _bench.Script(0, 200, Replies.Failure);
        _bench.Script(1, 200, Replies.Failure);
        var before = _bench.Sent.Count;
        Assert.InRange(Resolve(DnsResponseCode.ServerFailure), 200, 400);
        Assert.Equal(2, _bench.Sent.Count - before);
    }

    [Fact]
    public void Ask_FirstServerSilent_IsAnsweredByTheSecondWithinASecond()
    {
        _bench.Script(1, 20, e => Replies.Good(e));
        Assert.InRange(Resolve(), 20, 1000);
    }

    [Fact]
    public void Ask_SlowServerFallsSilent_AnotherIsAskedInTimeForAnAnswerWithinASecond()
    {
        Learn(first: 250, second: 300);
        Kill(0);
        Assert.Equal(1000, Resolve());
        Assert.Same(_bench[1], _bench.Last.Upstream);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Ask_AllSilent_IsServerFailureWithinFiveSecondsAndFewQueries(int servers)
    {
        var bench = new ResolverBench([.. Enumerable.Range(1, servers).Select(i => $"192.0.2.{i}")]);
        var begun = bench.Now;
        var asker = bench.Ask("a.example");
        bench.Wait(5000);
        Assert.Equal(DnsResponseCode.ServerFailure, bench.Got(asker).Code);
        Assert.InRange((bench.Got(asker).At - begun).TotalSeconds, 0, 5);
        Assert.InRange(bench.Sent.Count, servers, 12);
        Assert.Equal(bench.Sent.Count, bench.Resolver.Upstreams.Sum(u => u.Queries));
        Assert.True(bench.Resolver.Upstreams.Sum(u => u.Timeouts) <= bench.Sent.Count, "An exchange is late once.");
        bench.Finish();
    }

    [Fact]
    public void Ask_NoServers_IsServerFailureAtOnce()
    {
        var bench = new ResolverBench(Array.Empty<string>());
        Assert.Equal(DnsResponseCode.ServerFailure, bench.Got(bench.Ask("a.example")).Code);
        bench.Finish();
    }

    [Fact]
    public void Ask_ServersOutOfReach_GoesToTheNextAtOnce()
    {
        _bench.Unreachable.Add(_bench[0]);
        _bench.Script(1, 20, e => Replies.Good(e));
        Assert.Equal(20, Resolve());
        _bench.Unreachable.Add(_bench[1]);
        Assert.Equal(0, Resolve(DnsResponseCode.ServerFailure));
        _bench.Finish();
    }

    [Fact]
    public void Failed_Exchange_LeadsToTheNextServerAtOnceAndCountsOnce()
    {
        var asker = _bench.Ask("a.example");
        _bench.Wait(500);
        var (first, second) = (_bench.Sent[0].UpstreamQuery, _bench.Last);
        Assert.Equal(1, _bench[0].Timeouts);
        _bench.Fail(first);
        _bench.Fail(first);
        Assert.Equal(1, _bench[0].Timeouts);
        Assert.Null(_bench.AnswerTo(asker));
        _bench.Fail(second);
        Assert.Equal(DnsResponseCode.ServerFailure, _bench.Got(asker).Code);
        _bench.Finish();
    }

    [Fact]
    public void Ask_DeadServer_IsAskedLast()
    {
        Learn();
        Kill(0);
        Assert.All(new int[3], _ => Assert.InRange(Resolve(rest: 0), 21, 300));
        Assert.True(_bench[0].IsDead);
        _bench.Ask("z.example");
        Assert.Same(_bench[1], _bench.Last.Upstream);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(800)]
    public void Ask_DeadServerThatLivesAgain_ComesBackAlsoWhenItIsTheSlower(int milliseconds)
    {
        Learn();
        Kill(0);
        Assert.All(new int[3], _ => Resolve());
        Assert.True(_bench[0].IsDead);
        _bench.Script(0, milliseconds, e => Replies.Good(e));
        _bench.Wait(s_second);
        Assert.Equal(20, Resolve());
        Assert.False(_bench[0].IsDead);
        _bench.Finish();
    }

    [Fact]
    public void Ask_ServerThatStaysDead_IsTriedLessAndLessOftenAndHoldsNothingUp()
    {
        Learn();
        Kill(0);
        Assert.All(new int[3], _ => Resolve());
        var before = _bench[0].Queries;
        for (var i = 0; i < 300; i++)
        {
            var asker = _bench.Ask($"m{i}.example");
            _bench.Wait(s_second);
            Assert.Equal(DnsResponseCode.NoError, _bench.Got(asker).Code);
        }

        Assert.InRange(_bench[0].Queries - before, 5, 15);
        _bench.Finish();
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(4600)]
    public void Ask_UnknownServerThatIsSlow_IsNotPreferredForLong(int milliseconds)
    {
        _bench.Script(0, milliseconds, e => Replies.Good(e));
        _bench.Script(1, 20, e => Replies.Good(e));
        Assert.InRange(Enumerable.Range(0, 40).Count(_ => Resolve() > 20), 1, 4);
    }

    [Fact]
    public void Ask_UnknownServer_IsTriedSoonAndTheQuickerIsAskedFromThenOn()
    {
        _bench.Script(0, 60, e => Replies.Good(e));
        _bench.Script(1, 20, e => Replies.Good(e));
        Assert.Equal([60, 20, 20, 20], [Resolve(), Resolve(), Resolve(), Resolve()]);
    }

    [Fact]
    public void SetServers_OneStays_KeepsWhatIsKnownOfIt()
    {
        Learn();
        var kept = _bench[1];
        var asker = _bench.Ask("open.example");
        _bench.Resolver.SetServers(ResolverBench.Addresses("192.0.2.99", "192.0.2.54"));
        Assert.Same(kept, _bench[1]);
        Assert.Equal(TimeSpan.Zero, _bench[0].Latency);
        _bench.Wait(1000);
        Assert.Equal([Replies.Address], _bench.Got(asker).Addresses);
        _bench.Resolver.SetServers([]);
        Assert.Equal(0, Resolve(DnsResponseCode.ServerFailure));
        _bench.Finish();
    }
}
