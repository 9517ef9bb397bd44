using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Octets that mean nothing, or nearly nothing, from askers and servers: answered with a format error or not at all.</summary>
public sealed class ResolverGarbageTests
{
    private readonly ResolverBench _bench = new("192.0.2.53", "192.0.2.54");

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

            _bench.Ask(octets);
            _bench.Wait(10);
        }

        Assert.True(_bench.Counted(DnsCounter.QueriesMalformed) > 2500);
        _bench.Finish();
    }

    [Fact]
    public void Ask_QueriesWithFaults_AreAnsweredInOneWayOrAnother()
    {
        var random = new Random(12);
        _bench.Script(0, 5, e => Replies.Good(e));
        for (var i = 0; i < 5000; i++)
        {
            var query = Queries.For($"www{i % 50}.example.org", edns: 1232, dnssecOk: i % 2 == 0);
            Mutate(random, ref query);
            _bench.Ask(query, path: i % 3 == 0 ? BenchPath.Outside : null);
            _bench.Wait(10);
        }

        Assert.True(_bench.Counted(DnsCounter.QueriesMalformed) > 500);
        Assert.True(_bench.Counted(DnsCounter.Misses) > 100);
        _bench.Finish();
    }

    [Fact]
    public void Reply_WithFaults_IsTakenOrNot()
    {
        var random = new Random(13);
        for (var i = 0; i < 5000; i++)
        {
            _bench.Ask(Queries.For($"www{i}.example.org", edns: (ushort)(i % 2 * 1232)), path: i % 3 == 0 ? BenchPath.Stream : null);
            var exchange = _bench.Last;
            var reply = i % 2 == 0 ? Replies.Good(exchange, count: 3) : Replies.Negative(exchange, DnsResponseCode.NameError, 60, alias: 30);
            Mutate(random, ref reply);
            _bench.Reply(exchange, reply);
            _bench.Ask($"www{i}.example.org");
            _bench.Wait(500);
        }

        Assert.InRange(_bench.Counted(DnsCounter.RepliesMalformed), 1000, 4000);
        Assert.InRange(_bench.Resolver.Cache.Count, 300, 4000);
        _bench.Finish();
    }

    [Fact]
    public void AskAndReply_MessagesOfBindsFuzzer_NeverThrow()
    {
        var folder = Corpus();
        Assert.SkipWhen(folder is null, "No messages: ../shared/corpora/bind9-fuzz/fuzz is not there.");
        var files = Directory.EnumerateFiles(folder!, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.True(files.Count > 300);
        foreach (var octets in files.Select(File.ReadAllBytes))
        {
            _bench.Ask(octets);
            _bench.Ask("a.example", path: BenchPath.Stream);
            _bench.Reply(_bench.Last, octets);
            AnswerItsOwnQuestion(octets);
            _bench.Wait(1000);
        }

        Assert.True(_bench.Resolver.Cache.Count > 20, $"{_bench.Resolver.Cache.Count} were taken for answers.");
        _bench.Finish();
    }

    // Most are answers to something: asked for that, they go the whole way through the cache.
    private void AnswerItsOwnQuestion(byte[] octets)
    {
        if (octets.Length < DnsHeader.Size || !DnsMessage.TryParse(octets, out var message) || !message.TryGetQuestion(out var question))
        {
            return;
        }

        byte[] query = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. question.Octets];
        var before = _bench.Sent.Count;
        _bench.Ask(query);
        if (_bench.Sent.Count > before)
        {
            var reply = Queries.With(octets, 0, _bench.Last.Id);
            reply[2] = (byte)((reply[2] | 0x80) & ~0x02);
            _bench.Reply(_bench.Last, reply);
            _bench.Ask(query, path: BenchPath.Stream);
        }
    }

    private static string? Corpus()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Innkeeper.slnx")))
            {
                var messages = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "corpora", "bind9-fuzz", "fuzz"));
                return Directory.Exists(messages) ? messages : null;
            }
        }

        return null;
    }
}
