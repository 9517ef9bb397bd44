using System.Collections.Immutable;
using System.Net;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Dns;
using Innkeeper.Events;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>
/// A resolver between clients and servers that do as a test says, in virtual time. After every step it holds that no query has
/// two answers, and that no exchange is open for a question that is done or for longer than anybody waits.
/// </summary>
internal sealed class ResolverHarness : IResolverOutput
{
    private readonly byte[] _room = new byte[65535];
    private readonly Dictionary<DnsClient, ReceivedAnswer?> _asked = [];
    private readonly PriorityQueue<(UpstreamQuery Exchange, byte[] Reply), TimeSpan> _underway = new();
    private readonly Random _ids = new(7);
    private ushort _port = 1024;

    public ResolverHarness(params string[] servers)
        : this(new ResolverSettings(Addresses(servers), 1 << 20, false, 0))
    {
    }

    public ResolverHarness(ResolverSettings settings, LocalNames? local = null, IGardenMap? garden = null)
    {
        local ??= new LocalNames(ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty, "", _ => [], _ => null);
        Resolver = new Resolver(settings, local, address => Askers.GetValueOrDefault(address, new DnsAsker(StationOf(address), false, false)), Events.Add, this, () => (ushort)_ids.Next(65536), garden);
    }

    public Resolver Resolver { get; }

    /// <summary>Devices that are not known and approved, by their addresses.</summary>
    public Dictionary<Ipv4Address, DnsAsker> Askers { get; } = [];

    public List<GatewayEvent> Events { get; } = [];

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>All exchanges ever begun, with the queries sent.</summary>
    public List<(UpstreamQuery Exchange, byte[] Query)> Sent { get; } = [];

    public List<UpstreamQuery> Open { get; } = [];

    public List<ReceivedAnswer> Answers { get; } = [];

    /// <summary>Servers that answer by themselves: after which time, and what; null: nothing. The others answer as told by <see cref="Reply"/>.</summary>
    public Dictionary<Upstream, (TimeSpan After, Func<UpstreamQuery, byte[]?> Make)> Scripts { get; } = [];

    /// <summary>Servers that cannot be asked, as if there were no way to them.</summary>
    public HashSet<Upstream> Unreachable { get; } = [];

    /// <summary>Queries that have no answer.</summary>
    public int Unanswered => _asked.Values.Count(a => a is null);

    /// <summary>Off where so many exchanges are open that looking at each after every step takes too long.</summary>
    public bool Looks { get; set; } = true;

    public UpstreamQuery Last => Sent[^1].Exchange;

    public Upstream this[int server] => Resolver.Upstreams[server];

    public static UpstreamAddress[] Addresses(params string[] servers) => [.. servers.Select(s => UpstreamAddress.Parse(s)!)];

    public static Station StationOf(Ipv4Address address) => new(0, MacAddress.Read([2, 0, (byte)(address.Value >> 24), (byte)(address.Value >> 16), (byte)(address.Value >> 8), (byte)address.Value]));

    public static Ipv4Address Device(int number) => new(0x0A000000 + (uint)number);

    public void Script(int server, int milliseconds, Func<UpstreamQuery, byte[]?> make) =>
        Scripts[this[server]] = (TimeSpan.FromMilliseconds(milliseconds), make);

    public long Counted(DnsCounter counter) => Resolver.Counted(counter);

    /// <summary>Asks from a port of its own, so that answers can be told apart.</summary>
    public DnsClient Ask(byte[] query, int device = 1, IAnswerPath? path = null)
    {
        var client = new DnsClient(path ?? QueryPath.Datagrams, Device(device), _port++, Device(254));
        Ask(client, query);
        return client;
    }

    public DnsClient Ask(string name, DnsType type = DnsType.A, int device = 1, IAnswerPath? path = null) =>
        Ask(Queries.For(name, type), device, path);

    public void Ask(in DnsClient client, ReadOnlySpan<byte> query)
    {
        // A query that is sent again by its client has one answer too: the test asks for that.
        _asked[client] = null;
        Resolver.Ask(client, query, Now);
        Check();
    }

    /// <summary>What a client got; null while nothing came.</summary>
    public ReceivedAnswer? AnswerTo(in DnsClient client) => _asked[client];

    /// <summary>What a client got, which must be there.</summary>
    public ReceivedAnswer AssertAnswered(in DnsClient client) => _asked[client] ?? throw new InvalidOperationException("There was no answer.");

    public void Reply(UpstreamQuery exchange, byte[] reply)
    {
        Resolver.Reply(exchange, reply, Now);
        Check();
    }

    public void Fail(UpstreamQuery exchange)
    {
        Resolver.Failed(exchange, Now);
        Check();
    }

    public void Wait(int milliseconds) => WaitUntil(Now + TimeSpan.FromMilliseconds(milliseconds));

    public void Wait(TimeSpan time) => WaitUntil(Now + time);

    /// <summary>Goes to the next moment at which something happens.</summary>
    public void WaitForDue() => WaitUntil(Next() ?? throw new InvalidOperationException("Nothing is due."));

    /// <summary>Sleeps as a process does whose host was suspended: time passes and nothing is done in it.</summary>
    public void Jump(TimeSpan time)
    {
        Now += time;
        Resolver.Tick(Now);
        Check();
    }

    /// <summary>Waits until nobody can be waiting any more, and holds that nothing is left.</summary>
    public void AssertFinishes()
    {
        // A server may be tested once more meanwhile.
        Wait(Resolver.Patience * 2);
        Assert.Empty(Open);
        Assert.Equal(0, Resolver.PendingCount);
        Assert.Null(Resolver.NextDue());
    }

    public Span<byte> BeginAnswer() => _room;

    public void EndAnswer(in DnsClient client, int length)
    {
        Assert.True(_asked.TryGetValue(client, out var before), "An answer to one who has not asked.");
        Assert.Null(before);
        var answer = new ReceivedAnswer(client, _room[..length], Now);
        Assert.True(DnsMessage.TryParse(answer.Octets, out var message) && message.IsResponse && message.Length == length);
        Answers.Add(answer);
        _asked[client] = answer;
        _room.AsSpan(0, length).Fill(0xA5);
    }

    public bool TrySend(UpstreamQuery exchange, ReadOnlySpan<byte> query)
    {
        if (Unreachable.Contains(exchange.Upstream))
        {
            return false;
        }

        Assert.True(DnsMessage.TryParse(query, out var message) && !message.IsResponse && message.Id == exchange.Id);
        Sent.Add((exchange, query.ToArray()));
        Open.Add(exchange);
        if (Scripts.TryGetValue(exchange.Upstream, out var script) && script.Make(exchange) is { } reply)
        {
            _underway.Enqueue((exchange, reply), Now + script.After);
        }

        return true;
    }

    public void Close(UpstreamQuery exchange) => Assert.True(Open.Remove(exchange), "Closed twice, or never opened.");

    private TimeSpan? Next()
    {
        var due = Resolver.NextDue();
        return _underway.TryPeek(out _, out var arrival) && (due is null || arrival < due) ? arrival : due;
    }

    private void WaitUntil(TimeSpan end)
    {
        while (Next() is { } next && next <= end)
        {
            Now = next > Now ? next : Now;
            if (_underway.TryPeek(out _, out var arrival) && arrival <= Now)
            {
                // What comes over a closed socket reaches nobody.
                var (exchange, reply) = _underway.Dequeue();
                if (Open.Contains(exchange))
                {
                    Resolver.Reply(exchange, reply, Now);
                }
            }
            else
            {
                Resolver.Tick(Now);
            }

            Check();
        }

        Now = end;
    }

    private void Check()
    {
        Assert.InRange(Resolver.PendingCount, 0, DnsBudgets.MaxPending);
        foreach (var exchange in Looks ? Open : [])
        {
            Assert.False(exchange.Question.IsDone, "An exchange is open for a question that is done.");
            Assert.True(Now - exchange.Question.Started < Resolver.Patience, "A question takes too long.");
            Assert.Contains(exchange, exchange.Question.Exchanges);
        }

        Assert.True(Resolver.PendingCount == 0 || Resolver.NextDue() is not null, "A question waits for nothing.");
    }
}
