using System.Xml.Linq;
using Innkeeper.Configuration;
using Innkeeper.Policy;
using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

/// <summary>The ways in that the page offers, and what comes of its forms.</summary>
public sealed class PortalWaysTests
{
    private static readonly Ipv4Address s_service = Ipv4Address.Parse("192.88.99.99");
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 9, 30, 0, TimeSpan.Zero);
    private static readonly PortalTokens s_tokens = new(new byte[32]);
    private static readonly PortalLook s_look = PortalLook.Default with { Terms = [PortalTerms.Of("en", "Be <kind>.\nNo \"spam\"."), PortalTerms.Of("de", "Seien Sie nett.")] };
    private static readonly PortalResponder s_responder = new(new PortalSettings(s_service, "", "portal.example.com"), () => s_look, s_tokens);

    private static PortalGuest Guest(params WayIn[] ways) => new(MacAddress.Parse("02:00:00:00:00:07"), 7, AdmissionState.Held, s_now.AddMinutes(-4), null, PortalWait.Told) { Ways = [.. ways] };

    private static PortalRequest Request(string method = "GET", string languages = "", string code = "", string said = "", string origin = "") =>
        new(s_service, false, method, "192.88.99.99", "/", languages) { Code = code, Said = said, Origin = origin };

    private static XElement Page(PortalGuest guest, string languages = "", string code = "", string said = "") =>
        XDocument.Parse(s_responder.Answer(Request(languages: languages, code: code, said: said), guest, s_now).Body, LoadOptions.PreserveWhitespace).Root!;

    private static string[] WaysOf(XElement page) => [.. page.Descendants("form").Select(f => f.Descendants("input").Single(i => (string?)i.Attribute("name") == "way").Attribute("value")!.Value)];

    private static Dictionary<string, string> Form(PortalGuest guest, string way = "code", string code = "7KM-Q2X-9RW") =>
        new() { ["token"] = s_tokens.Of(guest.Mac, guest.Vlan, s_now), ["way"] = way, ["code"] = code };

    [Fact]
    public void Page_OffersTheWaysInTheirOrder()
    {
        Assert.Equal(["code", "terms"], WaysOf(Page(Guest(WayIn.Code, WayIn.Terms, WayIn.Ask))));
        Assert.Equal(["terms", "code"], WaysOf(Page(Guest(WayIn.Terms, WayIn.Code))));
        Assert.Equal("Connect to the Internet", Page(Guest(WayIn.Code)).Descendants("h1").Single().Value);
        Assert.Contains("has been notified", Page(Guest(WayIn.Code, WayIn.Ask)).Value, StringComparison.Ordinal);
        Assert.DoesNotContain("administrator", Page(Guest(WayIn.Code)).Value, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(WaysOf(Page(Guest(WayIn.Ask))));
        Assert.Empty(WaysOf(Page(Guest(WayIn.Code) with { IsEntering = true })));
    }

    /// <summary>A page with a form must not load itself again while a guest types; one without does, as before.</summary>
    [Fact]
    public void Page_WithAForm_StaysAsItIs()
    {
        Assert.Equal(0, s_responder.Answer(Request(), Guest(WayIn.Code, WayIn.Ask), s_now).Refresh);
        Assert.Equal(PortalPage.LookAgain, s_responder.Answer(Request(), Guest(WayIn.Ask), s_now).Refresh);
        Assert.Equal(PortalPage.LookSoon, s_responder.Answer(Request(), Guest(WayIn.Code) with { IsEntering = true }, s_now).Refresh);
    }

    [Fact]
    public void Forms_NeedNoScript_AndGoToThePageItself()
    {
        var page = Page(Guest(WayIn.Code, WayIn.Terms));

        Assert.All(page.Descendants("form"), f => Assert.Equal(("post", "/"), ((string?)f.Attribute("method"), (string?)f.Attribute("action"))));
        Assert.All(page.Descendants("form"), f => Assert.Single(f.Descendants("button")));
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "iframe" or "object");
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal) || a.Name.LocalName == "style");
        var field = page.Descendants("input").Single(i => (string?)i.Attribute("type") == "text");
        Assert.Equal((string?)field.Attribute("id"), (string?)page.Descendants("label").Single().Attribute("for"));
    }

    [Theory]
    [InlineData("", "en", "Be <kind>.\nNo \"spam\".")]
    [InlineData("de-AT", "de", "Seien Sie nett.")]
    [InlineData("fr", "en", "Be <kind>.\nNo \"spam\".")]
    public void Terms_AreThoseOfThePagesLanguage_AndWhatIsAcceptedIsWhatWasShown(string languages, string language, string text)
    {
        var guest = Guest(WayIn.Terms);
        var shown = Page(guest, languages).Descendants("div").Single(d => (string?)d.Attribute("class") == "terms");
        var order = s_responder.Read(Request("POST", languages), Form(guest, "terms"), guest, s_now, out _);

        Assert.Equal((language, text), (shown.Attribute("lang")!.Value, shown.Value));
        Assert.Equal(PortalTerms.Of(language, text), order!.Terms);
    }

    [Fact]
    public void Terms_ThatAreNot_AreNotOffered()
    {
        var bare = new PortalResponder(new PortalSettings(s_service, "", ""), () => PortalLook.Default, s_tokens);
        var guest = Guest(WayIn.Terms);

        Assert.DoesNotContain("<form", bare.Answer(Request(), guest, s_now).Body, StringComparison.Ordinal);
        Assert.Null(bare.Read(Request("POST"), Form(guest, "terms"), guest, s_now, out var said));
        Assert.Equal(PortalSaid.Refused, said);
    }

    [Theory]
    [InlineData("7km-q2x-9rw", "7KM-Q2X-9RW")]
    [InlineData("\"><script>alert(1)</script>", "SCRIPTALERT1SCRIPT")]
    [InlineData("' onfocus=alert(1) x='", "ONFOCUSALERT1X")]
    [InlineData("<>&\"'\0\ud800", "")]
    public void Code_OfTheAddress_FillsTheField_WithCharactersOfCodesAlone(string code, string expected)
    {
        var page = Page(Guest(WayIn.Code), code: code);

        Assert.Equal(expected, page.Descendants("input").Single(i => (string?)i.Attribute("name") == "code").Attribute("value")!.Value);
        Assert.Empty(page.Descendants("script"));
        Assert.Equal("", PortalResponder.CodeOf(new string('A', 65)));
    }

    [Fact]
    public void Form_OfThePage_IsRead()
    {
        var guest = Guest(WayIn.Code);

        Assert.Equal(new PortalOrder("7KM-Q2X-9RW", null), s_responder.Read(Request("POST"), Form(guest), guest, s_now, out _));
        Assert.True(s_responder.IsForm(Request("POST")));
        Assert.False(s_responder.IsForm(Request() with { Method = "PUT" }));
        Assert.False(s_responder.IsForm(Request("POST") with { Path = "/login" }));
        Assert.False(s_responder.IsForm(Request("POST") with { Host = "evil.example" }));
        Assert.False(s_responder.IsForm(Request("POST") with { Asked = Ipv4Address.Parse("203.0.113.9") }));
    }

    /// <summary>A form that another device sent, or that is hours old, or of another page, or made up.</summary>
    [Fact]
    public void Form_ThatIsReplayedOrForeign_IsVoid()
    {
        var guest = Guest(WayIn.Code);
        var form = Form(guest);

        void IsVoid(PortalRequest request, Dictionary<string, string> fields, PortalGuest by, DateTimeOffset at)
        {
            Assert.Null(s_responder.Read(request, fields, by, at, out var said));
            Assert.Equal(PortalSaid.Old, said);
        }

        IsVoid(Request("POST"), form, guest with { Mac = MacAddress.Parse("02:00:00:00:00:08") }, s_now);
        IsVoid(Request("POST"), form, guest with { Vlan = 8 }, s_now);
        IsVoid(Request("POST"), form, guest, s_now.AddHours(2));
        IsVoid(Request("POST"), new() { ["way"] = "code", ["code"] = "x" }, guest, s_now);
        IsVoid(Request("POST"), [], guest, s_now);
        foreach (var origin in (string[])["http://evil.example", "null", "https://192.88.99.99.evil.example", "ftp://192.88.99.99", "x", "http://", "http://192.88.99.99/path"])
        {
            IsVoid(Request("POST", origin: origin), form, guest, s_now);
        }

        Assert.All((string[])["http://192.88.99.99", "http://192.88.99.99:80", "https://portal.example.com", ""], origin => Assert.NotNull(s_responder.Read(Request("POST", origin: origin), form, guest, s_now, out _)));
    }

    [Fact]
    public void Form_ForAWayThatIsNotOffered_IsRefused()
    {
        Assert.Null(s_responder.Read(Request("POST"), Form(Guest(WayIn.Terms)), Guest(WayIn.Terms), s_now, out var said));
        Assert.Equal(PortalSaid.Refused, said);
        Assert.Null(s_responder.Read(Request("POST"), Form(Guest(WayIn.Code), "pay"), Guest(WayIn.Code), s_now, out said));
        Assert.Equal(PortalSaid.Refused, said);
    }

    [Fact]
    public void After_AForm_IsARedirectToThePage_WhichSaysWhatCameOfIt()
    {
        Assert.Equal((303, "/?r=welcome"), PortalResponder.After(PortalSaid.Welcome, "7KMQ2X9RW") is var done ? (done.Status, done.Location) : default);
        Assert.Equal("/?r=mistyped&code=7KMQ", PortalResponder.After(PortalSaid.Mistyped, "7km\"<&q").Location);
        Assert.Equal("/?r=over", PortalResponder.After(PortalSaid.Over, "x").Location);
        Assert.Contains("The code is mistyped", Page(Guest(WayIn.Code), said: "mistyped").Value, StringComparison.Ordinal);
        foreach (var said in Enum.GetValues<PortalSaid>().Except([PortalSaid.None, PortalSaid.Welcome]))
        {
            var page = Page(Guest(WayIn.Code), said: said.ToString().ToLowerInvariant());
            Assert.Equal("alert", page.Descendants("p").Single(p => (string?)p.Attribute("class") == "said").Attribute("role")!.Value);
        }

        Assert.DoesNotContain(Page(Guest(WayIn.Code), said: "<b>free beer</b>").Descendants("p"), p => (string?)p.Attribute("class") == "said");
    }

    [Theory]
    [InlineData(null, "The time for which your device was admitted has passed.")]
    [InlineData(GrantEnd.Time, "The time for which your device was admitted has passed.")]
    [InlineData(GrantEnd.Revoked, "Your voucher was revoked.")]
    [InlineData(GrantEnd.CheckOut, "The stay in your room has ended.")]
    [InlineData(GrantEnd.Data, "The data that your code allows is used up.")]
    internal void End_SaysWhy_AndHowToGoOn(GrantEnd? end, string why)
    {
        var ended = Guest(WayIn.Code) with { Wait = PortalWait.EndedTold, End = end };

        Assert.Contains($"{why} To go on, use one of the ways below.", Page(ended).Value, StringComparison.Ordinal);
        Assert.Contains($"{why} The administrator of this network has been notified", Page(ended with { Ways = [WayIn.Ask] }).Value, StringComparison.Ordinal);
        Assert.Equal("Your access has ended", Page(ended).Descendants("h1").Single().Value);
    }

    [Fact]
    public void VolumeUsedUp_WithAnotherCodeThatHelps_OffersIt()
    {
        var page = Page(Guest(WayIn.Code) with { Wait = PortalWait.Volume, Until = s_now.AddHours(1) });

        Assert.Contains("With another code you can go on at once.", page.Value, StringComparison.Ordinal);
        Assert.Equal(["code"], WaysOf(page));
    }

    /// <summary>RFC 8908: whether the page can extend the session.</summary>
    [Theory]
    [InlineData(true, "\"can-extend-session\":true")]
    [InlineData(false, "\"can-extend-session\":false")]
    public void Api_SaysWhetherTheSessionCanBeExtended(bool hasWay, string expected)
    {
        var guest = (hasWay ? Guest(WayIn.Code) : Guest()) with { State = AdmissionState.Admitted, Until = s_now.AddHours(1) };

        Assert.Contains(expected, s_responder.Answer(Request() with { Path = PortalSettings.ApiPath }, guest, s_now).Body, StringComparison.Ordinal);
        Assert.Equal(hasWay ? ["code"] : [], WaysOf(Page(guest)));
        Assert.Equal("You are online", Page(guest).Descendants("h1").Single().Value);
    }
}
