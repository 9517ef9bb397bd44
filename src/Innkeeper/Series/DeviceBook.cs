using Innkeeper.Wire;

namespace Innkeeper.Series;

/// <summary>
/// Devices' traffic in the interval that goes on, and in those that are not on disk. One thread adds; any thread reads. Bounded in devices and octets.
/// </summary>
/// <param name="find">An interval as it is on disk, by its start; null: none. Called after a start, and after the clock went back.</param>
/// <param name="mostWaiting">Octets of intervals that wait for the disk; the oldest are given up.</param>
internal sealed class DeviceBook(Func<long, DeviceRow?> find, int mostWaiting = 2 << 20)
{
    /// <summary>Devices in one interval; guests can invent any number.</summary>
    public const int MostDevices = 16 * 1024;

    private static readonly Resolution s_resolution = Resolution.Device;

    private readonly Lock _gate = new();
    private readonly Dictionary<MacAddress, DeviceTraffic> _devices = [];
    private readonly List<DeviceRow> _waiting = [];
    private long _start = long.MinValue;
    private double _seconds;

    /// <summary>An observation begins.</summary>
    /// <param name="time">Seconds of steady time since 1970. Intervals after it are forgotten: the clock went back.</param>
    /// <param name="seconds">How long it was.</param>
    public void Begin(long time, double seconds)
    {
        var start = s_resolution.StartOf(time);
        if (start == _start)
        {
            lock (_gate)
            {
                _seconds += seconds;
            }

            return;
        }

        var (isFirst, wentBack) = (_start == long.MinValue, start < _start);
        var stored = isFirst || wentBack ? find(start) : null;
        lock (_gate)
        {
            if (!isFirst && !wentBack)
            {
                Keep(Current());
            }

            _waiting.RemoveAll(r => r.Start >= start);
            (_start, _seconds) = (start, (stored?.Seconds ?? 0) + seconds);
            _devices.Clear();
            foreach (var (mac, traffic) in DeviceRecords.Decode(stored?.Data ?? []))
            {
                _devices[mac] = traffic;
            }
        }
    }

    /// <summary>Adds what devices moved in the observation that began.</summary>
    public void Add(IEnumerable<KeyValuePair<MacAddress, DeviceTraffic>> devices)
    {
        lock (_gate)
        {
            foreach (var (mac, traffic) in devices)
            {
                if (_devices.TryGetValue(mac, out var before))
                {
                    _devices[mac] = before + traffic;
                }
                else if (_devices.Count < MostDevices)
                {
                    _devices[mac] = traffic;
                }
            }
        }
    }

    /// <summary>Everything that is not on disk as it is now. Only for the thread that adds.</summary>
    public IReadOnlyList<DeviceRow> Unwritten() => _start == long.MinValue ? [] : [.. _waiting, Current()];

    /// <summary>All is on disk: only the interval that goes on is kept.</summary>
    public void Written()
    {
        lock (_gate)
        {
            _waiting.Clear();
        }
    }

    /// <summary>A device's traffic in the intervals that are kept here, oldest first; null: none in that interval.</summary>
    public IReadOnlyList<(long Start, double Seconds, DeviceTraffic? Traffic)> Read(MacAddress mac)
    {
        lock (_gate)
        {
            var closed = _waiting.Select(r => (r.Start, r.Seconds, DeviceRecords.Find(r.Data, mac)));
            return _start == long.MinValue ? [] : [.. closed, (_start, _seconds, _devices.TryGetValue(mac, out var now) ? now : null)];
        }
    }

    /// <summary>Takes a device out of the intervals that are kept here.</summary>
    public void Erase(MacAddress mac)
    {
        lock (_gate)
        {
            _devices.Remove(mac);
            for (var i = 0; i < _waiting.Count; i++)
            {
                _waiting[i] = _waiting[i].Without(mac);
            }
        }
    }

    private DeviceRow Current() => new(_start, _seconds, DeviceRecords.Encode(_devices));

    private void Keep(DeviceRow row)
    {
        _waiting.Add(row);
        while (_waiting.Sum(r => r.Data.Length) > mostWaiting || _waiting.Count > s_resolution.Count)
        {
            _waiting.RemoveAt(0);
        }
    }
}
