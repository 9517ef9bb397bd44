using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Keeps the gateway's port a router port of switches that snoop multicast (RFC 4541 section 3): behind another port the gateway would hear no neighbour
/// solicitation, as each goes to a group of its own. It asks for listeners (RFC 9777); where a router with a lower address asks, it shows itself by multicast
/// router advertisements instead (RFC 4286). The control loop's thread only.
/// </summary>
/// <param name="vlans">The VLANs that are served beside untagged frames.</param>
/// <param name="isMuted">Whether the access side is not a LAN of its own now.</param>
internal sealed class ListenerQueries(Ipv6Sender sender, ImmutableArray<ushort> vlans, Func<bool> isMuted) : ITimed
{
    /// <summary>Between two queries of a VLAN (RFC 9777 section 9.2).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(125);

    /// <summary>The same after the start (sections 9.6 and 9.7).</summary>
    public static readonly TimeSpan StartInterval = Interval / 4;

    /// <summary>Without a query for so long, the other router asks no more (section 9.5).</summary>
    public static readonly TimeSpan OtherLifetime = TimeSpan.FromSeconds(255);

    /// <summary>Between two advertisements (RFC 4286 section 3.1).</summary>
    public static readonly TimeSpan AdvertisementInterval = TimeSpan.FromSeconds(20);

    /// <summary>Queries at the start.</summary>
    private const int StartQueries = 2;

    private readonly Turn[] _turns = [.. vlans.Prepend((ushort)0).Distinct().Select(vlan => new Turn { Vlan = vlan })];
    private TimeSpan _next;

    public TimeSpan NextDue(TimeSpan now) => _next;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = TimeSpan.MaxValue;
        foreach (var turn in _turns)
        {
            if (turn.Next <= now)
            {
                Act(turn, now);
            }

            _next = turn.Next < _next ? turn.Next : _next;
        }
    }

    /// <summary>A router asks for listeners; the lowest address of those that ask goes on (RFC 9777 section 7.6.2).</summary>
    public void OnQuery(ushort vlan, Ipv6Address source, TimeSpan now)
    {
        if (source.IsLinkLocal && source < sender.Address && Array.Find(_turns, t => t.Vlan == vlan) is { } turn)
        {
            var wasAsking = turn.OtherUntil <= now;
            turn.OtherUntil = now + OtherLifetime;
            if (wasAsking)
            {
                (turn.Next, _next) = (now, now);
            }
        }
    }

    private void Act(Turn turn, TimeSpan now)
    {
        var isOther = now < turn.OtherUntil;
        turn.Next = now + (isOther ? AdvertisementInterval : ++turn.Sent < StartQueries ? StartInterval : Interval);
        if (isMuted())
        {
            return;
        }

        if (isOther)
        {
            sender.AdvertiseRouter(turn.Vlan);
        }
        else
        {
            sender.Query(turn.Vlan);
        }
    }

    private sealed class Turn
    {
        public required ushort Vlan { get; init; }

        public TimeSpan Next { get; set; }

        public TimeSpan OtherUntil { get; set; }

        public int Sent { get; set; }
    }
}
