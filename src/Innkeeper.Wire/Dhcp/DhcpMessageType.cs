namespace Innkeeper.Wire.Dhcp;

/// <summary>The type of a message (RFC 2132 section 9.6); other numbers are kept as they came.</summary>
public enum DhcpMessageType : byte
{
    /// <summary>The message has no valid type.</summary>
    None = 0,

    /// <summary>A client looks for servers.</summary>
    Discover = 1,

    /// <summary>A server offers an address.</summary>
    Offer = 2,

    /// <summary>A client takes an offer, or wants to keep an address.</summary>
    Request = 3,

    /// <summary>A client found the address in use.</summary>
    Decline = 4,

    /// <summary>A server leases the address.</summary>
    Ack = 5,

    /// <summary>A server refuses: the client has to start again.</summary>
    Nak = 6,

    /// <summary>A client gives the address back.</summary>
    Release = 7,

    /// <summary>A client that has an address wants only options.</summary>
    Inform = 8,
}
