using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>Several addresses on one MAC, up to a limit.</summary>
public sealed class SeveralAddressesTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Device_WithFiveAddresses_HasFourBound_AndTheFifthRefused()
    {
        string[] addresses = ["47.31.128.195", "47.31.128.196", "10.9.8.7", "192.168.1.44"];
        var device = Testbed.AddDevice("many", "47.31.128.195/24", "47.31.128.1",
            new DeviceSettings { ExtraAddresses = ["47.31.128.196/24", "10.9.8.7/24", "192.168.1.44/24", "172.20.1.1/24"] });

        Assert.All(addresses, address => Ping(device.Namespace, Testbed.ServerAddress, "-I", address).AssertOk());
        var fifth = Testbed.Run(device.Namespace, "ping", "-n", "-c", "3", "-i", "0.2", "-W", "1", "-I", "172.20.1.1", Testbed.ServerAddress);

        Assert.False(fifth.Succeeded, fifth.ToString());
        var bindings = Testbed.Find(device)!.Bindings.Where(binding => binding.Legal is not null).ToList();
        Assert.Equal(addresses.Order(), bindings.Select(binding => binding.Claimed).Order());
        Assert.Equal(4, bindings.Select(binding => binding.Legal).Distinct().Count());
        Assert.All(addresses, address => Ping(device.Namespace, Testbed.ServerAddress, "-I", address).AssertOk());
    }
}
