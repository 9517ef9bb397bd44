using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>All settings, one record for each table of innkeeper.toml, which documents them. Immutable; made only by <see cref="ConfigurationFile"/> or the command line.</summary>
internal sealed record InnkeeperConfig
{
    public AccessConfig Access { get; init; } = new();

    public UplinkConfig Uplink { get; init; } = new();

    public PoolConfig Pool { get; init; } = new();

    public PeersConfig Peers { get; init; } = new();

    public InsideConfig Inside { get; init; } = new();

    public Ipv6Config Ipv6 { get; init; } = new();

    public NaptConfig Napt { get; init; } = new();

    public DnsConfig Dns { get; init; } = new();

    public DhcpConfig Dhcp { get; init; } = new();

    public PortalConfig Portal { get; init; } = new();

    public StateConfig State { get; init; } = new();

    public RetentionConfig Retention { get; init; } = new();

    public DataPlaneSettings DataPlane { get; init; } = new();

    public ControlConfig Control { get; init; } = new();

    public WebConfig Web { get; init; } = new();

    public MailConfig Mail { get; init; } = new();

    public WebhookConfig Webhook { get; init; } = new();

    /// <summary>By name; "default" always exists.</summary>
    public ImmutableDictionary<string, ProfileConfig> Profiles { get; init; } =
        ImmutableDictionary<string, ProfileConfig>.Empty.Add(ProfileConfig.DefaultName, new ProfileConfig { Name = ProfileConfig.DefaultName });

    /// <summary>Gateways beside the main one, in the order of the file.</summary>
    public ImmutableArray<GatewayConfig> Gateways { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<RuleConfig> Rules { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<MachineConfig> Machines { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<ForwardConfig> Forwards { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<ExportConfig> Exports { get; init; } = [];

    /// <summary>Access and uplink are the same interface, on a LAN that has other hosts.</summary>
    public bool IsOneArmed => Access.Interface != "" && Access.Interface == Uplink.Interface;

    /// <summary>Devices' IPv6 packets are refused while there is no IPv6 outside. Not on a LAN that may have IPv6 of its own, nor where the host's own stack takes their IPv6.</summary>
    public bool RefusesIpv6 => Ipv6.Mode != Ipv6Mode.Off && !IsOneArmed && !PassesIpv6;

    /// <summary>Devices' IPv6 packets are carried while there is IPv6 outside.</summary>
    public bool CarriesIpv6 => RefusesIpv6 && Ipv6.Mode == Ipv6Mode.Auto;

    /// <summary>The host's own stack takes devices' IPv6 packets.</summary>
    public bool PassesIpv6 => Access.PassEtherTypes.Contains(EtherTypes.Ipv6);

    /// <summary>Every uplink interface: the main uplink's first, then those of other gateways. An uplink's index is its place in this list.</summary>
    public ImmutableArray<string> UplinkInterfaces =>
        [Uplink.Interface, .. Gateways.Select(g => g.Interface).OfType<string>().Where(i => i != Uplink.Interface).Distinct()];

    public int UplinkOf(GatewayConfig gateway) => gateway.Interface is { } name ? UplinkInterfaces.IndexOf(name) : 0;

    public ProfileConfig DefaultProfile => Profiles[ProfileConfig.DefaultName];
}
