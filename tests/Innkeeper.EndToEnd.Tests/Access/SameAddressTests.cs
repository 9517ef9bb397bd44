using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>Two devices with the same address, mask and gateway.</summary>
public sealed class SameAddressTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private const int Size = 50_000_000;

    [Fact]
    public void Download_ByTwoDevicesOfOneAddressAtOnce_IsWholeForBoth()
    {
        var (url, sha256) = Testbed.Publish("large", Size);
        var first = Testbed.AddDevice("first", "47.31.128.195/24", "47.31.128.1");
        var second = Testbed.AddDevice("second", "47.31.128.195/24", "47.31.128.1");

        // Slow enough to overlap for a second at least.
        var downloads = new[] { first, second }
            .Select(device => Testbed.Start(device.Namespace, "bash", "-o", "pipefail", "-c", $"curl -sS --fail -m 60 --limit-rate 40M {url} | sha256sum")).ToList();

        Assert.All(downloads, download => Assert.StartsWith(sha256, download.Finish(TimeSpan.FromSeconds(60)).AssertOk().Stdout));
        Assert.NotEqual(Testbed.AwaitLegalAddress(first), Testbed.AwaitLegalAddress(second));
    }

    [Fact]
    public void Ping_ByThreeDevicesOfOneAddress_AnswersEach()
    {
        var devices = Enumerable.Range(1, 3).Select(number => Testbed.AddDevice($"ping{number}", "10.20.30.40/8", "10.0.0.1")).ToList();

        var pings = devices.Select(device => Testbed.Start(device.Namespace, "ping", "-n", "-c", "20", "-i", "0.1", "-w", "10", Testbed.ServerAddress)).ToList();

        Assert.All(pings, ping => ping.Finish(TimeSpan.FromSeconds(20)).AssertOk());
    }
}
