using System.Globalization;

namespace Innkeeper.Wire;

/// <summary>An IPv4 address with the length of its network prefix, as interfaces carry it (RFC 4632 notation).</summary>
/// <param name="Address">The address; host bits may be set.</param>
/// <param name="PrefixLength">0 to 32.</param>
public readonly record struct Ipv4Network(Ipv4Address Address, int PrefixLength)
{
    /// <summary>The mask as a number in host order.</summary>
    public uint Mask => PrefixLength == 0 ? 0 : uint.MaxValue << (32 - PrefixLength);

    /// <summary>The network ID of the patent's figure 11: address AND mask.</summary>
    public Ipv4Address NetworkId => new(Address.Value & Mask);

    /// <summary>The highest address: the directed broadcast where the prefix is shorter than 31.</summary>
    public Ipv4Address Last => new(Address.Value | ~Mask);

    /// <summary>Whether <paramref name="address"/> has the same network ID.</summary>
    public bool Contains(Ipv4Address address) => (address.Value & Mask) == NetworkId.Value;

    /// <summary>Whether the two networks share an address.</summary>
    public bool Overlaps(Ipv4Network other) => Contains(other.NetworkId) || other.Contains(NetworkId);

    /// <summary>Parses "a.b.c.d/length", the length without sign, spaces or leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Network network)
    {
        network = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !Ipv4Address.TryParse(text[..slash], out var address)
            || text.Length - slash is < 2 or > 3 || !char.IsAsciiDigit(text[^1]) || (text[slash + 1] == '0' && text.Length - slash > 2)
            || !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32)
        {
            return false;
        }

        network = new Ipv4Network(address, length);
        return true;
    }

    /// <summary>Parses as <see cref="TryParse"/>; for constants in code and tests.</summary>
    /// <exception cref="FormatException">The text is not an address with a prefix length.</exception>
    public static Ipv4Network Parse(string text) =>
        TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is not an address with a prefix length.");

    /// <summary>"a.b.c.d/length".</summary>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
