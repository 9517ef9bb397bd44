using System.Text.RegularExpressions;

namespace Innkeeper.Tests.Repository;

/// <summary>The pictures of the console's guide, which ConsolePictureTests of the end-to-end tests takes.</summary>
public sealed partial class ConsolePicturesTests
{
    /// <summary>Octets of all pictures together: whoever clones the repository gets them.</summary>
    private const long MostOctets = 2_500_000;

    private static readonly string[] s_pictures = [.. Checkout.Files.Where(f => f.StartsWith("docs/console/", StringComparison.Ordinal))];

    [GeneratedRegex(@"\]\((?<path>console/[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [Fact]
    public void Guide_HasEveryPicture_AndNoOther() => Assert.Equal(
        s_pictures.Order(StringComparer.Ordinal), Link().Matches(Checkout.Read("docs/console.md")).Select(m => "docs/" + m.Groups["path"].Value).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Pictures_AreSmall()
    {
        Assert.NotEmpty(s_pictures);
        Assert.InRange(s_pictures.Sum(p => new FileInfo(Path.Combine(Checkout.Root, p)).Length), 1, MostOctets);
    }
}
