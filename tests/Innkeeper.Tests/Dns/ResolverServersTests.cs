using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Which server is asked when, as some are slow, wrong or silent.</summary>
public sealed class ResolverServersTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ResolverHarness _harness = new("192.0.2.53", "192.0.2.54");
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
        var begun = _harness.Now;
        var client = _harness.Ask($"n{_names++}.example");
        _harness.Wait(4500);
        Assert.Equal(code, _harness.AssertAnswered(client).Code);
        _harness.Wait(rest);
        return (int)(_harness.AssertAnswered(client).At - begun).TotalMilliseconds;
    }

    /// <summary>The first server is the quicker, and both are known.</summary>
    private void Learn(int first = 10, int second = 20)
    {
        _harness.Script(0, first, e => Replies.Good(e));
        _harness.Script(1, second, e => Replies.Good(e));
        Assert.Equal([first, second, first], [Resolve(), Resolve(), Resolve()]);
    }

    private void Kill(int server) => _harness.Script(server, 0, _ => null);

    [Theory]
    [MemberData(nameof(Useless))]
    public void Reply_ThatHelpsNobody_LeadsToTheNextServerAtOnce(string kind)
    {
        var client = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Make(kind, _harness.Last));
        Assert.Same(_harness[1], _harness.Last.Upstream);
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
        Assert.Equal([Replies.Address], _harness.AssertAnswered(client).Addresses);
        Assert.Equal((1L, 0L), (_harness[0].Failures, _harness[1].Failures));
        Assert.Equal(kind == "Loop" ? 1 : 0, _harness.Counted(DnsCounter.AliasLoops));
        _harness.AssertFinishes();
    }

    [Theory]
    [MemberData(nameof(Useless))]
    public void Reply_ThatHelpsNobodyFromAll_IsServerFailureAtOnce(string kind)
    {
        var client = _harness.Ask("A.example");
        _harness.Reply(_harness.Last, Make(kind, _harness.Last));
        _harness.Reply(_harness.Last, Make(kind, _harness.Last));
        Assert.Equal((DnsResponseCode.ServerFailure, "A.example."), (_harness.AssertAnswered(client).Code, _harness.AssertAnswered(client).Name));
        Assert.Equal(1, _harness.Counted(DnsCounter.ServerFailures));
        _harness.AssertFinishes();
    }

    [Fact]
    public void Reply_FailuresThatComeAfterTheNextWasAsked_AreNotAskedForAgain()
    {
        // Each fails after the patience with it: when the first does, the second is still being asked.
        Learn();
        _harness.Script(0, 200, Replies.Failure);
        _harness.Script(1, 200, Replies.Failure);
        var before = _harness.Sent.Count;
        Assert.InRange(Resolve(DnsResponseCode.ServerFailure), 200, 400);
        Assert.Equal(2, _harness.Sent.Count - before);
    }

    [Fact]
    public void Ask_FirstServerSilent_IsAnsweredByTheSecondWithinASecond()
    {
        _harness.Script(1, 20, e => Replies.Good(e));
        Assert.InRange(Resolve(), 20, 1000);
    }

    [Fact]
    public void Ask_SlowServerFallsSilent_AnotherIsAskedInTimeForAnAnswerWithinASecond()
    {
        Learn(first: 250, second: 300);
        Kill(0);
        Assert.Equal(1000, Resolve());
        Assert.Same(_harness[1], _harness.Last.Upstream);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Ask_AllSilent_IsServerFailureWithinFiveSecondsAndFewQueries(int servers)
    {
        var harness = new ResolverHarness([.. Enumerable.Range(1, servers).Select(i => $"192.0.2.{i}")]);
        var begun = harness.Now;
        var client = harness.Ask("a.example");
        harness.Wait(5000);
        Assert.Equal(DnsResponseCode.ServerFailure, harness.AssertAnswered(client).Code);
        Assert.InRange((harness.AssertAnswered(client).At - begun).TotalSeconds, 0, 5);
        Assert.InRange(harness.Sent.Count, servers, 12);
        Assert.Equal(harness.Sent.Count, harness.Resolver.Upstreams.Sum(u => u.Queries));
        Assert.True(harness.Resolver.Upstreams.Sum(u => u.Timeouts) <= harness.Sent.Count, "An exchange is late once.");
        harness.AssertFinishes();
    }

    [Fact]
    public void Ask_NoServers_IsServerFailureAtOnce()
    {
        var harness = new ResolverHarness(Array.Empty<string>());
        Assert.Equal(DnsResponseCode.ServerFailure, harness.AssertAnswered(harness.Ask("a.example")).Code);
        harness.AssertFinishes();
    }

    [Fact]
    public void Ask_ServersOutOfReach_GoesToTheNextAtOnce()
    {
        _harness.Unreachable.Add(_harness[0]);
        _harness.Script(1, 20, e => Replies.Good(e));
        Assert.Equal(20, Resolve());
        _harness.Unreachable.Add(_harness[1]);
        Assert.Equal(0, Resolve(DnsResponseCode.ServerFailure));
        _harness.AssertFinishes();
    }

    [Fact]
    public void Failed_Exchange_LeadsToTheNextServerAtOnceAndCountsOnce()
    {
        var client = _harness.Ask("a.example");
        _harness.Wait(500);
        var (first, second) = (_harness.Sent[0].Exchange, _harness.Last);
        Assert.Equal(1, _harness[0].Timeouts);
        _harness.Fail(first);
        _harness.Fail(first);
        Assert.Equal(1, _harness[0].Timeouts);
        Assert.Null(_harness.AnswerTo(client));
        _harness.Fail(second);
        Assert.Equal(DnsResponseCode.ServerFailure, _harness.AssertAnswered(client).Code);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_DeadServer_IsAskedLast()
    {
        Learn();
        Kill(0);
        Assert.All(new int[3], _ => Assert.InRange(Resolve(rest: 0), 21, 300));
        Assert.True(_harness[0].IsDead);
        _harness.Ask("z.example");
        Assert.Same(_harness[1], _harness.Last.Upstream);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(800)]
    public void Ask_DeadServerThatLivesAgain_ComesBackAlsoWhenItIsTheSlower(int milliseconds)
    {
        Learn();
        Kill(0);
        Assert.All(new int[3], _ => Resolve());
        Assert.True(_harness[0].IsDead);
        _harness.Script(0, milliseconds, e => Replies.Good(e));
        _harness.Wait(s_second);
        Assert.Equal(20, Resolve());
        Assert.False(_harness[0].IsDead);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_ServerThatStaysDead_IsTriedLessAndLessOftenAndHoldsNothingUp()
    {
        Learn();
        Kill(0);
        Assert.All(new int[3], _ => Resolve());
        var before = _harness[0].Queries;
        for (var i = 0; i < 300; i++)
        {
            var client = _harness.Ask($"m{i}.example");
            _harness.Wait(s_second);
            Assert.Equal(DnsResponseCode.NoError, _harness.AssertAnswered(client).Code);
        }

        Assert.InRange(_harness[0].Queries - before, 5, 15);
        _harness.AssertFinishes();
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(4600)]
    public void Ask_UnknownServerThatIsSlow_IsNotPreferredForLong(int milliseconds)
    {
        _harness.Script(0, milliseconds, e => Replies.Good(e));
        _harness.Script(1, 20, e => Replies.Good(e));
        Assert.InRange(Enumerable.Range(0, 40).Count(_ => Resolve() > 20), 1, 4);
    }

    [Fact]
    public void Ask_UnknownServer_IsTriedSoonAndTheQuickerIsAskedFromThenOn()
    {
        _harness.Script(0, 60, e => Replies.Good(e));
        _harness.Script(1, 20, e => Replies.Good(e));
        Assert.Equal([60, 20, 20, 20], [Resolve(), Resolve(), Resolve(), Resolve()]);
    }

    [Fact]
    public void SetServers_OneStays_KeepsWhatIsKnownOfIt()
    {
        Learn();
        var kept = _harness[1];
        var client = _harness.Ask("open.example");
        _harness.Resolver.SetServers(ResolverHarness.Addresses("192.0.2.99", "192.0.2.54"));
        Assert.Same(kept, _harness[1]);
        Assert.Equal(TimeSpan.Zero, _harness[0].Latency);
        _harness.Wait(1000);
        Assert.Equal([Replies.Address], _harness.AssertAnswered(client).Addresses);
        _harness.Resolver.SetServers([]);
        Assert.Equal(0, Resolve(DnsResponseCode.ServerFailure));
        _harness.AssertFinishes();
    }
}
