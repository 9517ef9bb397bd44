using System.Collections.Concurrent;
using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Policy;

/// <summary>
/// The records of all devices: the one owner of that state. One thread changes it; others read <see cref="Devices"/>, an immutable
/// snapshot. Bounded: invented MACs displace each other, never a device that the administrator set something for.
/// </summary>
/// <param name="capacity">Maximum number of devices that the administrator set nothing for.</param>
/// <param name="machines">The entries of [[machines]]; null: there are none.</param>
internal sealed class DeviceStore(int capacity, MachineRoster? machines = null)
{
    /// <summary>A refusal counts so long: a device that still wants service asks again within this time.</summary>
    private static readonly TimeSpan s_refusalTime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<MacAddress, DateTimeOffset> _seen = new();
    private readonly ConcurrentDictionary<MacAddress, (ServiceRefusal Reason, DateTimeOffset Time)> _refused = new();

    /// <summary>The devices that may be displaced, each with the number of its place in the queue. Other places there are of devices that were forgotten.</summary>
    private readonly Dictionary<MacAddress, long> _places = [];

    private Queue<(MacAddress Mac, long Place)> _undecided = new();
    private long _lastPlace;
    private volatile ImmutableDictionary<MacAddress, DeviceRecord> _devices = ImmutableDictionary<MacAddress, DeviceRecord>.Empty;

    public ImmutableDictionary<MacAddress, DeviceRecord> Devices => _devices;

    /// <summary>Which of them are machines of the file.</summary>
    public MachineRoster Machines { get; } = machines ?? new MachineRoster([]);

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

    /// <summary>A device that has a record got no address.</summary>
    public void Refuse(MacAddress mac, ServiceRefusal reason, DateTimeOffset time)
    {
        if (_devices.ContainsKey(mac))
        {
            _refused[mac] = (reason, time);
        }
    }

    /// <summary>A device got an address.</summary>
    public void Serve(MacAddress mac) => _refused.TryRemove(mac, out _);

    /// <summary>Why a device got no address lately; null: it got one, or asked for none. Any thread may ask.</summary>
    public ServiceRefusal? RefusalOf(MacAddress mac, DateTimeOffset now) =>
        _refused.TryGetValue(mac, out var refusal) && now - refusal.Time < s_refusalTime ? refusal.Reason : null;

    public DeviceRecord? Find(MacAddress mac) => _devices.GetValueOrDefault(mac);

    /// <summary>A device's record; a new one, which is not kept here yet, if it has none.</summary>
    /// <param name="firstSeen">Of a new one.</param>
    public DeviceRecord FindOrNew(MacAddress mac, DateTimeOffset firstSeen) => Overlay(Find(mac) ?? new DeviceRecord(mac, firstSeen));

    /// <summary>A record with the last word of [[machines]], as they are now.</summary>
    private DeviceRecord Overlay(DeviceRecord device)
    {
        var own = device.WithoutMachines();
        var machine = Machines.Of(device.Mac);
        return own with { Machine = machine, IsPinOverruled = own.PinnedLegal is { } pinned && Machines.At(pinned) is { } other && other != machine };
    }

    /// <summary>Adds a record, or replaces the one of the same device.</summary>
    /// <param name="isInUse">Whether a device has bindings: then it is not displaced.</param>
    /// <returns>The displaced records.</returns>
    public IReadOnlyList<DeviceRecord> Put(DeviceRecord device, Func<MacAddress, bool> isInUse)
    {
        var isNew = !_devices.ContainsKey(device.Mac);
        _devices = _devices.SetItem(device.Mac, Overlay(device));
        if (!isNew)
        {
            return [];
        }

        Enqueue(device.Mac);
        var pushedOut = new List<DeviceRecord>();
        for (var tries = 16; _places.Count > capacity && tries > 0; tries--)
        {
            var oldest = DequeueOldest();
            if (Find(oldest) is not { IsDecided: false } record)
            {
                continue;
            }

            if (isInUse(oldest))
            {
                Enqueue(oldest);
                continue;
            }

            Remove(oldest);
            pushedOut.Add(record);
        }

        return pushedOut;
    }

    /// <summary>A device that comes back is the youngest.</summary>
    public void Forget(MacAddress mac)
    {
        Remove(mac);

        // Its place stays for a while: to look for it would take as long as there are devices, for each of an order about many.
        if (_places.Remove(mac) && _undecided.Count > 2 * _places.Count)
        {
            _undecided = new Queue<(MacAddress Mac, long Place)>(_undecided.Where(IsInUse));
        }
    }

    private void Remove(MacAddress mac)
    {
        _devices = _devices.Remove(mac);
        _seen.TryRemove(mac, out _);
        _refused.TryRemove(mac, out _);
    }

    private void Enqueue(MacAddress mac)
    {
        _places[mac] = ++_lastPlace;
        _undecided.Enqueue((mac, _lastPlace));
    }

    private MacAddress DequeueOldest()
    {
        (MacAddress Mac, long Place) oldest;
        do
        {
            oldest = _undecided.Dequeue();
        }
        while (!IsInUse(oldest));
        _places.Remove(oldest.Mac);
        return oldest.Mac;
    }

    private bool IsInUse((MacAddress Mac, long Place) queued) => _places.TryGetValue(queued.Mac, out var place) && place == queued.Place;
}
