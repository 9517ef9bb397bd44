using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>How a new device is admitted.</summary>
internal enum AdmissionMode
{
    /// <summary>It is admitted.</summary>
    Auto,

    /// <summary>It is held until the administrator approves it, and the administrator is notified.</summary>
    Approve,

    /// <summary>It is held, and the administrator is not notified.</summary>
    Closed,
}

/// <summary>How a guest gets access to a device that waits.</summary>
internal enum WayIn
{
    /// <summary>The guest accepts the owner's terms.</summary>
    Terms,

    /// <summary>The guest gives the code of a voucher or of the room.</summary>
    Code,

    /// <summary>The administrator is asked.</summary>
    Ask,
}

/// <summary>Ways in, in the order in which the portal's page offers them.</summary>
internal sealed record WayList(ImmutableArray<WayIn> Ways)
{
    public static readonly WayList AskOnly = new([WayIn.Ask]);

    public bool Has(WayIn way) => Ways.Contains(way);

    /// <inheritdoc/>
    public bool Equals(WayList? other) => other is not null && Ways.SequenceEqual(other.Ways);

    /// <inheritdoc/>
    public override int GetHashCode() => Ways.Length == 0 ? 0 : HashCode.Combine(Ways.Length, Ways[0]);
}

/// <summary>Which outside address the devices of a profile get.</summary>
internal enum LegalPreference
{
    /// <summary>A legal address of its own; while none is free, a shared one.</summary>
    Own,

    /// <summary>Always a shared one.</summary>
    Shared,

    /// <summary>Never a shared one.</summary>
    OwnOnly,
}

/// <summary>As which address a host outside appears to a device.</summary>
internal enum CallerAppearance
{
    /// <summary>Its own.</summary>
    Own,

    /// <summary>A free one of the device's own subnet: the device needs no gateway to answer it.</summary>
    Local,
}

/// <summary>Which devices of a profile have its rates and its volume together.</summary>
internal enum LimitsPer
{
    /// <summary>Each device has them for itself.</summary>
    Device,

    /// <summary>The devices that the same voucher or the code of the same room let in.</summary>
    Code,

    /// <summary>The devices whose first tag is the same.</summary>
    Tag,

    /// <summary>The devices of the same VLAN.</summary>
    Vlan,
}

/// <summary>The time after which a volume begins again, by this host's local time.</summary>
internal enum VolumePeriod
{
    /// <summary>From midnight to midnight.</summary>
    Day,

    /// <summary>From Monday (ISO 8601).</summary>
    Week,

    /// <summary>From the first of the month.</summary>
    Month,
}

/// <summary>The rights and limits of a class of devices. Immutable.</summary>
internal sealed record ProfileConfig
{
    /// <summary>The profile of devices that no rule and no administrator gave another.</summary>
    public const string DefaultName = "default";

    /// <summary>In <see cref="Denied"/> and <see cref="Allowed"/>: the subnets of all uplinks.</summary>
    public const string UplinkWord = "uplink";

    public required string Name { get; init; }

    public AdmissionMode Admission { get; init; } = AdmissionMode.Auto;

    /// <summary>How long access lasts; null: without end.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>With <see cref="AdmissionMode.Auto"/>: a device whose admission ended is admitted again.</summary>
    public bool Readmit { get; init; }

    /// <summary>With <see cref="AdmissionMode.Approve"/>: what the portal's page offers to a guest.</summary>
    public WayList WaysIn { get; init; } = WayList.AskOnly;

    /// <summary>The front desk may make vouchers and room codes that give this profile.</summary>
    public bool Vouchers { get; init; }

    /// <summary>Hosts outside may open connections to a device.</summary>
    public bool Inbound { get; init; } = true;

    /// <summary>Devices do not reach each other through the gateway.</summary>
    public bool Isolate { get; init; }

    /// <summary>Maximum number of own addresses of one device.</summary>
    public int Addresses { get; init; } = 4;

    /// <summary>Devices ask by DHCP for other devices behind them, whose frames carry their MAC.</summary>
    public bool Extender { get; init; }

    public LegalPreference Legal { get; init; } = LegalPreference.Own;

    public CallerAppearance Appear { get; init; } = CallerAppearance.Own;

    /// <summary>Networks that devices cannot reach; null: the uplinks' subnets with two arms, none with one.</summary>
    public DestinationList? Denied { get; init; }

    /// <summary><see cref="Denied"/>, or what holds in its place.</summary>
    public DestinationList DeniedOf(InnkeeperConfig config) => Denied ?? (config.IsOneArmed ? DestinationList.None : DestinationList.OfUplinks);

    /// <summary>Exceptions from <see cref="Denied"/>. The longest match decides; of two equal networks, this one.</summary>
    public DestinationList Allowed { get; init; } = DestinationList.None;

    /// <summary>Bits a second that one device, or one group (<see cref="LimitsPer"/>), may send; 0: unlimited.</summary>
    public long RateOut { get; init; }

    /// <summary>Bits a second that one device, or one group, may receive; 0: unlimited.</summary>
    public long RateIn { get; init; }

    /// <summary>Octets that one device, or one group, may send and receive together in each <see cref="VolumePeriod"/>; 0: any number.</summary>
    public long Volume { get; init; }

    public VolumePeriod VolumePeriod { get; init; } = VolumePeriod.Day;

    public LimitsPer LimitsPer { get; init; } = LimitsPer.Device;

    /// <summary>The gateway that devices use: a name in <see cref="InnkeeperConfig.Gateways"/>, or <see cref="GatewayConfig.MainName"/>.</summary>
    public string Gateway { get; init; } = GatewayConfig.MainName;

    /// <summary>The backup gateway; null: none.</summary>
    public string? Fallback { get; init; }
}

/// <summary>Destinations of a profile.</summary>
/// <param name="Networks">Network IDs with their prefix lengths.</param>
/// <param name="Uplinks">The subnets of all uplinks too, of both families.</param>
internal sealed record DestinationList(ImmutableArray<Ipv4Network> Networks, bool Uplinks)
{
    /// <summary>Likewise.</summary>
    public ImmutableArray<Ipv6Network> Ipv6Networks { get; init; } = [];

    public bool HasNetworks => !Networks.IsEmpty || !Ipv6Networks.IsEmpty;

    public static readonly DestinationList None = new([], false);

    public static readonly DestinationList OfUplinks = new([], true);

    /// <inheritdoc/>
    public bool Equals(DestinationList? other) => other is not null && Uplinks == other.Uplinks && Networks.SequenceEqual(other.Networks) && Ipv6Networks.SequenceEqual(other.Ipv6Networks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Uplinks, Networks.Length, Ipv6Networks.Length);
}

/// <summary>A gateway beside the main one: a router of the uplink LAN, or on a second uplink interface, with legal addresses of its own.</summary>
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

    /// <summary>Legal addresses of the devices that use it, one each.</summary>
    public ImmutableArray<AddressRange> Pool { get; init; } = [];

    /// <summary>Legal addresses that these devices share. Empty: the address of its own interface; on the uplink LAN none.</summary>
    public ImmutableArray<AddressRange> Shared { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(GatewayConfig? other) =>
        other is not null && (Name, NextHop, Interface, Address) == (other.Name, other.NextHop, other.Interface, other.Address)
        && Pool.SequenceEqual(other.Pool) && Shared.SequenceEqual(other.Shared);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, NextHop, Interface);
}

/// <summary>Gives a profile to the devices that meet all of its conditions; the first rule that matches decides.</summary>
internal sealed record RuleConfig
{
    public required string Profile { get; init; }

    /// <summary>The device's MAC, or its first octets (a vendor's prefix): compared by <see cref="MacBits"/> bits.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>How many bits of <see cref="Mac"/> count: 48, or fewer in steps of 4 for a prefix.</summary>
    public int MacBits { get; init; } = 48;

    /// <summary>0: untagged.</summary>
    public ushort? Vlan { get; init; }

    /// <summary>A pattern for the host name that the device gives by DHCP, ignoring case: * is any text, ? one character.</summary>
    public string? HostName { get; init; }

    public DeviceUse? Uses { get; init; }

    /// <summary>Minutes after local midnight, from the first (0-1439) up to, but not including, the last (0-1440). If the last is less than the first, the span contains midnight.</summary>
    public (int From, int To)? Hours { get; init; }

    /// <summary>The days on which the hours begin. Empty: every day.</summary>
    public ImmutableArray<DayOfWeek> Days { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(RuleConfig? other) =>
        other is not null && (Profile, Mac, MacBits, Vlan, HostName, Uses, Hours) == (other.Profile, other.Mac, other.MacBits, other.Vlan, other.HostName, other.Uses, other.Hours)
        && Days.SequenceEqual(other.Days);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Profile, Mac, Vlan, HostName, Uses, Hours);
}

/// <summary>How a device got its address.</summary>
internal enum DeviceUse
{
    /// <summary>It asks for one by DHCP.</summary>
    Dhcp,

    /// <summary>It uses an address that it did not get here.</summary>
    Static,
}
