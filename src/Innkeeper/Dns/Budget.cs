namespace Innkeeper.Dns;

/// <summary>
/// Limits how much each device may use of something (generic cell rate algorithm: one number is the whole state of a device). No I/O, clock
/// or log.
/// </summary>
/// <param name="perSecond">So much each second; 0: no limit.</param>
/// <param name="burst">As much as this time brings, at once.</param>
internal sealed class Budget<TKey>(int perSecond, TimeSpan burst)
    where TKey : notnull
{
    /// <summary>More devices than any network has; beyond it, all start again.</summary>
    private const int MaxDevices = 65536;

    private readonly Dictionary<TKey, TimeSpan> _arrivals = [];

    /// <summary>Takes an amount if the device has it.</summary>
    public bool TryTake(TKey device, TimeSpan now, int amount = 1)
    {
        if (!Has(device, now, amount))
        {
            return false;
        }

        Charge(device, now, amount);
        return true;
    }

    public bool Has(TKey device, TimeSpan now, int amount = 1) => perSecond == 0 || Earliest(device, now) + TimeOf(amount) <= now + burst;

    /// <summary>Takes an amount although the device may not have it: then it waits until the debt is paid.</summary>
    public void Charge(TKey device, TimeSpan now, int amount)
    {
        if (perSecond == 0)
        {
            return;
        }

        var earliest = Earliest(device, now);
        if (_arrivals.Count >= MaxDevices)
        {
            _arrivals.Clear();
        }

        _arrivals[device] = earliest + TimeOf(amount);
    }

    private TimeSpan TimeOf(int amount) => TimeSpan.FromTicks(TimeSpan.TicksPerSecond * amount / perSecond);

    private TimeSpan Earliest(TKey device, TimeSpan now) => _arrivals.TryGetValue(device, out var arrival) && arrival > now ? arrival : now;
}
