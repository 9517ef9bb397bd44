namespace Innkeeper.Wire.Dns;

/// <summary>Record types (IANA "Resource Record (RR) TYPEs"); any other number may come and is kept (RFC 3597 section 3).</summary>
public enum DnsType : ushort
{
    /// <summary>No type: reserved (RFC 6895 section 3.1).</summary>
    None = 0,

    /// <summary>An IPv4 address (RFC 1035 section 3.4.1).</summary>
    A = 1,

    /// <summary>A name server (RFC 1035 section 3.3.11).</summary>
    Ns = 2,

    /// <summary>The real name of an alias (RFC 1035 section 3.3.1).</summary>
    Cname = 5,

    /// <summary>The start of a zone (RFC 1035 section 3.3.13).</summary>
    Soa = 6,

    /// <summary>A name that an address has (RFC 1035 section 3.3.12).</summary>
#pragma warning disable CA1720 // It is the record's name, not a pointer.
    Ptr = 12,
#pragma warning restore CA1720

    /// <summary>Host information; also the small answer to <see cref="Any"/> (RFC 8482 section 4.2).</summary>
    Hinfo = 13,

    /// <summary>A mail exchanger (RFC 1035 section 3.3.9).</summary>
    Mx = 15,

    /// <summary>Text (RFC 1035 section 3.3.14).</summary>
    Txt = 16,

    /// <summary>An IPv6 address (RFC 3596 section 2.1).</summary>
    Aaaa = 28,

    /// <summary>Where a service is (RFC 2782).</summary>
    Srv = 33,

    /// <summary>Another name for a whole subtree (RFC 6672).</summary>
    Dname = 39,

    /// <summary>The pseudo record of EDNS (RFC 6891 section 6.1); see <see cref="DnsEdns"/>.</summary>
    Opt = 41,

    /// <summary>The hash of a child zone's key (RFC 4034 section 5).</summary>
    Ds = 43,

    /// <summary>A signature (RFC 4034 section 3).</summary>
    Rrsig = 46,

    /// <summary>The next name of a zone, as proof of absence (RFC 4034 section 4).</summary>
    Nsec = 47,

    /// <summary>A zone's key (RFC 4034 section 2).</summary>
    Dnskey = 48,

    /// <summary>As <see cref="Nsec"/>, with hashed names (RFC 5155 section 3).</summary>
    Nsec3 = 50,

    /// <summary>How to reach a service (RFC 9460).</summary>
    Svcb = 64,

    /// <summary>How to reach a web server (RFC 9460 section 9).</summary>
    Https = 65,

    /// <summary>The signature of a transaction (RFC 8945 section 4.2).</summary>
    Tsig = 250,

    /// <summary>Question only: the changes of a zone (RFC 1995).</summary>
    Ixfr = 251,

    /// <summary>Question only: a whole zone (RFC 5936).</summary>
    Axfr = 252,

    /// <summary>Question only: any type (RFC 1035 section 3.2.3, RFC 8482).</summary>
    Any = 255,
}
