using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management.Diagnosis;

/// <summary>All facts that a diagnosis of one device is made of, gathered at one moment. Immutable.</summary>
/// <param name="Now">The wall clock, with the offset of the host's time zone: all times are shown in it.</param>
/// <param name="Device">The device in one VLAN; its record is null for a station that is no known device.</param>
internal sealed record DiagnosisFacts(DateTimeOffset Now, InnkeeperConfig Config, KnownDevice Device, NetworkState Network, StationFacts Station)
{
    /// <summary>The destination of the packets that the steps follow: the Internet, or one host.</summary>
    public DiagnosedHost To { get; init; } = DiagnosedHost.Internet;

    /// <summary>Traffic and ports of each binding, in the order of the device's bindings.</summary>
    public ImmutableArray<BindingActivity> Activity { get; init; } = [];

    /// <summary>When the device was heard, by wall clock, beside what the rest tells.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Drops of this station in the last ten minutes.</summary>
    public ImmutableArray<StationDrop> Drops { get; init; } = [];

    /// <summary>Two arms that are one LAN, in a sentence; null: they are two.</summary>
    public string? OneLan { get; init; }

    /// <summary>The things that the uplink lacks, a sentence each.</summary>
    public ImmutableArray<string> Attention { get; init; } = [];

    /// <summary>Another gateway of this LAN serves; null: none does.</summary>
    public PeerReport? ServedBy { get; init; }

    /// <summary>Ports of shared addresses at the last sweep.</summary>
    public PortUse Ports { get; init; } = PortUse.None;

    /// <summary>A foreign host uses the outside address that is kept for the device.</summary>
    public bool IsPinLost { get; init; }

    /// <summary>The volume of its group; null: it may use any amount.</summary>
    public VolumeStanding? Volume { get; init; }

    /// <summary>The gateway that it uses now, and its state.</summary>
    public DiagnosedGateway Gateway { get; init; } = new(GatewayConfig.MainName, null, "", false, null);

    /// <summary>Paths that a firewall of the host closes.</summary>
    public ImmutableArray<ClosedPath> Closed { get; init; } = [];

    public ImmutableArray<DnsServerHealth> DnsServers { get; init; } = [];

    /// <summary>Its use of the DNS service, by its bindings; null: not known.</summary>
    public DnsUse? Dns { get; init; }

    /// <summary>The DNS service did not answer in time.</summary>
    public bool IsDnsStuck { get; init; }
}

/// <summary>The gateway that a device's packets leave by.</summary>
/// <param name="NextHop">Null: there is none.</param>
/// <param name="Interface">The uplink's name.</param>
/// <param name="Since">When it came to its state; null: it was not asked yet.</param>
internal sealed record DiagnosedGateway(string Name, Ipv4Address? NextHop, string Interface, bool IsDown, DateTimeOffset? Since);

/// <summary>The host at the other end.</summary>
/// <param name="Name">As it was asked for; null: any host of the Internet.</param>
/// <param name="Address">Null: any, or the name was not resolved.</param>
/// <param name="Problem">Why the name was not resolved; null: it was.</param>
internal sealed record DiagnosedHost(string? Name, Ipv4Address? Address, string? Problem = null)
{
    public static readonly DiagnosedHost Internet = new(null, null);

    /// <summary>Another device that has this address outside, or as its own; null: none.</summary>
    public MacAddress? Device { get; init; }

    public string Shown => Name is null ? "the Internet" : Address is { } address && address.ToString() != Name ? $"{SafeText.Shorten(Name)} ({address})" : SafeText.Shorten(Name);
}
