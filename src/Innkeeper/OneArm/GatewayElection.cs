using Innkeeper.Arp;
using Innkeeper.Wire;

namespace Innkeeper.OneArm;

/// <summary>
/// Several gateways on one LAN: the one with the highest (priority, MAC) serves, the others are passive and advertise that. Has no I/O,
/// clock or log: advertisements and time in, a result out.
/// </summary>
internal sealed class GatewayElection(ushort priority, MacAddress mac)
{
    /// <summary>Between two advertisements.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A gateway that sends no advertisement for this long is gone.</summary>
    public static readonly TimeSpan Lifetime = 3 * Interval;

    /// <summary>At start, other gateways have this long to answer before this one serves.</summary>
    public static readonly TimeSpan Hearing = TimeSpan.FromMilliseconds(300);

    private readonly BoundedMap<MacAddress, (ushort Priority, TimeSpan Heard)> _peers = new(16);
    private TimeSpan _nextAdvertisement;

    /// <summary>The gateway that serves instead of this one; null while this one serves.</summary>
    public (MacAddress Mac, ushort Priority)? Leader { get; private set; }

    /// <summary>The best of the other gateways, even if it is passive.</summary>
    public (MacAddress Mac, ushort Priority)? Best { get; private set; }

    public ushort Priority => priority;

    /// <summary>Whether another gateway was ever heard: it may still answer the devices it knows.</summary>
    public bool HeardAny { get; private set; }

    /// <returns>Whether the sender wants an advertisement of this gateway at once.</returns>
    public bool OnAdvertisement(MacAddress from, Advertisement advertisement, TimeSpan now)
    {
        if (from == mac || from.IsMulticast)
        {
            return false;
        }

        HeardAny = true;
        if (advertisement.IsLeaving)
        {
            _peers.Remove(from, out _);
        }
        else
        {
            _peers.Put(from, (advertisement.Priority, now));
        }

        Rank(now);
        return advertisement.IsAsking;
    }

    /// <returns>Whether an advertisement is due.</returns>
    public bool Tick(TimeSpan now)
    {
        Rank(now);
        if (now < _nextAdvertisement)
        {
            return false;
        }

        _nextAdvertisement = now + Interval;
        return true;
    }

    public TimeSpan NextDue => _nextAdvertisement;

    private void Rank(TimeSpan now)
    {
        Best = null;
        foreach (var (peer, (rank, heard)) in _peers.Entries)
        {
            if (now - heard < Lifetime && (Best is not { } best || (rank, peer).CompareTo((best.Priority, best.Mac)) > 0))
            {
                Best = (peer, rank);
            }
        }

        Leader = Best is { } other && (other.Priority, other.Mac).CompareTo((priority, mac)) > 0 ? other : null;
    }
}
