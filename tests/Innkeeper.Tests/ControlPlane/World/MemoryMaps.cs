using Innkeeper.DataPlane;
using Innkeeper.Interfaces;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>Profiles in memory; a name keeps its place.</summary>
internal sealed class MemoryProfileMap(WriteJournal? all = null) : IProfileMap
{
    private readonly Dictionary<string, uint> _places = [];
    private readonly Dictionary<string, ProfileSlot> _before = [];

    public Dictionary<string, ProfileSlot> Slots { get; } = [];

    /// <summary>"profile NAME", in order.</summary>
    public WriteJournal Journal { get; } = new(all);

    public uint PlaceOf(string name)
    {
        if (!_places.TryGetValue(name, out var place))
        {
            _places[name] = place = name == "default" ? 0 : (uint)_places.Count + 1;
        }

        return place;
    }

    public ProfileSlot? Before(string name) => _before.TryGetValue(name, out var slot) ? slot : null;

    public void Set(string name, ProfileSlot slot, ProfileDestinations destinations)
    {
        Journal.Add($"profile {name}");
        Slots[name] = slot;
    }

    /// <summary>A process ends: the next finds what this one wrote.</summary>
    public void Restart()
    {
        _before.Clear();
        foreach (var (name, slot) in Slots)
        {
            _before[name] = slot;
        }
    }
}

internal sealed class MemoryBlockedStations(int capacity = 16) : IBlockedStations
{
    private readonly List<MacAddress> _blocked = [];

    public IReadOnlyList<MacAddress> Blocked => [.. _blocked];

    public bool TryBlock(MacAddress mac)
    {
        if (_blocked.Contains(mac))
        {
            return true;
        }

        if (_blocked.Count == capacity)
        {
            return false;
        }

        _blocked.Add(mac);
        return true;
    }

    public void Unblock(MacAddress mac) => _blocked.Remove(mac);

    /// <summary>The machine was rebooted.</summary>
    public void Lose() => _blocked.Clear();
}

internal sealed class MemoryStationKinds : IStationKinds
{
    public Dictionary<MacAddress, StationKind> Kinds { get; } = [];

    public void Set(MacAddress mac, StationKind kind) => Kinds[mac] = kind;

    public void Delete(MacAddress mac) => Kinds.Remove(mac);

    public void Clear() => Kinds.Clear();
}

internal sealed class RecordingOneArmProgrammer : IOneArmProgrammer
{
    public MacAddress? Router { get; private set; }

    public bool IsPassive { get; private set; }

    public void SetRouter(MacAddress mac) => Router = mac;

    public void SetPassive(bool isPassive) => IsPassive = isPassive;
}

/// <summary>"keep ADDRESS MAC", "release ADDRESS MAC" and "release all", in order.</summary>
internal sealed class RecordingNeighbors : IRouterNeighbors
{
    public List<string> Journal { get; } = [];

    public void Keep(int uplink, Ipv4Address router, MacAddress station) => Journal.Add($"keep {router} {station}");

    public void Release(int uplink, Ipv4Address router, MacAddress station) => Journal.Add($"release {router} {station}");

    public void ReleaseAll() => Journal.Add("release all");
}
