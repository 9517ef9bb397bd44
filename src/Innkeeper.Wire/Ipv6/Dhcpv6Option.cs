namespace Innkeeper.Wire;

/// <summary>Codes of DHCPv6 options that the gateway knows, by the section that defines them; other numbers are kept as they came.</summary>
public enum Dhcpv6Option : ushort
{
    /// <summary>The client's identifier, which the server gives back (RFC 8415 section 21.2).</summary>
    ClientIdentifier = 1,

    /// <summary>The server's identifier (RFC 8415 section 21.3).</summary>
    ServerIdentifier = 2,

    /// <summary>Addresses that are leased (RFC 8415 section 21.4).</summary>
    AddressLease = 3,

    /// <summary>The same, for temporary addresses (RFC 8415 section 21.5).</summary>
    TemporaryLease = 4,

    /// <summary>Codes of the options that the client wants, 2 octets each (RFC 8415 section 21.7).</summary>
    OptionRequest = 6,

    /// <summary>The client takes an address in two messages instead of four (RFC 8415 section 21.14).</summary>
    RapidCommit = 14,

    /// <summary>DNS servers, 16 octets each, in order of preference (RFC 3646 section 3).</summary>
    DnsServers = 23,

    /// <summary>Prefixes that are leased (RFC 8415 section 21.21).</summary>
    PrefixLease = 25,

    /// <summary>Seconds until the client asks for settings again, 4 octets (RFC 8415 section 21.23).</summary>
    InformationRefreshTime = 32,

    /// <summary>The URI of the captive portal's API (RFC 8910 section 2.2).</summary>
    CaptivePortal = 103,
}
