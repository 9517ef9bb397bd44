using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <content>The choice of the server that is asked next.</content>
internal sealed partial class Resolver
{
    /// <summary>How long servers that were all asked are left alone: a lost packet is rare, a name whose servers are slow is not.</summary>
    private static readonly TimeSpan s_roundPause = TimeSpan.FromSeconds(1);

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
    /// Asks a dead server that is due for a test a question that no client waits for. A live server's answer is mostly quicker,
    /// and ends the queries of the question that it answers; so the test is a question of its own. Without a live one all are
    /// asked in turn anyway.
    /// </summary>
    private void TryDead(PendingQuery like, TimeSpan now)
    {
        if (Upstreams.All(u => u.IsDead) || Upstreams.FirstOrDefault(u => u.TakeRetry(now)) is not { } dead)
        {
            return;
        }

        var trial = new PendingQuery(like.Key, like.Question, like.DnssecOk, like.CheckingDisabled, now) { IsTrial = true };
        trial.Tried.AddRange(Upstreams);
        if (Send(trial, dead, now, dead.Address.TlsName is not null))
        {
            Schedule(trial, now + Patience, now);
        }
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
            upstream.TimedOut(now);
            return false;
        }

        pending.Exchanges.Add(exchange);
        return true;
    }
}
