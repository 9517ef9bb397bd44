using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>Writes the header of an Ethernet II frame; <see cref="EthernetPacket"/> shows its layout.</summary>
public static class EthernetHeader
{
    /// <summary>Octets of a header without a tag.</summary>
    public const int Size = 14;

    /// <summary>Octets of a header with an IEEE 802.1Q tag.</summary>
    public const int TaggedSize = 18;

    internal const int DestinationOffset = 0;
    internal const int SourceOffset = 6;
    internal const int TypeOffset = 12;
    internal const int TagOffset = 14;
    internal const int VlanIdMask = 0x0FFF;

    /// <summary>Writes a header without a tag.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets.</param>
    /// <param name="destination">The receiving station or group.</param>
    /// <param name="source">The sending station.</param>
    /// <param name="etherType">One of <see cref="EtherTypes"/>, host order.</param>
    /// <returns>Octets written: <see cref="Size"/>.</returns>
    public static int Write(Span<byte> buffer, MacAddress destination, MacAddress source, ushort etherType) =>
        Write(buffer, destination, source, etherType, 0);

    /// <summary>Writes a header, with a tag of priority 0 where a VLAN is given.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets, <see cref="TaggedSize"/> with a VLAN.</param>
    /// <param name="destination">The receiving station or group.</param>
    /// <param name="source">The sending station.</param>
    /// <param name="etherType">One of <see cref="EtherTypes"/>, host order: the type of the payload.</param>
    /// <param name="vlan">1 to 4094, or 0 for no tag.</param>
    /// <returns>Octets written: <see cref="Size"/> or <see cref="TaggedSize"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vlan"/> is above 4094.</exception>
    public static int Write(Span<byte> buffer, MacAddress destination, MacAddress source, ushort etherType, ushort vlan)
    {
        // IEEE 802.1Q table 9-2: 0xFFF is reserved and never on the wire.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(vlan, VlanIdMask);

        destination.Write(buffer[DestinationOffset..]);
        source.Write(buffer[SourceOffset..]);
        if (vlan == 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer[TypeOffset..], etherType);
            return Size;
        }

        BinaryPrimitives.WriteUInt16BigEndian(buffer[TypeOffset..], EtherTypes.Vlan);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[TagOffset..], vlan);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(TagOffset + sizeof(ushort))..], etherType);
        return TaggedSize;
    }
}
