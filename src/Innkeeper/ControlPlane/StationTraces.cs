using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.ControlPlane;

/// <summary>A station's last ARP question for another host, and the verdict.</summary>
internal readonly record struct ArpTrace(TimeSpan Time, Ipv4Address Sender, Ipv4Address Target, ArpVerdict Verdict);

/// <summary>A station's last DHCP message, and the verdict.</summary>
/// <param name="Type"><see cref="DhcpMessageType.None"/>: BOOTP, or a message that cannot be read.</param>
/// <param name="Address">The address offered or leased; 0.0.0.0: none.</param>
internal readonly record struct DhcpTrace(TimeSpan Time, DhcpMessageType Type, DhcpVerdict Verdict, Ipv4Address Address);

/// <summary>The last attempt to give an own address of a station its binding.</summary>
internal readonly record struct ArrivalTrace(TimeSpan Time, Ipv4Address Address, Arrival Outcome);

/// <summary>The last messages that the control plane heard of a station. Times are by the monotonic clock.</summary>
internal struct StationTrace
{
    /// <summary>Any message.</summary>
    public TimeSpan Heard;

    /// <summary>The own address of its last ARP message; 0.0.0.0: none.</summary>
    public Ipv4Address Own;

    public ArpTrace? Arp;

    public DhcpTrace? Dhcp;

    public ArrivalTrace? Arrival;
}

/// <summary>
/// Keeps what the control plane heard of each station last, for questions about a device that is not online. Bounded: stations without a record
/// displace each other, never those of known devices. The control loop's thread only.
/// </summary>
/// <param name="isKnown">Whether a device has a record.</param>
internal sealed class StationTraces(Func<MacAddress, bool> isKnown)
{
    /// <summary>Of known devices, and of other stations each.</summary>
    public const int Capacity = 4096;

    private readonly RecentTable<Station, StationTrace> _known = new(Capacity);
    private readonly RecentTable<Station, StationTrace> _others = new(Capacity);

    /// <summary>The latest first, known devices before others.</summary>
    public IEnumerable<KeyValuePair<Station, StationTrace>> All => _known.Entries.Concat(_others.Entries.Where(e => !_known.TryGet(e.Key, out _)));

    /// <summary>Null: nothing was heard of it.</summary>
    public StationTrace? Find(Station station) => _known.TryGet(station, out var known) ? known : _others.TryGet(station, out var other) ? other : null;

    /// <summary>A station sent a frame of any kind.</summary>
    public void OnHeard(Station station, TimeSpan now) => Touch(station, now);

    public void OnArp(Station station, in ArpMessage message, ArpVerdict verdict, TimeSpan now)
    {
        ref var trace = ref Touch(station, now);
        if (message.SenderMac == station.Mac && message.SenderIp != Ipv4Address.Any)
        {
            trace.Own = message.SenderIp;
        }

        if (message.Operation == ArpOperation.Request && verdict is not (ArpVerdict.Probe or ArpVerdict.Announcement))
        {
            trace.Arp = new ArpTrace(now, message.SenderIp, message.TargetIp, verdict);
        }
    }

    public void OnDhcp(Station station, DhcpMessageType type, in DhcpDecision decision, TimeSpan now) =>
        Touch(station, now).Dhcp = new DhcpTrace(now, type, decision.Verdict, decision.Address);

    public void OnArrival(ClaimedAddress claim, Arrival outcome, TimeSpan now) =>
        Touch(claim.Station, now).Arrival = new ArrivalTrace(now, claim.Address, outcome);

    /// <summary>Forgets what was heard of all stations.</summary>
    public void Clear()
    {
        _known.Clear();
        _others.Clear();
    }

    private ref StationTrace Touch(Station station, TimeSpan now)
    {
        if (!isKnown(station.Mac))
        {
            ref var other = ref _others.Touch(station);
            other.Heard = now;
            return ref other;
        }

        var isFirst = !_known.TryGet(station, out _);
        ref var known = ref _known.Touch(station);
        if (isFirst && _others.TryGet(station, out var before))
        {
            known = before;
        }

        known.Heard = now;
        return ref known;
    }
}
