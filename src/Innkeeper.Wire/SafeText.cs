using System.Globalization;
using System.Text;

namespace Innkeeper.Wire;

/// <summary>Makes foreign text safe to show: one line, without invisible characters and without any that turn the reading direction.</summary>
public static class SafeText
{
    /// <summary>Whether a character can be shown as it is.</summary>
    public static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);

    /// <summary>Replaces each character that cannot be shown by a space, and cuts long text.</summary>
    /// <param name="text">Null counts as empty.</param>
    /// <param name="most">Unicode scalar values kept at most; "..." marks a cut.</param>
    public static string OneLine(string? text, int most = int.MaxValue)
    {
        var shown = new StringBuilder();
        var count = 0;
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (count++ == most)
            {
                return shown.Append("...").ToString();
            }

            shown.Append(IsPrintable(rune) ? rune.ToString() : " ");
        }

        return shown.ToString();
    }
}
