using System.Buffers.Binary;
using System.Globalization;

namespace Innkeeper.Wire;

/// <summary>An IPv4 address (RFC 791).</summary>
/// <param name="Value">The address as a number in host order: 1.2.3.4 is 0x01020304.</param>
public readonly record struct Ipv4Address(uint Value) : IComparable<Ipv4Address>
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 4;

    /// <summary>0.0.0.0: no address, as an ARP probe's sender (RFC 5227).</summary>
    public static Ipv4Address Any => default;

    /// <summary>255.255.255.255, the limited broadcast (RFC 919).</summary>
    public static Ipv4Address Broadcast => new(uint.MaxValue);

    /// <summary>No address that a host has beyond its link: 0/8, 127/8, 169.254/16 (RFC 3927 section 2.7), 224/4, 240/4.</summary>
    public bool IsBogus => (Value >> 24) is 0 or 127 or >= 224 || (Value >> 16) == 0xa9fe;

    /// <summary>Makes an address of its four numbers.</summary>
    public static Ipv4Address Of(byte a, byte b, byte c, byte d) => new(((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d);

    /// <summary>Reads four octets in network order.</summary>
    /// <param name="source">At least <see cref="Size"/> octets.</param>
    public static Ipv4Address Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt32BigEndian(source));

    /// <summary>Writes four octets in network order.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, Value);

    /// <summary>Parses dotted decimal: four numbers of 0–255, without signs, spaces or leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Address address)
    {
        address = default;
        uint value = 0;
        for (var part = 0; part < 4; part++)
        {
            var end = part < 3 ? text.IndexOf('.') : text.Length;

            // Number parsing ignores NUL at the end of a text, so the last digit is checked first.
            if (end is < 1 or > 3 || (end > 1 && text[0] == '0') || !char.IsAsciiDigit(text[end - 1])
                || !byte.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }

            value = (value << 8) | octet;
            text = part < 3 ? text[(end + 1)..] : default;
        }

        address = new Ipv4Address(value);
        return true;
    }

    /// <summary>Parses as <see cref="TryParse"/>; for constants in code and tests.</summary>
    /// <exception cref="FormatException">The text is not an IPv4 address.</exception>
    public static Ipv4Address Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv4 address.");

    /// <inheritdoc/>
    public int CompareTo(Ipv4Address other) => Value.CompareTo(other.Value);

    /// <summary>Dotted decimal.</summary>
    public override string ToString() => $"{Value >> 24}.{(byte)(Value >> 16)}.{(byte)(Value >> 8)}.{(byte)Value}";

    /// <summary>Orders by the number.</summary>
    public static bool operator <(Ipv4Address left, Ipv4Address right) => left.Value < right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator >(Ipv4Address left, Ipv4Address right) => left.Value > right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator <=(Ipv4Address left, Ipv4Address right) => left.Value <= right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator >=(Ipv4Address left, Ipv4Address right) => left.Value >= right.Value;
}
