using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Queries that are not simply asked on.</summary>
public sealed class ResolverQueriesTests
{
    private readonly ResolverBench _bench = new("192.0.2.53");

    public static TheoryData<byte[], DnsResponseCode, bool> Odd => new()
    {
        { Queries.For("a.example", DnsType.Axfr), DnsResponseCode.Refused, true },
        { Queries.For("a.example", DnsType.Ixfr, edns: 1232), DnsResponseCode.Refused, true },
        { Queries.For("version.bind", DnsType.Txt, @class: DnsClass.Chaos), DnsResponseCode.Refused, true },
        { Queries.For("a.example", @class: DnsClass.Any), DnsResponseCode.Refused, true },
        { Queries.For("a.example", opcode: DnsOpcode.Status), DnsResponseCode.NotImplemented, false },
        { Queries.For("a.example", opcode: DnsOpcode.Notify), DnsResponseCode.NotImplemented, false },
        { Queries.For("a.example", opcode: DnsOpcode.Update), DnsResponseCode.NotImplemented, false },
        { Queries.For("a.example")[..DnsHeader.Size], DnsResponseCode.FormatError, false },
        { Queries.For("a.example")[..^1], DnsResponseCode.FormatError, false },
        { Queries.With(Queries.For("a.example"), 4, 0), DnsResponseCode.FormatError, false },
        { Queries.With([.. Queries.For("a.example"), 0, 0, 1, 0, 1], 4, 2), DnsResponseCode.FormatError, false },
        { OtherVersion(Queries.For("a.example", edns: 1232)), DnsResponseCode.BadVersion, true },
    };

    private static byte[] OtherVersion(byte[] query)
    {
        query[^5] = 1;
        return query;
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public void Ask_OddQuery_IsRefusedWithItsCode(byte[] query, DnsResponseCode code, bool repeatsQuestion)
    {
        var answer = _bench.Got(_bench.Ask(query));
        Assert.Equal((code, 0x1234, repeatsQuestion ? 1 : 0), (answer.Code, answer.Id, answer.Count(DnsSection.Question)));
        Assert.Equal((query[2] >> 3) & 0xF, (answer.Octets[2] >> 3) & 0xF);
        Assert.Equal(code == DnsResponseCode.FormatError ? 1 : 0, _bench.Counted(DnsCounter.QueriesMalformed));
        Assert.Equal(code == DnsResponseCode.FormatError ? 0 : 1, _bench.Counted(DnsCounter.QueriesRefused));
        Assert.Empty(_bench.Sent);
    }

    [Fact]
    public void Ask_ResponseOrLessThanAHeader_IsNotAnswered()
    {
        foreach (var octets in new byte[][] { [], [1], Queries.For("a.example")[..11], Queries.For("a.example", flags: DnsBits.Response) })
        {
            Assert.Null(_bench.AnswerTo(_bench.Ask(octets)));
        }

        Assert.Equal((4L, 4L), (_bench.Counted(DnsCounter.Queries), _bench.Counted(DnsCounter.QueriesMalformed)));
        _bench.Finish();
    }

    [Fact]
    public void Ask_Any_IsAnsweredWithHinfo()
    {
        var answer = _bench.Got(_bench.Ask("a.Example", DnsType.Any));
        Assert.Equal([DnsType.Hinfo], answer.Types);
        Assert.Equal([.. "\u0007RFC8482"u8, 0], answer.Data);
        Assert.Empty(_bench.Sent);
    }

    [Theory]
    [InlineData(DnsType.A)]
    [InlineData(DnsType.Any)]
    public void Ask_FromOutside_IsRefused(DnsType type)
    {
        Resolve("a.example");
        Assert.Equal(DnsResponseCode.Refused, _bench.Got(_bench.Ask("a.example", type, path: BenchPath.Outside)).Code);
        Assert.Equal((1, 1L), (_bench.Sent.Count, _bench.Counted(DnsCounter.QueriesRefused)));
    }

    [Fact]
    public void Ask_MoreThanADeviceMay_IsRefusedForThatDeviceAndForNewQuestionsOnly()
    {
        var bench = new ResolverBench(new ResolverSettings(ResolverBench.Addresses("192.0.2.53"), 1 << 20, false, 5));
        bench.Script(0, 1, e => Replies.Good(e));
        var askers = Enumerable.Range(0, 8).Select(i => bench.Ask($"a{i}.example")).ToList();
        bench.Wait(10);
        Assert.Equal([0, 0, 0, 0, 0, 5, 5, 5], askers.Select(a => (int)bench.Got(a).Code));
        Assert.Equal(3, bench.Counted(DnsCounter.QueriesOverLimit));
        Assert.Equal(DnsResponseCode.NoError, bench.Got(bench.Ask("a0.example")).Code);
        var other = bench.Ask("a7.example", device: 2);
        bench.Wait(10);
        Assert.Equal(DnsResponseCode.NoError, bench.Got(other).Code);
        bench.Wait(200);
        Assert.Null(bench.AnswerTo(bench.Ask("a6.example")));
        bench.Finish();
    }

    [Fact]
    public void Ask_MoreThanServersAreAskedAtOnce_IsRefused()
    {
        _bench.Looks = false;
        for (var i = 0; i < Resolver.MaxPending; i++)
        {
            _bench.Ask($"a{i}.example");
        }

        Assert.Equal(DnsResponseCode.Refused, _bench.Got(_bench.Ask("b.example")).Code);
        Assert.Null(_bench.AnswerTo(_bench.Ask("a0.example")));
        Assert.Equal(Resolver.MaxPending, _bench.Resolver.PendingCount);
        _bench.Finish();
        Assert.Equal(0, _bench.Unanswered);
    }

    private void Resolve(string name)
    {
        _bench.Ask(name);
        _bench.Reply(_bench.Last, Replies.Good(_bench.Last));
    }
}
