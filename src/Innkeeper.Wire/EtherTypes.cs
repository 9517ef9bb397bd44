namespace Innkeeper.Wire;

/// <summary>EtherType numbers (IANA "IEEE 802 Numbers", RFC 9542), in host order.</summary>
public static class EtherTypes
{
    /// <summary>IPv4 (RFC 894).</summary>
    public const ushort Ipv4 = 0x0800;

    /// <summary>ARP (RFC 826).</summary>
    public const ushort Arp = 0x0806;

    /// <summary>The tag of IEEE 802.1Q.</summary>
    public const ushort Vlan = 0x8100;

    /// <summary>IPv6 (RFC 2464).</summary>
    public const ushort Ipv6 = 0x86DD;

    /// <summary>PROFINET (IEC 61158-6-10); of it <see cref="Discovery.DcpPacket"/>.</summary>
    public const ushort Profinet = 0x8892;

    /// <summary>LLDP (IEEE 802.1AB); see <see cref="Discovery.LldpPacket"/>.</summary>
    public const ushort Lldp = 0x88CC;

    /// <summary>Wake-on-LAN: see <see cref="WakeFrame"/>.</summary>
    public const ushort WakeOnLan = 0x0842;

    /// <summary>IEEE 802 local experimental EtherType 1 (RFC 9542 section 3): gateways' advertisements, see <see cref="Advertisement"/>.</summary>
    public const ushort Peer = 0x88B5;
}
