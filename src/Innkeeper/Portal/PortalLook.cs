using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Innkeeper.Portal;

/// <summary>A picture of the owner's.</summary>
internal sealed record PortalLogo(ImmutableArray<byte> Octets, string ContentType);

/// <summary>The owner's terms in one language.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="Hash">Of the text, in hexadecimal digits: which version it is.</param>
internal sealed record PortalTerms(string Language, string Text, string Hash)
{
    public static PortalTerms Of(string language, string text) => new(language, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}

/// <summary>The owner's colours, as #rrggbb; each null: as usual.</summary>
/// <param name="Background">Of the page.</param>
/// <param name="Card">Of the card on it.</param>
/// <param name="Accent">Of buttons and edges.</param>
internal sealed record PortalColours(string? Background = null, string? Card = null, string? Accent = null);

/// <summary>
/// How the page looks, and its texts: the built-in ones, with what the owner's files put in their place. Everything in it is checked, so that no file
/// breaks the page or its policy. Immutable.
/// </summary>
internal sealed record PortalLook
{
    /// <summary>For answers that are no page.</summary>
    public const string NothingPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>For the logo, which may be an SVG: opened by itself, it runs nothing.</summary>
    public const string LogoPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

    public static readonly PortalLook Default = new(new PortalColours());

    public PortalLook(PortalColours colours)
    {
        Style = PortalStyle.Write(colours);

        // Allows only this page's own style, by its hash, its own picture and its own forms.
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));
        PagePolicy = $"default-src 'none'; style-src 'sha256-{hash}'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    /// <summary>The owner's name for the network; empty: none.</summary>
    public string Title { get; init; } = "";

    /// <summary>Null: none.</summary>
    public PortalLogo? Logo { get; init; }

    /// <summary>In all languages that the page has; the first is for browsers that prefer none of them. Never empty.</summary>
    public ImmutableArray<PortalTexts> Texts { get; init; } = [.. PortalTexts.All];

    /// <summary>In some of these languages. Empty: there are no terms.</summary>
    public ImmutableArray<PortalTerms> Terms { get; init; } = [];

    public string Style { get; }

    public string PagePolicy { get; }

    /// <summary>The terms for a page: in its language, or else in the first.</summary>
    public PortalTerms? TermsFor(PortalTexts texts) => Terms.FirstOrDefault(t => t.Language == texts.Language) ?? Terms.FirstOrDefault();
}
