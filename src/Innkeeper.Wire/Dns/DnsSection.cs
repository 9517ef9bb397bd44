namespace Innkeeper.Wire.Dns;

/// <summary>The four parts behind the header, in their order (RFC 1035 section 4.1).</summary>
public enum DnsSection
{
    /// <summary>The question.</summary>
    Question = 0,

    /// <summary>The answer.</summary>
    Answer = 1,

    /// <summary>The responsible servers: NS records, or SOA in a negative answer.</summary>
    Authority = 2,

    /// <summary>Further records that may help, and the OPT record.</summary>
    Additional = 3,
}
