using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Innkeeper.Wire;

/// <summary>An IPv6 address (RFC 4291).</summary>
/// <param name="Value">The address as a number in host order: 2001:db8::1 is 0x20010db8 · 2^96 + 1.</param>
public readonly record struct Ipv6Address(UInt128 Value) : IComparable<Ipv6Address>
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 16;

    private const int Groups = 8;

    /// <summary>::, no address, as the source of duplicate address detection (RFC 4862 section 5.4.2).</summary>
    public static Ipv6Address Any => default;

    /// <summary>ff02::1, all nodes on the link (RFC 4291 section 2.7.1).</summary>
    public static Ipv6Address AllNodes => new(new UInt128(0xff02_0000_0000_0000, 1));

    /// <summary>ff02::2, all routers on the link (RFC 4291 section 2.7.1).</summary>
    public static Ipv6Address AllRouters => new(new UInt128(0xff02_0000_0000_0000, 2));

    /// <summary>ff02::6a, all switches that snoop multicast on the link (RFC 4286 section 3).</summary>
    public static Ipv6Address AllSnoopers => new(new UInt128(0xff02_0000_0000_0000, 0x6a));

    /// <summary>ff00::/8: a group (RFC 4291 section 2.7).</summary>
    public bool IsMulticast => (byte)(Value >> 120) == 0xff;

    /// <summary>fe80::/10: of use on one link only (RFC 4291 section 2.5.6).</summary>
    public bool IsLinkLocal => (ushort)(Value >> 118) == 0xfe80 >> 6;

    /// <summary>No address that a host has on any link: ::, ::1, ::ffff:0:0/96 (RFC 4291 sections 2.5.2, 2.5.3, 2.5.5.2), ff00::/8.</summary>
    public bool IsBogus => Value <= UInt128.One || IsIpv4Mapped || IsMulticast;

    private bool IsIpv4Mapped => Value >> 32 == 0xffff;

    /// <summary>Reads sixteen octets in network order.</summary>
    /// <param name="source">At least <see cref="Size"/> octets.</param>
    public static Ipv6Address Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt128BigEndian(source));

    /// <summary>Writes sixteen octets in network order.</summary>
    /// <param name="destination">At least <see cref="Size"/> octets.</param>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>The link-local address that a station makes of its MAC: the modified EUI-64 (RFC 4291 appendix A, RFC 2464 section 5).</summary>
    public static Ipv6Address LinkLocalOf(MacAddress mac)
    {
        var identifier = ((mac.Value >> 24) << 40) | 0xff_fe00_0000 | (mac.Value & 0xff_ffff);
        return new Ipv6Address(new UInt128(0xfe80_0000_0000_0000, identifier ^ 0x0200_0000_0000_0000));
    }

    /// <summary>The group of which every holder of this address is a member: ff02::1:ff and the low 24 bits (RFC 4291 section 2.7.1).</summary>
    public Ipv6Address SolicitedNode() => new(new UInt128(0xff02_0000_0000_0000, 0x1_ff00_0000 | ((ulong)Value & 0xff_ffff)));

    /// <summary>The MAC to which frames of this group are sent: 33:33 and the low 32 bits (RFC 2464 section 7).</summary>
    public MacAddress MulticastMac() => new(0x3333_0000_0000UL | (uint)Value);

    /// <summary>
    /// Parses the three forms of RFC 4291 section 2.2: eight groups, groups with one "::", an IPv4 address as the last two groups. Zones, brackets, ports and
    /// spaces are refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv6Address address)
    {
        address = default;
        var gap = text.IndexOf("::");
        var head = gap < 0 ? default : text[..gap];
        var tail = gap < 0 ? text : text[(gap + 2)..];
        if (!TryParseGroups(head, out var high, out var before) || head.Contains('.') || !TryParseGroups(tail, out var low, out var after)
            || (gap < 0 ? after != Groups : before + after >= Groups))
        {
            return false;
        }

        // Without a group before the gap there is nothing to shift: a shift by 128 would be one by 0.
        address = new Ipv6Address((high << (16 * (Groups - before))) | low);
        return true;
    }

    /// <summary>Parses as <see cref="TryParse"/>; for constants in code and tests.</summary>
    /// <exception cref="FormatException">The text is not an IPv6 address.</exception>
    public static Ipv6Address Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv6 address.");

    /// <inheritdoc/>
    public int CompareTo(Ipv6Address other) => Value.CompareTo(other.Value);

    /// <summary>The one form of RFC 5952: lower case, no leading zeros, "::" for the first of the longest runs of zero groups, IPv4-mapped with dots.</summary>
    public override string ToString()
    {
        if (IsIpv4Mapped)
        {
            return $"::ffff:{new Ipv4Address((uint)Value)}";
        }

        var (start, length) = LongestGap();
        var text = new StringBuilder(39);
        for (var i = 0; i < Groups; i++)
        {
            if (i == start)
            {
                text.Append("::");
                i += length - 1;
                continue;
            }

            text.Append(i == 0 || i == start + length ? "" : ":").Append($"{Group(i):x}");
        }

        return text.ToString();
    }

    private ushort Group(int index) => (ushort)(Value >> (16 * (Groups - 1 - index)));

    // RFC 5952 section 4.2.2: one zero group alone is not shortened.
    private (int Start, int Length) LongestGap()
    {
        var (start, length) = (-Groups, 1);
        for (var i = 0; i < Groups; i++)
        {
            var end = i;
            while (end < Groups && Group(end) == 0)
            {
                end++;
            }

            if (end - i > length)
            {
                (start, length) = (i, end - i);
            }

            i = end;
        }

        return (start, length);
    }

    private static bool TryParseGroups(ReadOnlySpan<char> text, out UInt128 value, out int count)
    {
        (value, count) = (0, 0);
        while (!text.IsEmpty)
        {
            var end = text.IndexOf(':');
            var group = end < 0 ? text : text[..end];
            if (end < 0 && Ipv4Address.TryParse(group, out var last))
            {
                (value, count) = ((value << 32) | last.Value, count + 2);
                return count <= Groups;
            }

            // Number parsing ignores NUL at the end of a text, so the last digit is checked first.
            if (group.Length is < 1 or > 4 || !char.IsAsciiHexDigit(group[^1]) || end == text.Length - 1 || ++count > Groups
                || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            value = (value << 16) | number;
            text = end < 0 ? default : text[(end + 1)..];
        }

        return true;
    }

    /// <summary>Orders by the number.</summary>
    public static bool operator <(Ipv6Address left, Ipv6Address right) => left.Value < right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator >(Ipv6Address left, Ipv6Address right) => left.Value > right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator <=(Ipv6Address left, Ipv6Address right) => left.Value <= right.Value;

    /// <summary>Orders by the number.</summary>
    public static bool operator >=(Ipv6Address left, Ipv6Address right) => left.Value >= right.Value;
}
