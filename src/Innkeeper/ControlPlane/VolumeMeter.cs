using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>The store of what groups have used of their volumes. Calls return at once.</summary>
internal interface IVolumeStore
{
    IReadOnlyList<KeyValuePair<VolumeGroup, VolumeUse>> LoadVolumes();

    void SaveVolume(VolumeGroup group, VolumeUse use);

    void ForgetVolume(VolumeGroup group);
}

/// <summary>
/// Counts what groups use of their profiles' volumes: every ten seconds, from the counters of their devices' bindings, both ways. Has the control plane hold
/// the devices of a group whose volume is used up, and let them go on when it has data again. Counting needs a system call for each binding, so it is done
/// on a thread of its own. Between two looks a group may use as much as its rate allows in that time.
/// </summary>
internal sealed class VolumeMeter : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>How often amounts are written while nothing is used up.</summary>
    internal static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(1);

    /// <summary>Groups that the events of one look name.</summary>
    private const int MostNamed = 5;

    /// <summary>Devices that the control plane's thread does at once: packets come in between.</summary>
    private const int Slice = 50;

    private readonly Lock _lock = new();
    private readonly VolumeLimits _limits;
    private readonly DeviceStore _devices;
    private readonly Func<IEnumerable<ICountedBinding>> _bindings;
    private readonly TrafficTally _tally;
    private readonly IVolumeStore _store;
    private readonly Action<IReadOnlyList<MacAddress>> _apply;
    private readonly EventLog _events;
    private readonly TimeProvider _clock;
    private readonly ITimer? _timer;
    private readonly HashSet<VolumeGroup> _unwritten = [];
    private DateTimeOffset _written;
    private bool _isDisposed;

    /// <param name="octetsOf">Octets by a counter since its binding began, both ways: one system call.</param>
    /// <param name="apply">Has the control plane's thread treat devices as it finds them now.</param>
    public VolumeMeter(
        VolumeLimits limits, DeviceStore devices, Func<IEnumerable<ICountedBinding>> bindings, Func<uint, ulong> octetsOf, IVolumeStore store, Action<IReadOnlyList<MacAddress>> apply, EventLog events,
        TimeProvider clock)
    {
        (_limits, _devices, _bindings, _store, _apply, _events, _clock) = (limits, devices, bindings, store, apply, events, clock);
        _written = clock.GetUtcNow();
        _tally = new TrafficTally(octetsOf);

        // The first look is at once: bindings that an earlier process left count from it on. Without volumes it clears away the amounts of those that were.
        if (limits.IsUsed || !limits.Uses.IsEmpty)
        {
            Look();
            _timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);
        }
    }

    /// <summary>Counts a last time, and has all amounts written.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            if (!_isDisposed && _timer is not null)
            {
                Count();
                Write(isAll: true);
            }

            _isDisposed = true;
        }
    }

    /// <summary>Has everything written again: the database that it was in is gone.</summary>
    public void SaveAll()
    {
        lock (_lock)
        {
            _unwritten.UnionWith(_limits.Uses.Keys);
            Write(isAll: true);
        }
    }

    /// <summary>Drops what a device used by itself.</summary>
    public void Erase(MacAddress mac)
    {
        lock (_lock)
        {
            foreach (var group in _limits.Uses.Keys.Where(g => g.Device == mac).ToList())
            {
                _limits.Uses = _limits.Uses.Remove(group);
                Forget(group);
            }
        }
    }

    /// <summary>Counts now. A look that comes while another one takes its time is left out.</summary>
    internal void Look()
    {
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isDisposed)
            {
                Write(isAll: Count());
                Apply();
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <returns>Whether a volume was used up, or a group has data again.</returns>
    private bool Count()
    {
        var (before, now) = (_limits.Uses, _clock.GetUtcNow());
        var next = before.ToBuilder();
        var back = new List<VolumeGroup>();
        foreach (var (group, use) in before)
        {
            // The device is gone: it was forgotten, or displaced, and what it used goes with it.
            var isGone = group.Device is { } mac && _devices.Find(mac) is null;
            if (isGone || _limits.Of(group) is not { } standing || standing.Use.Begin != use.Begin)
            {
                next.Remove(group);
                Forget(group);
            }
            else if (use.UsedUp is not null && !standing.IsUsedUp)
            {
                // The administrator gave more.
                Put(group, use with { UsedUp = null });
            }
            else
            {
                continue;
            }

            if (use.UsedUp is not null && !isGone)
            {
                back.Add(group);
            }
        }

        // A held device moves something too: with the hosts that every device may reach.
        foreach (var (binding, octets) in _tally.Look(_bindings()).Where(m => !m.Binding.Policy.IsHeld))
        {
            if (_devices.Find(binding.Station.Mac) is { } device && _limits.Of(device, binding.Station.Vlan) is { } standing)
            {
                var use = next.GetValueOrDefault(standing.Group) ?? standing.Use;
                Put(standing.Group, use with { Octets = use.Octets + octets });
            }
        }

        var used = new List<VolumeStanding>();
        foreach (var (group, use) in next.Where(u => u.Value.UsedUp is null).ToList())
        {
            if (_limits.Of(group) is { } standing && use.Octets >= standing.Limit)
            {
                Put(group, use with { UsedUp = now });
                used.Add(standing);
            }
        }

        _limits.Uses = next.ToImmutable();
        Tell(used, back);
        return used.Count + back.Count > 0;

        void Put(VolumeGroup group, VolumeUse use)
        {
            next[group] = use;
            _unwritten.Add(group);
        }
    }

    /// <summary>By the present state, and not by changes of it: so it is right, whatever else happened to a device meanwhile.</summary>
    private void Apply()
    {
        var macs = _bindings().Where(IsOtherwise).Select(b => b.Station.Mac).Distinct();
        foreach (var slice in macs.Chunk(Slice))
        {
            _apply(slice);
        }
    }

    private bool IsOtherwise(ICountedBinding binding) =>
        _devices.Find(binding.Station.Mac) is { Admission.State: AdmissionState.Admitted } device && (_limits.Of(device, binding.Station.Vlan) is { IsHeld: true }) != binding.Policy.IsHeld;

    private void Forget(VolumeGroup group)
    {
        _unwritten.Remove(group);
        _store.ForgetVolume(group);
    }

    private void Write(bool isAll)
    {
        var now = _clock.GetUtcNow();
        if (!isAll && now - _written < WriteInterval)
        {
            return;
        }

        foreach (var group in _unwritten)
        {
            if (_limits.Uses.TryGetValue(group, out var use))
            {
                _store.SaveVolume(group, use);
            }
        }

        _unwritten.Clear();
        _written = now;
    }

    /// <summary>At midnight thousands may have data again in one look: the first are named and the others counted.</summary>
    private void Tell(List<VolumeStanding> used, List<VolumeGroup> back)
    {
        foreach (var standing in used.Take(MostNamed))
        {
            _events.Add(new VolumeUsedUp(standing.Group.Name, standing.Group.Profile, SettingTypes.DataText(standing.Limit), standing.End, standing.Group.Device));
        }

        foreach (var group in back.Take(MostNamed))
        {
            _events.Add(new VolumeRenewed(group.Name, group.Profile, group.Device));
        }

        if (used.Count > MostNamed)
        {
            _events.Add(new VolumesUsedUp(used.Count - MostNamed));
        }

        if (back.Count > MostNamed)
        {
            _events.Add(new VolumesRenewed(back.Count - MostNamed));
        }
    }
}
