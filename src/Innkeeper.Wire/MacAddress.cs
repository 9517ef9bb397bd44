using System.Globalization;

namespace Innkeeper.Wire;

/// <summary>A 48-bit IEEE 802 MAC address.</summary>
/// <param name="Value">The six octets as a number, first octet on the wire in bits 47–40; bits 63–48 are zero.</param>
public readonly record struct MacAddress(ulong Value) : IComparable<MacAddress>
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 6;

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast => new(0xFFFF_FFFF_FFFF);

    /// <summary>00:00:00:00:00:00, which no station may use as its source.</summary>
    public static MacAddress Zero => default;

    /// <summary>The group bit (first bit on the wire): broadcast or multicast, never a station's source.</summary>
    public bool IsMulticast => (Value & 0x0100_0000_0000) != 0;

    /// <summary>The U/L bit: the address is administered locally, as randomized addresses of phones are; it belongs to no vendor.</summary>
    public bool IsLocallyAdministered => (Value & 0x0200_0000_0000) != 0;

    /// <summary>Reads six octets in wire order.</summary>
    /// <param name="source">At least <see cref="Size"/> octets.</param>
    public static MacAddress Read(ReadOnlySpan<byte> source) =>
        new(((ulong)source[0] << 40) | ((ulong)source[1] << 32) | ((ulong)source[2] << 24)
            | ((ulong)source[3] << 16) | ((ulong)source[4] << 8) | source[5]);

    /// <summary>Writes six octets in wire order.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    public void Write(Span<byte> destination)
    {
        for (var i = 0; i < Size; i++)
        {
            destination[i] = (byte)(Value >> (40 - (8 * i)));
        }
    }

    /// <summary>Parses "aa:bb:cc:dd:ee:ff" or "aa-bb-cc-dd-ee-ff", in either case; one kind of separator throughout.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        if (text.Length != 17)
        {
            return false;
        }

        ulong value = 0;
        for (var i = 0; i < Size; i++)
        {
            if (i > 0 && (text[2] is not (':' or '-') || text[(3 * i) - 1] != text[2]))
            {
                return false;
            }

            // Number parsing ignores NUL at the end of a text, so the digits are checked first.
            if (!char.IsAsciiHexDigit(text[(3 * i) + 1])
                || !byte.TryParse(text.Slice(3 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }

            value = (value << 8) | octet;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <summary>Parses as <see cref="TryParse"/>; for constants in code and tests.</summary>
    /// <exception cref="FormatException">The text is not a MAC address.</exception>
    public static MacAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not a MAC address.");

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    /// <summary>Lower-case hexadecimal octets with colons.</summary>
    public override string ToString() =>
        $"{(byte)(Value >> 40):x2}:{(byte)(Value >> 32):x2}:{(byte)(Value >> 24):x2}:{(byte)(Value >> 16):x2}:{(byte)(Value >> 8):x2}:{(byte)Value:x2}";

    /// <summary>Orders by the number.</summary>
    public static bool operator <(MacAddress left, MacAddress right) => left.Value < right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator >(MacAddress left, MacAddress right) => left.Value > right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator <=(MacAddress left, MacAddress right) => left.Value <= right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator >=(MacAddress left, MacAddress right) => left.Value >= right.Value;
}
