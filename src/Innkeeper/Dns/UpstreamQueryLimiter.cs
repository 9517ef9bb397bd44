using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>
/// Limits how often one device may cause queries to servers (generic cell rate algorithm: one number is the whole state). No I/O, clock or log.
/// </summary>
/// <param name="perSecond">Queries each second, and as many at once; 0: no limit.</param>
internal sealed class UpstreamQueryLimiter(int perSecond)
{
    /// <summary>More devices than any network has; beyond it, all start again.</summary>
    private const int MaxDevices = 65536;

    private static readonly TimeSpan s_burst = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Ipv4Address, TimeSpan> _arrivals = [];
    private readonly TimeSpan _interval = perSecond == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(TimeSpan.TicksPerSecond / perSecond);

    public bool Allows(Ipv4Address device, TimeSpan now)
    {
        if (perSecond == 0)
        {
            return true;
        }

        var earliest = _arrivals.TryGetValue(device, out var arrival) && arrival > now ? arrival : now;
        if (earliest + _interval > now + s_burst)
        {
            return false;
        }

        if (_arrivals.Count >= MaxDevices)
        {
            _arrivals.Clear();
        }

        _arrivals[device] = earliest + _interval;
        return true;
    }
}
