using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>Devices, bindings and their legal addresses are remembered.</summary>
public sealed class MemoryTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Device_AfterARestart_HasTheSameLegalAddress()
    {
        var devices = AddDevices("restart");
        var before = devices.Select(device => Bench.LegalAddress(device)).ToList();

        Bench.KillGateway(Native.SIGTERM);
        Bench.StartGateway();

        Assert.Equal(before, devices.Select(device => Bench.LegalAddress(device)));
        Assert.All(devices, device => Fetch(device).Ok());
        Assert.Equal(before, devices.Select(device => Bench.LegalAddress(device)));
    }

    [Fact]
    public void Device_AfterTeardownAndANewStart_HasTheSameLegalAddress()
    {
        // Nothing is left in the kernel to adopt: the memory is the database's alone.
        var devices = AddDevices("teardown");
        var before = devices.Select(device => Bench.LegalAddress(device)).ToList();

        Bench.KillGateway(Native.SIGTERM);
        Bench.Cli("teardown").Ok();
        Bench.StartGateway();
        Assert.All(devices, device => Fetch(device).Ok());

        Assert.Equal(before, devices.Select(device => Bench.LegalAddress(device)));
    }

    [Fact]
    public void Device_ThatWasAway_HasTheSameLegalAddress()
    {
        var device = AddDevices("away")[0];
        var before = Bench.LegalAddress(device);

        Bench.Run(device.Namespace, "ip", "link", "set", "eth0", "down").Ok();
        var other = Bench.AddDevice("newcomer", "47.31.128.195/24", "47.31.128.1");
        Fetch(other).Ok();
        Bench.Run(device.Namespace, "ip", "link", "set", "eth0", "up").Ok();
        Bench.Run(device.Namespace, "ip", "route", "replace", "default", "via", "47.31.128.1").Ok();
        Fetch(device).Ok();

        Assert.Equal(before, Bench.LegalAddress(device));
        Assert.NotEqual(before, Bench.LegalAddress(other));
    }

    private List<Device> AddDevices(string name)
    {
        var devices = Enumerable.Range(1, 3).Select(number => Bench.AddDevice($"{name}{number}", "47.31.128.195/24", "47.31.128.1")).ToList();
        Assert.All(devices, device => Fetch(device).Ok());
        return devices;
    }
}
