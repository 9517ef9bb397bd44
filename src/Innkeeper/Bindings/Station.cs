using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>What a device is known by. VLAN 0 is untagged.</summary>
internal readonly record struct Station(ushort Vlan, MacAddress Mac);

/// <summary>An address a device uses, right or wrong; two devices may claim the same one.</summary>
internal readonly record struct ClaimedAddress(Station Station, Ipv4Address Address);

/// <summary>A claim and what stands for it outside: a legal address of its own, ports of a shared one, or, while its mappings end, both.</summary>
/// <param name="Number">Its slot in the data plane; the inside address is the inside network's plus this.</param>
/// <param name="Legal">Its own; 0.0.0.0 where it has none.</param>
/// <param name="Gateway">The gateway the device believes in; 0.0.0.0 while unknown.</param>
internal sealed record Binding(uint Number, ClaimedAddress Claim, Ipv4Address Legal, Ipv4Address Gateway, bool GatewayProven, DateTimeOffset FirstSeen)
{
    /// <summary>The shared one; 0.0.0.0 where it has none.</summary>
    public Ipv4Address Shared { get; init; }

    /// <summary>The device's part of that, in the data plane; 0 where it has none.</summary>
    public uint Share { get; init; }

    /// <summary>What it was made on, and is treated by.</summary>
    public BindingPolicy Policy { get; init; } = BindingPolicy.Default;

    /// <summary>The device's place among the data plane's meters, the same for all its bindings.</summary>
    public uint Meter { get; init; }

    /// <summary>One arm: a host of the LAN, whose legal address is the one it claims; no address of ours stands for it.</summary>
    public bool IsLocal { get; init; }

    public bool HasOwn => Legal != Ipv4Address.Any;

    /// <summary>Whether its legal address is one of the pool's.</summary>
    public bool IsPooled => HasOwn && !IsLocal;

    /// <summary>What new conversations come from.</summary>
    public Ipv4Address Outside => HasOwn ? Legal : Shared;
}
