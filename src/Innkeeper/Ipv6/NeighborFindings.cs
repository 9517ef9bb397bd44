using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>The verdict about a neighbour solicitation.</summary>
internal enum NeighborVerdict
{
    /// <summary>Answer that the target is at the gateway's MAC.</summary>
    Answer,

    /// <summary>Ask for the target on the wire; the asker is answered when no station has shown itself by then.</summary>
    AskFirst,

    /// <summary>The wire is being asked already; likewise.</summary>
    StillAsking,

    /// <summary>Too many wait for an answer of the wire; the asker's next solicitation may succeed.</summary>
    Limit,

    /// <summary>The sender looks whether an address is free (RFC 4862 section 5.4): an answer would take the address from it.</summary>
    DuplicateDetection,

    /// <summary>A station on the wire has the target, or the asker itself.</summary>
    Owned,
}

/// <summary>A station that waits to learn where a target is.</summary>
internal readonly record struct NeighborAsker(Station Station, Ipv6Address Source, Ipv6Address Target);

/// <summary>
/// Which IPv6 addresses have an owner on the access LAN, and when to answer for those that have none: as with ARP, whatever router a device was given is found
/// (docs/ipv6.md). The wire is asked first, and the asker waits a moment, because a device may have neighbours. No I/O, clock or log. One thread. Bounded:
/// the oldest findings go first, and asking again finds them again.
/// </summary>
internal sealed class NeighborFindings
{
    /// <summary>An owner answers within this. The asker's programs wait as long once, and a connection may wait a tenth of a second in all.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(50);

    /// <summary>That the wire had no owner is believed for so long.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>An owner heard within this time is there; later it may have gone, and is asked.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>Askers that wait at once.</summary>
    public const int MostWaiting = 1024;

    private const int Capacity = 8192;

    private readonly BoundedMap<(ushort Vlan, Ipv6Address Address), Finding> _findings = new(Capacity);
    private readonly Queue<(TimeSpan Due, NeighborAsker Asker)> _waiting = new();

    /// <summary>When the next asker's wait is over; <see cref="TimeSpan.MaxValue"/>: none waits.</summary>
    public TimeSpan NextDue => _waiting.TryPeek(out var first) ? first.Due : TimeSpan.MaxValue;

    /// <summary>A station showed that it has an address.</summary>
    public void OnOwner(Station station, Ipv6Address address, TimeSpan now)
    {
        var key = (station.Vlan, address);
        _findings.Put(key, (_findings.TryGet(key, out var known) ? known : default) with { Owner = station.Mac, Heard = now, IsOwned = true });
    }

    /// <summary>A station asks for an address.</summary>
    public NeighborVerdict OnAsked(NeighborAsker asker, TimeSpan now)
    {
        var key = (asker.Station.Vlan, asker.Target);
        if (asker.Source == Ipv6Address.Any)
        {
            OnOwner(asker.Station, asker.Target, now);
            return NeighborVerdict.DuplicateDetection;
        }

        OnOwner(asker.Station, asker.Source, now);
        var finding = _findings.TryGet(key, out var known) ? known : default;
        if (finding.IsOwned && (finding.Owner == asker.Station.Mac || now - finding.Heard <= Freshness))
        {
            return NeighborVerdict.Owned;
        }

        var isAsked = finding.WasAsked && now - finding.Asked < AnswerTime;
        if (!isAsked && finding.IsUnownedSinceAsked && now - finding.Asked <= Lifetime)
        {
            return NeighborVerdict.Answer;
        }

        if (_waiting.Count == MostWaiting)
        {
            return NeighborVerdict.Limit;
        }

        _waiting.Enqueue((now + AnswerTime, asker));
        if (isAsked)
        {
            return NeighborVerdict.StillAsking;
        }

        _findings.Put(key, finding with { WasAsked = true, Asked = now });
        return NeighborVerdict.AskFirst;
    }

    /// <summary>Takes the askers whose wait is over.</summary>
    /// <returns>Those whose target no station has shown to have since the wire was asked.</returns>
    public IEnumerable<NeighborAsker> TakeDue(TimeSpan now)
    {
        while (_waiting.TryPeek(out var first) && first.Due <= now)
        {
            _waiting.Dequeue();
            if (_findings.TryGet((first.Asker.Station.Vlan, first.Asker.Target), out var finding) && finding.IsUnownedSinceAsked)
            {
                yield return first.Asker;
            }
        }
    }

    private readonly record struct Finding(MacAddress Owner, bool IsOwned, TimeSpan Heard, bool WasAsked, TimeSpan Asked)
    {
        public bool IsUnownedSinceAsked => WasAsked && (!IsOwned || Heard < Asked);
    }
}
