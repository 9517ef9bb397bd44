using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>All settings, as innkeeper.toml documents them. Immutable; made only by <see cref="ConfigurationFile"/> or the command line.</summary>
internal sealed record InnkeeperConfig
{
    public string AccessInterface { get; init; } = "";

    public ImmutableArray<ushort> Vlans { get; init; } = [];

    public Ipv4Network? AccessAddress { get; init; }

    public ImmutableArray<ushort> PassEtherTypes { get; init; } = [];

    public string UplinkInterface { get; init; } = "";

    /// <summary>Access and uplink are one interface, on a LAN of others.</summary>
    public bool IsOneArmed => AccessInterface != "" && AccessInterface == UplinkInterface;

    /// <summary>One arm: whether the LAN's own hosts are helped whose gateway does not exist.</summary>
    public bool ServesWrongGateways { get; init; } = true;

    /// <summary>One arm: of several gateways on a LAN the one with the highest serves.</summary>
    public ushort PeerPriority { get; init; } = 100;

    public Ipv4Network? UplinkAddress { get; init; }

    public Ipv4Address? UplinkGateway { get; init; }

    public MacAddress? UplinkMac { get; init; }

    public int? UplinkMtu { get; init; }

    public ImmutableArray<AddressRange> Pool { get; init; } = [];

    public TimeSpan PoolIdle { get; init; } = TimeSpan.FromMinutes(30);

    public bool PoolRouted { get; init; }

    /// <summary>By name; "default" is always among them.</summary>
    public ImmutableDictionary<string, ProfileConfig> Profiles { get; init; } =
        ImmutableDictionary<string, ProfileConfig>.Empty.Add(ProfileConfig.DefaultName, new ProfileConfig { Name = ProfileConfig.DefaultName });

    /// <summary>Gateways beside the main one, in the order of the file.</summary>
    public ImmutableArray<GatewayConfig> Gateways { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<RuleConfig> Rules { get; init; } = [];

    /// <summary>Every interface that leads out: the uplink's, then those of other gateways. A place in it is the uplink's index.</summary>
    public ImmutableArray<string> UplinkInterfaces =>
        [UplinkInterface, .. Gateways.Select(g => g.Interface).OfType<string>().Where(i => i != UplinkInterface).Distinct()];

    public int UplinkOf(GatewayConfig gateway) => gateway.Interface is { } name ? UplinkInterfaces.IndexOf(name) : 0;

    public ProfileConfig DefaultProfile => Profiles[ProfileConfig.DefaultName];

    public NaptConfig Napt { get; init; } = new();

    public Ipv4Network Inside { get; init; } = Ipv4Network.Parse("100.64.0.0/10");

    /// <summary>The gateway's own address in the inside network, at which its services are.</summary>
    public Ipv4Address ServiceAddress => new(Inside.NetworkId.Value + 1);

    public bool DnsEnabled { get; init; } = true;

    /// <summary>Empty: those that the host itself uses.</summary>
    public ImmutableArray<UpstreamAddress> DnsUpstreams { get; init; } = [];

    /// <summary>Empty: devices have no names.</summary>
    public string DnsZone { get; init; } = "guest.lan";

    public bool DnsServeUplink { get; init; }

    public bool DnsRefusePrivate { get; init; }

    public int DnsCacheMebibytes { get; init; } = 16;

    /// <summary>0: any number.</summary>
    public int DnsMissesPerSecond { get; init; } = 500;

    public ImmutableDictionary<string, ImmutableArray<System.Net.IPAddress>> DnsHosts { get; init; } = ImmutableDictionary<string, ImmutableArray<System.Net.IPAddress>>.Empty;

    public DhcpConfig Dhcp { get; init; } = new();

    public PortalConfig Portal { get; init; } = new();

    public string StateDirectory { get; init; } = "/var/lib/innkeeper";

    public string Bpffs { get; init; } = "/run/innkeeper/bpf";

    public int Bindings { get; init; } = 16384;

    public int Mappings { get; init; } = 131_072;

    public string ControlSocket { get; init; } = "/run/innkeeper/control.sock";

    public MailConfig Mail { get; init; } = new();

    public WebhookConfig Webhook { get; init; } = new();
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
