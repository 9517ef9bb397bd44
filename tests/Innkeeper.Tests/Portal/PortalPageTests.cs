using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Innkeeper.Policy;
using Innkeeper.Portal;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

public sealed class PortalPageTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 9, 30, 0, TimeSpan.Zero);

    private static PortalGuest Guest(AdmissionState state = AdmissionState.Held, PortalWait wait = PortalWait.Told, ushort vlan = 0, DateTimeOffset? until = null, TimeSpan? ago = null) =>
        new(MacAddress.Parse("00:1b:21:3a:00:07"), vlan, state, s_now - (ago ?? TimeSpan.FromMinutes(4)), until, wait);

    private static XElement Page(PortalGuest? guest, string notice = "")
    {
        var text = PortalPage.Write(guest, new PortalView(PortalLook.Default, notice, PortalTexts.English), s_now);
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", text, StringComparison.Ordinal);
        return XDocument.Parse(text, LoadOptions.PreserveWhitespace).Root!;
    }

    private static string Title(XElement page)
    {
        var title = page.Descendants("title").Single().Value;
        Assert.Equal(title, page.Descendants("h1").Single().Value);
        return title;
    }

    private static Dictionary<string, string> Details(XElement page) =>
        page.Descendants("dt").Zip(page.Descendants("dd")).ToDictionary(p => p.First.Value, p => p.Second.Value);

    [Theory]
    [InlineData(AdmissionState.New, PortalWait.Told, "Waiting for the administrator")]
    [InlineData(AdmissionState.Held, PortalWait.Untold, "Waiting for the administrator")]
    [InlineData(AdmissionState.New, PortalWait.Closed, "This network is not open to new devices")]
    [InlineData(AdmissionState.Held, PortalWait.Closed, "This network is not open to new devices")]
    [InlineData(AdmissionState.Held, PortalWait.Ordered, "Waiting for the administrator")]
    [InlineData(AdmissionState.Held, PortalWait.EndedTold, "Your access has ended")]
    [InlineData(AdmissionState.Held, PortalWait.Ended, "Your access has ended")]
    [InlineData(AdmissionState.Admitted, PortalWait.Told, "You are online")]
    [InlineData(AdmissionState.Admitted, PortalWait.Closed, "You are online")]
    [InlineData(AdmissionState.Blocked, PortalWait.Told, "Your device may not use this network")]
    internal void Write_EachState_SaysHowItStands(AdmissionState state, PortalWait wait, string title)
    {
        var page = Page(Guest(state, wait));
        Assert.Equal(title, Title(page));

        // Nothing is promised that did not happen, and who must act gets the address.
        var isTold = state is AdmissionState.New or AdmissionState.Held && wait is PortalWait.Told or PortalWait.EndedTold && state != AdmissionState.Admitted && state != AdmissionState.Blocked;
        Assert.Equal(isTold, page.Value.Contains("has been notified", StringComparison.Ordinal));
        Assert.Equal(!isTold && state != AdmissionState.Admitted, page.Value.Contains("give the administrator", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Write_VolumeUsedUp_SaysSo_AndUntilWhen()
    {
        var page = Page(Guest(AdmissionState.Held, PortalWait.Volume, until: s_now.AddHours(14)));

        Assert.Equal("Your data is used up", Title(page));
        Assert.Equal("2026-11-25 23:30 UTC", Details(page)["Connected again"]);
        Assert.DoesNotContain("administrator", page.Value, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Write_Nobody_SaysSo()
    {
        var page = Page(null);

        Assert.Equal("Your device is not known yet", Title(page));
        Assert.Empty(page.Descendants("dl"));
    }

    [Fact]
    public void Write_HeldDevice_ShowsItsMacAndTheTime() => Assert.Equal(
        new Dictionary<string, string> { ["Your device's address (MAC)"] = "00:1b:21:3a:00:07", ["Since"] = "2026-11-25 09:26 UTC, 4 minutes ago" }, Details(Page(Guest())));

    [Fact]
    public void Write_VlanAndEnd_AreShown() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["Your device's address (MAC)"] = "00:1b:21:3a:00:07",
            ["VLAN"] = "20",
            ["Online since"] = "2026-11-25 09:26 UTC, 4 minutes ago",
            ["Until"] = "2026-11-26 09:30 UTC",
        },
        Details(Page(Guest(AdmissionState.Admitted, vlan: 20, until: s_now.AddDays(1)))));

    [Theory]
    [InlineData(-30, "just now")]
    [InlineData(59, "just now")]
    [InlineData(60, "1 minute ago")]
    [InlineData(7199, "119 minutes ago")]
    [InlineData(7200, "2 hours ago")]
    [InlineData(172_799, "47 hours ago")]
    [InlineData(172_800, "2 days ago")]
    public void Write_Since_IsInWordsToo(int seconds, string words) =>
        Assert.EndsWith($", {words}", Details(Page(Guest(ago: TimeSpan.FromSeconds(seconds))))["Since"], StringComparison.Ordinal);

    [Fact]
    public void Write_Notice_KeepsItsLines()
    {
        var page = Page(Guest(), "  Desk: room 9\r\nTel. <9> & \"wait\"\n");

        Assert.Equal("Desk: room 9\nTel. <9> & \"wait\"", page.Descendants("p").Single(p => (string?)p.Attribute("class") == "notice").Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void Write_NoNotice_HasNoHeadingForIt(string notice) => Assert.Empty(Page(Guest(), notice).Descendants("h2"));

    /// <summary>Whatever stands in the notice is text and nothing else: the page's elements are those it has with a harmless one.</summary>
    [Fact]
    public void Write_HostileNotices_AreText()
    {
        Assert.SkipWhen(NaughtyStrings.All.Count == 0, NaughtyStrings.Absent);
        string[] expected = [.. Page(Guest(), "harmless").Descendants().Select(e => e.Name.LocalName)];
        Assert.All(NaughtyStrings.All.Select(s => s.Trim()).Where(s => s != "").Append("\0\u0001\u001b[2J\ufffe\ud800</p></main><script>alert(1)</script>"), hostile =>
        {
            var page = Page(Guest(), hostile);
            Assert.Equal(expected, page.Descendants().Select(e => e.Name.LocalName));
            var shown = page.Descendants("p").Single(p => (string?)p.Attribute("class") == "notice").Value;
            Assert.Equal(hostile.Count(char.IsAsciiLetterOrDigit), shown.Count(char.IsAsciiLetterOrDigit));
        });
    }

    [Fact]
    public void Policy_NamesThePagesOwnStyle_AndNothingElse()
    {
        var style = Page(Guest()).Descendants("style").Single().Value;

        var hash = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Equal($"default-src 'none'; style-src '{hash}'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", PortalLook.Default.PagePolicy);
    }

    [Fact]
    public void Write_Page_NeedsNothingFromElsewhere()
    {
        var page = Page(Guest(AdmissionState.Admitted, until: s_now), "see http://intranet.example/");

        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "img" or "iframe" or "form" or "object" or "a");
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName is "src" or "style" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Equal("data:,", (string?)page.Descendants("link").Single().Attribute("href"));
        Assert.Equal("width=device-width, initial-scale=1", (string?)page.Descendants("meta").Single(m => (string?)m.Attribute("name") == "viewport").Attribute("content"));
    }

    /// <summary>WCAG 2.2, 1.4.3: 4.5 to 1 for text, in light and in dark.</summary>
    [Theory]
    [InlineData("#1b1f24", "#ffffff")]
    [InlineData("#4a5561", "#ffffff")]
    [InlineData("#e9ecef", "#1f242a")]
    [InlineData("#aeb6bf", "#1f242a")]
    [InlineData("#ffffff", "#1f4e8c")]
    [InlineData("#10151b", "#8ab8f5")]
    public void Style_Text_HasContrast(string ink, string card)
    {
        Assert.Contains(ink, PortalLook.Default.Style, StringComparison.Ordinal);
        Assert.Contains(card, PortalLook.Default.Style, StringComparison.Ordinal);
        var (light, dark) = (Math.Max(Luminance(ink), Luminance(card)), Math.Min(Luminance(ink), Luminance(card)));
        Assert.InRange((light + 0.05) / (dark + 0.05), 4.5, 21);
    }

    private static double Luminance(string colour)
    {
        double Part(int at) => Convert.ToInt32(colour.Substring(at, 2), 16) / 255.0 is var c && c <= 0.03928 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        return (0.2126 * Part(1)) + (0.7152 * Part(3)) + (0.0722 * Part(5));
    }
}
