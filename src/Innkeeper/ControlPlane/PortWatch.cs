using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;

namespace Innkeeper.ControlPlane;

/// <summary>Ports of shared addresses and who needs them, as the last sweep found it.</summary>
/// <param name="Devices">Devices that share the addresses.</param>
/// <param name="Needed">How many addresses like the present ones have <see cref="PortWatch.PortsOfADevice"/> ports for each device.</param>
/// <param name="Refused">Packets that found no port since the data plane was loaded.</param>
internal sealed record PortUse(PortRoom Room, int Devices, int Needed, ulong Refused)
{
    public static readonly PortUse None = new(default, 0, 0, 0);

    /// <summary>Ports that devices have, alone or in blocks.</summary>
    public int Taken => Room.Ports - Room.Free;
}

/// <summary>
/// Watches the ports of shared addresses: tells the data plane what each device leaves to others, and reports once when ports run low
/// and once when devices find none, with what to do.
/// </summary>
internal sealed class PortWatch(Registry registry, ISharedMap map, TimeProvider clock, EventLog events)
{
    /// <summary>A device should have as many ports as a block of the smallest size.</summary>
    public const int PortsOfADevice = 64;

    /// <summary>In hundredths: how many ports are taken when they run low, and when there are enough again.</summary>
    public const int Low = 80;

    private const int Enough = 60;

    /// <summary>Refusals of so long ago are over.</summary>
    private static readonly TimeSpan s_calm = TimeSpan.FromMinutes(10);

    /// <summary>Fewer new devices of one VLAN than this are no crowd.</summary>
    private const int Crowd = 64;

    /// <summary>The keeps that the data plane has, by the share's number.</summary>
    private readonly Dictionary<uint, int> _keeps = [];
    private bool _isLow;
    private ulong? _refused;
    private TimeSpan? _lastRefusal;

    /// <summary>Replaced as a whole: other threads read it.</summary>
    private volatile PortUse _use = PortUse.None;

    public PortUse Use => _use;

    /// <summary>Most ports are taken: those of devices that are gone are worth asking for.</summary>
    public bool AreLow => _isLow;

    /// <summary>How many addresses with so many ports each the devices need.</summary>
    public static int NeededFor(int devices, int portsOfAnAddress) =>
        portsOfAnAddress == 0 ? 0 : (int)((((long)devices * PortsOfADevice) + portsOfAnAddress - 1) / portsOfAnAddress);

    /// <summary>Cheap enough for every sweep.</summary>
    public void Look(TimeSpan now)
    {
        var shares = registry.Bindings.Values.Where(b => b.Share != 0).GroupBy(b => b.Share)
            .Select(g => new ShareUser(g.Key, g.First().Claim.Station, g.All(b => FairShare.IsNew(b.FirstSeen, clock.GetUtcNow())), g.All(b => b.Policy.IsHeld))).ToList();
        TellKeeps(shares);
        var room = map.Room;
        var devices = shares.Count(s => !s.IsHeld);
        _use = new PortUse(room, devices, NeededFor(devices, room.Addresses == 0 ? 0 : room.Ports / room.Addresses), map.Refused);
        ReportLow();
        ReportRefused(shares, now);
    }

    /// <summary>
    /// New devices leave some ports to known ones. Where most of the new devices are in one of several VLANs, those leave half to all others:
    /// one port of a switch can invent any number of devices, but they are in one VLAN.
    /// </summary>
    private void TellKeeps(List<ShareUser> shares)
    {
        var newcomers = shares.Where(s => s.IsNew).CountBy(s => s.Station.Vlan).ToDictionary();
        var all = newcomers.Values.Sum();
        var hasVlans = shares.Select(s => s.Station.Vlan).Distinct().Skip(1).Any();
        foreach (var (share, station, isNew, isHeld) in shares)
        {
            var isOfCrowd = isNew && hasVlans && newcomers[station.Vlan] is var count && count >= Crowd && count > all / 2;
            var keeps = isHeld ? FairShare.CrowdKeeps : !isNew ? 0 : isOfCrowd ? FairShare.CrowdKeeps : FairShare.NewcomerKeeps;
            if (!_keeps.TryGetValue(share, out var told) || told != keeps)
            {
                map.Keep(share, keeps);
                _keeps[share] = keeps;
            }
        }

        if (_keeps.Count > shares.Count)
        {
            var present = shares.Select(s => s.Share).ToHashSet();
            foreach (var gone in _keeps.Keys.Where(k => !present.Contains(k)).ToList())
            {
                _keeps.Remove(gone);
            }
        }
    }

    /// <param name="IsHeld">It uses ports for the hosts of its walled garden alone, and mostly none.</param>
    private sealed record ShareUser(uint Share, Station Station, bool IsNew, bool IsHeld);

    private void ReportLow()
    {
        var (taken, all) = (100L * _use.Taken, _use.Room.Ports);
        if (!_isLow && all > 0 && taken >= (long)Low * all)
        {
            _isLow = true;
            events.Add(new PortsLow(_use.Taken, all, _use.Devices, _use.Room.Addresses, _use.Needed));
        }
        else if (_isLow && taken < (long)Enough * all)
        {
            _isLow = false;
        }
    }

    private void ReportRefused(List<ShareUser> shares, TimeSpan now)
    {
        var before = _refused ?? _use.Refused;
        _refused = _use.Refused;
        if (_use.Refused <= before)
        {
            return;
        }

        var wasCalm = _lastRefusal is not { } last || now - last >= s_calm;
        _lastRefusal = now;
        if (wasCalm)
        {
            var (station, ports) = shares.Select(s => (s.Station, Ports: (int)map.UsedOf(s.Share).Max())).OrderByDescending(s => s.Ports).FirstOrDefault();
            events.Add(new PortsExhausted(
                _use.Taken, _use.Room.Ports, _use.Devices, _use.Room.Addresses, _use.Needed, ports > 0 ? station.Mac : null, ports));
        }
    }
}
