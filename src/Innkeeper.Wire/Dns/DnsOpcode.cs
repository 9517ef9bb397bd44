namespace Innkeeper.Wire.Dns;

/// <summary>The kind of request (IANA "DNS OpCodes"): 0 to 15, any of which may arrive.</summary>
public enum DnsOpcode : byte
{
    /// <summary>A question (RFC 1035 section 4.1.1).</summary>
    Query = 0,

    /// <summary>An inverse question, retired (RFC 3425).</summary>
    InverseQuery = 1,

    /// <summary>A server's state (RFC 1035 section 4.1.1).</summary>
    Status = 2,

    /// <summary>A zone has changed (RFC 1996).</summary>
    Notify = 4,

    /// <summary>Change a zone (RFC 2136).</summary>
    Update = 5,

    /// <summary>Stateful operations, whose messages have another form behind the header (RFC 8490 section 5.4).</summary>
    Stateful = 6,
}
