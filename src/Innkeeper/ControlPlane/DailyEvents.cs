using Innkeeper.Arp;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Events about devices that happen again and again: each kind once for each device and day, and no more than a few of a kind in an hour, whatever MACs a
/// host invents. One thread.
/// </summary>
internal sealed class DailyEvents(EventLog events)
{
    /// <summary>Events of one kind within <see cref="Window"/>.</summary>
    public const int MostInWindow = 20;

    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly BoundedMap<(string Kind, MacAddress Mac), TimeSpan> _added = new(4096);
    private readonly Dictionary<string, (TimeSpan Since, int Count)> _windows = [];

    /// <param name="interval">Between two of one kind and device; null: a day.</param>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(GatewayEvent happened, TimeSpan now, TimeSpan? interval = null)
    {
        var key = (happened.Kind, happened.About.Mac ?? MacAddress.Zero);
        if (_added.TryGet(key, out var last) && now - last < (interval ?? s_day))
        {
            return false;
        }

        var (since, count) = _windows.TryGetValue(happened.Kind, out var window) && now - window.Since < Window ? window : (now, 0);
        if (count == MostInWindow)
        {
            return false;
        }

        _windows[happened.Kind] = (since, count + 1);
        _added.Remove(key, out _);
        _added.Put(key, now);
        events.Add(happened);
        return true;
    }
}
