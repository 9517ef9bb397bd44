using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;
using Microsoft.Playwright;

namespace Innkeeper.EndToEnd.Tests.Web;

/// <summary>`innkeeper setup --web` on a machine without a configuration.</summary>
public sealed partial class ConsoleTests
{
    private const string FirstFile = "/run/innkeeper.toml";

    /// <summary>Seconds: for a start of the gateway and a press, twice.</summary>
    private const int Limit = 15;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// From the printed link to a device with access, by a browser alone. The first trial is not confirmed: the file is gone, and the page is there again with all
    /// that was chosen. The second one is confirmed.
    /// </summary>
    [Fact]
    public async Task FirstRun_ShowsWhoIsThere_TriesTheGateway_AndTakesItBackUnlessConfirmed()
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        Testbed.Run(Testbed.Gateway, "ip", "link", "set", Testbed.AccessInterface, "down").AssertOk();
        var binary = GatewayBinary.Find()!;

        // The default paths, but not this machine's: its own mounts hide them.
        var setup = Testbed.Start(
            Testbed.Gateway, "unshare", "-m", "sh", "-c",
            $"mount -t tmpfs none /run && mount -t tmpfs none /var/lib && for d in /etc/systemd/network /etc/NetworkManager/conf.d; do [ ! -d \"$d\" ] || mount -t tmpfs none \"$d\"; done && " +
            $"exec \"$0\" setup --web --file {FirstFile} --confirm-within {Limit}s", binary);
        try
        {
            Wait.For("the link", () => setup.Stdout.Contains("/#/setup?code=", StringComparison.Ordinal) || setup.HasExited, s_patience, setup.ToString);
            Assert.False(setup.HasExited, setup.ToString());
            var link = setup.Stdout.Split('\n').First(l => l.StartsWith("open ", StringComparison.Ordinal))["open ".Length..];
            var device = Testbed.AddDevice("first", "47.31.135.40/24", "47.31.135.1");
            Assert.False(IsOnline(device));

            var page = await _console.OpenAsync(link[(link.IndexOf('/', "http://".Length) + 1)..], signedIn: "{}");
            await MakeAdministrator(page);
            await ChooseEverything(page, device);
            await page.GetByRole(AriaRole.Button, new() { Name = "Apply for" }).ClickAsync();

            await page.GetByText("The last trial was taken back").WaitForAsync(new() { Timeout = 1000 * 3 * Limit });
            await page.GetByText($"it was not confirmed within {Limit} s").Or(page.GetByText($"it did not come to work within {Limit} s")).WaitForAsync();
            Assert.NotEqual(0, InMounts("cat", FirstFile).ExitCode);
            Assert.False(IsOnline(device));

            await page.GetByRole(AriaRole.Button, new() { Name = "Apply for" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync(new() { Timeout = 1000 * Limit });
            await page.GetByText("Needs you").First.WaitForAsync();
            Wait.For("the device is online", () => IsOnline(device), s_patience, setup.ToString);
            Assert.Contains($"interface = \"{Testbed.AccessInterface}\"", InMounts("cat", FirstFile).AssertOk().Stdout, StringComparison.Ordinal);
            Wait.For("confirmed", () => setup.Stdout.Contains("confirmed: the gateway runs", StringComparison.Ordinal), s_patience, setup.ToString);

            // The time that a trial has is over, and the gateway still there.
            Assert.DoesNotContain("\"until\":\"", InMounts(binary, "status", "--json").Stdout, StringComparison.Ordinal);
        }
        finally
        {
            setup.Signal(Native.SIGTERM);
            setup.WaitForExit(s_patience);
            Testbed.Run(Testbed.Gateway, "unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && exec \"$@\"", "sh", binary, "teardown");
            Testbed.StartGateway();
        }

        Assert.Equal(0, setup.ExitCode);

        CommandResult InMounts(params string[] command) => Command.Run(["nsenter", "-t", $"{setup.Id}", "-m", "-n", .. command]);
    }

    private static async Task MakeAdministrator(IPage page)
    {
        await page.GetByLabel("Name").FillAsync("anna");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(ConsoleFixture.Password);
        await page.GetByLabel("Password again").FillAsync(ConsoleFixture.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Where are the devices?" }).WaitForAsync();
    }

    /// <summary>Each step, by what a person sees there.</summary>
    private static async Task ChooseEverything(IPage page, Device device)
    {
        var axe = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "console", "node_modules", "axe-core", "axe.min.js"), TestContext.Current.CancellationToken);
        await page.EvaluateAsync($"() => {{ {axe} }}");

        // Heard on an interface that was down before, and nowhere else.
        Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress);
        var access = page.Locator("label.option", new() { HasText = device.Mac }).GetByRole(AriaRole.Radio);
        await access.WaitForAsync();
        await Examine(page, "devices");
        await access.CheckAsync();
        await Next(page, "Which interface leads out?");

        var uplink = page.Locator("label.option", new() { HasText = $"router {Testbed.RouterAddress} answers" });
        await uplink.WaitForAsync();
        await uplink.GetByRole(AriaRole.Radio).CheckAsync();
        await page.GetByText("Two arms: devices on").WaitForAsync();
        await Examine(page, "uplink");
        await Next(page, "How many devices?");

        await page.GetByLabel("Devices that are online at once").FillAsync("3000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find free addresses" }).ClickAsync();
        await page.GetByText("3,000 devices need 3 shared addresses").WaitForAsync();
        Assert.Equal("137.118.199.252-137.118.199.254", await page.GetByLabel("Shared addresses").InputValueAsync());
        await Examine(page, "addresses");

        // The lab's own hosts know of no such addresses.
        await page.GetByLabel("Shared addresses").FillAsync("");
        await Next(page, "Which devices are let in?");
        await Examine(page, "admission");
        await Next(page, "Mail to you");
        await page.GetByLabel("Send me mail").CheckAsync();
        await Examine(page, "mail");
        await page.GetByLabel("Send me mail").UncheckAsync();
        await Next(page, "Summary");
        await page.GetByText("[profiles.default]").WaitForAsync();
        await Examine(page, "summary");
    }

    private static async Task Next(IPage page, string heading)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = heading }).WaitForAsync();
    }

    /// <summary>Nothing serious for axe-core; and the pictures of the guide.</summary>
    private static async Task Examine(IPage page, string step)
    {
        var faults = await page.EvaluateAsync<string[]>(
            "async () => (await axe.run({ resultTypes: ['violations'] })).violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id + ': ' + v.nodes[0].html)");
        Assert.True(faults.Length == 0, $"first run, {step}: {string.Join("; ", faults)}");
        if (Environment.GetEnvironmentVariable("INNKEEPER_SCREENSHOTS") is { Length: > 0 })
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Root, "docs", "console", $"first-run-{step}-desktop-light.png"), FullPage = true });
        }
    }
}
