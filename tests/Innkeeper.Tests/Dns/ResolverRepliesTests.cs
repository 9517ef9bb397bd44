using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What is made of the replies of one server.</summary>
public sealed class ResolverRepliesTests
{
    private readonly ResolverBench _bench = new("192.0.2.53");

    public static TheoryData<string> Kinds => ["OtherId", "OtherType", "OtherName", "Query", "TwoQuestions", "HeaderOnly", "Malformed"];

    private static byte[] Make(string kind, UpstreamQuery exchange) => kind switch
    {
        "OtherId" => Replies.OtherId(exchange),
        "OtherType" => Replies.OtherType(exchange),
        "OtherName" => Replies.OtherName(exchange),
        "Query" => Replies.Query(exchange),
        "TwoQuestions" => Replies.TwoQuestions(exchange),
        "HeaderOnly" => Replies.HeaderOnly(exchange, DnsResponseCode.NoError),
        _ => Replies.Malformed(exchange),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reply_NotTheAnswer_IsCountedAndTheRightOneIsStillTaken(string kind)
    {
        var asker = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Make(kind, _bench.Last));
        Assert.Null(_bench.AnswerTo(asker));
        Assert.Equal(1, _bench.Counted(kind == "Malformed" ? DnsCounter.RepliesMalformed : DnsCounter.RepliesForged));
        Assert.Equal(0, _bench[0].Answers);
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
        Assert.Equal([Replies.Address], _bench.Got(asker).Addresses);
        _bench.Finish();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reply_NotTheAnswerByStream_EndsTheExchangeAsNothingElseComes(string kind)
    {
        var asker = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Replies.Truncated(_bench.Last));
        Assert.True(_bench.Last.IsStream);
        _bench.Reply(_bench.Last, Make(kind, _bench.Last));
        Assert.Equal(DnsResponseCode.ServerFailure, _bench.Got(asker).Code);
        _bench.Finish();
    }

    [Fact]
    public void Reply_OtherCase_IsTheAnswer()
    {
        var asker = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Replies.OtherCase(_bench.Last));
        Assert.Equal("a.example.", _bench.Got(asker).Name);
    }

    [Fact]
    public void Reply_AfterTheAnswer_IsLate()
    {
        _bench.Ask("a.example");
        var exchange = _bench.Last;
        _bench.Reply(exchange, Replies.Good(exchange));
        _bench.Reply(exchange, Replies.Good(exchange));
        _bench.Fail(exchange);
        Assert.Equal(1, _bench.Counted(DnsCounter.RepliesLate));
        Assert.Equal((1L, 0L), (_bench[0].Answers, _bench[0].Timeouts));
    }

    [Fact]
    public void Reply_TwiceOverOneExchangeOfAnOpenQuestion_CountsOnce()
    {
        var bench = new ResolverBench("192.0.2.53", "192.0.2.54");
        bench.Ask("a.example");
        var first = bench.Last;
        bench.Reply(first, Replies.Failure(first));
        bench.Reply(first, Replies.Failure(first));
        Assert.Equal(2, bench.Sent.Count);
        Assert.Equal(1, bench.Counted(DnsCounter.RepliesLate));
        bench.Finish();
    }

    [Fact]
    public void Reply_Truncated_IsAskedOfTheSameServerByStream()
    {
        var bench = new ResolverBench("192.0.2.53", "192.0.2.54");
        var asker = bench.Ask("a.example", path: BenchPath.Stream);
        var first = bench.Last;
        bench.Reply(first, Replies.Truncated(first));
        Assert.DoesNotContain(first, bench.Open);
        Assert.True(bench.Last.IsStream);
        Assert.Same(first.Upstream, bench.Last.Upstream);
        bench.Wait(100);
        bench.Reply(bench.Last, Replies.Good(bench.Last, count: 200));
        Assert.Equal(200, bench.Got(asker).Addresses.Length);
        Assert.Equal(1, bench.Counted(DnsCounter.RepliesTruncated));
        bench.Finish();
    }

    [Fact]
    public void Reply_TruncatedByStream_HelpsNobodyAndIsNoLoop()
    {
        var asker = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Replies.Truncated(_bench.Last));
        _bench.Reply(_bench.Last, Replies.Truncated(_bench.Last));
        Assert.Equal(DnsResponseCode.ServerFailure, _bench.Got(asker).Code);
        Assert.Equal((0L, 1L), (_bench.Counted(DnsCounter.AliasLoops), _bench[0].Failures));
    }

    [Theory]
    [InlineData(DnsResponseCode.FormatError, false)]
    [InlineData(DnsResponseCode.FormatError, true)]
    [InlineData(DnsResponseCode.NotImplemented, false)]
    [InlineData(DnsResponseCode.NotImplemented, true)]
    public void Reply_ServerWithoutEdns_IsAskedWithoutFromThenOn(DnsResponseCode code, bool withQuestion)
    {
        var asker = _bench.Ask(Queries.For("a.example", edns: 1232));
        Assert.True(_bench.Last.WithEdns);
        _bench.Reply(_bench.Last, withQuestion ? Replies.Code(_bench.Last, code, withEdns: false) : Replies.HeaderOnly(_bench.Last, code));
        Assert.Null(_bench.AnswerTo(asker));
        Assert.True(DnsMessage.TryParse(_bench.Sent[1].Query, out var second) && !second.HasEdns);
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
        Assert.True(_bench.Got(asker).HasEdns);
        _bench.Ask("b.example");
        Assert.True(DnsMessage.TryParse(_bench.Sent[2].Query, out var third) && !third.HasEdns);
        _bench.Finish();
    }

    [Fact]
    public void Reply_FormatErrorWithoutEdnsTwice_IsAFailure()
    {
        var asker = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Replies.HeaderOnly(_bench.Last, DnsResponseCode.FormatError));
        _bench.Reply(_bench.Last, Replies.HeaderOnly(_bench.Last, DnsResponseCode.FormatError));
        Assert.Equal(DnsResponseCode.ServerFailure, _bench.Got(asker).Code);
        Assert.Equal(2, _bench.Sent.Count);
    }

    [Fact]
    public void Reply_PrivateAddressesRefused_GivesNoneAndIsNotKept()
    {
        var bench = new ResolverBench(new ResolverSettings(ResolverBench.Addresses("192.0.2.53"), 1 << 20, true, 0));
        var asker = bench.Ask("a.example");
        bench.Reply(bench.Last, Replies.Good(bench.Last, first: new(0x0A000001)));
        Assert.Equal((DnsResponseCode.NoError, 0), (bench.Got(asker).Code, bench.Got(asker).Count(DnsSection.Answer)));
        Assert.Equal((1L, 0), (bench.Counted(DnsCounter.PrivateAnswersRefused), bench.Resolver.Cache.Count));
        asker = bench.Ask("b.example");
        bench.Reply(bench.Last, Replies.Good(bench.Last));
        Assert.Single(bench.Got(asker).Addresses);
    }

    [Fact]
    public void Reply_PrivateAddressesAllowed_ArePassedOn()
    {
        var asker = _bench.Ask("a.example");
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last, first: new(0x0A000001)));
        Assert.Single(_bench.Got(asker).Addresses);
    }
}
