namespace Innkeeper.Wire;

/// <summary>Types of ICMP messages (IANA "ICMP Parameters").</summary>
public static class IcmpTypes
{
    /// <summary>Answers an echo request (RFC 792).</summary>
    public const byte EchoReply = 0;

    /// <summary>The packet could not be delivered; code 4: it needed fragmenting (RFC 792, RFC 1191 section 4).</summary>
    public const byte DestinationUnreachable = 3;

    /// <summary>Send slower; deprecated (RFC 6633).</summary>
    public const byte SourceQuench = 4;

    /// <summary>Another gateway is nearer (RFC 792).</summary>
    public const byte Redirect = 5;

    /// <summary>Asks for an echo reply (RFC 792).</summary>
    public const byte EchoRequest = 8;

    /// <summary>The hops or the time for reassembly ran out (RFC 792).</summary>
    public const byte TimeExceeded = 11;

    /// <summary>A field of the header is invalid (RFC 792).</summary>
    public const byte ParameterProblem = 12;

    /// <summary>
    /// Whether a type reports about another packet and quotes it: RFC 1122 section 3.2.2 lists these. No error is ever sent in
    /// answer to an error.
    /// </summary>
    public static bool IsError(byte type) =>
        type is DestinationUnreachable or SourceQuench or Redirect or TimeExceeded or ParameterProblem;
}
