using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.Storage.Tables;

/// <summary>An address as the tables keep it: the 4 octets of IPv4 or the 16 of IPv6, in network order.</summary>
internal readonly record struct StoredAddress
{
    private const int Ipv6Size = 16;

    private readonly UInt128 _bits;
    private readonly bool _isIpv6;

    internal StoredAddress(Ipv4Address address) => _bits = address.Value;

    /// <param name="octets">4 or 16, in network order.</param>
    /// <exception cref="ArgumentException">Another number of octets.</exception>
    internal StoredAddress(ReadOnlySpan<byte> octets)
    {
        _isIpv6 = octets.Length == Ipv6Size;
        _bits = octets.Length switch
        {
            Ipv4Address.Size => BinaryPrimitives.ReadUInt32BigEndian(octets),
            Ipv6Size => BinaryPrimitives.ReadUInt128BigEndian(octets),
            _ => throw new ArgumentException($"An address has 4 or 16 octets, not {octets.Length}.", nameof(octets)),
        };
    }

    /// <summary>The value of an address column.</summary>
    internal byte[] ToOctets()
    {
        var octets = new byte[_isIpv6 ? Ipv6Size : Ipv4Address.Size];
        if (_isIpv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(octets, _bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)_bits);
        }

        return octets;
    }

    /// <exception cref="InvalidCastException">It is an IPv6 address, which this version does not serve.</exception>
    internal Ipv4Address ToIpv4() => _isIpv6 ? throw new InvalidCastException("An IPv6 address.") : new Ipv4Address((uint)_bits);
}
