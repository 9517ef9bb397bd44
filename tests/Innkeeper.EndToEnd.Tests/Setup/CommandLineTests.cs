using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Setup;

/// <summary>The README's way without a file: two interfaces and a pool.</summary>
public sealed class CommandLineTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Run_WithInterfacesAndPool_ServesWithoutAFile()
    {
        Assert.SkipWhen(File.Exists("/run/innkeeper/control.sock"), "a gateway runs on this machine in the default places");
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();

        var gateway = Testbed.Start(Testbed.Gateway, GatewayBinary.Find()!, "run", "--access", "access", "--uplink", "uplink", "--pool", $"{Testbed.PoolFirst}-137.118.199.60");
        Wait.For("ready", () => gateway.Stdout.Contains("ready", StringComparison.Ordinal) || gateway.HasExited, TimeSpan.FromSeconds(15), gateway.ToString);
        var begun = DateTime.UtcNow;
        var device = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(device).AssertOk();
        var devices = Testbed.Run(Testbed.Gateway, GatewayBinary.Find()!, "devices").AssertOk();
        var row = Assert.Single(devices.Stdout.Split('\n'), line => line.Contains(device.Mac, StringComparison.Ordinal));
        Assert.Contains("admitted", row);
        Assert.Contains("47.31.128.195", row);
        Assert.Contains([begun, DateTime.UtcNow], day => row.Contains(day.ToString("yyyy-MM-dd"), StringComparison.Ordinal));
        var json = Testbed.Run(Testbed.Gateway, GatewayBinary.Find()!, "devices", "--json").AssertOk();
        Assert.Matches("\"bindings\":\\[.*\\],\"packets_out\":[1-9]", json.Stdout);
        Testbed.Run(Testbed.Gateway, GatewayBinary.Find()!, "status").AssertOk();

        gateway.Signal(Native.SIGTERM);
        Assert.True(gateway.WaitForExit(TimeSpan.FromSeconds(10)), gateway.ToString());
        Testbed.Run(Testbed.Gateway, GatewayBinary.Find()!, "teardown").AssertOk();
        Testbed.StartGateway();
    }
}
