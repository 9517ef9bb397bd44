using Innkeeper.Dns;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Octets that mean nothing, or nearly nothing, from clients and servers: answered with a format error or not at all.</summary>
public sealed class ResolverGarbageTests
{
    private readonly ResolverHarness _harness = new("192.0.2.53", "192.0.2.54");

    private static void Mutate(Random random, ref byte[] octets)
    {
        for (var times = random.Next(1, 5); times > 0 && octets.Length > 0; times--)
        {
            var at = random.Next(octets.Length);
            switch (random.Next(4))
            {
                case 0:
                    octets = octets[..at];
                    break;
                case 1:
                    octets = [.. octets[..at], (byte)random.Next(256), .. octets[at..]];
                    break;
                case 2:
                    octets[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    octets[at] = (byte)(random.Next(3) switch { 0 => 0xC0, 1 => 0xFF, _ => random.Next(256) });
                    break;
            }
        }
    }

    [Fact]
    public void Ask_RandomOctets_IsAFormatErrorOrNothingMostly()
    {
        var random = new Random(11);
        for (var i = 0; i < 5000; i++)
        {
            var octets = new byte[random.Next(80)];
            random.NextBytes(octets);
            if (octets.Length > 12)
            {
                // Fewer records than random words say, or nearly none would come past the header.
                octets.AsSpan(4, 8).Clear();
                octets[5] = (byte)random.Next(3);
                octets[11] = (byte)random.Next(2);
            }

            _harness.Ask(octets);
            _harness.Wait(10);
        }

        Assert.True(_harness.Counted(DnsCounter.QueriesMalformed) > 2500);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_QueriesWithFaults_AreAnsweredInOneWayOrAnother()
    {
        var random = new Random(12);
        _harness.Script(0, 5, e => Replies.Good(e));
        for (var i = 0; i < 5000; i++)
        {
            var query = Queries.For($"www{i % 50}.example.org", edns: 1232, dnssecOk: i % 2 == 0);
            Mutate(random, ref query);
            _harness.Ask(query, path: i % 3 == 0 ? QueryPath.Outside : null);
            _harness.Wait(10);
        }

        Assert.True(_harness.Counted(DnsCounter.QueriesMalformed) > 500);
        Assert.True(_harness.Counted(DnsCounter.Misses) > 100);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Reply_WithFaults_IsTakenOrNot()
    {
        var random = new Random(13);
        for (var i = 0; i < 5000; i++)
        {
            _harness.Ask(Queries.For($"www{i}.example.org", edns: (ushort)(i % 2 * 1232)), path: i % 3 == 0 ? QueryPath.Stream : null);
            var exchange = _harness.Last;
            var reply = i % 2 == 0 ? Replies.Good(exchange, count: 3) : Replies.Negative(exchange, DnsResponseCode.NameError, 60, alias: 30);
            Mutate(random, ref reply);
            _harness.Reply(exchange, reply);
            _harness.Ask($"www{i}.example.org");
            _harness.Wait(500);
        }

        Assert.InRange(_harness.Counted(DnsCounter.RepliesMalformed), 1000, 4000);
        Assert.InRange(_harness.Resolver.Cache.Count, 300, 4000);
        _harness.AssertFinishes();
    }

    [Fact]
    public void AskAndReply_MessagesOfBindsFuzzer_NeverThrow()
    {
        var folder = Checkout.Corpus("bind9-fuzz/fuzz");
        Assert.SkipWhen(folder is null, "No messages: ../shared/corpora/bind9-fuzz/fuzz is not there.");
        var files = Directory.EnumerateFiles(folder!, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.True(files.Count > 300);
        foreach (var octets in files.Select(File.ReadAllBytes))
        {
            _harness.Ask(octets);
            _harness.Ask("a.example", path: QueryPath.Stream);
            _harness.Reply(_harness.Last, octets);
            AnswerItsOwnQuestion(octets);
            _harness.Wait(1000);
        }

        Assert.True(_harness.Resolver.Cache.Count > 20, $"{_harness.Resolver.Cache.Count} were taken for answers.");
        _harness.AssertFinishes();
    }

    // Most are answers to something: asked for that, they go the whole way through the cache.
    private void AnswerItsOwnQuestion(byte[] octets)
    {
        if (octets.Length < DnsHeader.Size || !DnsMessage.TryParse(octets, out var message) || !message.TryGetQuestion(out var question))
        {
            return;
        }

        byte[] query = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. question.Octets];
        var before = _harness.Sent.Count;
        _harness.Ask(query);
        if (_harness.Sent.Count > before)
        {
            var reply = Queries.With(octets, 0, _harness.Last.Id);
            reply[2] = (byte)((reply[2] | 0x80) & ~0x02);
            _harness.Reply(_harness.Last, reply);
            _harness.Ask(query, path: QueryPath.Stream);
        }
    }
}
