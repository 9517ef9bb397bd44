using System.Text;
using Innkeeper.Wire;
using Spectre.Console.Rendering;

namespace Innkeeper.Cli;

/// <summary>A column of a list.</summary>
/// <param name="Most">Its widest, in columns of the terminal; longer cells are cut.</param>
/// <param name="IsRight">Numbers stand at the right.</param>
internal sealed record TextColumn(string Header, int Most = 40, bool IsRight = false);

/// <summary>Lists whose rows have one line each, however long the texts are. For terminals: other programs get whole texts.</summary>
internal static class TextColumns
{
    private const int Gap = 2;
    private const int Least = 6;

    /// <summary>The header and the rows. If they are wider than the terminal, the widest columns become narrower.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<TextColumn> columns, IReadOnlyList<string[]> rows, int width)
    {
        var widths = columns.Select((c, i) => Math.Min(c.Most, rows.Select(r => CellsOf(SafeText.OneLine(r[i]))).Append(CellsOf(c.Header)).Max())).ToArray();
        while (widths.Sum() + Gap * (widths.Length - 1) > width && widths.Max() > Least)
        {
            widths[Array.LastIndexOf(widths, widths.Max())]--;
        }

        return rows.Prepend([.. columns.Select(c => c.Header)]).Select(r => string.Join(new string(' ', Gap), r.Select((cell, i) => Fit(cell, widths[i], columns[i].IsRight))).TrimEnd());
    }

    /// <summary>The width of a list that cuts nothing.</summary>
    public static int WidthOf(IReadOnlyList<TextColumn> columns, IReadOnlyList<string[]> rows) =>
        columns.Select((c, i) => Math.Min(c.Most, rows.Select(r => CellsOf(SafeText.OneLine(r[i]))).Append(CellsOf(c.Header)).Max())).Sum() + Gap * (columns.Count - 1);

    /// <summary>Text cut to a number of columns of a terminal, or filled with spaces. Characters of East Asia take two.</summary>
    public static string Fit(string text, int width, bool isRight = false)
    {
        var shown = SafeText.OneLine(text);
        var cells = CellsOf(shown);
        if (cells > width)
        {
            var kept = new StringBuilder();
            cells = 1;
            foreach (var rune in shown.EnumerateRunes())
            {
                var next = CellsOf(rune.ToString());
                if (cells + next > width)
                {
                    break;
                }

                kept.Append(rune.ToString());
                cells += next;
            }

            shown = kept.Append('…').ToString();
        }

        var room = new string(' ', Math.Max(0, width - cells));
        return isRight ? room + shown : shown + room;
    }

    private static int CellsOf(string text) => Segment.CellCount([new Segment(text)]);
}
