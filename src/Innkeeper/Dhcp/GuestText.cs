using System.Globalization;
using System.Text;
using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>
/// Text that a guest chose: kept unchanged, shown without characters that could end a line, move a cursor or turn the reading direction.
/// </summary>
/// <param name="raw">The octets; kept, not copied.</param>
internal readonly struct GuestText(byte[] raw)
{
    /// <summary>Longest text shown, in characters: a DNS label's length.</summary>
    private const int MaxShown = 63;

    private readonly byte[]? _raw = raw;

    /// <summary>The octets as they came.</summary>
    public byte[] Raw => _raw ?? [];

    public bool IsEmpty => Raw.Length == 0;

    /// <summary>Maximum octets that are kept of a text.</summary>
    public static GuestText Of(ReadOnlySpan<byte> octets, int most = 255) => new(octets[..Math.Min(most, octets.Length)].ToArray());

    /// <summary>
    /// As UTF-8; invalid octets, and every control, format, private or unassigned character, are escaped as \u{HEX}; long text is cut.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var left = Raw.AsSpan();
        while (!left.IsEmpty && text.Length < MaxShown)
        {
            var isRune = Rune.DecodeFromUtf8(left, out var rune, out var consumed) == System.Buffers.OperationStatus.Done;
            if (!isRune)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{left[0]:x2}");
                consumed = 1;
            }
            else if (IsHarmless(rune))
            {
                text.Append(rune);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }

            left = left[consumed..];
        }

        return left.IsEmpty ? text.ToString() : text.Append("...").ToString();
    }

    private static bool IsHarmless(Rune rune) => rune.Value != '\\' && SafeText.IsPrintable(rune);
}
