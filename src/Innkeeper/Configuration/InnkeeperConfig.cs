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

    public NaptConfig Napt { get; init; } = new();

    public DnsConfig Dns { get; init; } = new();

    public DhcpConfig Dhcp { get; init; } = new();

    public PortalConfig Portal { get; init; } = new();

    public StateConfig State { get; init; } = new();

    public DataPlaneSettings DataPlane { get; init; } = new();

    public ControlConfig Control { get; init; } = new();

    public MailConfig Mail { get; init; } = new();

    public WebhookConfig Webhook { get; init; } = new();

    /// <summary>By name; "default" is always among them.</summary>
    public ImmutableDictionary<string, ProfileConfig> Profiles { get; init; } =
        ImmutableDictionary<string, ProfileConfig>.Empty.Add(ProfileConfig.DefaultName, new ProfileConfig { Name = ProfileConfig.DefaultName });

    /// <summary>Gateways beside the main one, in the order of the file.</summary>
    public ImmutableArray<GatewayConfig> Gateways { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<RuleConfig> Rules { get; init; } = [];

    /// <summary>Access and uplink are the same interface, on a LAN that has other hosts.</summary>
    public bool IsOneArmed => Access.Interface != "" && Access.Interface == Uplink.Interface;

    /// <summary>Every uplink interface: the main uplink's first, then those of other gateways. An uplink's index is its place in this list.</summary>
    public ImmutableArray<string> UplinkInterfaces =>
        [Uplink.Interface, .. Gateways.Select(g => g.Interface).OfType<string>().Where(i => i != Uplink.Interface).Distinct()];

    public int UplinkOf(GatewayConfig gateway) => gateway.Interface is { } name ? UplinkInterfaces.IndexOf(name) : 0;

    public ProfileConfig DefaultProfile => Profiles[ProfileConfig.DefaultName];
}

/// <summary>What a profile's devices are outside.</summary>
internal enum LegalPreference
{
    /// <summary>A legal address of their own while the pool has one; else they share one, and get their own when one is free.</summary>
    Own,

    /// <summary>Always a shared one.</summary>
    Shared,

    /// <summary>Never a shared one.</summary>
    OwnOnly,
}

/// <summary>How devices share legal addresses by ports.</summary>
internal sealed record NaptConfig
{
    public bool Enabled { get; init; } = true;

    /// <summary>Empty: the uplink's own address.</summary>
    public ImmutableArray<AddressRange> Addresses { get; init; } = [];

    /// <summary>Of the uplink's own address; all ports of others.</summary>
    public PortRange Ports { get; init; } = new(10240, 32767);

    /// <summary>Ports that a device gets at once (RFC 6431).</summary>
    public int Block { get; init; } = 64;

    /// <summary>For each of TCP and UDP (RFC 6888 REQ-4).</summary>
    public int PortsPerDevice { get; init; } = 2048;

    /// <summary>Identifiers of ICMP queries, and remote hosts of protocols without ports.</summary>
    public int IdsPerDevice { get; init; } = 256;

    /// <summary>New mappings of a device; 0: any number.</summary>
    public int NewPerSecond { get; init; } = 200;

    /// <summary>RFC 4787 REQ-5: at least 2 minutes, 5 recommended.</summary>
    public TimeSpan UdpTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>RFC 5382 REQ-5: at least 2 hours 4 minutes.</summary>
    public TimeSpan TcpTimeout { get; init; } = TimeSpan.FromSeconds(7440);

    /// <summary>RFC 5382 REQ-5: at least 4 minutes, for connections that open or close.</summary>
    public TimeSpan TcpTransitoryTimeout { get; init; } = TimeSpan.FromSeconds(240);

    /// <summary>RFC 5508 REQ-2: at least 60 seconds.</summary>
    public TimeSpan IcmpTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>RFC 6888 REQ-8: a port that was freed is not used again for 120 seconds.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>ICMP code 13 instead of 1 for who gets no mapping (RFC 5508 REQ-8, RFC 6888 REQ-11).</summary>
    public bool RefuseAsProhibited { get; init; }

    /// <summary>A file, "syslog", or empty: none.</summary>
    public string Log { get; init; } = "";
}

/// <summary>Ports from the first to the last, both included.</summary>
internal readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>"A-B".</summary>
    public static bool TryParse(string? text, out PortRange range)
    {
        range = default;
        if (text?.Split('-') is not [var first, var last]
            || !ushort.TryParse(first, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var a)
            || !ushort.TryParse(last, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var b) || a > b)
        {
            return false;
        }

        range = new PortRange(a, b);
        return true;
    }

    public override string ToString() => $"{First}-{Last}";
}

/// <summary>Addresses from the first to the last, both included.</summary>
internal readonly record struct AddressRange(Ipv4Address First, Ipv4Address Last)
{
    public long Count => (long)Last.Value - First.Value + 1;

    public bool Contains(Ipv4Address address) => address >= First && address <= Last;

    public bool Overlaps(AddressRange other) => First <= other.Last && other.First <= Last;

    /// <summary>"A-B" or "A".</summary>
    public static bool TryParse(string text, out AddressRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (!Ipv4Address.TryParse((dash < 0 ? text : text[..dash]).AsSpan().Trim(), out var first)
            || !Ipv4Address.TryParse((dash < 0 ? text : text[(dash + 1)..]).AsSpan().Trim(), out var last) || last < first)
        {
            return false;
        }

        range = new AddressRange(first, last);
        return true;
    }

    public IEnumerable<Ipv4Address> Addresses()
    {
        for (long value = First.Value; value <= Last.Value; value++)
        {
            yield return new Ipv4Address((uint)value);
        }
    }

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
