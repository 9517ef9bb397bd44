using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>How a station was heard.</summary>
[Flags]
internal enum FoundBy
{
    /// <summary>It sent a frame that says nothing about it.</summary>
    None = 0,

    Arp = 1,

    /// <summary>A packet to all stations or to a group: no router passes those on, so its source is the station's own address.</summary>
    Ipv4 = 2,

    /// <summary>DHCP or BOOTP.</summary>
    Dhcp = 4,

    Mdns = 8,

    EtherNetIp = 16,

    Lldp = 32,

    /// <summary>PROFINET DCP.</summary>
    Profinet = 64,
}

/// <summary>A station that is on the access side, as it describes itself. Immutable.</summary>
/// <param name="Vlan">0: untagged.</param>
/// <param name="Addresses">Its own addresses, in the order in which they were heard.</param>
/// <param name="Name">The name that it gives itself, one line; null: none was heard.</param>
/// <param name="Product">Its product in its own words, one line; null: it says nothing.</param>
internal sealed record FoundStation(ushort Vlan, MacAddress Mac, ImmutableArray<Ipv4Address> Addresses, string? Name, string? Product, FoundBy By)
{
    /// <summary>It said something about itself, beside its MAC.</summary>
    public bool IsDescribed => !Addresses.IsEmpty || Name is not null || Product is not null;

    /// <summary>The protocol that its name comes from.</summary>
    public FoundBy NameBy { get; init; }

    /// <summary>The protocol that <see cref="Product"/> comes from.</summary>
    public FoundBy ProductBy { get; init; }
}
