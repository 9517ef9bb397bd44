using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Uplink;

/// <summary>The host's own default route leads nowhere and its uplink's MTU is too large: the configuration says better.</summary>
public sealed class UplinkOverrideFixture() : GatewayFixture(
    GatewaySettings.Default with { Uplink = $"gateway = \"{Testbed.RouterAddress}\"\nmtu = 1400" },
    beforeStart: testbed => Testbed.Run(testbed.Gateway, "ip", "route", "replace", "default", "via", "137.118.199.254").AssertOk());

public sealed class UplinkOverrideTests(UplinkOverrideFixture fixture) : GatewayTests(fixture), IClassFixture<UplinkOverrideFixture>
{
    [Fact]
    public void Gateway_OfTheConfiguration_IsTakenByBothPaths()
    {
        var device = AddDevice("way");

        Fetch(device).AssertOk();
        // Options take the slow path, through the host's stack.
        Ping(device.Namespace, Testbed.ServerAddress, "-T", "tsonly").AssertOk();
    }

    [Fact]
    public void Mtu_OfTheConfiguration_IsToldToWhoSetsDf_AndCutsTheRest()
    {
        var device = AddDevice("mtu");
        Fetch(device).AssertOk();
        var capture = Testbed.Capture(Testbed.Lan, "rt", "icmp", "and", "greater", "1415");

        var told = Testbed.Run(device.Namespace, "ping", "-n", "-M", "do", "-s", "1400", "-c", "3", "-i", "0.2", "-W", "1", Testbed.ServerAddress);

        Assert.Contains("mtu = 1400", told.Stdout + told.Stderr.Replace("mtu=1400", "mtu = 1400"));
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "1450").AssertOk();
        Assert.DoesNotContain(capture.Lines(), line => line.Contains($"> {Testbed.ServerAddress}", StringComparison.Ordinal));
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
