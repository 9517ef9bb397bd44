using System.Globalization;

namespace Innkeeper.Wire;

/// <summary>An IPv6 address with the length of its network prefix, as interfaces carry it (RFC 4291 section 2.3).</summary>
/// <param name="Address">The address; bits behind the prefix may be set.</param>
/// <param name="PrefixLength">0 to 128.</param>
public readonly record struct Ipv6Network(Ipv6Address Address, int PrefixLength)
{
    /// <summary>The mask as a number in host order.</summary>
    public UInt128 Mask => PrefixLength == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - PrefixLength);

    /// <summary>The prefix with zeros behind it.</summary>
    public Ipv6Address NetworkId => new(Address.Value & Mask);

    /// <summary>Whether <paramref name="address"/> has the same prefix.</summary>
    public bool Contains(Ipv6Address address) => (address.Value & Mask) == NetworkId.Value;

    /// <summary>Whether the two networks share an address.</summary>
    public bool Overlaps(Ipv6Network other) => Contains(other.NetworkId) || other.Contains(NetworkId);

    /// <summary>Parses "address/length", the length without sign, spaces or leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv6Network network)
    {
        network = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !Ipv6Address.TryParse(text[..slash], out var address)
            || text.Length - slash is < 2 or > 4 || !char.IsAsciiDigit(text[^1]) || (text[slash + 1] == '0' && text.Length - slash > 2)
            || !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 128)
        {
            return false;
        }

        network = new Ipv6Network(address, length);
        return true;
    }

    /// <summary>Parses as <see cref="TryParse"/>; for constants in code and tests.</summary>
    /// <exception cref="FormatException">The text is not an address with a prefix length.</exception>
    public static Ipv6Network Parse(string text) =>
        TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is not an address with a prefix length.");

    /// <summary>"address/length".</summary>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
