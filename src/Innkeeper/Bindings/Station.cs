using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>The identity of a device: its MAC in its VLAN. VLAN 0 is untagged.</summary>
internal readonly record struct Station(ushort Vlan, MacAddress Mac);

/// <summary>An address a device uses, right or wrong; two devices may claim the same one.</summary>
internal readonly record struct ClaimedAddress(Station Station, Ipv4Address Address);

/// <summary>A claimed address and its outside address: one of its own, ports of a shared one, or both while its mappings end.</summary>
/// <param name="Number">Its slot in the data plane; the inside address is the inside network's plus this.</param>
/// <param name="Legal">Its own outside address; 0.0.0.0: none.</param>
/// <param name="Gateway">The gateway that the device uses; 0.0.0.0 while unknown.</param>
internal sealed record Binding(uint Number, ClaimedAddress Claim, Ipv4Address Legal, Ipv4Address Gateway, bool GatewayProven, DateTimeOffset FirstSeen) : ICountedBinding
{
    uint ICountedBinding.Counter => Number;

    Station ICountedBinding.Station => Claim.Station;

    /// <summary>The shared outside address; 0.0.0.0: none.</summary>
    public Ipv4Address Shared { get; init; }

    /// <summary>The device's share of that address's ports, by its number in the data plane; 0: none.</summary>
    public uint Share { get; init; }

    /// <summary>The policy that the binding was made by, and is treated by.</summary>
    public BindingPolicy Policy { get; init; } = BindingPolicy.Default;

    /// <summary>The number of its meter in the data plane, the same for all bindings of the device, or of the group that has its limits together.</summary>
    public uint Meter { get; init; }

    /// <summary>One arm: a host of the LAN, whose outside address is its own; no address of the pool is used for it.</summary>
    public bool IsLocal { get; init; }

    public bool HasOwn => Legal != Ipv4Address.Any;

    /// <summary>Whether its outside address is one of the pool's.</summary>
    public bool IsPooled => HasOwn && !IsLocal;

    /// <summary>The outside address of new conversations.</summary>
    public Ipv4Address Outside => HasOwn ? Legal : Shared;
}
