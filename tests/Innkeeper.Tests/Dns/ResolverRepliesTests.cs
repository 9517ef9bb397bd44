using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What is made of the replies of one server.</summary>
public sealed class ResolverRepliesTests
{
    private readonly ResolverHarness _harness = new("192.0.2.53");

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
        var client = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Make(kind, _harness.Last));
        Assert.Null(_harness.AnswerTo(client));
        Assert.Equal(1, _harness.Counted(kind == "Malformed" ? DnsCounter.RepliesMalformed : DnsCounter.RepliesForged));
        Assert.Equal(0, _harness[0].Answers);
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
        Assert.Equal([Replies.Address], _harness.AssertAnswered(client).Addresses);
        _harness.AssertFinishes();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reply_NotTheAnswerByStream_EndsTheExchangeAsNothingElseComes(string kind)
    {
        var client = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Replies.Truncated(_harness.Last));
        Assert.True(_harness.Last.IsStream);
        _harness.Reply(_harness.Last, Make(kind, _harness.Last));
        Assert.Equal(DnsResponseCode.ServerFailure, _harness.AssertAnswered(client).Code);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Reply_OtherCase_IsTheAnswer()
    {
        var client = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Replies.OtherCase(_harness.Last));
        Assert.Equal("a.example.", _harness.AssertAnswered(client).Name);
    }

    [Fact]
    public void Reply_AfterTheAnswer_IsLate()
    {
        _harness.Ask("a.example");
        var exchange = _harness.Last;
        _harness.Reply(exchange, Replies.Good(exchange));
        _harness.Reply(exchange, Replies.Good(exchange));
        _harness.Fail(exchange);
        Assert.Equal(1, _harness.Counted(DnsCounter.RepliesLate));
        Assert.Equal((1L, 0L), (_harness[0].Answers, _harness[0].Timeouts));
    }

    [Fact]
    public void Reply_TwiceOverOneExchangeOfAnOpenQuestion_CountsOnce()
    {
        var harness = new ResolverHarness("192.0.2.53", "192.0.2.54");
        harness.Ask("a.example");
        var first = harness.Last;
        harness.Reply(first, Replies.Failure(first));
        harness.Reply(first, Replies.Failure(first));
        Assert.Equal(2, harness.Sent.Count);
        Assert.Equal(1, harness.Counted(DnsCounter.RepliesLate));
        harness.AssertFinishes();
    }

    [Fact]
    public void Reply_Truncated_IsAskedOfTheSameServerByStream()
    {
        var harness = new ResolverHarness("192.0.2.53", "192.0.2.54");
        var client = harness.Ask("a.example", path: QueryPath.Stream);
        var first = harness.Last;
        harness.Reply(first, Replies.Truncated(first));
        Assert.DoesNotContain(first, harness.Open);
        Assert.True(harness.Last.IsStream);
        Assert.Same(first.Upstream, harness.Last.Upstream);
        harness.Wait(100);
        harness.Reply(harness.Last, Replies.Good(harness.Last, count: 200));
        Assert.Equal(200, harness.AssertAnswered(client).Addresses.Length);
        Assert.Equal(1, harness.Counted(DnsCounter.RepliesTruncated));
        harness.AssertFinishes();
    }

    [Fact]
    public void Reply_TruncatedByStream_HelpsNobodyAndIsNoLoop()
    {
        var client = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Replies.Truncated(_harness.Last));
        _harness.Reply(_harness.Last, Replies.Truncated(_harness.Last));
        Assert.Equal(DnsResponseCode.ServerFailure, _harness.AssertAnswered(client).Code);
        Assert.Equal((0L, 1L), (_harness.Counted(DnsCounter.AliasLoops), _harness[0].Failures));
    }

    [Theory]
    [InlineData(DnsResponseCode.FormatError, false)]
    [InlineData(DnsResponseCode.FormatError, true)]
    [InlineData(DnsResponseCode.NotImplemented, false)]
    [InlineData(DnsResponseCode.NotImplemented, true)]
    public void Reply_ServerWithoutEdns_IsAskedWithoutFromThenOn(DnsResponseCode code, bool withQuestion)
    {
        var client = _harness.Ask(Queries.For("a.example", edns: 1232));
        Assert.True(_harness.Last.WithEdns);
        _harness.Reply(_harness.Last, withQuestion ? Replies.Code(_harness.Last, code, withEdns: false) : Replies.HeaderOnly(_harness.Last, code));
        Assert.Null(_harness.AnswerTo(client));
        Assert.True(DnsMessage.TryParse(_harness.Sent[1].Query, out var second) && !second.HasEdns);
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
        Assert.True(_harness.AssertAnswered(client).HasEdns);
        _harness.Ask("b.example");
        Assert.True(DnsMessage.TryParse(_harness.Sent[2].Query, out var third) && !third.HasEdns);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Reply_FormatErrorWithoutEdnsTwice_IsAFailure()
    {
        var client = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Replies.HeaderOnly(_harness.Last, DnsResponseCode.FormatError));
        _harness.Reply(_harness.Last, Replies.HeaderOnly(_harness.Last, DnsResponseCode.FormatError));
        Assert.Equal(DnsResponseCode.ServerFailure, _harness.AssertAnswered(client).Code);
        Assert.Equal(2, _harness.Sent.Count);
    }

    [Fact]
    public void Reply_PrivateAddressesRefused_GivesNoneAndIsNotKept()
    {
        var harness = new ResolverHarness(new ResolverSettings(ResolverHarness.Addresses("192.0.2.53"), 1 << 20, true, 0));
        var client = harness.Ask("a.example");
        harness.Reply(harness.Last, Replies.Good(harness.Last, first: new(0x0A000001)));
        Assert.Equal((DnsResponseCode.NoError, 0), (harness.AssertAnswered(client).Code, harness.AssertAnswered(client).Count(DnsSection.Answer)));
        Assert.Equal((1L, 0), (harness.Counted(DnsCounter.PrivateAnswersRefused), harness.Resolver.Cache.Count));
        client = harness.Ask("b.example");
        harness.Reply(harness.Last, Replies.Good(harness.Last));
        Assert.Single(harness.AssertAnswered(client).Addresses);
    }

    [Fact]
    public void Reply_PrivateAddressesAllowed_ArePassedOn()
    {
        var client = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last, first: new(0x0A000001)));
        Assert.Single(_harness.AssertAnswered(client).Addresses);
    }
}
