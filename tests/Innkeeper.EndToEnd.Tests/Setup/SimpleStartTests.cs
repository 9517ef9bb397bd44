using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Setup;

/// <summary>Two interfaces and nothing else.</summary>
public sealed class SimpleStartTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private static readonly string s_binary = GatewayBinary.Find()!;

    /// <summary>No file, no pool.</summary>
    [Fact]
    public void Run_WithTwoInterfacesAlone_IsReady_AndDevicesAreOnline() => Serve("exec \"$0\" run --access access --uplink uplink", "first", "second");

    /// <summary>The gateway sets up the access interface that it was given: no other program does.</summary>
    [Fact]
    public void Setup_WithTwoInterfaces_WritesAFile_ThatTheGatewayRunsWith()
    {
        Testbed.Run(Testbed.Gateway, "ip", "link", "set", "access", "down").AssertOk();
        var output = Serve(
            """
            for d in /etc/systemd/network /etc/NetworkManager/conf.d; do [ ! -d "$d" ] || mount -t tmpfs none "$d"; done
            "$0" setup --access access --uplink uplink --file /run/innkeeper.toml && exec "$0" run --config /run/innkeeper.toml
            """,
            "third");
        Assert.Contains("wrote /run/innkeeper.toml\n", output);
        Assert.Contains("/run/innkeeper.toml: no errors\nnext: `innkeeper run --config /run/innkeeper.toml` starts the gateway\n", output);
    }

    /// <param name="script">Starts the gateway; $0 is its program.</param>
    /// <returns>The output of the script.</returns>
    private string Serve(string script, params string[] devices)
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();

        // The default paths, but not this machine's: its own mounts hide them.
        var gateway = Testbed.Start(Testbed.Gateway, "unshare", "-m", "sh", "-c", $"mount -t tmpfs none /run && mount -t tmpfs none /var/lib && {{ {script}\n}}", s_binary);
        try
        {
            Wait.For("ready", () => gateway.Stdout.Split('\n').Contains("ready") || gateway.HasExited, TimeSpan.FromSeconds(30), gateway.ToString);
            Assert.False(gateway.HasExited, gateway.ToString());
            var (url, sha256) = Testbed.Publish("simple", 1_000_000);
            foreach (var name in devices)
            {
                var device = Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
                Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
                Assert.Equal(sha256, Download(device, url));
            }

            // The lab has no DNS server: the exit code is the gateway's health.
            Assert.Contains(Testbed.GatewayAddress, Cli("status").Stdout);
            Assert.Contains("47.31.128.195", Cli("devices").AssertOk().Stdout);
        }
        finally
        {
            gateway.Signal(Native.SIGTERM);
            gateway.WaitForExit(TimeSpan.FromSeconds(10));
        }

        // The pins went with the mounts; what is attached is found without them.
        Testbed.Run(Testbed.Gateway, "unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && exec \"$@\"", "sh", s_binary, "teardown").AssertOk();
        Testbed.StartGateway();
        return gateway.Stdout;

        CommandResult Cli(string subcommand) => Command.Run("nsenter", "-t", $"{gateway.Id}", "-m", "-n", s_binary, subcommand);
    }
}
