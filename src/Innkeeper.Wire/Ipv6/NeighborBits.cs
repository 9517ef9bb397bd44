namespace Innkeeper.Wire;

/// <summary>The bits of a neighbour advertisement, octet 4 of its message (RFC 4861 section 4.4).</summary>
[Flags]
public enum NeighborBits : byte
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>O: the MAC replaces one that the receiver knows.</summary>
    Override = 0x20,

    /// <summary>S: answers a solicitation, and so confirms that the neighbour is reached.</summary>
    Solicited = 0x40,

    /// <summary>R: the sender is a router. A sender that clears it later is no longer the receiver's gateway (RFC 4861 section 7.2.5).</summary>
    Router = 0x80,
}
