using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A prefix that a router advertises (RFC 4861 section 4.6.2).</summary>
/// <remarks>
/// <code>
///  0 | 1     type, 3 | length / 8, 4
///  2 | 3     prefix length | bits L and A
///  4 | 8     valid lifetime | preferred lifetime, both in seconds
/// 12 | 16    0 | prefix
/// </code>
/// </remarks>
/// <param name="Prefix">The prefix, with zeros behind it.</param>
/// <param name="IsOnLink">L: its addresses are reached without a router.</param>
/// <param name="IsAutonomous">A: hosts may make addresses of it (RFC 4862 section 5.5.3).</param>
/// <param name="ValidSeconds">For how long, or <see cref="Infinite"/>.</param>
/// <param name="PreferredSeconds">For how long new conversations may begin from its addresses, or <see cref="Infinite"/>.</param>
public readonly record struct PrefixInformation(Ipv6Network Prefix, bool IsOnLink, bool IsAutonomous, uint ValidSeconds, uint PreferredSeconds)
{
    /// <summary>A lifetime without end.</summary>
    public const uint Infinite = uint.MaxValue;

    internal const int Size = NeighborDiscoveryMessage.PrefixOptionSize;

    private const int LengthOffset = 2;
    private const int BitsOffset = 3;
    private const int PreferredOffset = 8;
    private const int ReservedOffset = 12;
    private const int PrefixOffset = 16;

    private const byte OnLinkBit = 0x80;
    private const byte AutonomousBit = 0x40;

    internal static bool TryRead(ReadOnlySpan<byte> option, out PrefixInformation information)
    {
        information = default;
        if (option.Length != Size || option[LengthOffset] > 8 * Ipv6Address.Size)
        {
            return false;
        }

        // RFC 4861 section 4.6.2: the bits behind the prefix are ignored.
        var network = new Ipv6Network(Ipv6Address.Read(option[PrefixOffset..]), option[LengthOffset]);
        information = new PrefixInformation(
            network with { Address = network.NetworkId },
            (option[BitsOffset] & OnLinkBit) != 0,
            (option[BitsOffset] & AutonomousBit) != 0,
            BinaryPrimitives.ReadUInt32BigEndian(option[NeighborDiscoveryMessage.PrefixValidOffset..]),
            BinaryPrimitives.ReadUInt32BigEndian(option[PreferredOffset..]));
        return true;
    }

    internal void Write(Span<byte> option)
    {
        option[0] = NeighborDiscoveryMessage.PrefixOption;
        option[1] = Size / NeighborDiscoveryMessage.OptionUnit;
        option[LengthOffset] = (byte)Prefix.PrefixLength;
        option[BitsOffset] = (byte)((IsOnLink ? OnLinkBit : 0) | (IsAutonomous ? AutonomousBit : 0));
        BinaryPrimitives.WriteUInt32BigEndian(option[NeighborDiscoveryMessage.PrefixValidOffset..], ValidSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(option[PreferredOffset..], PreferredSeconds);
        option[ReservedOffset..PrefixOffset].Clear();
        Prefix.NetworkId.Write(option[PrefixOffset..]);
    }
}
