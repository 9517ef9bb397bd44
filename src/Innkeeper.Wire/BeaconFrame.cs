using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A frame that shows the switches of the access side which port the gateway is at. No host takes it.</summary>
/// <remarks>
/// The payload of a frame with <see cref="EtherTypes.Peer"/> to <see cref="Group"/>, in network order:
/// <code>
///  0               "IKBC"
///  4               a number that the sending process chose at random, 8 octets
/// 12 ...           zero, to the least length of a payload (46)
/// </code>
/// </remarks>
public static class BeaconFrame
{
    /// <summary>Octets of the longest frame.</summary>
    public const int MaxSize = EthernetHeader.TaggedSize + PayloadSize;

    private const int PayloadSize = 46;
    private const uint Magic = 0x494b4243;

    /// <summary>A locally administered group address: switches send it to every port, and hosts do not receive it.</summary>
    public static MacAddress Group { get; } = MacAddress.Parse("03:49:4b:42:43:01");

    /// <summary>Writes the whole frame.</summary>
    /// <param name="frame">At least <see cref="MaxSize"/> octets.</param>
    /// <param name="source">The gateway's MAC.</param>
    /// <param name="vlan">1 to 4094, or 0 for no tag.</param>
    /// <param name="number">The process's number.</param>
    /// <returns>Octets of the frame.</returns>
    public static int Write(Span<byte> frame, MacAddress source, ushort vlan, ulong number)
    {
        var length = EthernetHeader.Write(frame, Group, source, EtherTypes.Peer, vlan);
        var payload = frame.Slice(length, PayloadSize);
        payload.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(payload, Magic);
        BinaryPrimitives.WriteUInt64BigEndian(payload[4..], number);
        return length + PayloadSize;
    }

    /// <summary>Reads the number of a beacon's payload.</summary>
    /// <returns>False if it is no beacon.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ulong number)
    {
        number = payload.Length >= 12 ? BinaryPrimitives.ReadUInt64BigEndian(payload[4..]) : 0;
        return payload.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(payload) == Magic;
    }
}
