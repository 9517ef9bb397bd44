using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>Devices, bindings and their legal addresses are remembered.</summary>
public sealed class RememberedAddressTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Device_AfterARestart_HasTheSameLegalAddress()
    {
        var devices = AddDevices("restart");
        var before = devices.Select(device => Testbed.AwaitLegalAddress(device)).ToList();

        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway();

        Assert.Equal(before, devices.Select(device => Testbed.AwaitLegalAddress(device)));
        Assert.All(devices, device => Fetch(device).AssertOk());
        Assert.Equal(before, devices.Select(device => Testbed.AwaitLegalAddress(device)));
    }

    [Fact]
    public void Device_AfterTeardownAndANewStart_HasTheSameLegalAddress()
    {
        // Nothing is left in the kernel to adopt: the memory is the database's alone.
        var devices = AddDevices("teardown");
        var before = devices.Select(device => Testbed.AwaitLegalAddress(device)).ToList();

        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        Testbed.StartGateway();
        Assert.All(devices, device => Fetch(device).AssertOk());

        Assert.Equal(before, devices.Select(device => Testbed.AwaitLegalAddress(device)));
    }

    [Fact]
    public void Device_ThatWasAway_HasTheSameLegalAddress()
    {
        var device = AddDevices("away")[0];
        var before = Testbed.AwaitLegalAddress(device);

        Testbed.Run(device.Namespace, "ip", "link", "set", "eth0", "down").AssertOk();
        var other = Testbed.AddDevice("newcomer", "47.31.128.195/24", "47.31.128.1");
        Fetch(other).AssertOk();
        Testbed.Run(device.Namespace, "ip", "link", "set", "eth0", "up").AssertOk();
        Testbed.Run(device.Namespace, "ip", "route", "replace", "default", "via", "47.31.128.1").AssertOk();
        Fetch(device).AssertOk();

        Assert.Equal(before, Testbed.AwaitLegalAddress(device));
        Assert.NotEqual(before, Testbed.AwaitLegalAddress(other));
    }

    private List<Device> AddDevices(string name)
    {
        var devices = Enumerable.Range(1, 3).Select(number => Testbed.AddDevice($"{name}{number}", "47.31.128.195/24", "47.31.128.1")).ToList();
        Assert.All(devices, device => Fetch(device).AssertOk());
        return devices;
    }
}
