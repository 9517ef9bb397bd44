using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Storage;

/// <summary>What tells devices apart.</summary>
internal readonly record struct StoredDeviceKey(MacAddress Mac, ushort Vlan);

/// <summary>What tells bindings apart.</summary>
internal readonly record struct StoredBindingKey(MacAddress Mac, ushort Vlan, Ipv4Address Claimed)
{
    internal StoredDeviceKey Device => new(Mac, Vlan);
}

/// <summary>A device that was seen. Times are kept to the millisecond.</summary>
internal sealed record StoredDevice(MacAddress Mac, ushort Vlan, DateTimeOffset FirstSeen, DateTimeOffset LastSeen)
{
    internal StoredDeviceKey Key => new(Mac, Vlan);
}

/// <summary>A binding, in use or released and kept for the device's return.</summary>
internal sealed record StoredBinding(
    MacAddress Mac, ushort Vlan, Ipv4Address Claimed, Ipv4Address Legal, Ipv4Address Inside,
    Ipv4Address? Gateway, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, bool Released)
{
    internal StoredBindingKey Key => new(Mac, Vlan, Claimed);
}

/// <summary>A legal address not to be given out before a time.</summary>
internal sealed record StoredQuarantine(Ipv4Address Legal, DateTimeOffset Until);

/// <summary>One line of the audit trail.</summary>
internal sealed record StoredEvent(long Id, DateTimeOffset Time, string Kind, string Text);

/// <summary>Everything but the events.</summary>
internal sealed record StoredState(
    ImmutableArray<StoredDevice> Devices, ImmutableArray<StoredBinding> Bindings, ImmutableArray<StoredQuarantine> Quarantines);
