using System.Globalization;
using System.Text;

namespace Innkeeper.Notifications;

/// <summary>Foreign text made harmless to show: in one line, without what is invisible or turns the reading direction, cut to a length.</summary>
internal static class Shown
{
    /// <summary>The longest host name: one label of a domain (RFC 1035 section 2.3.4).</summary>
    public const int HostName = 63;

    /// <summary>The longest event text or answer.</summary>
    public const int Sentence = 500;

    /// <param name="most">The most characters (Unicode scalar values) that are kept.</param>
    public static string Text(string? text, int most)
    {
        var shown = new StringBuilder();
        var count = 0;
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (count++ == most)
            {
                return shown.Append("...").ToString();
            }

            shown.Append(IsHarmless(rune) ? rune.ToString() : " ");
        }

        return shown.ToString();
    }

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
