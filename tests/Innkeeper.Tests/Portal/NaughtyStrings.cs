using System.Text.Json;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Portal;

/// <summary>Texts that have broken programs: markup, scripts, control characters, directions, SQL (the "big list of naughty strings").</summary>
internal static class NaughtyStrings
{
    public const string Absent = "No strings: ../shared/corpora/blns is not there.";

    public static IReadOnlyList<string> All { get; } = Read();

    private static string[] Read()
    {
        var path = Path.GetFullPath(Path.Combine(Checkout.Root, "..", "shared", "corpora", "blns", "blns.json"));
        if (!File.Exists(path))
        {
            return [];
        }

        using var list = JsonDocument.Parse(File.ReadAllText(path));
        return [.. list.RootElement.EnumerateArray().Select(s => s.GetString()!)];
    }
}
