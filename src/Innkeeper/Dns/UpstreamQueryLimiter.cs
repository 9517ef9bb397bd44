using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>How often one device may have servers asked (generic cell rate algorithm: one number is the whole state). Pure.</summary>
/// <param name="perSecond">So many a second, and as many at once; 0: any number.</param>
internal sealed class UpstreamQueryLimiter(int perSecond)
{
    /// <summary>As many devices as anybody has; then all start anew.</summary>
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
