using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

public sealed class FailStaticTests(GatewayFixture fixture) : FailStaticCase(fixture), IClassFixture<GatewayFixture>;

/// <summary>The daemon dies; the devices do not notice.</summary>
public abstract class FailStaticCase(GatewayFixture fixture) : GatewayTests(fixture)
{
    private const int Pings = 500;

    [Fact]
    public void Kill9_UnderPingAndDownload_LosesNothing_AndARestartAdopts()
    {
        var pinger = Testbed.AddDevice("pinger", "47.31.128.195/24", "47.31.128.1");
        var loader = Testbed.AddDevice("loader", "47.31.128.195/24", "47.31.128.1");
        var (url, sha256) = Testbed.Publish("long", 30_000_000);
        Fetch(pinger).AssertOk();
        Fetch(loader).AssertOk();
        var legal = Testbed.AwaitLegalAddress(pinger);

        var ping = Testbed.Start(pinger.Namespace, "ping", "-n", "-i", "0.01", "-c", $"{Pings}", "-W", "2", Testbed.ServerAddress);
        // About five seconds.
        var target = Path.Combine(Testbed.Directory, "downloaded");
        var download = Testbed.Start(loader.Namespace, "curl", "-sS", "--fail", "-m", "60", "--limit-rate", "6M", "-o", target, url);
        AwaitReply(ping, 100);
        Assert.True(File.Exists(target) && !download.HasExited, download.ToString());

        Testbed.KillGateway(Native.SIGKILL);
        AwaitReply(ping, 250);
        Testbed.StartGateway();

        var pinged = ping.Finish(TimeSpan.FromSeconds(30)).AssertOk();
        Assert.Contains($"{Pings} packets transmitted, {Pings} received", pinged.Stdout);
        download.Finish(TimeSpan.FromSeconds(60)).AssertOk();
        Assert.StartsWith(sha256, Command.Run("sha256sum", target).AssertOk().Stdout);

        Assert.True(Testbed.StatusJson().Adopted.Bindings >= 2, Testbed.Cli("status", "--json").ToString());
        Assert.Equal(legal, Testbed.AwaitLegalAddress(pinger));
        Fetch(pinger).AssertOk();
        Fetch(Testbed.AddDevice("newcomer", "47.31.128.195/24", "47.31.128.1")).AssertOk();
    }

    [Fact]
    public void Stop_ByTerm_KeepsKnownDevicesOnline()
    {
        var device = Testbed.AddDevice("calm", "47.31.128.199/24", "47.31.128.1");
        Fetch(device).AssertOk();
        var ping = Testbed.Start(device.Namespace, "ping", "-n", "-i", "0.01", "-c", "300", "-W", "2", Testbed.ServerAddress);
        AwaitReply(ping, 50);

        Testbed.KillGateway(Native.SIGTERM);
        AwaitReply(ping, 150);
        Testbed.StartGateway();

        Assert.Contains("300 packets transmitted, 300 received", ping.Finish(TimeSpan.FromSeconds(30)).AssertOk().Stdout);
    }

    private static void AwaitReply(BackgroundProcess ping, int number) =>
        Wait.For($"reply {number}", () => ping.Stdout.Contains($"icmp_seq={number} ", StringComparison.Ordinal), TimeSpan.FromSeconds(20), ping.ToString);
}
