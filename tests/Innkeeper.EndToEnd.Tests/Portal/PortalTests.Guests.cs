using System.Text.Json;
using Innkeeper.Lab;
using Microsoft.Playwright;

namespace Innkeeper.EndToEnd.Tests.Portal;

/// <content>Guests who let themselves in.</content>
public sealed partial class PortalTests
{
    private Device AddGuest(string name, int number) => Add(name, $"47.31.140.{number}", $"{PortalFixture.GuestMacs}:00:{number:x2}");

    private (string Voucher, string Code) MakeVoucher(string profile = "fast", params string[] options)
    {
        using var made = JsonDocument.Parse(Testbed.Cli(["vouchers", "create", "--profile", profile, "--for", "8h", "--json", .. options]).AssertOk().Stdout);
        var voucher = made.RootElement.GetProperty("vouchers")[0];
        return (voucher.GetProperty("voucher").GetString()!, voucher.GetProperty("code").GetString()!);
    }

    private static string TokenOf(string page)
    {
        var begin = page.IndexOf("name=\"token\" value=\"", StringComparison.Ordinal) + 20;
        return page[begin..page.IndexOf('"', begin)];
    }

    /// <summary>As the browser of a phone's captive window does: the page, its form, and the page that the answer leads to.</summary>
    private static string Enter(Device device, string code, string? token = null)
    {
        token ??= TokenOf(Curl(device, PortalUrl).AssertOk().Stdout);
        return Curl(device, "-L", "--data-urlencode", $"token={token}", "--data-urlencode", "way=code", "--data-urlencode", $"code={code}", PortalUrl).AssertOk().Stdout;
    }

    /// <summary>It reaches the web; the portal leads one that is held to its own page. A connection that is open while the device is let in may get no answer more, so none is waited for long.</summary>
    private static bool IsIn(Device device) => Curl(device, "--fail", "-m", "3", Page) is { Succeeded: true } fetched && !fetched.Stdout.Contains("must be approved", StringComparison.Ordinal);

    private void AwaitOnline(Device device) => Wait.For($"{device.Name} is online", () => IsIn(device), TimeSpan.FromSeconds(20), () => Testbed.Cli("devices").Stdout);

    [Fact]
    public void Guest_WithACode_IsOnline_AndWhenItIsRevoked_ThePageSaysWhy()
    {
        var (device, (voucher, code)) = (AddGuest("coder", 41), MakeVoucher());
        var first = Curl(device, "-L", "--resolve", "captive.apple.com:80:17.253.1.1", "http://captive.apple.com/hotspot-detect.html").AssertOk().Stdout;
        Assert.Contains("<h1>Connect to the Internet</h1>", first, StringComparison.Ordinal);
        Assert.Contains("Hotel Sonne", first, StringComparison.Ordinal);

        Assert.Contains("The code is mistyped", Enter(device, (code[0] == '7' ? '8' : '7') + code[1..]), StringComparison.Ordinal);
        Assert.Contains("You are being connected", Enter(device, code.ToLowerInvariant().Replace('-', ' ')), StringComparison.Ordinal);
        AwaitOnline(device);
        var online = Curl(device, PortalUrl).AssertOk().Stdout;
        Assert.Contains("<h1>You are online</h1>", online, StringComparison.Ordinal);
        Assert.Contains("Enter another code to stay longer", online, StringComparison.Ordinal);
        var api = Curl(device, "--cacert", fixture.Certificate, "--resolve", $"{PortalFixture.Name}:443:192.88.99.99", $"https://{PortalFixture.Name}/captive-portal/api").AssertOk().Stdout;
        Assert.Matches("""^\{"captive":false,.*"seconds-remaining":28[78]\d\d,"can-extend-session":true\}$""", api);
        Assert.Contains($"by voucher {voucher}", Testbed.Cli("devices", "show", device.Mac).AssertOk().Stdout, StringComparison.Ordinal);
        Assert.Contains(device.Mac, Testbed.Cli("vouchers", "show", voucher).AssertOk().Stdout, StringComparison.Ordinal);

        Testbed.Cli("vouchers", "revoke", voucher).AssertOk();
        Wait.For("the page says why", () => Curl(device, PortalUrl).Stdout.Contains("Your voucher was revoked.", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => Curl(device, PortalUrl).ToString());
        Assert.False(IsIn(device));
        Assert.Contains("This code was revoked", Enter(device, code), StringComparison.Ordinal);
        Assert.Contains("as its voucher was revoked", Testbed.Cli("events").AssertOk().Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Guest_WithTheFormOfAnother_OrTheCodeOfAnotherRoom_StaysOut()
    {
        var (one, two) = (AddGuest("own", 42), AddGuest("other", 43));
        var token = TokenOf(Curl(one, PortalUrl).AssertOk().Stdout);
        var room = Testbed.Cli("rooms", "set", "214", "--tag", "room-214", "--until", $"{DateTime.UtcNow.AddDays(1):yyyy-MM-dd'T'HH:mm}Z", "--profile", "fast").AssertOk().Stdout.Trim();

        Assert.Contains("This page was too old", Enter(two, room, token), StringComparison.Ordinal);
        Assert.Contains("This code is not valid here", Enter(two, room), StringComparison.Ordinal);
        Assert.False(IsIn(two));

        Testbed.Cli("devices", "tag", one.Mac, "room-214").AssertOk();
        Assert.Contains("You are being connected", Enter(one, room), StringComparison.Ordinal);
        AwaitOnline(one);
        Testbed.Cli("rooms", "end", "214").AssertOk();
        Wait.For("the page says why", () => Curl(one, PortalUrl).Stdout.Contains("The stay in your room has ended.", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => Curl(one, PortalUrl).ToString());
    }

    /// <summary>A real browser, as a guest has it: led to the page, the code typed, online.</summary>
    [Fact]
    public async Task Guest_InARealBrowser_TypesACode_AcceptsTerms_AndIsOnline()
    {
        Assert.SkipWhen(Requirements.Missing("chromium") is not null, "chromium is missing");
        var (device, (_, code)) = (AddGuest("surfer", 44), MakeVoucher());
        var starter = Path.Combine(Testbed.Directory, "guest-browser");
        await File.WriteAllTextAsync(starter, $"#!/bin/sh\nexec nsenter --net=/run/netns/{device.Namespace} -- chromium \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(starter, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = starter,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = false, ViewportSize = new ViewportSize { Width = 390, Height = 844 }, Locale = "de-DE" });
        context.SetDefaultTimeout(20_000);
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);

        await page.GotoAsync($"http://{Testbed.ServerAddress}/some/page");
        Assert.Equal("Mit dem Internet verbinden", await page.TitleAsync());
        Assert.Contains("Be kind to other guests.", await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByLabel("Code Ihres Gutscheins oder Zimmers").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Verbinden" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Sie sind online" }).WaitForAsync();

        AwaitOnline(device);
        Assert.Empty(complaints);
    }

    [Fact]
    public void Guest_WhoAcceptsTheTerms_IsOnline_ForTheProfilesTime()
    {
        var device = AddGuest("polite", 45);
        var token = TokenOf(Curl(device, PortalUrl).AssertOk().Stdout);

        Assert.Contains("You are being connected", Curl(device, "-L", "-d", $"token={token}&way=terms", PortalUrl).AssertOk().Stdout, StringComparison.Ordinal);

        AwaitOnline(device);
        Assert.Contains("by the terms of use", Testbed.Cli("devices", "show", device.Mac).AssertOk().Stdout, StringComparison.Ordinal);
    }
}
