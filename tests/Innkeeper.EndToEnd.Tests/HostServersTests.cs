using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A gateway that is told no DNS servers asks those of its host, and follows them.</summary>
public sealed class HostServersTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void WithoutUpstream_TheFirstQuestionAfterReadyIsAnsweredByTheHostsOwnServers_WhichAreFollowedWhenTheyChange()
    {
        Bench.KillGateway(Native.SIGTERM);
        Bench.Cli("teardown").Ok();
        var config = Path.Combine(Bench.Directory, "host-servers.toml");
        File.WriteAllLines(config, File.ReadLines(Bench.ConfigPath).Where(line => !line.StartsWith("upstream", StringComparison.Ordinal)));
        var resolv = Path.Combine(Bench.Directory, "host-resolv.conf");
        File.WriteAllText(resolv, $"nameserver {Bench.RouterAddress}\n");
        // The gateway has a /etc/resolv.conf of its own; the pins' file system is mounted before, so that others see it too.
        Directory.CreateDirectory(Bench.BpffsDirectory);
        Command.Run("mount", "-t", "bpf", "bpf", Bench.BpffsDirectory).Ok();
        var device = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        var gateway = Bench.Start(Bench.Gateway, "unshare", "-m", "sh", "-c", "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
            resolv, GatewayBinary.Find()!, "run", "--config", config);
        try
        {
            Wait.For("ready", () => gateway.Stdout.Contains("ready", StringComparison.Ordinal) || gateway.HasExited, TimeSpan.FromSeconds(15), gateway.ToString);
            var answer = Bench.Run(device.Namespace, "dig", "+time=5", "+tries=1", "@8.8.8.8", Bench.WebName).Ok().Stdout;
            Assert.Contains("status: NOERROR", answer);
            Assert.Contains(Bench.ServerAddress, answer);
            Assert.Equal([$"{Bench.RouterAddress}:53"], Servers());

            File.WriteAllText(resolv, $"nameserver 127.0.0.53\nnameserver {Bench.OfficeAddress}\nnameserver {Bench.RouterAddress}\n");

            Wait.For("the host's new servers", () => Servers() is [$"{Bench.OfficeAddress}:53", $"{Bench.RouterAddress}:53"], TimeSpan.FromSeconds(15), gateway.ToString);
            gateway.Signal(Native.SIGTERM);
            Assert.True(gateway.WaitForExit(TimeSpan.FromSeconds(10)), gateway.ToString());
            Bench.Cli("teardown").Ok();
        }
        finally
        {
            gateway.Stop();
            Command.Run("umount", Bench.BpffsDirectory);
            Bench.StartGateway();
        }
    }

    private string[] Servers() => [.. Bench.StatusJson().Dns?.Upstreams.Select(u => u.Server) ?? []];
}
