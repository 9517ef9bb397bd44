using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>The result of a client's message. The names are counters in <c>status --json</c>, with dhcp_ before them.</summary>
internal enum DhcpVerdict
{
    Offered,
    Acknowledged,

    /// <summary>Options only (RFC 2131 section 4.3.5).</summary>
    Informed,

    /// <summary>A NAK: the client starts again at once.</summary>
    Refused,

    Released,
    Declined,

    // From here on: no answer, and nothing changed.

    /// <summary>No DHCP message about Ethernet, or one that breaks the rules for its type.</summary>
    Malformed,

    /// <summary>A relay is between, or pretends to be: giaddr is set.</summary>
    Relayed,

    /// <summary>chaddr is not the frame's source: one station sends for another.</summary>
    ForeignMac,

    /// <summary>The station is not served.</summary>
    NotServed,

    /// <summary>The message is for another server, or takes its offer.</summary>
    OtherServer,

    /// <summary>The address is not this server's to give, or to refuse beside another server.</summary>
    Unknown,

    /// <summary>No address is left for it.</summary>
    Exhausted,

    /// <summary>A RELEASE or DECLINE of an address that is not the sender's, or one DECLINE too many.</summary>
    NotItsLease,

    /// <summary>A BOOTREPLY: the client takes the address without asking for a time (RFC 1534).</summary>
    BootpServed,

    /// <summary>A client of BOOTP, which the settings do not serve. No answer.</summary>
    BootpRefused,
}

/// <summary>The answer to a client's message.</summary>
/// <param name="Address">The client's address, 'yiaddr'; 0.0.0.0 unless offered or acknowledged.</param>
/// <param name="Duration">The lease time.</param>
/// <param name="Save">The lease to write; an ACK waits until it is written.</param>
internal readonly record struct DhcpDecision(DhcpVerdict Verdict, Ipv4Address Address = default, TimeSpan Duration = default, Lease? Save = null)
{
    public bool IsAnswered => Verdict is <= DhcpVerdict.Refused or DhcpVerdict.BootpServed;

    /// <summary>The client has the address from now on.</summary>
    public bool IsLeased => Verdict is DhcpVerdict.Acknowledged or DhcpVerdict.BootpServed;

    /// <summary>The same lease is on disk already and not over there: when the disk fails, the client may continue with it.</summary>
    public bool MayGoAhead { get; init; }
}
