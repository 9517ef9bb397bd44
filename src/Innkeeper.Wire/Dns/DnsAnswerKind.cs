namespace Innkeeper.Wire.Dns;

/// <summary>The meaning of a response for the name and type asked for (RFC 2308 section 2); see <see cref="DnsCaching.Classify"/>.</summary>
public enum DnsAnswerKind
{
    /// <summary>Nothing that may be kept: no response to a question, truncated, another response code, or a chain of aliases without end.</summary>
    Unusable = 0,

    /// <summary>There are records of the type.</summary>
    Positive = 1,

    /// <summary>The name exists without records of the type: NODATA.</summary>
    NoData = 2,

    /// <summary>The name, or that at the end of the chain of aliases, does not exist: NXDOMAIN.</summary>
    NameError = 3,

    /// <summary>Other servers are named, which know more.</summary>
    Referral = 4,
}
