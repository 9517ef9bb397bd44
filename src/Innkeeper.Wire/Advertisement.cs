using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A message by which the gateways on one LAN agree on which of them serves it.</summary>
/// <remarks>
/// The payload of a frame with <see cref="EtherTypes.Peer"/> to <see cref="Group"/>; the frame's source is the gateway that sends it. Network order:
/// <code>
///  0               "IKHI"
///  4 | 5           version, 1 | flags: 1 = answer at once, 2 = the sender stops
///  6               priority, 2 octets: higher serves
///  8 ...           zero, to the least length of a payload (46)
/// </code>
/// </remarks>
/// <param name="Priority">As configured; of two gateways with equal priority the one with the higher MAC serves.</param>
/// <param name="IsAsking">The sender has just started.</param>
/// <param name="IsLeaving">The sender stops.</param>
public readonly record struct Advertisement(ushort Priority, bool IsAsking, bool IsLeaving)
{
    /// <summary>Octets of a whole frame.</summary>
    public const int FrameSize = EthernetHeader.Size + PayloadSize;

    private const int PayloadSize = 46;
    private const uint Magic = 0x494b4849;
    private const byte Version = 1;
    private const byte AskingFlag = 1;
    private const byte LeavingFlag = 2;

    /// <summary>A locally administered group address (IEEE 802 section 8.4, the second bit). Hosts that are no gateways do not receive it.</summary>
    public static MacAddress Group { get; } = MacAddress.Parse("03:49:4b:48:49:01");

    /// <summary>Reads the payload of a frame.</summary>
    /// <returns>False if it is not an advertisement.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Advertisement advertisement)
    {
        advertisement = default;
        if (payload.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(payload) != Magic || payload[4] != Version)
        {
            return false;
        }

        advertisement = new Advertisement(BinaryPrimitives.ReadUInt16BigEndian(payload[6..]), (payload[5] & AskingFlag) != 0, (payload[5] & LeavingFlag) != 0);
        return true;
    }

    /// <summary>Writes the whole frame.</summary>
    /// <param name="frame">At least <see cref="FrameSize"/> octets.</param>
    /// <param name="source">The MAC of the gateway that sends it.</param>
    /// <returns>Octets written: <see cref="FrameSize"/>.</returns>
    public int Write(Span<byte> frame, MacAddress source)
    {
        var payload = frame[EthernetHeader.Write(frame, Group, source, EtherTypes.Peer)..FrameSize];
        payload.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(payload, Magic);
        payload[4] = Version;
        payload[5] = (byte)((IsAsking ? AskingFlag : 0) | (IsLeaving ? LeavingFlag : 0));
        BinaryPrimitives.WriteUInt16BigEndian(payload[6..], Priority);
        return FrameSize;
    }
}
