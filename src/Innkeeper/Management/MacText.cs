using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>MAC addresses as people and other systems write them.</summary>
internal static class MacText
{
    private const int Digits = 2 * MacAddress.Size;

    /// <summary>aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff, aabb.ccdd.eeff and aabbccddeeff, in either case. Every digit is required: without one, the text would name another device.</summary>
    public static bool TryParse(string text, out MacAddress address)
    {
        address = default;
        var octets = text.Split(':', '-');
        var digits = text switch
        {
            _ when octets.Length == MacAddress.Size && text.Contains(':', StringComparison.Ordinal) != text.Contains('-', StringComparison.Ordinal) =>
                octets.All(o => o.Length == 2) ? string.Concat(octets) : "",
            { Length: 14 } when text[4] == '.' && text[9] == '.' => string.Concat(text.AsSpan(0, 4), text.AsSpan(5, 4), text.AsSpan(10, 4)),
            _ => text,
        };
        if (digits.Length != Digits || !digits.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        address = new MacAddress(ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }
}
