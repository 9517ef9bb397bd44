namespace Innkeeper.Configuration;

/// <summary>"Did you mean …?"</summary>
internal static class Suggest
{
    /// <summary>The candidate that is most like a misspelt name, or null when none is like it. The shorter a candidate, the fewer mistakes are allowed.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        var nearest = candidates.MinBy(c => Distance(c, name));
        return nearest is not null && Distance(nearest, name) <= Math.Min(3, (nearest.Length + 1) / 3) ? nearest : null;
    }

    /// <summary>Levenshtein's: how many letters must be put in, taken out or replaced.</summary>
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
