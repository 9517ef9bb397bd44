using System.Text.RegularExpressions;

namespace Innkeeper.Tests.Repository;

/// <summary>ARCHITECTURE.md's table of folders is the law: who may use whom.</summary>
public sealed partial class LayeringTests
{
    private const int LongestFile = 500;

    [GeneratedRegex(@"^\| `src/Innkeeper/(?<folder>\w+)/` \|[^|]*\| (?<uses>[^|]*) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex(@"^using (static )?Innkeeper\.(?<namespace>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Using();

    private static readonly Dictionary<string, HashSet<string>> s_allowed = Row().Matches(Checkout.Read("ARCHITECTURE.md"))
        .ToDictionary(m => m.Groups["folder"].Value, m => m.Groups["uses"].Value.Split(", ").ToHashSet());

    public static TheoryData<string> Folders =>
        [.. Checkout.Files.Where(f => f.StartsWith("src/Innkeeper/", StringComparison.Ordinal) && f.Count(c => c == '/') >= 3).Select(f => f.Split('/')[2]).Distinct()];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_UsesOnlyWhatTheArchitectureAllows(string folder)
    {
        Assert.True(s_allowed.TryGetValue(folder, out var allowed), $"ARCHITECTURE.md has no row for src/Innkeeper/{folder}/");
        var used = Checkout.Files.Where(f => f.StartsWith($"src/Innkeeper/{folder}/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => Using().Matches(Checkout.Read(f)).Select(m => m.Groups["namespace"].Value))
            .Where(n => n != folder).ToHashSet();

        Assert.True(used.IsSubsetOf(allowed), $"{folder} uses {string.Join(", ", used.Except(allowed))}, which ARCHITECTURE.md does not allow it");
        Assert.True(allowed.IsSubsetOf(used.Append("nothing")), $"ARCHITECTURE.md allows {folder} {string.Join(", ", allowed.Except(used))}, which it does not use");
    }

    /// <summary>Types of the root namespace need no `using`: they must not lead back to the folders that use them.</summary>
    [Fact]
    public void RootNamespace_HoldsOnlyTheEntryAndExitCodes() =>
        Assert.Equal(
            ["src/Innkeeper/ExitCode.cs", "src/Innkeeper/Program.cs"],
            Checkout.Files.Where(f => f.StartsWith("src/Innkeeper/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal) && f.Count(c => c == '/') == 2).Order());

    [Fact]
    public void Folders_UseEachOtherWithoutACircle()
    {
        var left = s_allowed.ToDictionary(f => f.Key, f => f.Value.Where(s_allowed.ContainsKey).ToHashSet());
        while (left.FirstOrDefault(f => f.Value.Count == 0).Key is { } lowest)
        {
            left.Remove(lowest);
            foreach (var uses in left.Values)
            {
                uses.Remove(lowest);
            }
        }

        Assert.True(left.Count == 0, $"these use each other in a circle: {string.Join(", ", left.Keys)}");
    }

    [Fact]
    public void Wire_UsesNothingOfOurs_AndNoIo()
    {
        var files = Checkout.Files.Where(f => f.StartsWith("src/Innkeeper.Wire/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotMatch(@"(?m)^using (System\.IO|System\.Net|Microsoft|Innkeeper\.(?!Wire))|\bunsafe\b|DateTime|Stopwatch", Checkout.Read(file)));
    }

    [Fact]
    public void SourceFiles_AreShortEnoughToBeRead() =>
        Assert.All(
            Checkout.Files.Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".h", StringComparison.Ordinal) || f.EndsWith(".c", StringComparison.Ordinal)),
            file => Assert.True(Checkout.Read(file).Count(c => c == '\n') <= LongestFile, $"{file} has more than {LongestFile} lines"));

    /// <summary>Nothing that is committed depends on the machine it was written on.</summary>
    [Fact]
    public void Files_NameNoPathOfTheMachine()
    {
        // Put together here, so that this file does not name it either.
        var place = string.Concat("/wo", "rk/");

        Assert.All(Checkout.Files.Where(f => !f.StartsWith("benchmarks/results/", StringComparison.Ordinal) && !f.EndsWith(".png", StringComparison.Ordinal)),
            file => Assert.DoesNotContain(place, Checkout.Read(file), StringComparison.Ordinal));
    }
}
