using System.Collections.Immutable;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Configuration;

/// <summary>What is leased to devices that use DHCP.</summary>
internal sealed record DhcpConfig
{
    /// <summary>With two arms; on one, another server is there.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Null: the first of the usual ones that nothing here overlaps.</summary>
    public Ipv4Network? Network { get; init; }

    /// <summary>A device is leased a legal address, instead of one of <see cref="Network"/>.</summary>
    public bool LeasesLegal { get; init; }

    public TimeSpan Lease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For MACs that are locally administered.</summary>
    public TimeSpan RandomisedLease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Null: that of the devices' names, [dns] zone. Empty: none.</summary>
    public string? Domain { get; init; }

    public ImmutableArray<DhcpRoute> Routes { get; init; } = [];

    /// <summary>Null: clients are not told.</summary>
    public int? Mtu { get; init; }

    /// <summary>Whether an address that is not ours to give is refused; null: while no other server is heard.</summary>
    public bool? Authoritative { get; init; }
}
