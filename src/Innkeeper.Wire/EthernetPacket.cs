using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>EtherTypes (IEEE 802 numbers), in host order.</summary>
public static class EtherTypes
{
    /// <summary>IPv4, RFC 894.</summary>
    public const ushort Ipv4 = 0x0800;

    /// <summary>ARP, RFC 826.</summary>
    public const ushort Arp = 0x0806;

    /// <summary>A VLAN tag, IEEE 802.1Q.</summary>
    public const ushort Vlan = 0x8100;

    /// <summary>IPv6, RFC 2464.</summary>
    public const ushort Ipv6 = 0x86dd;
}

/// <summary>A view of an Ethernet II frame, with or without one 802.1Q tag. After <see cref="TryParse"/> no member fails.</summary>
public readonly ref struct EthernetPacket
{
    private readonly ReadOnlySpan<byte> _frame;

    private EthernetPacket(ReadOnlySpan<byte> frame, bool hasVlan)
    {
        _frame = frame;
        HasVlan = hasVlan;
    }

    /// <summary>Whether the frame carries a tag in its octets.</summary>
    public bool HasVlan { get; }

    /// <summary>The tag's VLAN, 0–4095; 0 without a tag.</summary>
    public ushort VlanId => HasVlan ? (ushort)(BinaryPrimitives.ReadUInt16BigEndian(_frame[14..]) & 0x0fff) : (ushort)0;

    /// <summary>Destination MAC.</summary>
    public MacAddress Destination => MacAddress.Read(_frame);

    /// <summary>Source MAC.</summary>
    public MacAddress Source => MacAddress.Read(_frame[MacAddress.Size..]);

    /// <summary>Of the payload, after the tag; host order.</summary>
    public ushort EtherType => BinaryPrimitives.ReadUInt16BigEndian(_frame[(HasVlan ? 16 : 12)..]);

    /// <summary>What follows the header, padding included.</summary>
    public ReadOnlySpan<byte> Payload => _frame[(HasVlan ? 18 : 14)..];

    /// <summary>False when the octets end within the header.</summary>
    public static bool TryParse(ReadOnlySpan<byte> frame, out EthernetPacket packet)
    {
        packet = default;
        if (frame.Length < EthernetHeader.Size)
        {
            return false;
        }

        var hasVlan = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == EtherTypes.Vlan;
        if (hasVlan && frame.Length < EthernetHeader.Size + EthernetHeader.TagSize)
        {
            return false;
        }

        packet = new EthernetPacket(frame, hasVlan);
        return true;
    }
}

/// <summary>Writes Ethernet headers.</summary>
public static class EthernetHeader
{
    /// <summary>Octets without a tag.</summary>
    public const int Size = 14;

    /// <summary>Octets of one 802.1Q tag.</summary>
    public const int TagSize = 4;

    /// <summary>Writes the header.</summary>
    /// <param name="vlan">1–4094 puts a tag of priority 0; 0 none.</param>
    /// <returns>Octets written: 14, or 18 with a tag.</returns>
    public static int Write(Span<byte> frame, MacAddress destination, MacAddress source, ushort etherType, ushort vlan = 0)
    {
        destination.Write(frame);
        source.Write(frame[MacAddress.Size..]);
        if (vlan == 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[12..], etherType);
            return Size;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EtherTypes.Vlan);
        BinaryPrimitives.WriteUInt16BigEndian(frame[14..], vlan);
        BinaryPrimitives.WriteUInt16BigEndian(frame[16..], etherType);
        return Size + TagSize;
    }
}
