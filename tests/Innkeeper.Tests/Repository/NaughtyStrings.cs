using System.Text.Json;

namespace Innkeeper.Tests.Repository;

/// <summary>Texts that have broken programs: markup, scripts, control characters, directions, SQL (the "big list of naughty strings").</summary>
internal static class NaughtyStrings
{
    public const string Absent = "No strings: ../shared/corpora/blns is not there.";

    public static IReadOnlyList<string> All { get; } = Read();

    private static string[] Read()
    {
        if (Checkout.Corpus("blns/blns.json") is not { } path)
        {
            return [];
        }

        using var list = JsonDocument.Parse(File.ReadAllText(path));
        return [.. list.RootElement.EnumerateArray().Select(s => s.GetString()!)];
    }
}
