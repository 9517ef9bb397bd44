using System.Globalization;

namespace Innkeeper.Configuration;

/// <summary>How foreign text is put into messages, and what a misspelt name was meant to be.</summary>
internal static class Wording
{
    /// <summary>Without anything that could end the line, move the cursor or turn the reading direction.</summary>
    public static string OneLine(string text) => text.All(IsHarmless) ? text : string.Concat(text.Select(c => IsHarmless(c) ? c : ' '));

    public static string Shorten(string text) => OneLine(text.Length > 60 ? text[..57] + "..." : text);

    /// <summary>The candidate most like a name, or null when none is like it. A short name leaves less to mistake.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        var nearest = candidates.MinBy(c => Distance(c, name));
        return nearest is not null && Distance(nearest, name) <= Math.Min(3, (nearest.Length + 1) / 3) ? nearest : null;
    }

    private static bool IsHarmless(char c) => CharUnicodeInfo.GetUnicodeCategory(c) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
