using System.Collections.Concurrent;
using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Policy;

/// <summary>
/// The records of all devices: the one owner of that state. One thread changes it; others read <see cref="Devices"/>, an immutable
/// snapshot. Bounded: invented MACs displace each other, never a device that the administrator set something for.
/// </summary>
/// <param name="capacity">Maximum number of devices that the administrator set nothing for.</param>
internal sealed class DeviceStore(int capacity)
{
    private readonly Queue<MacAddress> _undecided = new();
    private readonly ConcurrentDictionary<MacAddress, DateTimeOffset> _seen = new();
    private volatile ImmutableDictionary<MacAddress, DeviceRecord> _devices = ImmutableDictionary<MacAddress, DeviceRecord>.Empty;

    public ImmutableDictionary<MacAddress, DeviceRecord> Devices => _devices;

    /// <summary>A device that has a record was heard at this time.</summary>
    public void See(MacAddress mac, DateTimeOffset time)
    {
        if (_devices.ContainsKey(mac))
        {
            _seen.AddOrUpdate(mac, time, (_, before) => before > time ? before : time);
        }
    }

    /// <summary>When a device was last heard, beside what its bindings tell; null: not known. Any thread may ask.</summary>
    public DateTimeOffset? LastSeenOf(MacAddress mac) => _seen.TryGetValue(mac, out var time) ? time : null;

    public DeviceRecord? Find(MacAddress mac) => _devices.GetValueOrDefault(mac);

    /// <summary>Adds a record, or replaces the one of the same device.</summary>
    /// <param name="isInUse">Whether a device has bindings: then it is not displaced.</param>
    /// <returns>The displaced records.</returns>
    public IReadOnlyList<DeviceRecord> Put(DeviceRecord device, Func<MacAddress, bool> isInUse)
    {
        var isNew = !_devices.ContainsKey(device.Mac);
        _devices = _devices.SetItem(device.Mac, device);
        if (!isNew)
        {
            return [];
        }

        _undecided.Enqueue(device.Mac);
        var pushedOut = new List<DeviceRecord>();
        for (var tries = 16; _undecided.Count > capacity && tries > 0; tries--)
        {
            var oldest = _undecided.Dequeue();
            if (Find(oldest) is not { IsDecided: false } record)
            {
                continue;
            }

            if (isInUse(oldest))
            {
                _undecided.Enqueue(oldest);
                continue;
            }

            _devices = _devices.Remove(oldest);
            _seen.TryRemove(oldest, out _);
            pushedOut.Add(record);
        }

        return pushedOut;
    }

    /// <summary>Removed from the queue too: a device that comes back is the youngest.</summary>
    public void Forget(MacAddress mac)
    {
        _devices = _devices.Remove(mac);
        _seen.TryRemove(mac, out _);
        var others = _undecided.Where(m => m != mac).ToList();
        _undecided.Clear();
        others.ForEach(_undecided.Enqueue);
    }
}
