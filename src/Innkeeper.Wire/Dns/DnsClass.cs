namespace Innkeeper.Wire.Dns;

/// <summary>Classes (IANA "DNS CLASSes"); any other number may come and is kept (RFC 3597 section 3).</summary>
public enum DnsClass : ushort
{
    /// <summary>No class: reserved (RFC 6895 section 3.2).</summary>
    Reserved = 0,

    /// <summary>The Internet.</summary>
    In = 1,

    /// <summary>Chaos: servers tell about themselves in it (RFC 4892).</summary>
    Chaos = 3,

    /// <summary>Hesiod.</summary>
    Hesiod = 4,

    /// <summary>Only in updates (RFC 2136 section 2.4).</summary>
    None = 254,

    /// <summary>In questions, updates and signatures of transactions: any class.</summary>
    Any = 255,
}
