using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Policy;

/// <summary>A device may use 5 MB in a month.</summary>
public sealed class VolumeFixture() : GatewayFixture(Settings)
{
    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with { Profile = "volume = \"5M\"\nvolume_period = \"month\"" };
}

/// <summary>A volume that is used up by a real download.</summary>
public sealed class VolumeTests(VolumeFixture fixture) : GatewayTests(fixture), IClassFixture<VolumeFixture>
{
    private const string PortalUrl = "http://192.88.99.99/";

    private static string PageOf(Device device) => Testbed.Run(device.Namespace, "curl", "-sS", "-m", "10", PortalUrl).Stdout;

    /// <summary>It reaches the web; the portal leads one that is held to its own page.</summary>
    private static bool IsIn(Device device) => Fetch(device) is { Succeeded: true } fetched && !fetched.Stdout.Contains("must be approved", StringComparison.Ordinal);

    [Fact]
    public void Device_ThatUsesUpItsVolume_IsHeld_AlsoAfterAKill_UntilTheVolumeIsRaised()
    {
        var device = Testbed.AddDevice("streamer", "47.31.128.198/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        var (url, sha256) = Testbed.Publish("volume", 8_000_000);
        Assert.Equal(sha256, Download(device, url));

        Wait.For("the page says why", () => PageOf(device).Contains("<h1>Your data is used up</h1>", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => PageOf(device));
        Assert.Contains("Connected again", PageOf(device), StringComparison.Ordinal);
        Assert.False(IsIn(device));
        Assert.Equal("admitted", Testbed.Find(device)!.State);
        Assert.Contains($"used by device {device.Mac} this month, 0 B left", Testbed.Cli("devices", "show", device.Mac).AssertOk().Stdout, StringComparison.Ordinal);
        Assert.Contains(device.Mac, Testbed.Cli("devices", "approve", "--where", "cause=volume-used", "--dry-run").AssertOk().Stdout, StringComparison.Ordinal);
        Assert.Contains("volumes: 1 group counted, 1 used up", Testbed.Cli("status").AssertOk().Stdout, StringComparison.Ordinal);
        Assert.Contains("is used up: it is held until", Testbed.Cli("why", device.Mac).Stdout, StringComparison.Ordinal);

        Testbed.KillGateway(9);
        Testbed.StartGateway(VolumeFixture.Settings);
        Assert.False(IsIn(device));

        File.WriteAllText(Testbed.ConfigPath, File.ReadAllText(Testbed.ConfigPath).Replace("volume = \"5M\"", "volume = \"50M\"", StringComparison.Ordinal));
        Testbed.Cli("config", "reload").AssertOk();
        Wait.For("it is online again", () => IsIn(device), TimeSpan.FromSeconds(20), () => Testbed.Cli("devices", "show", device.Mac).Stdout);
        var events = Testbed.Cli("events").AssertOk().Stdout;
        Assert.Single(events.Split('\n'), line => line.Contains("volume-used", StringComparison.Ordinal));
        Assert.Single(events.Split('\n'), line => line.Contains("volume-renewed", StringComparison.Ordinal));
    }
}
