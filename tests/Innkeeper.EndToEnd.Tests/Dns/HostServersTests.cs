using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dns;

/// <summary>A gateway that is told no DNS servers asks those of its host, and follows them.</summary>
public sealed class HostServersTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void WithoutUpstream_TheFirstQuestionAfterReadyIsAnsweredByTheHostsOwnServers_WhichAreFollowedWhenTheyChange()
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        var config = Path.Combine(Testbed.Directory, "host-servers.toml");
        File.WriteAllLines(config, File.ReadLines(Testbed.ConfigPath).Where(line => !line.StartsWith("upstream", StringComparison.Ordinal)));
        var resolv = Path.Combine(Testbed.Directory, "host-resolv.conf");
        File.WriteAllText(resolv, $"nameserver {Testbed.RouterAddress}\n");
        // The gateway has a /etc/resolv.conf of its own; the pins' file system is mounted before, so that others see it too.
        Directory.CreateDirectory(Testbed.BpffsDirectory);
        Command.Run("mount", "-t", "bpf", "bpf", Testbed.BpffsDirectory).AssertOk();
        var device = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        var gateway = Testbed.Start(Testbed.Gateway, "unshare", "-m", "sh", "-c", "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
            resolv, GatewayBinary.Find()!, "run", "--config", config);
        try
        {
            Wait.For("ready", () => gateway.Stdout.Contains("ready", StringComparison.Ordinal) || gateway.HasExited, TimeSpan.FromSeconds(15), gateway.ToString);
            var answer = Testbed.Run(device.Namespace, "dig", "+time=5", "+tries=1", "@8.8.8.8", Testbed.WebName).AssertOk().Stdout;
            Assert.Contains("status: NOERROR", answer);
            Assert.Contains(Testbed.ServerAddress, answer);
            Assert.Equal([$"{Testbed.RouterAddress}:53"], Servers());

            File.WriteAllText(resolv, $"nameserver 127.0.0.53\nnameserver {Testbed.OfficeAddress}\nnameserver {Testbed.RouterAddress}\n");

            Wait.For("the host's new servers", () => Servers() is [$"{Testbed.OfficeAddress}:53", $"{Testbed.RouterAddress}:53"], TimeSpan.FromSeconds(15), gateway.ToString);
            gateway.Signal(Native.SIGTERM);
            Assert.True(gateway.WaitForExit(TimeSpan.FromSeconds(10)), gateway.ToString());
            Testbed.Cli("teardown").AssertOk();
        }
        finally
        {
            gateway.Stop();
            Command.Run("umount", Testbed.BpffsDirectory);
            Testbed.StartGateway();
        }
    }

    private string[] Servers() => [.. Testbed.StatusJson().Dns?.Upstreams.Select(u => u.Server) ?? []];
}
