using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A frame by which a gateway with two arms hears whether both are in one LAN: it sends it on one arm and listens on the other.</summary>
/// <remarks>
/// An ARP probe (RFC 5227 section 2.1.1) for the gateway's own address, which changes no neighbor's table, to all stations. Behind its 28 octets,
/// where other frames have padding:
/// <code>
/// 28               "IKLB"
/// 32               a number that none can foresee, 16 octets
/// </code>
/// </remarks>
/// <param name="Nonce">A station that is not in the LAN where it was sent cannot know it.</param>
public readonly record struct LanBeacon(UInt128 Nonce)
{
    /// <summary>Octets of a whole frame.</summary>
    public const int FrameSize = EthernetHeader.Size + NonceOffset + NonceSize;

    private const int MagicOffset = 28;
    private const int NonceOffset = MagicOffset + sizeof(uint);
    private const int NonceSize = 16;

    /// <summary>BEACON_MAGIC in bpf/abi.h.</summary>
    private const uint Magic = 0x494b4c42;

    /// <summary>Reads the payload of a frame.</summary>
    /// <returns>False if it is not a beacon.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out LanBeacon beacon)
    {
        beacon = default;
        if (payload.Length < NonceOffset + NonceSize || BinaryPrimitives.ReadUInt32BigEndian(payload[MagicOffset..]) != Magic
            || !ArpMessage.TryParse(payload, out var message) || message.SenderIp != Ipv4Address.Any)
        {
            return false;
        }

        beacon = new LanBeacon(BinaryPrimitives.ReadUInt128BigEndian(payload[NonceOffset..]));
        return true;
    }

    /// <summary>Writes the whole frame.</summary>
    /// <param name="frame">At least 64 octets.</param>
    /// <param name="source">The MAC of the arm that sends it.</param>
    /// <param name="address">The gateway's own address there.</param>
    /// <returns>Octets written: <see cref="FrameSize"/>.</returns>
    public int Write(Span<byte> frame, MacAddress source, Ipv4Address address)
    {
        ArpFrame.Write(frame, MacAddress.Broadcast, source, 0, ArpMessage.Probe(source, address));
        BinaryPrimitives.WriteUInt32BigEndian(frame[(EthernetHeader.Size + MagicOffset)..], Magic);
        BinaryPrimitives.WriteUInt128BigEndian(frame[(EthernetHeader.Size + NonceOffset)..], Nonce);
        return FrameSize;
    }
}
