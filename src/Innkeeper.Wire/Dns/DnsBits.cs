namespace Innkeeper.Wire.Dns;

/// <summary>The one-bit flags of the header, at their places in its second word in host order (RFC 1035 section 4.1.1, RFC 4035 section 3).</summary>
[Flags]
public enum DnsBits : ushort
{
    /// <summary>A query with no wish.</summary>
    None = 0,

    /// <summary>QR: a response.</summary>
    Response = 0x8000,

    /// <summary>AA: the server is an authority for the name asked.</summary>
    AuthoritativeAnswer = 0x0400,

    /// <summary>TC: something was left out for want of room.</summary>
    Truncated = 0x0200,

    /// <summary>RD: the client wants the server to ask on; copied into the response.</summary>
    RecursionDesired = 0x0100,

    /// <summary>RA: the server does ask on.</summary>
    RecursionAvailable = 0x0080,

    /// <summary>Z: zero (RFC 6895 section 2.1).</summary>
    Reserved = 0x0040,

    /// <summary>AD: the server has verified the data (RFC 4035 section 3.2.3); in a query the wish to know (RFC 6840 section 5.7).</summary>
    AuthenticData = 0x0020,

    /// <summary>CD: the client verifies on its own (RFC 4035 section 3.2.2).</summary>
    CheckingDisabled = 0x0010,
}
