using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>What became of a client's message. The names are counters in <c>status --json</c>, with dhcp_ before them.</summary>
internal enum DhcpVerdict
{
    Offered,
    Acknowledged,

    /// <summary>Options only (RFC 2131 section 4.3.5).</summary>
    Informed,

    /// <summary>A NAK: the client begins anew, at once.</summary>
    Refused,

    Released,
    Declined,

    // From here on: silence, and nothing changed.

    /// <summary>No DHCP message about Ethernet, or one that breaks the rules for its type.</summary>
    Malformed,

    /// <summary>A relay stands between, or pretends to: giaddr is set.</summary>
    Relayed,

    /// <summary>chaddr is not the frame's source: one station speaks for another.</summary>
    ForeignMac,

    /// <summary>The station is not to be served.</summary>
    NotServed,

    /// <summary>It speaks to, or took the offer of, another server.</summary>
    OtherServer,

    /// <summary>An address that is not ours to give, or to refuse, beside another server.</summary>
    Unknown,

    /// <summary>No address is left for it.</summary>
    Exhausted,

    /// <summary>A RELEASE or DECLINE of what is not the sender's, or one DECLINE too many.</summary>
    NotItsLease,
}

/// <summary>The answer to a client's message.</summary>
/// <param name="Address">What it gets, 'yiaddr'; 0.0.0.0 unless offered or acknowledged.</param>
/// <param name="Duration">For how long.</param>
/// <param name="Save">The lease to be written; an ACK waits until it is.</param>
internal readonly record struct DhcpDecision(DhcpVerdict Verdict, Ipv4Address Address = default, TimeSpan Duration = default, Lease? Save = null)
{
    public bool IsAnswered => Verdict <= DhcpVerdict.Refused;

    /// <summary>The same lease is on disk from before and not over there: when the disk fails, the client may go on with it.</summary>
    public bool MayGoAhead { get; init; }
}
