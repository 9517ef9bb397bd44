using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>
/// The inside addresses of IPv6 bindings: as whom services on this host see devices. No packet leaves with one. Like an outside address, each has the sum of the
/// claimed one.
/// </summary>
/// <remarks>
/// <code>
///  0         fd69:6e6e:6b70::/64
///  8         number of the binding, 32 bits
/// 12         16 bits that make the sum right
/// 14         0; of the gateway's own address 1
/// </code>
/// </remarks>
internal static class InsideAddresses6
{
    /// <summary>A unique local network (RFC 4193) that has no route but on this host.</summary>
    public static readonly Ipv6Network Network = Ipv6Network.Parse("fd69:6e6e:6b70::/64");

    /// <summary>The gateway's own: devices may ask its services there.</summary>
    public static readonly Ipv6Address Server = new(Network.NetworkId.Value | UInt128.One);

    private const int NumberOffset = 8;
    private const int SumOffset = 12;

    public static Ipv6Address Of(uint number, Ipv6Address claimed)
    {
        Span<byte> octets = stackalloc byte[Ipv6Address.Size];
        claimed.Write(octets);
        var want = NeutralAddresses.SumOf(octets);
        Network.NetworkId.Write(octets);
        BinaryPrimitives.WriteUInt32BigEndian(octets[NumberOffset..], number);
        BinaryPrimitives.WriteUInt16BigEndian(octets[SumOffset..], (ushort)((want + 0xffff - NeutralAddresses.SumOf(octets)) % 0xffff));
        return Ipv6Address.Read(octets);
    }

    /// <returns>Null: the address is not of the inside network.</returns>
    public static uint? NumberOf(Ipv6Address inside) => Network.Contains(inside) ? (uint)(inside.Value >> 32) : null;
}
