using System.Globalization;

namespace Innkeeper.Portal;

/// <summary>The page's style sheet. No I/O, clock or log.</summary>
internal static class PortalStyle
{
    /// <summary>WCAG 2.2, 1.4.3: of text and its background.</summary>
    public const double LeastContrast = 4.5;

    private const string Dark = "#000000";
    private const string Light = "#ffffff";

    private const string Usual = """

        :root { color-scheme: light dark; --ink: #1b1f24; --dim: #4a5561; --paper: #f4f5f7; --card: #ffffff; --edge: #d5d9de; --mark: #8a5a00; --button: #1f4e8c; --on-button: #ffffff; --head: #1b1f24; }
        .in { --mark: #1a6b35; }
        .out { --mark: #a3261d; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e9ecef; --dim: #aeb6bf; --paper: #15181c; --card: #1f242a; --edge: #39414a; --mark: #f0b44c; --button: #8ab8f5; --on-button: #10151b; --head: #e9ecef; }
          .in { --mark: #6fcf8b; }
          .out { --mark: #ff8f85; }
        }

        """;

    private const string Rest = """
        * { box-sizing: border-box; }
        body { margin: 0; padding: 1rem; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
        header { max-width: 34rem; margin: 2vh auto 0; text-align: center; color: var(--head); font-size: 1.25rem; font-weight: bold; overflow-wrap: anywhere; }
        header img { display: block; max-width: 100%; max-height: 6rem; margin: 0 auto 0.5rem; }
        main { max-width: 34rem; margin: 2vh auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--edge); border-top: 0.375rem solid var(--mark); border-radius: 0.5rem; overflow-wrap: anywhere; }
        h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; }
        h2 { margin: 1.5rem 0 0.25rem; font-size: 1rem; }
        p { margin: 0 0 0.75rem; }
        dl { margin: 1.25rem 0 0; padding-top: 1rem; border-top: 1px solid var(--edge); }
        dt { color: var(--dim); font-size: 0.9375rem; }
        dd { margin: 0 0 0.75rem; }
        code { font: 1.125rem/1.5 ui-monospace, monospace; }
        form { margin: 1.25rem 0; padding-top: 1rem; border-top: 1px solid var(--edge); }
        label { display: block; margin-bottom: 0.25rem; font-weight: bold; }
        input[type=text] { width: 100%; padding: 0.75rem; border: 2px solid var(--dim); border-radius: 0.375rem; background: var(--card); color: var(--ink); font: 1.25rem/1.3 ui-monospace, monospace; letter-spacing: 0.05em; }
        button { width: 100%; margin-top: 0.75rem; padding: 0.75rem; border: 0; border-radius: 0.375rem; background: var(--button); color: var(--on-button); font: bold 1.125rem/1.3 system-ui, sans-serif; cursor: pointer; }
        button:focus-visible, input:focus-visible, a:focus-visible, .terms:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
        a { color: var(--ink); }
        .notice, .terms { white-space: pre-line; }
        .terms { max-height: 16rem; overflow-y: auto; padding: 0.75rem; border: 1px solid var(--edge); border-radius: 0.375rem; }
        .said { padding: 0.75rem; border-left: 0.375rem solid var(--mark); font-weight: bold; }

        """;

    /// <param name="colours">Checked: each #rrggbb.</param>
    public static string Write(PortalColours colours)
    {
        if (colours == new PortalColours())
        {
            return Usual + Rest;
        }

        // The owner's colours hold in light and in dark; the ink on each is the one that can be read.
        var (paper, card, accent) = (colours.Background ?? "#f4f5f7", colours.Card ?? Light, colours.Accent ?? "#1f4e8c");
        var own = $":root {{ color-scheme: only light; --ink: {InkOn(card)}; --dim: {InkOn(card)}; --paper: {paper}; --card: {card}; --edge: {InkOn(card)}; --mark: {accent}; "
            + $"--button: {accent}; --on-button: {InkOn(accent)}; --head: {InkOn(paper)}; }}\n";
        return own + Rest;
    }

    /// <summary>"#rrggbb" in hexadecimal digits.</summary>
    public static bool IsColour(string text) => text is ['#', _, _, _, _, _, _] && text.Skip(1).All(char.IsAsciiHexDigit);

    /// <summary>Black or white, whichever has the higher contrast: that is always 4.58 or more.</summary>
    public static string InkOn(string colour) => Contrast(Dark, colour) >= Contrast(Light, colour) ? Dark : Light;

    /// <summary>The contrast of two colours (WCAG 2.2, "contrast ratio").</summary>
    public static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour) => (0.2126 * Channel(colour, 1)) + (0.7152 * Channel(colour, 3)) + (0.0722 * Channel(colour, 5));

    private static double Channel(string colour, int at)
    {
        var value = byte.Parse(colour.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
