namespace Innkeeper.Wire;

/// <summary>Protocol numbers of the IPv4 header (IANA "Assigned Internet Protocol Numbers").</summary>
public static class IpProtocol
{
    /// <summary>ICMP (RFC 792).</summary>
    public const byte Icmp = 1;

    /// <summary>TCP (RFC 9293).</summary>
    public const byte Tcp = 6;

    /// <summary>UDP (RFC 768).</summary>
    public const byte Udp = 17;

    /// <summary>DCCP (RFC 4340).</summary>
    public const byte Dccp = 33;

    /// <summary>GRE (RFC 2784), as PPTP carries its data (RFC 2637).</summary>
    public const byte Gre = 47;

    /// <summary>ESP of IPsec (RFC 4303).</summary>
    public const byte Esp = 50;

    /// <summary>SCTP (RFC 9260).</summary>
    public const byte Sctp = 132;

    /// <summary>UDP-Lite (RFC 3828).</summary>
    public const byte UdpLite = 136;
}
