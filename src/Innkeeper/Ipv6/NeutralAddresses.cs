using System.Buffers.Binary;
using System.Security.Cryptography;
using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>
/// The outside addresses of claimed ones: with the same one's complement sum, so that no checksum changes where one takes the place of the other, in any
/// protocol (RFC 6296's idea, for one address instead of a prefix). And with the same last 24 bits for all, so that all are of one solicited-node group.
/// The same claimed address of the same device has the same one again, also after a restart. No state.
/// </summary>
/// <remarks>
/// <code>
///  0         prefix, 64 bits
///  8         16 bits of a keyed hash of VLAN, MAC, claimed address and salt
/// 10         16 bits that make the sum right
/// 12         8 bits of that hash
/// 13         24 bits of the gateway
/// </code>
/// </remarks>
/// <param name="secret">At least 16 octets that hosts outside do not know; a gateway keeps them.</param>
internal sealed class NeutralAddresses(ReadOnlyMemory<byte> secret)
{
    private const int HashOffset = 8;
    private const int SumOffset = 10;
    private const int LowHashOffset = 12;
    private const int GroupOffset = 13;

    private readonly byte[] _group = HMACSHA256.HashData(secret.Span, "group"u8)[..3];

    /// <summary>The group that all addresses are asked for in (RFC 4291 section 2.7.1).</summary>
    public Ipv6Address Group
    {
        get
        {
            Span<byte> address = stackalloc byte[Ipv6Address.Size];
            address.Clear();
            _group.CopyTo(address[GroupOffset..]);
            return Ipv6Address.Read(address).SolicitedNode();
        }
    }

    /// <summary>The address that stands for a claimed one in a prefix: in the prefix's first network of 64 bits.</summary>
    /// <param name="salt">Another number gives another address.</param>
    public Ipv6Address Of(Ipv6Network prefix, Ipv6Claim claim, int salt)
    {
        Span<byte> claimed = stackalloc byte[Ipv6Address.Size];
        claim.Address.Write(claimed);

        Span<byte> input = stackalloc byte[sizeof(ushort) + MacAddress.Size + Ipv6Address.Size + sizeof(int)];
        BinaryPrimitives.WriteUInt16BigEndian(input, claim.Station.Vlan);
        claim.Station.Mac.Write(input[sizeof(ushort)..]);
        claimed.CopyTo(input[(sizeof(ushort) + MacAddress.Size)..]);
        BinaryPrimitives.WriteInt32BigEndian(input[^sizeof(int)..], salt);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret.Span, input, hash);

        Span<byte> outside = stackalloc byte[Ipv6Address.Size];
        prefix.NetworkId.Write(outside);
        hash[..2].CopyTo(outside[HashOffset..]);
        outside[SumOffset..LowHashOffset].Clear();
        outside[LowHashOffset] = hash[2];
        _group.CopyTo(outside[GroupOffset..]);

        // Modulo 0xffff, as one's complement sums are; so the difference is never 0xffff, the other zero.
        var difference = (SumOf(claimed) + 0xffff - SumOf(outside)) % 0xffff;
        BinaryPrimitives.WriteUInt16BigEndian(outside[SumOffset..], (ushort)difference);
        return Ipv6Address.Read(outside);
    }

    /// <summary>The one's complement sum modulo 0xffff.</summary>
    internal static int SumOf(ReadOnlySpan<byte> address)
    {
        var sum = 0;
        for (var i = 0; i < address.Length; i += sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(address[i..]);
        }

        return sum % 0xffff;
    }
}
