using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>Stations whose every packet the data plane drops.</summary>
internal interface IBlockedStations
{
    IReadOnlyList<MacAddress> Blocked { get; }

    /// <returns>False when the data plane has no room for another.</returns>
    bool TryBlock(MacAddress mac);

    void Unblock(MacAddress mac);
}

/// <summary>One arm: stations that the data plane treats as something other than a device.</summary>
internal interface IStationKinds
{
    void Set(MacAddress mac, StationKind kind);

    void Delete(MacAddress mac);

    void Clear();
}

/// <inheritdoc/>
internal sealed class BlockedStations(BpfMap<StationKey, uint> map) : IBlockedStations
{
    public IReadOnlyList<MacAddress> Blocked => [.. map.Keys().Select(k => (MacAddress)k.Mac)];

    public bool TryBlock(MacAddress mac) => map.TrySet(new StationKey { Mac = mac }, 1);

    public void Unblock(MacAddress mac) => map.Delete(new StationKey { Mac = mac });
}

/// <inheritdoc/>
internal sealed class StationKinds(BpfMap<StationKey, StationKind> map) : IStationKinds
{
    public void Set(MacAddress mac, StationKind kind) => map.Set(new StationKey { Mac = mac }, kind);

    public void Delete(MacAddress mac) => map.Delete(new StationKey { Mac = mac });

    public void Clear()
    {
        foreach (var key in map.Keys().ToList())
        {
            map.Delete(key);
        }
    }
}
