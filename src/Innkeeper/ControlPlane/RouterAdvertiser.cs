using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Shows the gateway to devices as their IPv6 router (RFC 4861 section 6.2), with a prefix that they make addresses of. A device that asks is answered at once
/// and alone (RFC 7772 section 5.1); an advertisement to all follows every 30 min, and three when anything changes. Those are not delayed by chance, as section 6.2.4 has it for
/// routers that would send together: where another router advertises, the gateway never does. Nothing is sent while there never was a prefix. The control loop's thread only.
/// </summary>
/// <param name="vlans">The VLANs that are served beside untagged frames.</param>
/// <param name="network">The network as devices should know it now. Asked often.</param>
/// <param name="isMuted">Whether the access side is not a LAN of its own now.</param>
/// <param name="isServedByAnother">Whether another router advertises in a VLAN.</param>
internal sealed class RouterAdvertiser(
    Ipv6Sender sender, ImmutableArray<ushort> vlans, Func<AdvertisedNetwork> network, Func<bool> isMuted, Func<ushort, bool> isServedByAnother) : ITimed
{
    /// <summary>Between two advertisements to all: the longest that RFC 4861 section 6.2.1 allows, as each wakes sleeping devices (RFC 7772 section 4).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    /// <summary>The same for the first three after a change (RFC 4861 section 6.2.4).</summary>
    public static readonly TimeSpan InitialInterval = TimeSpan.FromSeconds(16);

    /// <summary>Two to all never follow each other faster, whatever devices ask (section 6.2.6).</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(3);

    /// <summary>Advertisements after a change.</summary>
    public const int Initial = 3;

    /// <summary>Askers of a VLAN that are answered alone at once; those beyond are answered by one advertisement to all (section 6.2.6).</summary>
    public const int Burst = 50;

    /// <summary>The same, after those: one for each of these.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(50);

    private readonly AdvertisedPrefixes _prefixes = new();
    private readonly Turn[] _turns = [.. vlans.Prepend((ushort)0).Distinct().Select(vlan => new Turn(vlan))];
    private AdvertisedNetwork? _told;

    public TimeSpan NextDue(TimeSpan now)
    {
        var due = TimeSpan.MaxValue;
        foreach (var turn in _turns)
        {
            due = turn.NextDue < due ? turn.NextDue : due;
        }

        return due;
    }

    public void Tick(TimeSpan now)
    {
        var present = network();
        var isNews = !present.Equals(_told);
        _told = present;
        foreach (var turn in _turns)
        {
            var isOpen = IsOpen(turn.Vlan);
            if (isNews || (isOpen && !turn.WasOpen))
            {
                turn.Begin(now);
            }

            turn.WasOpen = isOpen;
            if (turn.TryTake(now) && isOpen && Send(turn.Vlan, Ipv6Address.AllNodes.MulticastMac(), Ipv6Address.AllNodes, now))
            {
                turn.OnSent(now);
            }
        }
    }

    /// <summary>A device asks for routers.</summary>
    /// <param name="source">Its address; <see cref="Ipv6Address.Any"/>: it has none yet, and hears an advertisement to all.</param>
    public void OnSolicitation(Station station, Ipv6Address source, TimeSpan now)
    {
        if (Array.Find(_turns, t => t.Vlan == station.Vlan) is not { } turn || !IsOpen(station.Vlan))
        {
            return;
        }

        if (source != Ipv6Address.Any && turn.TryAnswer(now))
        {
            Send(station.Vlan, station.Mac, source, now);
        }
        else
        {
            turn.Ask(now);
        }
    }

    private bool IsOpen(ushort vlan) => !isMuted() && !isServedByAnother(vlan);

    /// <returns>False if there is nothing to tell.</returns>
    private bool Send(ushort vlan, MacAddress to, Ipv6Address destination, TimeSpan now)
    {
        var advertisement = _prefixes.Tell(network(), now);
        if (advertisement is not null)
        {
            sender.Advertise(vlan, to, destination, advertisement);
        }

        return advertisement is not null;
    }

    /// <summary>When advertisements go to all devices of a VLAN.</summary>
    private sealed class Turn(ushort vlan)
    {
        private TimeSpan _next = TimeSpan.MaxValue;
        private TimeSpan _asked = TimeSpan.MaxValue;
        private TimeSpan _earliest;
        private TimeSpan _arrival;
        private int _left;

        public ushort Vlan => vlan;

        public bool WasOpen { get; set; }

        public TimeSpan NextDue => _asked < _next ? _asked : _next;

        /// <summary>A change: advertisements to all from now on.</summary>
        public void Begin(TimeSpan now) => (_left, _next) = (Initial, Later(now, _earliest));

        /// <summary>A device asks: one advertisement to all.</summary>
        public void Ask(TimeSpan now) => _asked = Later(now, _earliest);

        /// <summary>Takes the next advertisement to all, if it is due.</summary>
        public bool TryTake(TimeSpan now)
        {
            if (now < NextDue)
            {
                return false;
            }

            if (_next <= now)
            {
                _left = Math.Max(_left - 1, 0);
                _next = now + (_left > 0 ? InitialInterval : Interval);
            }

            _asked = TimeSpan.MaxValue;
            return true;
        }

        public void OnSent(TimeSpan now) => _earliest = now + LeastInterval;

        /// <summary>Whether one that asks may be answered alone.</summary>
        public bool TryAnswer(TimeSpan now)
        {
            if (_arrival > now + ((Burst - 1) * Spacing))
            {
                return false;
            }

            _arrival = Later(_arrival, now) + Spacing;
            return true;
        }

        private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
    }
}
