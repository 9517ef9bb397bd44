using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>One gateway's pool, and the conflict detection on its LAN.</summary>
internal sealed record GatewayPool(int Uplink, AddressPool Addresses, AddressConflictDetector Conflicts);

/// <summary>The pools of all gateways. No address is in two of them.</summary>
internal sealed class AddressPools(IReadOnlyList<GatewayPool> pools)
{
    public IEnumerable<GatewayPool> All => pools;

    public int Total => pools.Sum(p => p.Addresses.Total);

    public int Count(AddressState state) => pools.Sum(p => p.Addresses.Count(state));

    public void OnNetworkChanged(TimeSpan now)
    {
        foreach (var pool in pools)
        {
            pool.Conflicts.OnNetworkChanged(now);
        }
    }

    /// <summary>Whether a foreign host uses an address. Any thread may ask.</summary>
    public bool IsQuarantined(Ipv4Address address) => pools.Any(p => p.Addresses.StateOf(address) == AddressState.Quarantined);

    /// <summary>A quarantine that began before a restart.</summary>
    public void Quarantine(Ipv4Address address, TimeSpan now, TimeSpan left)
    {
        foreach (var pool in pools)
        {
            pool.Addresses.Quarantine(address, now, left);
        }
    }

    /// <summary>An address is bound to a device from now on.</summary>
    public void Bound(Ipv4Address legal, TimeSpan now) => pools.FirstOrDefault(p => p.Addresses.Contains(legal))?.Conflicts.Bound(legal, now);

    /// <summary>Handles ARP of an uplink that may be about an address of a pool there.</summary>
    /// <returns>The address that must be given up, as another host uses it.</returns>
    public Ipv4Address? OnArp(in ArpMessage message, int uplink, TimeSpan now)
    {
        foreach (var pool in pools)
        {
            if (pool.Uplink == uplink && pool.Conflicts.OnArp(message, now) is { } lost)
            {
                return lost;
            }
        }

        return null;
    }

    /// <summary>Sends the probes and announcements that are due.</summary>
    /// <returns>Whether the devices that wait for an address may ask again.</returns>
    public bool Tick(TimeSpan now)
    {
        var isNews = false;
        foreach (var pool in pools)
        {
            isNews |= pool.Conflicts.Tick(now);
        }

        return isNews;
    }

    /// <summary>When <see cref="Tick"/> has something to do next.</summary>
    public TimeSpan NextDue(TimeSpan now) => pools.Min(p => p.Conflicts.NextDue(now));
}
