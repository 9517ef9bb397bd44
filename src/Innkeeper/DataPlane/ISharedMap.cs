using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>Ports of shared addresses, of the kind (TCP, UDP, ICMP) that has the fewest free.</summary>
/// <param name="Addresses">How many addresses there are.</param>
/// <param name="Ports">How many ports they have together, of each kind.</param>
/// <param name="Free">Those that no device has, alone or in a block.</param>
internal readonly record struct PortRoom(int Addresses, int Ports, int Free);

/// <summary>Shared addresses, and devices' shares of their ports, as the data plane has them.</summary>
internal interface ISharedMap
{
    /// <summary>Every slot with an address, as an earlier process left them.</summary>
    IEnumerable<(uint Index, SharedAddressSlot Slot)> Read();

    /// <summary>Shares with ports in use or held back.</summary>
    IEnumerable<(uint Share, Ipv4Address Address)> ReadShares();

    /// <summary>Devices may share the address from now on.</summary>
    /// <param name="uplink">The uplink that the address is on.</param>
    /// <returns>False when all slots are taken by addresses that were given up recently.</returns>
    bool Use(Ipv4Address address, PortLayout layout, uint uplink = 0);

    /// <summary>Whether an address is in use with another layout or on another uplink: then its bindings' mappings must end.</summary>
    bool IsLaidOutOtherwise(Ipv4Address address, PortLayout layout, uint uplink);

    /// <summary>No packet uses the address any more; its ports are held back for a time.</summary>
    void GiveUp(Ipv4Address address);

    /// <summary>Frees the slots of given-up addresses that have no ports left.</summary>
    void Forget(uint index, Ipv4Address address);

    /// <summary>A share begins, with no port of the address.</summary>
    void OpenShare(uint number, Ipv4Address address);

    /// <summary>The share's device left without ever having been confirmed: its ports need no hold time.</summary>
    void Abandon(uint number);

    /// <summary>How much of its address a share leaves to others, in sixteenths; a share begins as a new device's (<see cref="Bindings.FairShare"/>).</summary>
    void Keep(uint number, int sixteenths);

    /// <summary>Ports of all usable addresses: how many there are, and how many no device has.</summary>
    PortRoom Room { get; }

    /// <summary>Packets that found no port since the data plane was loaded.</summary>
    ulong Refused { get; }

    /// <summary>Whether no port of a share is in use or held back, and it has no block.</summary>
    bool IsEmpty(uint number);

    /// <summary>Ports in use or held back, by <see cref="PortKind"/>.</summary>
    uint[] UsedOf(uint number);

    /// <summary>How many mappings the data plane can hold.</summary>
    uint Mappings { get; }

    /// <summary>Has the data plane remove mappings that are over.</summary>
    Sweep Sweep();
}
