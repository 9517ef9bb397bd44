using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;
using Microsoft.Playwright;

namespace Innkeeper.EndToEnd.Tests.Web;

/// <summary>The pictures of docs/console.md.</summary>
public sealed class ConsolePictureTests
{
    private static readonly string s_folder = Path.Combine(Checkout.Root, "docs", "console");

    private static readonly (string Name, int Width, int Height)[] s_sizes = [("desktop", 1280, 800), ("phone", 390, 844)];

    /// <summary>Each page has its four pictures. With INNKEEPER_SCREENSHOTS set, they are taken before, in a lab of their own.</summary>
    [Fact]
    public async Task Guide_HasPicturesOfEachPage()
    {
        if (Environment.GetEnvironmentVariable("INNKEEPER_SCREENSHOTS") is { Length: > 0 })
        {
            await TakeAsync();
        }

        var wanted = ConsoleFixture.Pages("").SelectMany(p => s_sizes.SelectMany(s => Enum.GetValues<Scheme>().Select(scheme => FileOf(p.Name, s.Name, scheme))));
        Assert.Equal(wanted.Order(), Directory.GetFiles(s_folder).Select(Path.GetFileName).Order());
    }

    private enum Scheme
    {
        Light,
        Dark,
    }

    private static string FileOf(string page, string size, Scheme scheme) => $"{page}-{size}-{scheme}.png".ToLowerInvariant();

    private static async Task TakeAsync()
    {
        Hotel? hotel = null;
        var starter = Directory.CreateTempSubdirectory("ikhotel");
        await using var console = new ConsoleFixture(Hotel.SettingsIn(starter.FullName), testbed =>
        {
            Hotel.WritePast(testbed.StateDirectory);
            hotel = new Hotel(testbed);
        });
        Assert.SkipWhen(console.Missing is not null, console.Missing ?? "");
        hotel!.Fill();
        await console.InitializeAsync();

        var views = new List<(string Size, Scheme Scheme, IPage Page)>();
        foreach (var (name, width, height) in s_sizes)
        {
            foreach (var scheme in Enum.GetValues<Scheme>())
            {
                var context = await console.Browser.NewContextAsync(new BrowserNewContextOptions
                {
                    StorageState = console.SignedIn,
                    ViewportSize = new ViewportSize { Width = width, Height = height },
                    ColorScheme = scheme is Scheme.Light ? ColorScheme.Light : ColorScheme.Dark,
                    Locale = "en-GB",
                    TimezoneId = "Europe/London",
                });
                var page = await context.NewPageAsync();
                await page.GotoAsync(ConsoleFixture.Url);
                views.Add((name, scheme, page));
            }
        }

        Directory.CreateDirectory(s_folder);
        foreach (var (name, hash) in ConsoleFixture.Pages(Hotel.Television).OrderBy(p => p.Name == "mail"))
        {
            if (name == "mail")
            {
                hotel.LoseMail();
            }

            foreach (var (size, scheme, page) in views)
            {
                await ConsoleFixture.ShowAsync(page, hash);
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(s_folder, FileOf(name, size, scheme)), Animations = ScreenshotAnimations.Disabled });
            }
        }

        Shrink();
        starter.Delete(recursive: true);
    }

    /// <summary>With a palette of 256 colours the pictures have a third of the octets. Without the tool they stay as they are.</summary>
    private static void Shrink()
    {
        if (Requirements.Missing("pngquant") is null)
        {
            Command.Run(["pngquant", "--force", "--ext", ".png", "--strip", "--speed", "1", "256", .. Directory.GetFiles(s_folder)]).AssertOk();
        }
    }
}
