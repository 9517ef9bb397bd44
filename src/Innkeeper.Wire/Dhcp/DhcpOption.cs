namespace Innkeeper.Wire.Dhcp;

/// <summary>Codes of options, by the section that defines them; other numbers are kept as they came.</summary>
public enum DhcpOption : byte
{
    /// <summary>One octet without a length, to be skipped (RFC 2132 section 3.1).</summary>
    Pad = 0,

    /// <summary>Subnet mask, 4 octets (RFC 2132 section 3.3).</summary>
    SubnetMask = 1,

    /// <summary>Routers, 4 octets each, in order of preference (RFC 2132 section 3.5).</summary>
    Router = 3,

    /// <summary>Name servers, 4 octets each, in order of preference (RFC 2132 section 3.8).</summary>
    DomainNameServer = 6,

    /// <summary>The client's name, not ended by a zero (RFC 2132 section 3.14).</summary>
    HostName = 12,

    /// <summary>The domain that the client is in (RFC 2132 section 3.17).</summary>
    DomainName = 15,

    /// <summary>MTU of the interface, 2 octets, at least 68 (RFC 2132 section 5.1).</summary>
    InterfaceMtu = 26,

    /// <summary>The subnet's broadcast address, 4 octets (RFC 2132 section 5.3).</summary>
    BroadcastAddress = 28,

    /// <summary>The address that the client requests, 4 octets (RFC 2132 section 9.1).</summary>
    RequestedAddress = 50,

    /// <summary>Seconds, 4 octets; all ones = infinite (RFC 2132 section 9.2).</summary>
    LeaseTime = 51,

    /// <summary>Which of the fields 'file' (1), 'sname' (2) or both (3) hold options (RFC 2132 section 9.3).</summary>
    Overload = 52,

    /// <summary>One octet, a <see cref="DhcpMessageType"/> (RFC 2132 section 9.6).</summary>
    MessageType = 53,

    /// <summary>The address of the server that the message is for, or that sent it, 4 octets (RFC 2132 section 9.7).</summary>
    ServerIdentifier = 54,

    /// <summary>Codes of the options that the client wants, in order of preference (RFC 2132 section 9.8).</summary>
    ParameterList = 55,

    /// <summary>Why a NAK or a DECLINE was sent, for people (RFC 2132 section 9.9).</summary>
    Message = 56,

    /// <summary>The longest IP datagram that the client accepts, 2 octets, at least 576 (RFC 2132 section 9.10).</summary>
    MaxMessageSize = 57,

    /// <summary>T1: seconds until the client renews, 4 octets (RFC 2132 section 9.11).</summary>
    RenewalTime = 58,

    /// <summary>T2: seconds until the client rebinds, 4 octets (RFC 2132 section 9.12).</summary>
    RebindingTime = 59,

    /// <summary>Vendor and kind of the client (RFC 2132 section 9.13).</summary>
    VendorClass = 60,

    /// <summary>The client's identifier, 2 octets or more (RFC 2132 section 9.14, RFC 4361).</summary>
    ClientIdentifier = 61,

    /// <summary>Data that a relay, or a switch that snoops, added; the server returns it unchanged (RFC 3046 section 2.2).</summary>
    RelayInformation = 82,

    /// <summary>The URI of the captive portal's API (RFC 8910 section 2.1).</summary>
    CaptivePortal = 114,

    /// <summary>Routes with their prefix (RFC 3442).</summary>
    ClasslessRoutes = 121,

    /// <summary>One octet without a length: no option follows (RFC 2132 section 3.2).</summary>
    End = 255,
}
