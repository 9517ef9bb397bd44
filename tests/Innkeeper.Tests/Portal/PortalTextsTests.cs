using System.Reflection;
using System.Xml.Linq;
using Innkeeper.Policy;
using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

/// <summary>The page in the languages that there are.</summary>
public sealed class PortalTextsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 9, 30, 0, TimeSpan.Zero);

    private static readonly PropertyInfo[] s_texts = [.. typeof(PortalTexts).GetProperties().Where(p => p.PropertyType == typeof(string) && p.Name != nameof(PortalTexts.Language))];

    public static TheoryData<string> Languages => [.. PortalTexts.All.Select(t => t.Language)];

    private static PortalTexts Of(string language) => PortalTexts.All.Single(t => t.Language == language);

    [Theory]
    [InlineData("", "en")]
    [InlineData("de", "de")]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "de")]
    [InlineData("it-IT, fr;q=0.7, es;q=0.8", "es")]
    [InlineData("FR-ca", "fr")]
    [InlineData("ja, zh;q=0.9", "en")]
    [InlineData("*", "en")]
    [InlineData("de;q=0, es;q=0.001", "es")]
    [InlineData("de;q=2, es;q=x, fr;q=-1", "en")]
    [InlineData("en;q=0.5,de;q=0.5", "en")]
    [InlineData(",,;;=;q=,de", "de")]
    [InlineData("\u202ede\0<script>", "en")]
    public void For_AHeader_IsTheLanguageThatTheBrowserPrefers(string header, string expected) => Assert.Equal(expected, PortalTexts.For(header, PortalTexts.All).Language);

    [Fact]
    public void For_AVeryLongHeader_LooksAtItsBeginning() => Assert.Equal("en", PortalTexts.For(string.Concat(Enumerable.Repeat("xx,", 10_000)) + "de", PortalTexts.All).Language);

    [Theory]
    [MemberData(nameof(Languages))]
    internal void Write_EachState_IsAWellFormedPageInItsLanguage(string language)
    {
        foreach (var (state, wait) in Enum.GetValues<AdmissionState>().SelectMany(s => Enum.GetValues<PortalWait>().Select(w => (s, w))))
        {
            var guest = new PortalGuest(MacAddress.Parse("00:1b:21:3a:00:07"), 7, state, s_now - TimeSpan.FromHours(3), s_now + TimeSpan.FromHours(1), wait);
            var page = XDocument.Parse(PortalPage.Write(guest, new PortalView(PortalLook.Default, "notice", Of(language)), s_now)).Root!;
            Assert.Equal(language, page.Attribute("lang")!.Value);
        }
    }

    /// <summary>A text that is the same as the English one was not translated.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void Texts_OfEachLanguage_AreItsOwn(string language)
    {
        var texts = Of(language);
        Assert.All(s_texts, text => Assert.NotEmpty((string)text.GetValue(texts)!));
        if (language != "en")
        {
            Assert.All(s_texts, text => Assert.NotEqual(text.GetValue(PortalTexts.English), text.GetValue(texts)));
        }

        foreach (var ago in new[] { texts.MinutesAgo, texts.HoursAgo, texts.DaysAgo })
        {
            Assert.Contains("1 ", ago(1), StringComparison.Ordinal);
            Assert.Contains("12 ", ago(12), StringComparison.Ordinal);
            Assert.NotEqual(ago(1).Replace("1", "12", StringComparison.Ordinal), ago(12));
        }
    }
}
