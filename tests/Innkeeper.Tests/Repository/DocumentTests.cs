using System.Text.RegularExpressions;

namespace Innkeeper.Tests.Repository;

/// <summary>What the documents say of the repository is so.</summary>
public sealed partial class DocumentTests
{
    [GeneratedRegex(@"\]\((?!https?:|#)(?<path>[^)#]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    /// <summary>A path of the repository in backticks: it begins with one of its folders, or with "./".</summary>
    [GeneratedRegex(@"`(\./)?(?<path>(src|bpf|lab|tests|docs|benchmarks|scripts)/[\w./-]*|(?<=\./)[\w-]+\.sh)[^`]*`", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(?<test>\w+Tests)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex TestClass();

    [GeneratedRegex(@"`(?<type>[A-Z][A-Za-z0-9]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex QuotedType();

    public static TheoryData<string> Documents => [.. Checkout.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Paths_NamedInADocument_Exist(string document)
    {
        var text = Checkout.Read(document);
        var folder = Path.GetDirectoryName(document)!;
        var linked = Link().Matches(text).Select(m => Path.Combine(folder, m.Groups["path"].Value));
        var quoted = Quoted().Matches(text).Select(m => m.Groups["path"].Value);

        Assert.All(linked.Concat(quoted), path => Assert.True(Path.Exists(Path.Combine(Checkout.Root, path)), $"{document} names {path}, which is not there"));
    }

    [Fact]
    public void TestClasses_NamedInTheComplianceTable_Exist()
    {
        var classes = Checkout.Files.Where(f => f.StartsWith("tests/", StringComparison.Ordinal)).Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet();
        var named = TestClass().Matches(Checkout.Read("docs/rfc-compliance.md")).Select(m => m.Groups["test"].Value).ToHashSet();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(classes));
    }

    [Fact]
    public void Types_NamedInTheComplianceTable_Exist()
    {
        var named = QuotedType().Matches(Checkout.Read("docs/rfc-compliance.md")).Select(m => m.Groups["type"].Value).ToHashSet();

        Assert.NotEmpty(named);
        Assert.All(named, type => Assert.True(SourceTypes.Folders.Contains(type), $"there is no type {type}"));
    }

    [Fact]
    public void Packages_AreEachExplainedInDependencies()
    {
        var explained = Checkout.Read("docs/dependencies.md");
        var used = Regex.Matches(Checkout.Read("Directory.Packages.props"), "PackageVersion Include=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(used);
        Assert.All(used, package => Assert.Contains(package, explained, StringComparison.OrdinalIgnoreCase));
    }
}
