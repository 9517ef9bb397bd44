using System.Collections.Immutable;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Configuration;

/// <summary>The DHCP server for devices.</summary>
internal sealed record DhcpConfig
{
    /// <summary>Two arms only; on one arm the LAN has another server.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Null: the first of the default networks that overlaps nothing here.</summary>
    public Ipv4Network? Network { get; init; }

    /// <summary>A device gets a legal address, instead of one of <see cref="Network"/>.</summary>
    public bool LeasesLegal { get; init; }

    public TimeSpan Lease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For MACs that are locally administered.</summary>
    public TimeSpan RandomisedLease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Null: [dns] zone. Empty: none.</summary>
    public string? Domain { get; init; }

    public ImmutableArray<DhcpRoute> Routes { get; init; } = [];

    /// <summary>Null: clients get no MTU.</summary>
    public int? Mtu { get; init; }

    /// <summary>Which clients of BOOTP, which have no way to renew, get an address.</summary>
    public BootpClients Bootp { get; init; } = BootpClients.All;

    /// <summary>Whether a client with a lease from another server is refused (DHCPNAK); null: yes, as long as no other server is heard.</summary>
    public bool? Authoritative { get; init; }
}

/// <summary>Clients of BOOTP that get an address.</summary>
internal enum BootpClients
{
    All,

    /// <summary>Those with a pinned outside address.</summary>
    Pinned,

    None,
}
