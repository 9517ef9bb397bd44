using System.Diagnostics;
using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;
using Microsoft.Playwright;

namespace Innkeeper.EndToEnd.Tests.Web;

/// <summary>The console in a real browser, on a gateway with real devices.</summary>
public sealed partial class ConsoleTests : GatewayTests, IClassFixture<ConsoleFixture>
{
    private readonly ConsoleFixture _console;

    public ConsoleTests(ConsoleFixture fixture)
        : base(fixture)
    {
        Assert.SkipWhen(Requirements.Missing("chromium") is not null, "chromium is missing");
        _console = fixture;
    }

    /// <summary>Its row comes without a reload, and one press lets it in.</summary>
    [Fact]
    public async Task Device_ThatWaits_AppearsByItself_AndIsOnlineAfterOnePress()
    {
        var page = await _console.OpenAsync("#/");
        await page.GetByText("Needs you").First.WaitForAsync();
        var device = Testbed.AddDevice("guest", "47.31.128.40/24", "47.31.128.1");
        Testbed.Cli("devices", "name", device.Mac, "Room 40").AssertOk();
        Assert.False(IsOnline(device));

        var letIn = page.GetByRole(AriaRole.Button, new() { Name = "Let in 8 h: Room 40" });
        await letIn.WaitForAsync();
        var begin = Stopwatch.GetTimestamp();
        await letIn.ClickAsync();
        Wait.For("the device is online", () => IsOnline(device), TimeSpan.FromSeconds(20), () => "");
        TestContext.Current.TestOutputHelper!.WriteLine($"from the press to the first answer {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms");
        await page.GetByText("Room 40 is let in.").First.WaitForAsync();
        Assert.Contains("anna", Testbed.Cli("events").AssertOk().Stdout, StringComparison.Ordinal);
        Assert.Contains("\"actor\":\"anna\"", Testbed.Cli("audit", "--device", device.Mac, "--json").AssertOk().Stdout, StringComparison.Ordinal);
    }

    /// <summary>You give a device a name; its page has it as text (<see cref="HostNames_ThatBreakPrograms_AreText"/> has many on one page).</summary>
    [Fact]
    public async Task Name_ThatIsMarkup_IsShownAsText()
    {
        const string Name = "\"><img src=x onerror=alert(1)><b>";
        var device = Testbed.AddDevice("markup", "47.31.129.40/24", "47.31.129.1");
        Assert.False(IsOnline(device));
        Testbed.Cli("devices", "name", device.Mac, Name).AssertOk();
        var page = await _console.OpenAsync($"#/devices/{device.Mac}");
        var dialogs = 0;
        page.Dialog += (_, dialog) =>
        {
            dialogs++;
            _ = dialog.DismissAsync();
        };

        await page.GetByRole(AriaRole.Heading, new() { Name = Name }).First.WaitForAsync();
        Assert.Equal(0, dialogs);
        Assert.Equal(0, await page.Locator("img[src=x]").CountAsync());
    }

    /// <summary>The console answers at every address of the host, and no device reaches it at any.</summary>
    [Fact]
    public void Console_FromADevice_IsReachedAtNoAddress()
    {
        var device = Testbed.AddDevice("scanner", "47.31.130.40/24", "47.31.130.1");
        Fetch(device);
        Testbed.Cli("devices", "approve", device.Mac).AssertOk();
        Fetch(device).AssertOk();
        var addresses = Testbed.Run(Testbed.Gateway, "ip", "-4", "-o", "address").AssertOk().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Split('/')[0]).Append("47.31.130.1").Append("192.88.99.99").Append(Testbed.GatewayAddress).Distinct().ToArray();
        Assert.Contains(Testbed.GatewayAddress, addresses);
        Assert.All(addresses.Where(a => a != "127.0.0.1"), address =>
        {
            var scanned = Testbed.Run(device.Namespace, TimeSpan.FromSeconds(60), "nmap", "-n", "-Pn", "-sT", "--max-retries", "1", "-p", ConsoleFixture.Port.ToString(), address).AssertOk();
            Assert.DoesNotContain($"{ConsoleFixture.Port}/tcp open", scanned.Stdout, StringComparison.Ordinal);
            Assert.NotEqual(0, Testbed.Run(device.Namespace, "curl", "-sS", "-m", "2", $"http://{address}:{ConsoleFixture.Port}/").ExitCode);
        });
        Testbed.Run(Testbed.Gateway, "curl", "-sS", "--fail", "-m", "5", $"http://{Testbed.GatewayAddress}:{ConsoleFixture.Port}/").AssertOk();
    }

    /// <summary>The front desk sees devices and lets them in for a time. It has no settings, no users, and no order beyond those.</summary>
    [Fact]
    public async Task Operator_SeesAndDoesNothingThatIsAnAdmins()
    {
        var device = Testbed.AddDevice("desk", "47.31.131.40/24", "47.31.131.1");
        Assert.False(IsOnline(device));
        var page = await _console.OpenAsync("#/devices/" + device.Mac, await _console.SignInAsync("desk", "operator"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Let in…" }).First.WaitForAsync();
        foreach (var absent in new[] { "Settings", "Users and tokens", "Audit trail", "Mail and webhook" })
        {
            Assert.Equal(0, await page.GetByRole(AriaRole.Link, new() { Name = absent }).CountAsync());
        }

        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Forget" }).CountAsync());
        foreach (var (method, path, body) in new[]
        {
            ("GET", "/configuration/file", ""), ("GET", "/users", ""), ("GET", "/tokens", ""), ("GET", "/audit", ""), ("POST", "/backup", "{}"), ("DELETE", $"/devices/{device.Mac}", ""),
            ("POST", $"/devices/{device.Mac}/approve", "{}"), ("PUT", $"/devices/{device.Mac}/profile", "{\"value\":\"default\"}"), ("POST", "/tokens", "{\"name\":\"x\",\"role\":\"admin\"}"),
        })
        {
            var status = await page.EvaluateAsync<int>(
                """
                async ([method, path, body]) => {
                  const session = await (await fetch("/api/v1/session")).json();
                  return (await fetch("/api/v1" + path, { method, body: body || undefined, headers: { "X-Innkeeper-Request": session.csrf } })).status;
                }
                """,
                new[] { method, path, body });
            Assert.True(status == 403, $"{method} {path}: {status}");
        }
    }

    /// <summary>The process is replaced under the page, twice; the session stays, and the page goes on by itself.</summary>
    [Fact]
    public async Task Settings_AppliedOnThePage_AreInForce_AndGoBackByOnePress()
    {
        var page = await _console.OpenAsync("#/settings");
        await page.GetByText("No errors").First.WaitForAsync();
        await page.Locator(".cm-content").ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("\ndevice_metrics = true\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview and apply…" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("web.device_metrics").First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply for 60 s" }).ClickAsync();

        var undo = page.GetByRole(AriaRole.Button, new() { Name = "Undo now" });
        await undo.WaitForAsync();
        Assert.Contains("device_metrics = true", await File.ReadAllTextAsync(Testbed.ConfigPath, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Wait.For("the settings are in force", IsOn, TimeSpan.FromSeconds(20), () => "");
        await undo.ClickAsync();
        Wait.For("the previous settings are in force", () => !IsOn(), TimeSpan.FromSeconds(20), () => Testbed.Cli("config", "history").ToString());
        await undo.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.DoesNotContain("device_metrics", await File.ReadAllTextAsync(Testbed.ConfigPath, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        bool IsOn() => Testbed.Cli("config", "show", "--json").Stdout.Contains("\"key\":\"web.device_metrics\",\"value\":\"true\"", StringComparison.Ordinal);
    }

    /// <summary>Each command of the guide does what the guide says, with a token.</summary>
    [Fact]
    public void ApiGuide_ItsCommandsWork()
    {
        var device = Testbed.AddDevice("api", "47.31.133.40/24", "47.31.133.1");
        Assert.False(IsOnline(device));
        using var made = JsonDocument.Parse(Testbed.Cli("token", "create", "guide", "--role", "admin", "--json").AssertOk().Stdout);
        var token = made.RootElement.GetProperty("token").GetString()!;
        var commands = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "api.md")).Split("```sh\n").Skip(1).SelectMany(block => block.Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.True(commands.Count >= 12, $"{commands.Count} commands");
        Assert.All(commands, command =>
        {
            var told = Testbed.Run(Testbed.Gateway, "env", $"TOKEN={token}", $"URL={ConsoleFixture.Url}", $"MAC={device.Mac}", "sh", "-c", command);
            Assert.True(told.ExitCode == (command.Contains("-m 1", StringComparison.Ordinal) ? 28 : 0), told.ToString());
            Assert.Equal(command.Contains("no-such-device", StringComparison.Ordinal), told.Stdout.Contains("urn:innkeeper:problem:not_found", StringComparison.Ordinal));
            Assert.Equal(command.Contains("no-such-device", StringComparison.Ordinal), told.Stdout.Contains("urn:innkeeper:problem", StringComparison.Ordinal));
        });
        Assert.True(IsOnline(device));
    }

    /// <summary>The front desk makes vouchers for the profile that it may give, sees their codes once, and revokes one.</summary>
    [Fact]
    public async Task FrontDesk_MakesVouchers_AndRevokesOne()
    {
        var page = await _console.OpenAsync("#/vouchers", await _console.SignInAsync("vera", "operator"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Create vouchers" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("How many").FillAsync("3");
        await dialog.GetByLabel("Profile").SelectOptionAsync("guests");
        await dialog.GetByLabel("Label").FillAsync("<b>Wedding</b>");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create vouchers" }).ClickAsync();
        await page.GetByText("They are not shown again").WaitForAsync();
        Assert.Equal(3, await page.GetByRole(AriaRole.Dialog).Locator("code").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByText("<b>Wedding</b>").First.WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke: " }).First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.Locator("td", new() { HasTextString = "Revoked" }).First.WaitForAsync();
        Assert.Contains("(by vera)", Testbed.Cli("events").AssertOk().Stdout, StringComparison.Ordinal);
    }

    /// <summary>By keys alone: sign in, find a device, let it in.</summary>
    [Fact]
    public async Task Keyboard_AloneLetsADeviceIn()
    {
        var device = Testbed.AddDevice("keys", "47.31.132.40/24", "47.31.132.1");
        Assert.False(IsOnline(device));
        var page = await _console.OpenAsync($"#/devices/{device.Mac}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Let in…" }).First.WaitForAsync();
        await TabToAsync(page, "Let in…");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        for (var i = 0; i < 20 && await page.GetByRole(AriaRole.Dialog).CountAsync() > 0; i++)
        {
            if (await FocusedAsync(page) is "Let in…")
            {
                await page.Keyboard.PressAsync("Enter");
                await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
                break;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Wait.For("the device is online", () => IsOnline(device), TimeSpan.FromSeconds(20), () => "");
    }

    /// <summary>axe-core looks at each page in both themes.</summary>
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_HaveNoSeriousFaultOfAccessibility(ColorScheme scheme)
    {
        var axe = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "console", "node_modules", "axe-core", "axe.min.js"), TestContext.Current.CancellationToken);
        var device = Testbed.AddDevice($"seen{scheme}", "47.31.134.40/24", "47.31.134.1");
        Assert.False(IsOnline(device));
        var page = await _console.OpenAsync("#/", change: options => options.ColorScheme = scheme);
        await page.EvaluateAsync($"() => {{ {axe} }}");
        foreach (var (name, hash) in ConsoleFixture.Pages(device.Mac))
        {
            await ConsoleFixture.ShowAsync(page, hash);
            var faults = await page.EvaluateAsync<string[]>(
                "async () => (await axe.run({ resultTypes: ['violations'] })).violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id + ': ' + v.nodes[0].html)");
            Assert.True(faults.Length == 0, $"{name}, {scheme}: {string.Join("; ", faults)}");
        }
    }

    /// <summary>A device that waits gets a page for every page; an answer to its echo request comes only from the Internet.</summary>
    private static bool IsOnline(Device device) => Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress).ExitCode == 0;

    private static async Task TabToAsync(IPage page, string name)
    {
        for (var i = 0; i < 80; i++)
        {
            if (await FocusedAsync(page) == name)
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"no key leads to {name}");
    }

    private static Task<string?> FocusedAsync(IPage page) => page.EvaluateAsync<string?>("() => document.activeElement?.textContent?.trim() ?? null");
}
