namespace Innkeeper.Wire;

/// <summary>Writes an ARP message in its Ethernet frame.</summary>
public static class ArpFrame
{
    /// <summary>Octets of the longest frame: header with tag and message.</summary>
    public const int MaxSize = EthernetHeader.TaggedSize + ArpMessage.Size;

    /// <summary>Writes header and message, without padding: the link driver pads to its least length.</summary>
    /// <param name="buffer">At least 42 octets, <see cref="MaxSize"/> with a VLAN.</param>
    /// <param name="destination">The receiving station, or broadcast.</param>
    /// <param name="source">The station the frame leaves; RFC 826 does not require it to be the message's sender.</param>
    /// <param name="vlan">1 to 4094, or 0 for no tag.</param>
    /// <param name="message">The message.</param>
    /// <returns>Octets written: 42, or 46 with a VLAN.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vlan"/> is above 4094.</exception>
    public static int Write(Span<byte> buffer, MacAddress destination, MacAddress source, ushort vlan, ArpMessage message)
    {
        var header = EthernetHeader.Write(buffer, destination, source, EtherTypes.Arp, vlan);
        return header + message.Write(buffer[header..]);
    }
}
