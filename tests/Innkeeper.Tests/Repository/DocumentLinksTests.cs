using System.Text.RegularExpressions;

namespace Innkeeper.Tests.Repository;

/// <summary>Links of documents to a heading, in the same document or in another. <see cref="DocumentTests"/> checks that linked files exist.</summary>
public sealed partial class DocumentLinksTests
{
    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#]*)#(?<heading>[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    public static TheoryData<string> Documents => [.. Checkout.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal))];

    /// <summary>The name that a heading is linked by: lower case, without punctuation, with dashes for blanks.</summary>
    private static HashSet<string> HeadingsOf(string text) =>
        [.. Heading().Matches(text).Select(m => Punctuation().Replace(m.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Headings_LinkedInADocument_Exist(string document)
    {
        var links = Link().Matches(Checkout.Read(document)).Select(m => (Path: m.Groups["path"].Value, Heading: m.Groups["heading"].Value));

        Assert.All(links, link =>
        {
            var target = link.Path.Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, link.Path);
            Assert.True(HeadingsOf(Checkout.Read(target)).Contains(link.Heading), $"{document} links to #{link.Heading} of {target}, which has no such heading");
        });
    }

    [Fact]
    public void HeadingsOf_Text_AreAsLinksNameThem() => Assert.Equal(["what-works-and-what-does-not-yet", "for-arm64"], HeadingsOf("# What works, and what does not yet\ntext\n### For `arm64`\n").Order().Reverse());
}
