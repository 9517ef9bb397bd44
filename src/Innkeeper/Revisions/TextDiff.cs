using DiffPlex.Renderer;

namespace Innkeeper.Revisions;

/// <summary>The difference of two texts, in the unified format that `diff -u` prints.</summary>
internal static class TextDiff
{
    /// <summary>The search for the shortest difference takes time by the square of the lines that differ.</summary>
    private const int MostLines = 10_000;

    /// <param name="name">Of the file, for the head.</param>
    /// <returns>Empty: the texts are the same.</returns>
    public static string Of(string before, string after, string name) =>
        before == after ? ""
        : LinesOf(before) > MostLines || LinesOf(after) > MostLines ? $"--- {name}\n+++ {name}\n(one of the texts has more than {MostLines} lines: they are not compared)\n"
        : UnidiffRenderer.GenerateUnidiff(before, after, name, name).ReplaceLineEndings("\n");

    private static int LinesOf(string text) => text.AsSpan().Count('\n');
}
