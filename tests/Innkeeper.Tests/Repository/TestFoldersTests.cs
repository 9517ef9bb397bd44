using System.Text.RegularExpressions;

namespace Innkeeper.Tests.Repository;

/// <summary>A newcomer finds the tests of a type in the folder where the type is: the folders of Innkeeper.Tests mirror those of src.</summary>
public sealed partial class TestFoldersTests
{
    private const string Tests = "tests/Innkeeper.Tests/";

    /// <summary>Folders that src does not have: tests of the repository itself, and the memory that stands in for the control plane's seams.</summary>
    private static readonly string[] s_others = ["Repository", "ControlPlane/World"];

    public static TheoryData<string> Files =>
        [.. Checkout.Files.Where(f => f.StartsWith(Tests, StringComparison.Ordinal) && f.EndsWith("Tests.cs", StringComparison.Ordinal) && !s_others.Contains(FolderOf(f)))];

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [Fact]
    public void Folders_AreThoseOfTheSource()
    {
        var source = SourceTypes.Files.Select(SourceTypes.FolderOf).ToHashSet();
        var tests = Checkout.Files.Where(f => f.StartsWith(Tests, StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal)).Select(FolderOf).ToHashSet();

        Assert.Superset(s_others.ToHashSet(), tests);
        Assert.DoesNotContain(tests.Except(source).Except(s_others), folder => folder.Length > 0);
    }

    /// <summary>`ResolverCacheTests` are tests of `Resolver`: the longest name of a type that the class's name begins with counts.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void TestClass_StandsWhereItsTypeIs(string file)
    {
        var words = Word().Matches(Path.GetFileNameWithoutExtension(file)[..^"Tests".Length]).Select(m => m.Value).ToList();
        var subject = Enumerable.Range(1, words.Count).Select(n => string.Concat(words.Take(n))).LastOrDefault(SourceTypes.Folders.Contains);
        if (subject is not null)
        {
            Assert.True(SourceTypes.Folders[subject].Contains(FolderOf(file)), $"{file} tests {subject}, which is in {string.Join(" and ", SourceTypes.Folders[subject])}");
        }
    }

    [Fact]
    public void MostTestClasses_AreNamedAfterAType() =>
        Assert.True(Files.Count(f => SourceTypes.Folders.Contains(Path.GetFileNameWithoutExtension((string)f.Data)[..^"Tests".Length])) > Files.Count / 2);

    private static string FolderOf(string file) => Path.GetDirectoryName(file[Tests.Length..])!;
}
