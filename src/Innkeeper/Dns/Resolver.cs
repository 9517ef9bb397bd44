using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>
/// Answers questions from the cache and local names, or has servers asked: the decisions, without sockets or a clock. One thread.
/// <para>
/// One server is asked first, the quickest of the live ones; another whenever its patience is over. The first good answer
/// counts. When none comes within <see cref="Patience"/>, a stale answer (RFC 8767) or SERVFAIL goes out.
/// </para>
/// </summary>
internal sealed partial class Resolver
{
    /// <summary>A client that waits longer has asked again by then.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(4500);

    /// <summary>RFC 8767 section 5: time before a client gets a stale answer.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromMilliseconds(1800);

    private readonly MeteredOutput _output;
    private readonly LocalNames _local;
    private readonly DnsCache _cache;
    private readonly AnswerWriter _answers;
    private readonly ResolverSettings _settings;
    private readonly DnsBudgets _budgets;
    private readonly Func<ushort> _nextId;
    private readonly Dictionary<byte[], PendingQuery> _pending = new(ByteArrayComparer.Instance);
    private readonly Dictionary<byte[], PendingQuery>.AlternateLookup<ReadOnlySpan<byte>> _pendingByKey;
    private readonly PriorityQueue<PendingQuery, TimeSpan> _due = new();
    private readonly long[] _counters = new long[Enum.GetValues<DnsCounter>().Length];

    /// <param name="askerOf">The device behind an inside address.</param>
    /// <param name="tell">Takes events.</param>
    /// <param name="nextId">An unpredictable number at each call.</param>
    /// <param name="garden">Where the walled garden's hosts are written; null: nowhere.</param>
    public Resolver(
        ResolverSettings settings, LocalNames local, Func<Ipv4Address, DnsAsker> askerOf, Action<GatewayEvent> tell, IResolverOutput output, Func<ushort> nextId,
        IGardenMap? garden = null)
    {
        _settings = settings;
        _local = local;
        _budgets = new DnsBudgets(settings.MissesPerSecond, askerOf, tell);
        _output = new MeteredOutput(output, _budgets, settings.Garden is { } names && garden is not null ? new Garden(names, askerOf, garden, Count) : null);
        _nextId = nextId;
        _cache = new DnsCache(settings.CacheSize);
        _answers = new AnswerWriter(_output, Count);
        _pendingByKey = _pending.GetAlternateLookup<ReadOnlySpan<byte>>();
        Upstreams = [.. settings.Servers.Select(s => new Upstream(s))];
    }

    /// <summary>The servers; replaced as a whole by <see cref="SetServers"/>.</summary>
    public IReadOnlyList<Upstream> Upstreams { get; private set; }

    public int PendingCount => _pending.Count;

    /// <summary>A client waits for an answer from servers.</summary>
    public bool IsAwaited => _pending.Values.Any(p => p.Waiters.Count > 0);

    public DnsCache Cache => _cache;

    /// <summary>The devices' use of the service.</summary>
    public DnsBudgets Budgets => _budgets;

    public long Counted(DnsCounter counter) => Interlocked.Read(ref _counters[(int)counter]);

    public void Count(DnsCounter counter) => Interlocked.Increment(ref _counters[(int)counter]);

    /// <summary>Memory is limited: keeps fewer answers, and has servers asked fewer questions at once.</summary>
    /// <param name="level">0: as set, if there is room; 1: less; 2: the least that serves.</param>
    /// <param name="room">Octets that the process may grow by, from its start.</param>
    public void Shed(int level, long room)
    {
        _cache.Capacity = Math.Min(_settings.CacheSize, level == 0 ? room / 4 : DnsBudgets.ShedCache >> (3 * (level - 1)));
        _budgets.Pending.Capacity = (int)Math.Min(DnsBudgets.MaxPending >> (2 * level), Math.Max(room / DnsBudgets.RoomOfQuestion, DnsBudgets.MaxPending / 16));
    }

    /// <summary>Replaces the servers. Servers that stay keep their state.</summary>
    public void SetServers(IReadOnlyList<UpstreamAddress> servers) =>
        Upstreams = [.. servers.Select(s => Upstreams.FirstOrDefault(u => u.Address == s) ?? new Upstream(s))];

    /// <summary>A query arrived.</summary>
    public void Ask(in DnsClient client, ReadOnlySpan<byte> octets, TimeSpan now)
    {
        Count(DnsCounter.Queries);
        _output.Now = now;
        DnsAsker asker = default;
        if (!client.Path.IsOutside && !_budgets.TryAsk(client, octets.Length, now, out asker))
        {
            Count(DnsCounter.QueriesOverLimit);
            _budgets.Refused(asker, octets, now);
            return;
        }

        if (!DnsHeader.TryParse(octets, out var header) || (header.Flags & DnsBits.Response) != 0)
        {
            // No client waits for an answer to a response; one would be an answer to an answer.
            Count(DnsCounter.QueriesMalformed);
            return;
        }

        if (!DnsQuery.TryRead(octets, out var query, out var refusal))
        {
            Count(refusal == DnsResponseCode.FormatError ? DnsCounter.QueriesMalformed : DnsCounter.QueriesRefused);
            _answers.Refuse(client, header, query, refusal);
            return;
        }

        if (_local.TryAnswer(client, query, _answers))
        {
            Count(DnsCounter.Local);
            return;
        }

        if (client.Path.IsOutside)
        {
            // Never an open resolver: names that are not local are not answered there.
            Count(DnsCounter.QueriesRefused);
            _answers.Refuse(client, header, query, DnsResponseCode.Refused);
            return;
        }

        if (_settings.HidesIpv6(asker, query))
        {
            Count(DnsCounter.Ipv6Hidden);
            _answers.Empty(client, query.Style, query.Question.Octets, query.Question.Name);
            return;
        }

        if (query.Question.Type == DnsType.Any)
        {
            Count(DnsCounter.Local);
            _answers.Any(client, query);
            return;
        }

        Span<byte> space = stackalloc byte[DnsQuery.MaxKeySize];
        var key = space[..query.WriteKey(space)];
        var kept = _cache.Find(key, now);
        if (kept is not null && kept.IsFresh(now))
        {
            Count(DnsCounter.Hits);
            _answers.Kept(client, query.Style, query.Question.Name, kept, now);
            return;
        }

        if (!Miss(client, asker, query, key, kept, now))
        {
            Count(DnsCounter.QueriesOverLimit);
            _budgets.Refused(asker, octets, now);
            _answers.Refuse(client, header, query, DnsResponseCode.Refused);
        }
    }

    /// <summary>A message arrived over an upstream query's socket.</summary>
    public void Reply(UpstreamQuery exchange, ReadOnlySpan<byte> octets, TimeSpan now)
    {
        var pending = exchange.Question;
        _output.Now = now;
        if (!pending.Exchanges.Contains(exchange))
        {
            Count(DnsCounter.RepliesLate);
            return;
        }

        if (!DnsMessage.TryParse(octets, out var message))
        {
            Ignore(exchange, DnsCounter.RepliesMalformed, now);
            return;
        }

        // RFC 5452 section 9.1: the socket checks address and port, the rest is checked here. The right one may still come.
        if (!message.IsResponse || message.Id != exchange.Id || !IsAnswerTo(pending, message))
        {
            Ignore(exchange, DnsCounter.RepliesForged, now);
            return;
        }

        End(exchange);
        exchange.Upstream.Answered(now - exchange.Sent);
        if (pending.IsTrial)
        {
            Remove(pending);
            return;
        }

        if (message.IsTruncated && !exchange.IsStream)
        {
            // RFC 7766 section 5: again, by TCP.
            Count(DnsCounter.RepliesTruncated);
            AskAgain(exchange, now, isStream: true);
            return;
        }

        if (exchange.WithEdns && !message.HasEdns && message.ResponseCode is DnsResponseCode.FormatError or DnsResponseCode.NotImplemented)
        {
            exchange.Upstream.RefusesEdns = true;
            AskAgain(exchange, now, exchange.IsStream);
            return;
        }

        switch (DnsCaching.Classify(message))
        {
            case DnsAnswerKind.Positive or DnsAnswerKind.NoData or DnsAnswerKind.NameError:
                Finish(pending, message, now);
                break;
            case DnsAnswerKind.Unusable when message is { ResponseCode: DnsResponseCode.NoError, Opcode: DnsOpcode.Query, IsTruncated: false }:
                Count(DnsCounter.AliasLoops);
                goto default;
            default:
                exchange.Upstream.Failed();
                AskAnotherThan(exchange, now);
                break;
        }
    }

    /// <summary>No answer will arrive over a query's socket: the server's host reports that the port is closed, or the stream broke.</summary>
    public void Failed(UpstreamQuery exchange, TimeSpan now)
    {
        _output.Now = now;
        if (exchange.Question.Exchanges.Contains(exchange))
        {
            End(exchange);
            Late(exchange, now);
            AskAnotherThan(exchange, now);
        }
    }

    /// <summary>Does what is due.</summary>
    public void Tick(TimeSpan now)
    {
        _output.Now = now;
        while (_due.TryPeek(out var pending, out var due) && due <= now)
        {
            _due.Dequeue();
            if (!pending.IsDone && pending.Due == due)
            {
                Waited(pending, now);
            }
        }
    }

    /// <summary>When <see cref="Tick"/> has something to do next; null: nothing is due.</summary>
    public TimeSpan? NextDue()
    {
        while (_due.TryPeek(out var pending, out var due))
        {
            if (!pending.IsDone && pending.Due == due)
            {
                return due;
            }

            _due.Dequeue();
        }

        return null;
    }

    /// <summary>A message that is no valid answer arrived. By UDP the answer may still come; a stream has delivered all it will.</summary>
    private void Ignore(UpstreamQuery exchange, DnsCounter why, TimeSpan now)
    {
        Count(why);
        if (exchange.IsStream)
        {
            Failed(exchange, now);
        }
    }

    private static bool IsAnswerTo(PendingQuery pending, DnsMessage message)
    {
        if (!message.TryGetQuestion(out var question))
        {
            // A server that did not understand the query may leave the question out (RFC 1035 section 4.1.1 does not define it).
            return message.ResponseCode is DnsResponseCode.FormatError or DnsResponseCode.NotImplemented;
        }

        var asked = pending.Question.AsSpan();
        return message.Count(DnsSection.Question) == 1 && question.Octets.Length == asked.Length
            && question.Octets[^4..].SequenceEqual(asked[^4..]) && DnsName.Equals(question.Name, asked[..^4]);
    }

    /// <returns>False if the device may not have servers asked now.</returns>
    private bool Miss(in DnsClient client, in DnsAsker asker, in DnsQuery query, ReadOnlySpan<byte> key, CachedAnswer? stale, TimeSpan now)
    {
        if (_pendingByKey.TryGetValue(key, out var pending))
        {
            Join(pending, client, query, stale, now);
            return true;
        }

        if (!_budgets.TryMiss(asker, query.Question, now))
        {
            return false;
        }

        Count(DnsCounter.Misses);
        pending = new PendingQuery(
            key.ToArray(), query.Question.Octets.ToArray(), query.DnssecOk, (query.Header.Flags & DnsBits.CheckingDisabled) != 0, now)
        { Owner = asker };
        pending.Waiters.Add(new Waiter(client, query.Style, query.Question.Name.ToArray()));
        _pending.Add(pending.Key, pending);
        if (stale is not null && Upstreams.All(u => u.IsDead))
        {
            // No server has answered recently: the stale answer goes out now, and any answer that arrives refreshes the cache.
            GiveStale(pending, stale, now);
        }

        TryDead(now);
        AskAnother(pending, now);
        return true;
    }

    /// <summary>Servers are being asked the question already.</summary>
    private void Join(PendingQuery pending, in DnsClient client, in DnsQuery query, CachedAnswer? stale, TimeSpan now)
    {
        if (stale is not null && pending.Waiters.Count == 0)
        {
            // The others got it already: there was nothing to wait for.
            Count(DnsCounter.Stale);
            _answers.Kept(client, query.Style, query.Question.Name, stale, now);
            return;
        }

        // A client that repeats its query waits once.
        var again = new Waiter(client, query.Style, query.Question.Name.ToArray());
        if (pending.Waiters.Exists(w => w.DnsClient == again.DnsClient && w.Style.Id == again.Style.Id))
        {
            Count(DnsCounter.Merged);
            return;
        }

        if (!FairShare.Allows(PendingQuery.MaxWaiters, pending.Waiters.Count, pending.Waiters.Count(w => w.DnsClient.Address == again.DnsClient.Address)))
        {
            Count(DnsCounter.QueriesLost);
            return;
        }

        Count(DnsCounter.Merged);
        pending.Waiters.Add(again);
    }

    private void Waited(PendingQuery pending, TimeSpan now)
    {
        foreach (var exchange in pending.Exchanges)
        {
            if (now - exchange.Sent >= exchange.Upstream.Patience)
            {
                Late(exchange, now);
            }
        }

        if (now >= pending.Started + Patience)
        {
            GiveUp(pending, now);
            return;
        }

        if (pending.IsTrial)
        {
            // A late answer still brings the server back.
            Schedule(pending, pending.Started + Patience, now);
            return;
        }

        if (now >= pending.Started + StaleAfter && pending.Waiters.Count > 0 && _cache.Find(pending.Key, now) is { } stale)
        {
            GiveStale(pending, stale, now);
        }

        AskAnother(pending, now);
    }

    private void Late(UpstreamQuery exchange, TimeSpan now)
    {
        if (!exchange.IsLate)
        {
            exchange.IsLate = true;
            TimedOut(exchange.Upstream, exchange.Question, now);
        }
    }

    private void GiveStale(PendingQuery pending, CachedAnswer stale, TimeSpan now)
    {
        Times.Add(AnswerSource.Servers, now - pending.Started, pending.Waiters.Count);
        foreach (var waiter in pending.Waiters)
        {
            Count(DnsCounter.Stale);
            _answers.Kept(waiter.DnsClient, waiter.Style, waiter.Name, stale, now);
        }

        pending.Waiters.Clear();
    }

    private void GiveUp(PendingQuery pending, TimeSpan now)
    {
        if (pending.Waiters.Count > 0 && _cache.Find(pending.Key, now) is { } stale)
        {
            GiveStale(pending, stale, now);
        }

        Times.Add(AnswerSource.Servers, now - pending.Started, pending.Waiters.Count);
        foreach (var waiter in pending.Waiters)
        {
            Count(DnsCounter.ServerFailures);
            _answers.Failure(waiter.DnsClient, waiter.Style, pending.Question, waiter.Name);
        }

        Remove(pending);
    }

    private void Finish(PendingQuery pending, DnsMessage message, TimeSpan now)
    {
        Times.Add(AnswerSource.Servers, now - pending.Started, pending.Waiters.Count);
        var octets = message.Octets;
        if (_settings.RefusePrivate && PrivateAnswers.HasAny(message))
        {
            Count(DnsCounter.PrivateAnswersRefused);
            foreach (var waiter in pending.Waiters)
            {
                _answers.Empty(waiter.DnsClient, waiter.Style, pending.Question, waiter.Name);
            }

            Remove(pending);
            return;
        }

        var kept = Keep(pending, message, now) ?? new CachedAnswer(pending.Key, octets.ToArray(), now, TimeSpan.Zero);
        foreach (var waiter in pending.Waiters)
        {
            _answers.Kept(waiter.DnsClient, waiter.Style, waiter.Name, kept, now, isNew: true);
        }

        Remove(pending);
    }

    private CachedAnswer? Keep(PendingQuery pending, DnsMessage message, TimeSpan now)
    {
        var isNegative = DnsCaching.IsNegative(message);
        var negative = uint.MaxValue;
        if (!DnsCaching.TryGetMinimumTtl(message, out var seconds) || (isNegative && !DnsCaching.TryGetNegativeTtl(message, out negative)))
        {
            return null;
        }

        // Aliases of a name that does not exist have lifetimes of their own.
        seconds = Math.Min(Math.Min(seconds, negative), (uint)(isNegative ? DnsCache.MaxNegative : DnsCache.MaxLifetime).TotalSeconds);
        if (seconds == 0)
        {
            return null;
        }

        var copy = message.Octets.ToArray();
        if (!DnsEditor.TryOpen(copy, copy.Length, out var editor))
        {
            return null;
        }

        // OPT belongs to one query, not to the answer (RFC 6891 section 6.2.1).
        editor.RemoveEdns();

        // RFC 2308 section 5: the SOA record limits how long a negative answer is valid.
        editor.CapTtls(isNegative ? seconds : (uint)DnsCache.MaxLifetime.TotalSeconds);
        var answer = new CachedAnswer(pending.Key, copy[..editor.Length], now, TimeSpan.FromSeconds(seconds));
        _cache.Add(answer);
        return answer;
    }

    private void Remove(PendingQuery pending)
    {
        pending.IsDone = true;
        foreach (var exchange in pending.Exchanges)
        {
            _output.Close(exchange);
        }

        pending.Exchanges.Clear();
        if (pending.Owner is { } owner)
        {
            _pending.Remove(pending.Key);
            _budgets.Finished(owner.Station);
        }
    }

    private void End(UpstreamQuery exchange)
    {
        _output.Close(exchange);
        exchange.Question.Exchanges.Remove(exchange);
    }

    private void Schedule(PendingQuery pending, TimeSpan due, TimeSpan now)
    {
        var stale = pending.Started + StaleAfter;
        due = Min(due, pending.Waiters.Count > 0 && now < stale ? stale : pending.Started + Patience);
        pending.Due = due;
        _due.Enqueue(pending, due);
    }
}
