using System.Collections.Immutable;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Dhcp;

/// <summary>What clients are told.</summary>
/// <param name="Server">Our own address on the access side: the server identifier.</param>
/// <param name="Network">The addresses' network.</param>
internal sealed record DhcpSettings(Ipv4Address Server, Ipv4Network Network)
{
    /// <summary>Networks of which the first that nobody else uses is taken where none is set.</summary>
    public static readonly ImmutableArray<Ipv4Network> Candidates = [Ipv4Network.Parse("10.203.0.0/16"), Ipv4Network.Parse("172.27.0.0/16"), Ipv4Network.Parse("192.168.240.0/20")];

    /// <summary>The most that can be set: with the default one, 17 of up to 9 octets fit into one option.</summary>
    public const int MaxRoutes = 16;

    public TimeSpan Lease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For locally administered MACs, which mostly are random and do not return.</summary>
    public TimeSpan RandomisedLease { get; init; } = TimeSpan.FromHours(1);

    public const int MaxNameServers = 3;

    /// <summary>In order of preference; empty: clients are told none.</summary>
    public ImmutableArray<Ipv4Address> NameServers { get; init; } = [];

    /// <summary>Empty: none.</summary>
    public string Domain { get; init; } = "";

    public ImmutableArray<DhcpRoute> Routes { get; init; } = [];

    /// <summary>Null: not told.</summary>
    public int? Mtu { get; init; }

    /// <summary>Null: as other servers are heard or not.</summary>
    public bool? Authoritative { get; init; }

    /// <summary>The URI of the captive portal's API (RFC 8910); null: there is none.</summary>
    public string? CaptivePortal { get; init; }

    /// <summary>Whom clients send what leaves the network.</summary>
    public Ipv4Address Router { get; init; } = Server;

    /// <summary>A leased address is the device's legal one, too; a station has one.</summary>
    public bool LeasesLegal { get; init; }

    /// <summary>The addresses of a network to lease: all but its own, its last and ours, which is the first.</summary>
    public static LeaseBitmap SpaceOf(Ipv4Network network) => new(new Ipv4Address(network.NetworkId.Value + 2), new Ipv4Address(network.Last.Value - 1));

    public static DhcpSettings Of(Ipv4Network network) => new(new Ipv4Address(network.NetworkId.Value + 1), network);

    /// <summary>The first candidate that overlaps none of these; null: all do.</summary>
    public static Ipv4Network? Choose(IReadOnlyCollection<Ipv4Network> used) =>
        Candidates.Where(c => !used.Any(c.Overlaps)).Select(c => (Ipv4Network?)c).FirstOrDefault();
}

/// <summary>How one station is treated; asked at every decision.</summary>
/// <param name="IsServed">False: silence, as if no server were there.</param>
/// <param name="MaxAddresses">Clients that it may be at once.</param>
/// <param name="CaptivePortal">Instead of the settings'; null: those hold.</param>
/// <param name="HostName">The name that it is told it has; null: none.</param>
/// <param name="Address">The address that it is offered where that can be, whatever it wishes; null: any.</param>
internal sealed record DhcpClientPolicy(bool IsServed = true, int MaxAddresses = 4, string? CaptivePortal = null, string? HostName = null, Ipv4Address? Address = null);
