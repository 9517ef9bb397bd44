using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Queries that are not simply asked on.</summary>
public sealed class ResolverQueriesTests
{
    private readonly ResolverHarness _harness = new("192.0.2.53");

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
        var answer = _harness.AssertAnswered(_harness.Ask(query));
        Assert.Equal((code, 0x1234, repeatsQuestion ? 1 : 0), (answer.Code, answer.Id, answer.Count(DnsSection.Question)));
        Assert.Equal((query[2] >> 3) & 0xF, (answer.Octets[2] >> 3) & 0xF);
        Assert.Equal(code == DnsResponseCode.FormatError ? 1 : 0, _harness.Counted(DnsCounter.QueriesMalformed));
        Assert.Equal(code == DnsResponseCode.FormatError ? 0 : 1, _harness.Counted(DnsCounter.QueriesRefused));
        Assert.Empty(_harness.Sent);
    }

    [Fact]
    public void Ask_ResponseOrLessThanAHeader_IsNotAnswered()
    {
        foreach (var octets in new byte[][] { [], [1], Queries.For("a.example")[..11], Queries.For("a.example", flags: DnsBits.Response) })
        {
            Assert.Null(_harness.AnswerTo(_harness.Ask(octets)));
        }

        Assert.Equal((4L, 4L), (_harness.Counted(DnsCounter.Queries), _harness.Counted(DnsCounter.QueriesMalformed)));
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_Any_IsAnsweredWithHinfo()
    {
        var answer = _harness.AssertAnswered(_harness.Ask("a.Example", DnsType.Any));
        Assert.Equal([DnsType.Hinfo], answer.Types);
        Assert.Equal([.. "\u0007RFC8482"u8, 0], answer.Data);
        Assert.Empty(_harness.Sent);
    }

    [Theory]
    [InlineData(DnsType.A)]
    [InlineData(DnsType.Any)]
    public void Ask_FromOutside_IsRefused(DnsType type)
    {
        Resolve("a.example");
        Assert.Equal(DnsResponseCode.Refused, _harness.AssertAnswered(_harness.Ask("a.example", type, path: QueryPath.Outside)).Code);
        Assert.Equal((1, 1L), (_harness.Sent.Count, _harness.Counted(DnsCounter.QueriesRefused)));
    }

    [Fact]
    public void Ask_MoreThanADeviceMay_IsRefusedForThatDeviceAndForNewQuestionsOnly()
    {
        var harness = new ResolverHarness(new ResolverSettings(ResolverHarness.Addresses("192.0.2.53"), 1 << 20, false, 5));
        harness.Script(0, 1, e => Replies.Good(e));
        var clients = Enumerable.Range(0, 8).Select(i => harness.Ask($"a{i}.example")).ToList();
        harness.Wait(10);
        Assert.Equal([0, 0, 0, 0, 0, 5, 5, 5], clients.Select(a => (int)harness.AssertAnswered(a).Code));
        Assert.Equal(3, harness.Counted(DnsCounter.QueriesOverLimit));
        Assert.Equal(DnsResponseCode.NoError, harness.AssertAnswered(harness.Ask("a0.example")).Code);
        var other = harness.Ask("a7.example", device: 2);
        harness.Wait(10);
        Assert.Equal(DnsResponseCode.NoError, harness.AssertAnswered(other).Code);
        harness.Wait(200);
        Assert.Null(harness.AnswerTo(harness.Ask("a6.example")));
        harness.AssertFinishes();
    }

    private void Resolve(string name)
    {
        _harness.Ask(name);
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
    }
}
