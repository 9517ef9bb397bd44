using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;
using Microsoft.Playwright;

namespace Innkeeper.EndToEnd.Tests.Web;

/// <summary>
/// A gateway whose console listens at every address of its host, with an administrator who was made by the set-up link, and a real browser in the gateway's
/// own namespace.
/// </summary>
public sealed class ConsoleFixture : GatewayFixture, IAsyncLifetime
{
    public const int Port = 7080;
    public const string Password = "a long walk by the sea";

    private IPlaywright? _playwright;
    private string? _signedIn;

    public ConsoleFixture()
        : this(Settings)
    {
    }

    internal ConsoleFixture(GatewaySettings settings, Action<Testbed>? beforeStart = null)
        : base(settings, beforeStart: beforeStart)
    {
    }

    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with
    {
        Profile = "admission = \"approve\"",
        Extra = $"""
            [profiles.guests]
            vouchers = true
            [web]
            listen = "0.0.0.0:{Port}"
            tls = "never"

            """,
    };

    internal static string Url => $"http://127.0.0.1:{Port}";

    internal IBrowser Browser { get; private set; } = default!;

    /// <summary>The administrator's session, as a browser keeps it.</summary>
    internal string SignedIn => _signedIn!;

    /// <summary>Every page, by the name of its pictures.</summary>
    internal static (string Name, string Hash)[] Pages(string device) =>
    [
        ("overview", "#/"), ("devices", "#/devices"), ("device", $"#/devices/{device}"), ("events", "#/events"), ("network", "#/network"), ("audit", "#/audit"), ("mail", "#/mail"),
        ("settings", "#/settings"), ("users", "#/users"), ("api", "#/api"), ("machines", "#/machines"), ("vouchers", "#/vouchers"), ("rooms", "#/rooms"),
    ];

    /// <summary>Goes to a page within the console, until it is whole.</summary>
    internal static async Task ShowAsync(IPage page, string hash)
    {
        await page.EvaluateAsync("hash => { location.hash = hash; }", hash);
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
        await page.WaitForFunctionAsync("() => !/Loading…|Checking…/.test(document.body.innerText)");
    }

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null || Requirements.Missing("chromium") is not null)
        {
            return;
        }

        var starter = Path.Combine(Testbed.Directory, "browser");
        await File.WriteAllTextAsync(starter, $"#!/bin/sh\nexec nsenter --net=/run/netns/{Testbed.Gateway} -- chromium \"$@\"\n");
        File.SetUnixFileMode(starter, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = starter,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        await SetUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_playwright is not null)
        {
            await Browser.CloseAsync();
            _playwright.Dispose();
        }

        Dispose();
    }

    /// <summary>A page of the administrator's, or of a user's who signed in with <see cref="SignInAsync"/>.</summary>
    internal async Task<IPage> OpenAsync(string hash, string? signedIn = null, Action<BrowserNewContextOptions>? change = null)
    {
        var options = new BrowserNewContextOptions
        {
            StorageState = signedIn ?? _signedIn,
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            Locale = "en-GB",
            TimezoneId = "Europe/London",
        };
        change?.Invoke(options);

        // Pages of earlier tests follow the events, too, and each client address has so many connections.
        foreach (var earlier in Browser.Contexts.SkipLast(1).ToList())
        {
            await earlier.CloseAsync();
        }

        var context = await Browser.NewContextAsync(options);
        context.SetDefaultTimeout(20_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{Url}/{hash}");
        return page;
    }

    /// <summary>A new user's session, as a browser keeps it.</summary>
    internal async Task<string> SignInAsync(string name, string role)
    {
        var file = Path.Combine(Testbed.Directory, $"password-{name}");
        await File.WriteAllTextAsync(file, Password);
        Testbed.Cli("user", "add", name, "--role", role, "--password-file", file).AssertOk();
        var page = await OpenAsync("", signedIn: "{}");
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).Or(page.GetByText("Needs you")).First.WaitForAsync();
        return await page.Context.StorageStateAsync();
    }

    private async Task SetUpAsync()
    {
        using var link = JsonDocument.Parse(Testbed.Cli("user", "link", "--json").AssertOk().Stdout);
        var page = await OpenAsync(link.RootElement.GetProperty("path").GetString()!.TrimStart('/'));
        await page.GetByLabel("Name").FillAsync("anna");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByLabel("Password again").FillAsync(Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Needs you").First.WaitForAsync();
        _signedIn = await page.Context.StorageStateAsync();
    }
}
