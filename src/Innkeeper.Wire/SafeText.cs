using System.Buffers;
using System.Globalization;
using System.Text;

namespace Innkeeper.Wire;

/// <summary>
/// Makes text from outside (devices, files, servers, the administrator's keyboard) safe to show: in a terminal, a log, a mail or a page.
/// One rule decides which characters are shown as they are. A harmful one could end the line, move the cursor, turn the reading direction, or hide.
/// </summary>
public static class SafeText
{
    /// <summary>Length limit for a host name: one DNS label (RFC 1035 section 2.3.4).</summary>
    public const int MaxHostName = 63;

    /// <summary>Length limit for the text of an event, or the answer of a server.</summary>
    public const int MaxSentence = 500;

    /// <summary>Length limit for a value that is quoted in a message.</summary>
    private const int MaxQuoted = 60;

    /// <summary>Letters and marks by category, yet shown as nothing: the grapheme joiner, and the fillers of Hangul and Khmer.</summary>
    private static readonly SearchValues<char> s_invisible = SearchValues.Create("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0");

    /// <summary>Whether a character can be shown as it is.</summary>
    public static bool IsPrintable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate)
        && !(rune.IsBmp && s_invisible.Contains((char)rune.Value));

    /// <summary>Whether <see cref="OneLine"/> would leave a text as it is.</summary>
    public static bool IsOneLine(string text) => OneLine(text) == text;

    /// <summary>Replaces each harmful character with a space, and half of a surrogate pair with U+FFFD.</summary>
    public static string OneLine(string text) => Cut(text, int.MaxValue);

    /// <summary>One line of limited length.</summary>
    /// <param name="text">Null is shown as the empty text.</param>
    /// <param name="most">How many characters (Unicode scalar values) are kept; a longer text ends in "...".</param>
    public static string Cut(string? text, int most)
    {
        var shown = new StringBuilder(Math.Min(text?.Length ?? 0, most));
        var count = 0;
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (count++ == most)
            {
                return shown.Append("...").ToString();
            }

            _ = IsPrintable(rune) ? Append(shown, rune) : shown.Append(' ');
        }

        return shown.ToString();
    }

    /// <summary>For a value quoted in a message: one line of at most 60 UTF-16 units.</summary>
    public static string Shorten(string text)
    {
        const string Ellipsis = "...";
        var cut = MaxQuoted - Ellipsis.Length;
        return text.Length <= MaxQuoted ? OneLine(text) : OneLine(text[..(char.IsHighSurrogate(text[cut - 1]) ? cut - 1 : cut)]) + Ellipsis;
    }

    /// <summary>One line without spaces at its ends; each run of white space and harmful characters becomes one space.</summary>
    public static string Collapse(string text) => string.Join(' ', OneLine(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Shows octets as UTF-8 without loss: harmful characters and backslashes as \u{HEX}, octets that are not UTF-8 as \xHH.</summary>
    /// <param name="most">No character is begun after this many UTF-16 units; a longer text ends in "...".</param>
    public static string Escape(ReadOnlySpan<byte> octets, int most)
    {
        var text = new StringBuilder();
        while (!octets.IsEmpty && text.Length < most)
        {
            if (Rune.DecodeFromUtf8(octets, out var rune, out var consumed) != OperationStatus.Done)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{octets[0]:x2}");
                consumed = 1;
            }
            else if (rune.Value != '\\' && IsPrintable(rune))
            {
                Append(text, rune);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }

            octets = octets[consumed..];
        }

        return octets.IsEmpty ? text.ToString() : text.Append("...").ToString();
    }

    private static StringBuilder Append(StringBuilder text, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        return text.Append(units[..rune.EncodeToUtf16(units)]);
    }
}
