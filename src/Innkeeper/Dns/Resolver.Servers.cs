using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <content>The choice of the server that is asked next.</content>
internal sealed partial class Resolver
{
    /// <summary>How long servers that were all asked are left alone: a lost packet is rare, a name whose servers are slow is not.</summary>
    private static readonly TimeSpan s_roundPause = TimeSpan.FromSeconds(1);

    /// <summary>The servers of the root: every resolver can tell them at once, whatever names devices ask for.</summary>
    private static readonly byte[] s_trialQuestion = [0, 0, (byte)DnsType.Ns, 0, (byte)DnsClass.In];

    /// <summary>How long clients waited for their answers.</summary>
    public AnswerTimes Times { get; } = new();

    /// <summary>Asks the best server that was not asked in this round.</summary>
    private void AskAnother(PendingQuery pending, TimeSpan now)
    {
        while (Best(pending) is { } best)
        {
            if (Send(pending, best, now, best.Address.TlsName is not null))
            {
                Schedule(pending, now + best.Patience, now);
                return;
            }
        }

        if (pending.Exchanges.Count == 0)
        {
            // All have been asked, and no other server may answer.
            GiveUp(pending, now);
            return;
        }

        // Another round of the servers that are being asked, in case none of them answers. A server that failed is not asked again.
        pending.Tried.RemoveAll(u => pending.Exchanges.Exists(e => e.Upstream == u));
        Schedule(pending, now + s_roundPause, now);
    }

    private void AskAnotherThan(UpstreamQuery failed, TimeSpan now)
    {
        if (!failed.Question.Tried.Contains(failed.Upstream))
        {
            failed.Question.Tried.Add(failed.Upstream);
        }

        AskAnother(failed.Question, now);
    }

    private void AskAgain(UpstreamQuery exchange, TimeSpan now, bool isStream)
    {
        if (Send(exchange.Question, exchange.Upstream, now, isStream))
        {
            Schedule(exchange.Question, now + exchange.Upstream.Patience, now);
        }
        else
        {
            AskAnother(exchange.Question, now);
        }
    }

    private Upstream? Best(PendingQuery pending)
    {
        Upstream? best = null;
        foreach (var upstream in Upstreams)
        {
            if (!pending.Tried.Contains(upstream) && (best is null || (best.IsDead && !upstream.IsDead) || (best.IsDead == upstream.IsDead && upstream.Latency < best.Latency)))
            {
                best = upstream;
            }
        }

        return best;
    }

    /// <summary>
    /// Tests a dead server that is due for it. A live server's answer is mostly quicker, and ends the queries of the question that it
    /// answers; so the test is a question of its own, which no client waits for. Without a live one all are asked in turn anyway.
    /// </summary>
    private void TryDead(TimeSpan now)
    {
        if (!Upstreams.All(u => u.IsDead) && Upstreams.FirstOrDefault(u => u.TakeRetry(now)) is { } dead)
        {
            Try(dead, now);
        }
    }

    private void Try(Upstream upstream, TimeSpan now)
    {
        var trial = new PendingQuery(s_trialQuestion, s_trialQuestion, false, false, now) { IsTrial = true };
        trial.Tried.AddRange(Upstreams);
        if (Send(trial, upstream, now, upstream.Address.TlsName is not null))
        {
            Schedule(trial, now + upstream.Patience, now);
        }
    }

    /// <summary>A server left a question unanswered. Devices choose the names, so that a silent zone is no fault of the server: it is tested.</summary>
    private void TimedOut(Upstream upstream, PendingQuery pending, TimeSpan now)
    {
        if (pending.IsTrial)
        {
            upstream.FailedTrial(now);
            return;
        }

        upstream.TimedOut(now, ZoneOf(pending.Question.AsSpan(..^4)));
        if (upstream.TakeTrial(now))
        {
            Try(upstream, now);
        }
    }

    /// <summary>A hash of the last two labels.</summary>
    private static int ZoneOf(ReadOnlySpan<byte> name)
    {
        var (last, before) = (0, 0);
        for (var at = 0; name[at] > 0; at += 1 + name[at])
        {
            (before, last) = (last, at);
        }

        Span<byte> zone = stackalloc byte[DnsName.MaxSize];
        name[before..].CopyTo(zone);
        zone = zone[..(name.Length - before)];
        DnsName.FoldCase(zone);
        var hash = default(HashCode);
        hash.AddBytes(zone);
        return hash.ToHashCode();
    }

    /// <returns>False if it cannot be asked now.</returns>
    private bool Send(PendingQuery pending, Upstream upstream, TimeSpan now, bool isStream)
    {
        var exchange = new UpstreamQuery(pending, upstream, _nextId(), now, isStream, !upstream.RefusesEdns);
        Span<byte> query = stackalloc byte[DnsHeader.Size + DnsName.MaxSize + 4 + DnsEdns.Size];
        var flags = DnsBits.RecursionDesired | (pending.CheckingDisabled ? DnsBits.CheckingDisabled : DnsBits.None)
            | (pending.DnssecOk ? DnsBits.None : DnsBits.AuthenticData);
        _ = DnsWriter.TryBegin(query, new DnsHeader(exchange.Id, flags, DnsOpcode.Query, DnsResponseCode.NoError), out var writer);
        var question = pending.Question.AsSpan();
        _ = writer.TryAddQuestion(
            question[..^4], (DnsType)System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(question[^4..]), DnsClass.In);
        if (exchange.WithEdns)
        {
            _ = writer.TryAddEdns(DnsQuery.MaxUdpSize, pending.DnssecOk, []);
        }

        if (!pending.Tried.Contains(upstream))
        {
            pending.Tried.Add(upstream);
        }

        upstream.Asked();
        if (!_output.TrySend(exchange, writer.Message))
        {
            TimedOut(upstream, pending, now);
            return false;
        }

        pending.Exchanges.Add(exchange);
        return true;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
