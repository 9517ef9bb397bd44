namespace Innkeeper.Wire;

/// <summary>The five messages of neighbour discovery (RFC 4861 section 4), by their ICMPv6 types.</summary>
public enum NeighborDiscoveryKind : byte
{
    /// <summary>No message.</summary>
    None = 0,

    /// <summary>A host asks for router advertisements.</summary>
    RouterSolicitation = Icmp6Types.RouterSolicitation,

    /// <summary>A router shows itself.</summary>
    RouterAdvertisement = Icmp6Types.RouterAdvertisement,

    /// <summary>A station asks for the MAC of an address, or whether the address is free.</summary>
    NeighborSolicitation = Icmp6Types.NeighborSolicitation,

    /// <summary>A station tells the MAC of an address.</summary>
    NeighborAdvertisement = Icmp6Types.NeighborAdvertisement,

    /// <summary>A router names a better first hop.</summary>
    Redirect = Icmp6Types.Redirect,
}
