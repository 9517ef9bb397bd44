namespace Innkeeper.Wire;

/// <summary>Types of ICMPv6 messages (IANA "ICMPv6 Parameters").</summary>
public static class Icmp6Types
{
    /// <summary>The number of ICMPv6 itself in the header before it (RFC 4443 section 1).</summary>
    public const byte NextHeader = 58;

    /// <summary>The packet could not be delivered (RFC 4443 section 3.1): code 0 no route, code 4 port unreachable.</summary>
    public const byte DestinationUnreachable = 1;

    /// <summary>The packet is longer than the next link takes (RFC 4443 section 3.2).</summary>
    public const byte PacketTooBig = 2;

    /// <summary>The packet's hop limit was used up (RFC 4443 section 3.3).</summary>
    public const byte TimeExceeded = 3;

    /// <summary>A ping (RFC 4443 section 4.1).</summary>
    public const byte EchoRequest = 128;

    /// <summary>A ping's answer (RFC 4443 section 4.2).</summary>
    public const byte EchoReply = 129;

    /// <summary>Asks which groups have listeners (RFC 9777 section 5.1).</summary>
    public const byte MulticastListenerQuery = 130;

    /// <summary>Asks for router advertisements (RFC 4861 section 4.1).</summary>
    public const byte RouterSolicitation = 133;

    /// <summary>A router shows itself (RFC 4861 section 4.2).</summary>
    public const byte RouterAdvertisement = 134;

    /// <summary>Asks for the MAC of an address (RFC 4861 section 4.3).</summary>
    public const byte NeighborSolicitation = 135;

    /// <summary>Tells the MAC of an address (RFC 4861 section 4.4).</summary>
    public const byte NeighborAdvertisement = 136;

    /// <summary>Another first hop is better (RFC 4861 section 4.5).</summary>
    public const byte Redirect = 137;

    /// <summary>A router tells switches that snoop multicast where it is (RFC 4286 section 3).</summary>
    public const byte MulticastRouterAdvertisement = 151;
}
