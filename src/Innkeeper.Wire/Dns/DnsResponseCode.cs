namespace Innkeeper.Wire.Dns;

/// <summary>
/// The result (IANA "DNS RCODEs"): 12 bits, of which the low four are in the header and the high eight in the OPT record
/// (RFC 6891 section 6.1.3). Any other number may come.
/// </summary>
public enum DnsResponseCode : ushort
{
    /// <summary>No error; there may be no data all the same.</summary>
    NoError = 0,

    /// <summary>The question was not understood.</summary>
    FormatError = 1,

    /// <summary>The server has a problem.</summary>
    ServerFailure = 2,

    /// <summary>There is no such name: NXDOMAIN.</summary>
    NameError = 3,

    /// <summary>The server cannot do this.</summary>
    NotImplemented = 4,

    /// <summary>The server will not do this.</summary>
    Refused = 5,

    /// <summary>Not authoritative for the zone, or not allowed (RFC 2136, RFC 8945).</summary>
    NotAuthoritative = 9,

    /// <summary>The version of EDNS is not known (RFC 6891 section 9). The same number means BADSIG in a TSIG record.</summary>
    BadVersion = 16,

    /// <summary>The server cookie is bad or absent (RFC 7873 section 8).</summary>
    BadCookie = 23,
}
