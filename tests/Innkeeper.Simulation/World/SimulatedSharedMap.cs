using Innkeeper.DataPlane;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;

namespace Innkeeper.Simulation.World;

/// <summary>
/// Shared addresses and shares, whose ports the data plane takes and frees: a port that a device used is in use for a while, and those of an
/// abandoned share end at the next sweep.
/// </summary>
internal sealed class SimulatedSharedMap(CrashPoint crash, TimeSpan portLifetime, Func<TimeSpan> now) : ISharedMap
{
    private readonly MemorySharedMap _map = new();
    private readonly Dictionary<uint, TimeSpan> _portsEnd = [];

    public IReadOnlyDictionary<uint, (Ipv4Address Address, bool IsAbandoned)> Shares => _map.Shares;

    public uint Mappings => _map.Mappings;

    /// <summary>A device sent by its share: ports of it are in use.</summary>
    public void UsePorts(uint share)
    {
        _map.SetUsed(share, 0, 1, 0, 0);
        _portsEnd[share] = now() + portLifetime;
    }

    public IEnumerable<(uint Index, SharedAddressSlot Slot)> Read() => _map.Read().ToList();

    public IEnumerable<(uint Share, Ipv4Address Address)> ReadShares() => _map.ReadShares();

    public bool Use(Ipv4Address address, PortLayout layout, uint uplink = 0)
    {
        crash.Pass();
        return _map.Use(address, layout, uplink);
    }

    public bool IsLaidOutOtherwise(Ipv4Address address, PortLayout layout, uint uplink) => _map.IsLaidOutOtherwise(address, layout, uplink);

    public void GiveUp(Ipv4Address address)
    {
        crash.Pass();
        _map.GiveUp(address);
    }

    public void Forget(uint index, Ipv4Address address)
    {
        crash.Pass();
        if (_map.Shares.Any(s => s.Value.Address == address && !_map.IsEmpty(s.Key)))
        {
            throw new InvariantViolatedException($"the slot of shared address {address} is given away while ports of it are in use");
        }

        _map.Forget(index, address);
    }

    public void OpenShare(uint number, Ipv4Address address)
    {
        crash.Pass();
        if (!_map.IsEmpty(number))
        {
            throw new InvariantViolatedException($"share {number} begins on {address} while ports of its last device are in use");
        }

        if (!_map.Read().Any(s => s.Slot.Address == (BigEndian32)address))
        {
            throw new InvariantViolatedException($"share {number} begins on {address}, which has no slot in the data plane");
        }

        _map.OpenShare(number, address);
    }

    public void Abandon(uint number)
    {
        crash.Pass();
        _map.Abandon(number);
        _portsEnd[number] = TimeSpan.Zero;
    }

    public PortRoom Room => _map.Room;

    public ulong Refused => _map.Refused;

    public void Keep(uint number, int sixteenths)
    {
        crash.Pass();
        _map.Keep(number, sixteenths);
    }

    public bool IsEmpty(uint number) => _map.IsEmpty(number);

    public uint[] UsedOf(uint number) => _map.UsedOf(number);

    public Sweep Sweep()
    {
        foreach (var (share, end) in _portsEnd.Where(p => p.Value <= now()).ToList())
        {
            _portsEnd.Remove(share);
            _map.SetUsed(share);
        }

        return _map.Sweep();
    }
}

/// <summary>The data plane's list of blocked stations, which is short.</summary>
internal sealed class SimulatedBlockedStations(CrashPoint crash, int capacity) : IBlockedStations
{
    private readonly MemoryBlockedStations _stations = new(capacity);

    public IReadOnlyList<MacAddress> Blocked => _stations.Blocked;

    public bool TryBlock(MacAddress mac)
    {
        crash.Pass();
        return _stations.TryBlock(mac);
    }

    public void Unblock(MacAddress mac)
    {
        crash.Pass();
        _stations.Unblock(mac);
    }
}

/// <summary>Profiles in the data plane.</summary>
internal sealed class SimulatedProfileMap(CrashPoint crash) : IProfileMap
{
    private readonly MemoryProfileMap _map = new();

    public uint PlaceOf(string name) => _map.PlaceOf(name);

    public ProfileSlot? Before(string name) => _map.Before(name);

    public void Set(string name, ProfileSlot slot, ProfileDestinations destinations)
    {
        crash.Pass();
        _map.Set(name, slot, destinations);
    }

    /// <summary>A process ends: the next finds what this one wrote.</summary>
    public void Restart() => _map.Restart();
}
