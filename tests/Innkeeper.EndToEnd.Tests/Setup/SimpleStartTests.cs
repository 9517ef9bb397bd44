using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Setup;

/// <summary>Two interfaces and nothing else: no file, no pool.</summary>
public sealed class SimpleStartTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Run_WithTwoInterfacesAlone_IsReady_AndDevicesAreOnline()
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        var binary = GatewayBinary.Find()!;
        // The default paths, but not this machine's: its own mounts hide them.
        var gateway = Testbed.Start(Testbed.Gateway, "unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && mount -t tmpfs none /var/lib && exec \"$@\"", "sh",
            binary, "run", "--access", "access", "--uplink", "uplink");
        try
        {
            Wait.For("ready", () => gateway.Stdout.Split('\n').Contains("ready") || gateway.HasExited, TimeSpan.FromSeconds(30), gateway.ToString);
            Assert.False(gateway.HasExited, gateway.ToString());
            var (url, sha256) = Testbed.Publish("simple", 1_000_000);
            foreach (var name in (string[])["first", "second"])
            {
                var device = Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
                Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
                Assert.Equal(sha256, Download(device, url));
            }

            Assert.Contains(Testbed.GatewayAddress, Cli("status").AssertOk().Stdout);
            Assert.Contains("47.31.128.195", Cli("devices").AssertOk().Stdout);
        }
        finally
        {
            gateway.Signal(Native.SIGTERM);
            gateway.WaitForExit(TimeSpan.FromSeconds(10));
        }

        // The pins went with the mounts; what is attached is found without them.
        Testbed.Run(Testbed.Gateway, "unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && exec \"$@\"", "sh", binary, "teardown").AssertOk();
        Testbed.StartGateway();

        CommandResult Cli(string subcommand) => Command.Run("nsenter", "-t", $"{gateway.Id}", "-m", "-n", binary, subcommand);
    }
}
