namespace Innkeeper.Wire;

/// <summary>Types of DHCPv6 messages that the gateway knows (RFC 9915, before it RFC 8415 section 7.3); other numbers are kept as they came.</summary>
public enum Dhcpv6MessageType : byte
{
    /// <summary>No message.</summary>
    None = 0,

    /// <summary>A server's answer.</summary>
    Reply = 7,

    /// <summary>A client asks for settings, and for no address.</summary>
    InformationRequest = 11,

    /// <summary>A relay's, around a client's message; it has another form.</summary>
    RelayForward = 12,

    /// <summary>The answer to a relay; likewise.</summary>
    RelayReply = 13,
}
