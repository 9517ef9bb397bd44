using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>A long life among askers, servers and time that all do anything; the bench holds what must hold at every step.</summary>
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
        var bench = new ResolverBench(new ResolverSettings(ResolverBench.Addresses(s_servers), 8000, seed % 2 == 0, 0));
        for (var step = 0; step < 6000; step++)
        {
            Step(bench, random);
            Assert.InRange(bench.Resolver.Cache.Size, 0, 8000);
        }

        bench.Finish();
        Assert.Equal(0, bench.Unanswered);
        Assert.InRange(bench.Answers.Count, 2000, 3000);
        Assert.All(s_seen, c => Assert.True(bench.Counted(c) > 10, $"{c} was hardly seen."));
        Assert.Equal(bench.Resolver.Counted(DnsCounter.Queries), bench.Answers.Count);
    }

    private static void Step(ResolverBench bench, Random random)
    {
        switch (random.Next(100))
        {
            case < 40:
                Ask(bench, random);
                break;
            case < 75 when bench.Open.Count > 0:
                var exchange = bench.Open[random.Next(bench.Open.Count)];
                bench.Reply(exchange, s_replies[random.Next(s_replies.Length)](exchange));
                break;
            case < 80 when bench.Open.Count > 0:
                bench.Fail(bench.Open[random.Next(bench.Open.Count)]);
                break;
            case < 96:
                bench.Wait(random.Next(random.Next(8) == 0 ? 2000 : 100));
                break;
            case < 97 when random.Next(5) == 0:
                bench.Jump(TimeSpan.FromSeconds(random.Next(400)));
                break;
            case < 98 when random.Next(3) == 0:
                var server = bench[random.Next(bench.Resolver.Upstreams.Count)];
                if (!bench.Unreachable.Remove(server))
                {
                    bench.Unreachable.Add(server);
                }

                break;
            case < 99 when random.Next(5) == 0:
                bench.Resolver.SetServers(ResolverBench.Addresses([.. s_servers.Where(_ => random.Next(3) > 0).DefaultIfEmpty(s_servers[0])]));
                break;
        }
    }

    private static void Ask(ResolverBench bench, Random random)
    {
        var query = Queries.For(
            $"n{random.Next(20)}.example",
            random.Next(4) switch { 0 => DnsType.Txt, 1 => DnsType.Aaaa, _ => DnsType.A },
            (ushort)random.Next(65536),
            random.Next(8) == 0 ? DnsBits.CheckingDisabled : DnsBits.RecursionDesired,
            (ushort)(random.Next(3) switch { 0 => 0, 1 => 512, _ => 4096 }),
            random.Next(8) == 0);
        bench.Ask(query, random.Next(5), random.Next(4) == 0 ? BenchPath.Stream : BenchPath.Datagrams);
    }
}
