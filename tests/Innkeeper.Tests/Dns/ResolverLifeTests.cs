using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>A long life among clients, servers and time that all do anything; the harness holds what must hold at every step.</summary>
public sealed class ResolverLifeTests
{
    private static readonly Func<UpstreamQuery, byte[]>[] s_replies =
    [
        e => Replies.Good(e), e => Replies.Good(e), e => Replies.Good(e), e => Replies.Good(e), e => Replies.Good(e), e => Replies.Good(e, ttl: 2), e => Replies.Good(e, ttl: 0), e => Replies.Good(e, count: 90),
        e => Replies.Good(e, first: new(0x0A000001)), e => Replies.Negative(e, DnsResponseCode.NameError, 10), e => Replies.Negative(e, DnsResponseCode.NoError, null),
        e => Replies.Negative(e, DnsResponseCode.NameError, 10, alias: 3), Replies.Failure, e => Replies.Code(e, DnsResponseCode.Refused),
        e => Replies.Code(e, DnsResponseCode.FormatError, withEdns: false), e => Replies.HeaderOnly(e, DnsResponseCode.NotImplemented), Replies.Truncated,
        Replies.Referral, Replies.Loop, Replies.OtherId, Replies.OtherType, Replies.OtherName, Replies.OtherCase, Replies.Query, Replies.TwoQuestions,
        Replies.Malformed, _ => [],
    ];

    private static readonly DnsCounter[] s_seen =
    [
        DnsCounter.Hits, DnsCounter.Merged, DnsCounter.Misses, DnsCounter.Stale, DnsCounter.ServerFailures, DnsCounter.RepliesMalformed,
        DnsCounter.RepliesForged, DnsCounter.RepliesTruncated, DnsCounter.AliasLoops, DnsCounter.AnswersTruncated,
    ];

    private static readonly string[] s_servers = ["192.0.2.1", "192.0.2.2", "tls://192.0.2.3#dns.example", "192.0.2.4"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Life_AnythingHappens_EveryQueryHasOneAnswerAndNothingIsLeftOpen(int seed)
    {
        var random = new Random(seed);
        var harness = new ResolverHarness(new ResolverSettings(ResolverHarness.Addresses(s_servers), 8000, seed % 2 == 0, 0));
        for (var step = 0; step < 6000; step++)
        {
            Step(harness, random);
            Assert.InRange(harness.Resolver.Cache.Size, 0, 8000);
        }

        harness.AssertFinishes();
        Assert.Equal(0, harness.Unanswered);
        Assert.InRange(harness.Answers.Count, 2000, 3000);
        Assert.All(s_seen, c => Assert.True(harness.Counted(c) > 10, $"{c} was hardly seen."));
        Assert.Equal(harness.Resolver.Counted(DnsCounter.Queries), harness.Answers.Count);
    }

    private static void Step(ResolverHarness harness, Random random)
    {
        switch (random.Next(100))
        {
            case < 40:
                Ask(harness, random);
                break;
            case < 75 when harness.Open.Count > 0:
                var exchange = harness.Open[random.Next(harness.Open.Count)];
                harness.Reply(exchange, s_replies[random.Next(s_replies.Length)](exchange));
                break;
            case < 80 when harness.Open.Count > 0:
                harness.Fail(harness.Open[random.Next(harness.Open.Count)]);
                break;
            case < 96:
                harness.Wait(random.Next(random.Next(8) == 0 ? 2000 : 100));
                break;
            case < 97 when random.Next(5) == 0:
                harness.Jump(TimeSpan.FromSeconds(random.Next(400)));
                break;
            case < 98 when random.Next(3) == 0:
                var server = harness[random.Next(harness.Resolver.Upstreams.Count)];
                if (!harness.Unreachable.Remove(server))
                {
                    harness.Unreachable.Add(server);
                }

                break;
            case < 99 when random.Next(5) == 0:
                harness.Resolver.SetServers(ResolverHarness.Addresses([.. s_servers.Where(_ => random.Next(3) > 0).DefaultIfEmpty(s_servers[0])]));
                break;
        }
    }

    private static void Ask(ResolverHarness harness, Random random)
    {
        var query = Queries.For(
            $"n{random.Next(20)}.example",
            random.Next(4) switch { 0 => DnsType.Txt, 1 => DnsType.Aaaa, _ => DnsType.A },
            (ushort)random.Next(65536),
            random.Next(8) == 0 ? DnsBits.CheckingDisabled : DnsBits.RecursionDesired,
            (ushort)(random.Next(3) switch { 0 => 0, 1 => 512, _ => 4096 }),
            random.Next(8) == 0);
        harness.Ask(query, random.Next(5), random.Next(4) == 0 ? QueryPath.Stream : QueryPath.Datagrams);
    }
}
