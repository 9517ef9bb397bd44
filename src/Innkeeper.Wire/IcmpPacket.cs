using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A view of an ICMP message (RFC 792).</summary>
/// <remarks>
/// <code>
/// 0 | 1 | 2     type | code | checksum
/// 4             rest, by type: identifier and sequence number of an echo, MTU, gateway, pointer
/// 8             data; in an error the quoted packet, cut
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails.
/// </remarks>
public readonly ref struct IcmpPacket
{
    private readonly ReadOnlySpan<byte> _message;

    private IcmpPacket(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Views a whole IPv4 payload of 8 octets or more.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IcmpPacket packet)
    {
        packet = data.Length < IcmpHeader.Size ? default : new IcmpPacket(data);
        return data.Length >= IcmpHeader.Size;
    }

    /// <summary>The message's type; see <see cref="IcmpTypes"/>.</summary>
    public byte Type => _message[IcmpHeader.TypeOffset];

    /// <summary>A finer division of the type.</summary>
    public byte Code => _message[IcmpHeader.CodeOffset];

    /// <summary>The checksum of the whole message as it came, host order.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_message[IcmpHeader.ChecksumOffset..]);

    /// <summary>Whether <see cref="Checksum"/> is right.</summary>
    public bool HasValidChecksum => Wire.Checksum.Finish(Wire.Checksum.Add(_message, 0)) == 0;

    /// <summary>The second word of the header, host order.</summary>
    public uint Rest => BinaryPrimitives.ReadUInt32BigEndian(_message[IcmpHeader.RestOffset..]);

    /// <summary>The high half of <see cref="Rest"/>: the identifier of an echo.</summary>
    public ushort Identifier => (ushort)(Rest >> 16);

    /// <summary>The low half of <see cref="Rest"/>: the sequence number of an echo, or the next hop's MTU (RFC 1191 section 4).</summary>
    public ushort SequenceNumber => (ushort)Rest;

    /// <summary>Whether the message reports on another packet; see <see cref="IcmpTypes.IsError"/>.</summary>
    public bool IsError => IcmpTypes.IsError(Type);

    /// <summary>The data; in an error the quoted packet, of which the end is mostly cut.</summary>
    public ReadOnlySpan<byte> Payload => _message[IcmpHeader.Size..];
}
