using System.Collections.Immutable;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Dhcp;

/// <summary>The settings and options that the server gives its clients.</summary>
/// <param name="Server">Our own address on the access side: the server identifier.</param>
/// <param name="Network">The addresses' network.</param>
internal sealed record DhcpSettings(Ipv4Address Server, Ipv4Network Network)
{
    /// <summary>Networks to choose from when none is set: the first that is not in use is taken.</summary>
    public static readonly ImmutableArray<Ipv4Network> Candidates = [Ipv4Network.Parse("10.203.0.0/16"), Ipv4Network.Parse("172.27.0.0/16"), Ipv4Network.Parse("192.168.240.0/20")];

    /// <summary>Maximum number of routes that can be set: with the default one, 17 of up to 9 octets fit into one option.</summary>
    public const int MaxRoutes = 16;

    public TimeSpan Lease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For locally administered MACs, which mostly are random and do not return.</summary>
    public TimeSpan RandomisedLease { get; init; } = TimeSpan.FromHours(1);

    public const int MaxNameServers = 3;

    /// <summary>In order of preference; empty: clients get none.</summary>
    public ImmutableArray<Ipv4Address> NameServers { get; init; } = [];

    /// <summary>Empty: none.</summary>
    public string Domain { get; init; } = "";

    public ImmutableArray<DhcpRoute> Routes { get; init; } = [];

    /// <summary>Null: not sent.</summary>
    public int? Mtu { get; init; }

    /// <summary>Null: authoritative while no other server is heard.</summary>
    public bool? Authoritative { get; init; }

    /// <summary>Clients of BOOTP that get an address.</summary>
    public BootpMode Bootp { get; init; } = BootpMode.All;

    /// <summary>
    /// A client of BOOTP never renews and keeps its address permanently (RFC 1534 section 2). One that the administrator gave an outside address has its
    /// lease for this long, others as long as any client; when a lease has ended, its address is the last to be given to another client.
    /// </summary>
    public static readonly TimeSpan PinnedBootpLease = TimeSpan.FromDays(366);

    /// <summary>The URI of the captive portal's API (RFC 8910); null: there is none.</summary>
    public string? CaptivePortal { get; init; }

    /// <summary>The router that clients send packets to other networks to.</summary>
    public Ipv4Address Router { get; init; } = Server;

    /// <summary>A leased address is the device's outside address too; a station has one.</summary>
    public bool LeasesLegal { get; init; }

    /// <summary>The addresses of a network to lease: all but its own, its last and ours, which is the first.</summary>
    public static LeaseBitmap SpaceOf(Ipv4Network network) => new(new Ipv4Address(network.NetworkId.Value + 2), new Ipv4Address(network.Last.Value - 1));

    public static DhcpSettings Of(Ipv4Network network) => new(new Ipv4Address(network.NetworkId.Value + 1), network);

    /// <summary>The first candidate that overlaps none of these; null: all do.</summary>
    public static Ipv4Network? Choose(IReadOnlyCollection<Ipv4Network> used) =>
        Candidates.Where(c => !used.Any(c.Overlaps)).Select(c => (Ipv4Network?)c).FirstOrDefault();
}

/// <summary>How one station is served; asked for at every decision.</summary>
/// <param name="IsServed">False: silence, as if there were no server.</param>
/// <param name="MaxAddresses">Maximum number of clients on the station.</param>
/// <param name="CaptivePortal">Replaces the one of the settings; null: those apply.</param>
/// <param name="HostName">The host name that the server sends it; null: none.</param>
/// <param name="Address">The address that it is offered if possible, whatever it requests; null: any.</param>
/// <param name="IsPinned">The administrator gave it an outside address.</param>
/// <param name="IsExtender">It asks for clients behind it, whose frames carry its MAC.</param>
internal sealed record DhcpClientPolicy(
    bool IsServed = true, int MaxAddresses = 4, string? CaptivePortal = null, string? HostName = null, Ipv4Address? Address = null, bool IsPinned = false, bool IsExtender = false)
{
    public static readonly DhcpClientPolicy NotServed = new(IsServed: false);
}

/// <summary>Which clients of BOOTP get an address.</summary>
internal enum BootpMode
{
    All,

    /// <summary>Those that the administrator gave an outside address.</summary>
    Pinned,

    None,
}
