using System.Text.Json;
using Innkeeper.Policy;
using Innkeeper.Portal;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

public sealed class PortalResponderTests
{
    private static readonly Ipv4Address s_service = Ipv4Address.Parse("192.88.99.99");
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 9, 30, 0, TimeSpan.Zero);
    private static readonly PortalTokens s_tokens = new(new byte[32]);
    private static readonly PortalResponder s_plain = new(new PortalSettings(s_service, "", ""), () => PortalLook.Default, s_tokens);
    private static readonly PortalResponder s_secure = new(new PortalSettings(s_service, "", "portal.example.com"), () => PortalLook.Default, s_tokens);

    private static PortalGuest Guest(AdmissionState state, DateTimeOffset? until = null) =>
        new(MacAddress.Parse("02:00:00:00:00:07"), 0, state, s_now.AddMinutes(-4), until, PortalWait.Told);

    private static PortalAnswer Ask(PortalResponder responder, string url, string method = "GET", PortalGuest? guest = null, string asked = "192.88.99.99")
    {
        var parts = new Uri(url);
        return responder.Answer(
            new PortalRequest(Ipv4Address.Parse(asked), parts.Scheme == "https", method, parts.Authority, parts.AbsolutePath), guest ?? Guest(AdmissionState.Held), s_now);
    }

    /// <summary>What each system asks, and what it takes for the Internet: status 204, or 200 with a body of its own.</summary>
    [Theory]
    [InlineData("http://connectivitycheck.gstatic.com/generate_204", "Android, ChromeOS: 204")]
    [InlineData("http://www.google.com/gen_204", "Android: 204")]
    [InlineData("http://captive.apple.com/hotspot-detect.html", "Apple: Success")]
    [InlineData("http://www.apple.com/library/test/success.html", "Apple, older: Success")]
    [InlineData("http://www.msftconnecttest.com/connecttest.txt", "Windows: Microsoft Connect Test")]
    [InlineData("http://www.msftncsi.com/ncsi.txt", "Windows, older: Microsoft NCSI")]
    [InlineData("http://www.msftconnecttest.com/redirect", "Windows opens this in a browser")]
    [InlineData("http://detectportal.firefox.com/canonical.html", "Firefox: a page of its own")]
    [InlineData("http://detectportal.firefox.com/success.txt?ipv4", "Firefox: success")]
    [InlineData("http://nmcheck.gnome.org/check_network_status.txt", "NetworkManager: NetworkManager is online")]
    [InlineData("http://spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html", "Kindle: a page of its own")]
    public void Answer_ConnectivityCheck_IsSentToThePage(string url, string check)
    {
        var answer = Ask(s_plain, url, asked: "203.0.113.9");

        Assert.True(answer is { Status: 302, Location: "http://192.88.99.99/", Counter: PortalCounter.Redirects }, check);
        Assert.DoesNotContain("Success", answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://192.88.99.99/", "203.0.113.9", "http://192.88.99.99/")]
    [InlineData("http://192.88.99.99/favicon.ico", "192.88.99.99", "http://192.88.99.99/")]
    [InlineData("http://192.88.99.99//", "192.88.99.99", "http://192.88.99.99/")]
    [InlineData("http://evil.example/", "192.88.99.99", "http://192.88.99.99/")]
    [InlineData("http://evil.example/captive-portal/api", "192.88.99.99", "http://192.88.99.99/")]
    [InlineData("http://portal.example.com.evil.example/", "192.88.99.99", "http://192.88.99.99/")]
    [InlineData("https://portal.example.com/else", "192.88.99.99", "https://portal.example.com/")]
    [InlineData("https://evil.example/", "192.88.99.99", "https://portal.example.com/")]
    public void Answer_AnythingButOurOwn_IsSentToThePage(string url, string asked, string location)
    {
        var answer = Ask(s_secure, url, asked: asked);

        Assert.Equal((302, location), (answer.Status, answer.Location));
        Assert.DoesNotContain("evil", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://192.88.99.99/")]
    [InlineData("http://192.88.99.99:80/")]
    [InlineData("http://192.88.99.99/?from=elsewhere")]
    [InlineData("http://portal.example.com/")]
    [InlineData("https://portal.example.com/")]
    [InlineData("https://PORTAL.example.com:443/")]
    public void Answer_OurOwnAddressOrName_IsThePage(string url)
    {
        var answer = Ask(s_secure, url);

        Assert.Equal((200, "text/html; charset=utf-8", PortalCounter.Pages), (answer.Status, answer.ContentType, answer.Counter));
        Assert.Null(answer.Location);
    }

    [Fact]
    public void Answer_WithoutAHost_IsThePage() =>
        Assert.Equal(200, s_plain.Answer(new PortalRequest(s_service, false, "GET", "", "/"), Guest(AdmissionState.Held), s_now).Status);

    [Fact]
    public void Answer_NameThatIsNotSet_IsNotOurs() =>
        Assert.Equal(302, s_plain.Answer(new PortalRequest(s_service, false, "GET", "portal.example.com", "/"), Guest(AdmissionState.Held), s_now).Status);

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    [InlineData("CONNECT")]
    [InlineData("get")]
    [InlineData("<script>")]
    [InlineData("")]
    public void Answer_OtherMethod_IsRefused(string method)
    {
        Assert.Equal((405, PortalCounter.Refused), (Ask(s_plain, "http://192.88.99.99/", method).Status, Ask(s_plain, "http://198.51.100.7/x", method, asked: "198.51.100.7").Counter));
        Assert.DoesNotContain("script", Ask(s_plain, "http://192.88.99.99/", method).Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_Head_IsAsGet() => Assert.Equal(Ask(s_plain, "http://192.88.99.99/"), Ask(s_plain, "http://192.88.99.99/", "HEAD"));

    [Theory]
    [InlineData(AdmissionState.New, 10)]
    [InlineData(AdmissionState.Held, 10)]
    [InlineData(AdmissionState.Admitted, 0)]
    [InlineData(AdmissionState.Blocked, 0)]
    internal void Answer_Page_IsLookedAtAgainWhileItMayChange(AdmissionState state, int seconds) =>
        Assert.Equal(seconds, Ask(s_plain, "http://192.88.99.99/", guest: Guest(state)).Refresh);

    [Theory]
    [InlineData(AdmissionState.New, true)]
    [InlineData(AdmissionState.Held, true)]
    [InlineData(AdmissionState.Admitted, false)]
    [InlineData(AdmissionState.Blocked, true)]
    internal void Api_State_IsCaptiveUnlessAdmitted(AdmissionState state, bool isCaptive)
    {
        var answer = Ask(s_secure, "https://portal.example.com/captive-portal/api", guest: Guest(state));

        Assert.Equal((200, "application/captive+json", PortalCounter.Api), (answer.Status, answer.ContentType, answer.Counter));
        Assert.Equal($$"""{"captive":{{(isCaptive ? "true" : "false")}},"user-portal-url":"https://portal.example.com/"}""", answer.Body);
    }

    [Theory]
    [InlineData(326, 326)]
    [InlineData(-5, 0)]
    public void Api_AdmissionWithAnEnd_SaysWhatIsLeft(int seconds, int left)
    {
        var answer = Ask(s_plain, "http://192.88.99.99/captive-portal/api", guest: Guest(AdmissionState.Admitted, s_now.AddSeconds(seconds)));

        Assert.Equal($$"""{"captive":false,"user-portal-url":"http://192.88.99.99/","seconds-remaining":{{left}},"can-extend-session":false}""", answer.Body);
    }

    [Fact]
    public void Api_HeldDeviceWithAnEnd_HasNoTimeLeft() =>
        Assert.False(JsonDocument.Parse(Ask(s_plain, "http://192.88.99.99/captive-portal/api", guest: Guest(AdmissionState.Held, s_now.AddHours(1))).Body)
            .RootElement.TryGetProperty("seconds-remaining", out _));

    [Theory]
    [InlineData("/")]
    [InlineData("/captive-portal/api")]
    public void Answer_NobodyKnown_SaysSo(string path)
    {
        var answer = s_plain.Answer(new PortalRequest(s_service, false, "GET", "192.88.99.99", path), null, s_now);

        Assert.Equal((503, PortalCounter.Unknown), (answer.Status, answer.Counter));
        Assert.Contains("not known yet", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ApiUrl_IsThereWithHttpsOnly()
    {
        Assert.Null(new PortalSettings(s_service, "", "").ApiUrl);
        Assert.Equal("https://portal.example.com/captive-portal/api", new PortalSettings(s_service, "", "portal.example.com").ApiUrl);
    }

    /// <summary>Whatever stands in host, path and method: nothing of it comes back.</summary>
    [Fact]
    public void Answer_HostileRequests_ReflectNothing()
    {
        Assert.SkipWhen(NaughtyStrings.All.Count == 0, NaughtyStrings.Absent);
        var expected = Ask(s_secure, "http://198.51.100.7/", asked: "198.51.100.7");
        Assert.All(NaughtyStrings.All.Where(s => s.Length > 0), hostile =>
        {
            Assert.Equal(expected, s_secure.Answer(new PortalRequest(s_service, false, "GET", hostile, "/"), Guest(AdmissionState.Held), s_now));
            Assert.Equal(expected, s_secure.Answer(new PortalRequest(s_service, false, "GET", "192.88.99.99", "/" + hostile), Guest(AdmissionState.Held), s_now));
            Assert.Equal(405, s_secure.Answer(new PortalRequest(s_service, false, hostile, "192.88.99.99", "/"), Guest(AdmissionState.Held), s_now).Status);
        });
    }
}
