using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>What a profile does with a device that it sees for the first time.</summary>
internal enum AdmissionMode
{
    /// <summary>It is let in.</summary>
    Auto,

    /// <summary>It is held until the administrator approves it.</summary>
    Approve,

    /// <summary>It is held, and nobody is asked: only whom the administrator approved on his own account comes in.</summary>
    Closed,
}

/// <summary>What a class of devices may do. Immutable.</summary>
internal sealed record ProfileConfig
{
    /// <summary>The profile of who no rule and no pin gives another.</summary>
    public const string DefaultName = "default";

    /// <summary>In <see cref="Denied"/> and <see cref="Allowed"/>: the subnets of all uplinks, whatever they are.</summary>
    public const string UplinkWord = "uplink";

    public required string Name { get; init; }

    public AdmissionMode Admission { get; init; } = AdmissionMode.Auto;

    /// <summary>How long an admission lasts; null: without end.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Hosts outside may start conversations with a device.</summary>
    public bool Inbound { get; init; } = true;

    /// <summary>Devices do not reach each other through the gateway.</summary>
    public bool Isolate { get; init; }

    /// <summary>Addresses that one device may use at once.</summary>
    public int Addresses { get; init; } = 4;

    public LegalPreference Legal { get; init; } = LegalPreference.Own;

    /// <summary>Networks that its devices do not reach; null: the uplinks' subnets with two arms, none with one.</summary>
    public DestinationList? Denied { get; init; }

    /// <summary>What <see cref="Denied"/> comes to.</summary>
    public DestinationList DeniedOf(InnkeeperConfig config) => Denied ?? (config.IsOneArmed ? DestinationList.None : DestinationList.OfUplinks);

    /// <summary>Networks that they reach although a larger one is denied: the longest match decides, and of two that are equal this one.</summary>
    public DestinationList Allowed { get; init; } = DestinationList.None;

    /// <summary>Bits a second that one device may send; 0: any number.</summary>
    public long RateOut { get; init; }

    /// <summary>Bits a second that one device may be sent; 0: any number.</summary>
    public long RateIn { get; init; }

    /// <summary>By which gateway its devices' packets leave: a name in <see cref="InnkeeperConfig.Gateways"/>, or <see cref="GatewayConfig.MainName"/>.</summary>
    public string Gateway { get; init; } = GatewayConfig.MainName;

    /// <summary>By which while that one is down; null: by none.</summary>
    public string? Fallback { get; init; }
}

/// <summary>Destinations of a profile.</summary>
/// <param name="Networks">Network IDs with their prefix lengths.</param>
/// <param name="Uplinks">The subnets of all uplinks too.</param>
internal sealed record DestinationList(ImmutableArray<Ipv4Network> Networks, bool Uplinks)
{
    public static readonly DestinationList None = new([], false);

    public static readonly DestinationList OfUplinks = new([], true);

    /// <inheritdoc/>
    public bool Equals(DestinationList? other) => other is not null && Uplinks == other.Uplinks && Networks.SequenceEqual(other.Networks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Uplinks, Networks.Length);
}

/// <summary>A way out beside the main one: a router of the uplink LAN, or on a second uplink interface, with legal addresses of its own.</summary>
internal sealed record GatewayConfig
{
    /// <summary>The uplink's own router and [pool].</summary>
    public const string MainName = "main";

    public required string Name { get; init; }

    /// <summary>The router.</summary>
    public Ipv4Address NextHop { get; init; }

    /// <summary>The interface it is on; null: the uplink's.</summary>
    public string? Interface { get; init; }

    /// <summary>That interface's address and mask; null: read from it.</summary>
    public Ipv4Network? Address { get; init; }

    /// <summary>Legal addresses of devices that leave by it, one each.</summary>
    public ImmutableArray<AddressRange> Pool { get; init; } = [];

    /// <summary>Legal addresses that they share. Empty: on an interface of its own that interface's address; on the uplink LAN none.</summary>
    public ImmutableArray<AddressRange> Shared { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(GatewayConfig? other) =>
        other is not null && (Name, NextHop, Interface, Address) == (other.Name, other.NextHop, other.Interface, other.Address)
        && Pool.SequenceEqual(other.Pool) && Shared.SequenceEqual(other.Shared);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, NextHop, Interface);
}

/// <summary>Gives a profile to devices of which all that it says is true; the first rule that fits decides.</summary>
internal sealed record RuleConfig
{
    public required string Profile { get; init; }

    /// <summary>The device's MAC, or its first octets (a vendor's prefix): compared by <see cref="MacBits"/> bits.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>How many bits of <see cref="Mac"/> count: 48, or fewer in steps of 4 for a prefix.</summary>
    public int MacBits { get; init; } = 48;

    /// <summary>0: untagged.</summary>
    public ushort? Vlan { get; init; }

    /// <summary>A pattern for the host name that it gives by DHCP, without regard to case: * is any text, ? one character.</summary>
    public string? HostName { get; init; }

    public DeviceUse? Uses { get; init; }

    /// <summary>Minutes after local midnight, from the first (0-1439) up to but not the last (0-1440); a span whose last is less than its first runs over midnight.</summary>
    public (int From, int To)? Hours { get; init; }

    /// <summary>Empty: every day. Of the day on which the hours begin.</summary>
    public ImmutableArray<DayOfWeek> Days { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(RuleConfig? other) =>
        other is not null && (Profile, Mac, MacBits, Vlan, HostName, Uses, Hours) == (other.Profile, other.Mac, other.MacBits, other.Vlan, other.HostName, other.Uses, other.Hours)
        && Days.SequenceEqual(other.Days);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Profile, Mac, Vlan, HostName, Uses, Hours);
}

/// <summary>How a device came by its address (the patent calls both of them interlopers).</summary>
internal enum DeviceUse
{
    /// <summary>It asks for one by DHCP.</summary>
    Dhcp,

    /// <summary>It uses one that it was not given here.</summary>
    Static,
}
