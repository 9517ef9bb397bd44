using Innkeeper.Portal;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Portal;

/// <summary>The owner's files for the page: what they change, and what is wrong with them.</summary>
public sealed class PortalLookTests : IDisposable
{
    private static readonly byte[] s_png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory.Path, name), text);

    private PortalLook Read()
    {
        var (look, errors) = PortalLookReader.Read(_directory.Path);
        Assert.Empty(errors);
        return look!;
    }

    private string[] Errors()
    {
        var (look, errors) = PortalLookReader.Read(_directory.Path);
        Assert.Null(look);
        return [.. errors.Select(e => e.ToString().Replace(_directory.Path + "/", "", StringComparison.Ordinal))];
    }

    [Fact]
    public void Read_EmptyDirectory_IsTheBuiltInLook()
    {
        var look = Read();

        Assert.Equal((PortalLook.Default.Style, "", null, 0), (look.Style, look.Title, look.Logo, look.Terms.Length));
        Assert.Equal(["en", "de", "fr", "es"], look.Texts.Select(t => t.Language));
    }

    [Fact]
    public void Read_AllFiles_AreOnThePage()
    {
        Write("portal.toml", "title = \"Hotel <Sonne>\"\nbackground = \"#003366\"\ncard = \"#fff8e7\"\naccent = \"#C04000\"\nlanguages = [\"it\", \"de\"]\n");
        File.WriteAllBytes(Path.Combine(_directory.Path, "logo.png"), s_png);
        Write("texts.it.toml", "welcome_title = \"Ciao <b>\"\nminutes_ago = \"{n} minuti fa\"\n");
        Write("texts.de.toml", "welcome_title = \"Servus\"\n");
        Write("terms.it.txt", "Patti chiari.");
        Write("terms.en.txt", "Be kind.");
        Write("readme.md", "not read");
        var look = Read();

        Assert.Equal(["it", "de"], look.Texts.Select(t => t.Language));
        Assert.Equal(("Ciao &lt;b&gt;", "Servus"), (look.Texts[0].WelcomeTitle, look.Texts[1].WelcomeTitle));
        Assert.Equal((PortalTexts.English.Online, PortalTexts.German.Online, "7 minuti fa"), (look.Texts[0].Online, look.Texts[1].Online, look.Texts[0].MinutesAgo(7)));
        Assert.Equal("it", look.TermsFor(look.Texts[1])!.Language);
        var page = PortalPage.Write(null, new PortalView(look, "", look.Texts[0]), DateTimeOffset.UnixEpoch);
        Assert.Contains("<header><img src=\"/logo\" alt=\"\"/>Hotel &lt;Sonne&gt;</header>", page, StringComparison.Ordinal);
        Assert.Contains("--paper: #003366; --card: #fff8e7;", page, StringComparison.Ordinal);
        Assert.NotEqual(PortalLook.Default.PagePolicy, look.PagePolicy);
        Assert.Equal("image/png", look.Logo!.ContentType);
        Assert.Equal(s_png, look.Logo.Octets);
    }

    [Theory]
    [InlineData("portal.toml", "titel = \"x\"\n", "portal.toml:1:9: titel: there is no such key; did you mean \"title\"? There are title, background, card, accent and languages")]
    [InlineData("portal.toml", "title = \"a\\nb\"\n", "portal.toml:1:9: title: \"a\\nb\" is not valid; give one line of up to 64 characters")]
    [InlineData("portal.toml", "\naccent = \"red\"\n", "portal.toml:2:10: accent: \"red\" is not valid; give a colour such as \"#1f4e8c\"")]
    [InlineData("portal.toml", "accent = \"#12345g\"\n", "portal.toml:1:10: accent: \"#12345g\" is not valid; give a colour such as \"#1f4e8c\"")]
    [InlineData("portal.toml", "background = \"#fff;}</style>\"\n", "portal.toml:1:14: background: \"#fff;}</style>\" is not valid; give a colour such as \"#1f4e8c\"")]
    [InlineData("portal.toml", "languages = [\"de\", \"de\"]\n", "portal.toml:1:13: languages: [\"de\", \"de\"] is not valid; give a list of languages such as [\"de\", \"en\"], each once, the one for all other browsers first")]
    [InlineData("portal.toml", "languages = [\"nl\"]\n", "portal.toml: languages: there are no texts in \"nl\"; make texts.nl.toml, or leave it out")]
    [InlineData("portal.toml", "[look]\ntitle = \"x\"\n", "portal.toml:1:1: syntax: this file has no tables; write one `key = value` in each line")]
    [InlineData("texts.en.toml", "welcom = \"x\"\n", "texts.en.toml:1:10: welcom: there is no such text; did you mean \"welcome\"?")]
    [InlineData("texts.en.toml", "welcome = 3\n", "texts.en.toml:1:11: welcome: 3 is not valid; give a text of up to 500 characters")]
    [InlineData("texts.en.toml", "days_ago = \"days ago\"\n", "texts.en.toml:1:12: days_ago: \"days ago\" has no place for the number; write {n} there")]
    [InlineData("texts.English.toml", "welcome = \"x\"\n", "texts.English.toml: language: \"English\" is no language; name the file after one such as \"it\" or \"nl\"")]
    [InlineData("terms.en.txt", " \n", "terms.en.txt: terms: is empty, or no UTF-8 text; write plain text")]
    [InlineData("logo.png", "<svg/>", "logo.png: logo: is no PNG picture; give one, or name the file after what it is")]
    [InlineData("logo.svg", "<html><script>alert(1)</script></html>", "logo.svg: logo: is no SVG picture; give one, or name the file after what it is")]
    [InlineData("logo.svg", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "logo.svg: logo: is no SVG picture; give one, or name the file after what it is")]
    public void Read_WhatIsWrong_IsSaidWithItsPlace(string file, string text, string error)
    {
        Write(file, text);

        Assert.Equal([error], Errors());
    }

    [Fact]
    public void Read_TooLarge_OrTwoLogos_IsSaid()
    {
        File.WriteAllBytes(Path.Combine(_directory.Path, "logo.png"), [.. s_png, .. new byte[256 * 1024]]);
        Assert.Equal(["logo.png: file: is larger than 262144 octets; give a file of up to 256 KiB that the gateway's user may read"], Errors());

        File.WriteAllBytes(Path.Combine(_directory.Path, "logo.png"), s_png);
        Write("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        Assert.Equal(["logo.svg: logo: there is logo.png too; keep one of them"], Errors());
        Assert.StartsWith($"{_directory.Path}/gone: portal.directory: cannot be read", Assert.Single(PortalLookReader.Read(_directory.Path + "/gone").Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Svg_IsASvg()
    {
        Write("logo.svg", "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>");

        Assert.Equal("image/svg+xml", Read().Logo!.ContentType);
        Assert.Contains("sandbox", PortalLook.LogoPolicy, StringComparison.Ordinal);
    }

    /// <summary>Whatever colour an owner takes, the ink on it can be read.</summary>
    [Fact]
    public void Ink_OnAnyColour_HasContrast()
    {
        for (var value = 0; value <= 0xffffff; value += 4099)
        {
            var colour = $"#{value:x6}";
            Assert.InRange(PortalStyle.Contrast(colour, PortalStyle.InkOn(colour)), PortalStyle.LeastContrast, 21);
        }
    }

    /// <summary>Read again a little after a change; with an error, the look before stays.</summary>
    [Fact]
    public void Files_ThatChange_AreReadAgain()
    {
        var clock = new ManualClock(ManagementFixture.Start);
        Write("portal.toml", "title = \"One\"\n");
        var files = new PortalLookFiles(_directory.Path, clock, NullLogger.Instance);
        Assert.Equal("One", files.Current().Title);

        Write("portal.toml", "title = \"Three\"\n");
        Assert.Equal("One", files.Current().Title);
        clock.Now += PortalLookFiles.Interval;
        Assert.Equal("Three", files.Current().Title);

        Write("portal.toml", "titel = \"Fourth\"\n");
        clock.Now += PortalLookFiles.Interval;
        Assert.Equal("Three", files.Current().Title);
    }

    /// <summary>The logo is a picture and nothing else, also when it is opened by itself.</summary>
    [Fact]
    public async Task Logo_IsServed_WithItsOwnPolicy()
    {
        using var harness = new PortalHarness(look: PortalLook.Default with { Logo = new PortalLogo([.. s_png], "image/png") });
        using var client = harness.Client();

        using var answer = await client.GetAsync(new Uri("http://127.0.0.1/logo"), TestContext.Current.CancellationToken);

        Assert.Equal(s_png, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal([PortalLook.LogoPolicy], answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
    }

    [Fact]
    public void Keys_AreEachOfThePagesTexts()
    {
        Assert.All(PortalTextKeys.All, key =>
        {
            var changed = key.Value(PortalTexts.English, "{n} changed");
            Assert.NotEqual(PortalTexts.English, changed);
        });
        Assert.Equal(typeof(PortalTexts).GetProperties().Count(p => p.CanWrite && p.Name != nameof(PortalTexts.Language)), PortalTextKeys.All.Count);
    }
}
