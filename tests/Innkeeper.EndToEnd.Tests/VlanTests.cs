using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A gateway that serves VLAN 10 beside untagged devices.</summary>
public sealed class VlanFixture() : GatewayFixture(GatewaySettings.Default with { Vlans = [10] });

public sealed class VlanTests(VlanFixture fixture) : GatewayTests(fixture), IClassFixture<VlanFixture>
{
    [Fact]
    public void Device_InAServedVlan_GetsThrough_BesideOneOfTheSameMacAndAddressOutsideIt()
    {
        var mac = "06:1a:5e:10:00:01";
        var tagged = Bench.AddDevice("tagged", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = mac, Vlan = 10, Isolated = true });
        Fetch(tagged).Ok();
        Ping(tagged.Namespace, "47.31.128.1").Ok();
        Ping(Bench.Office, Bench.LegalAddress(tagged)).Ok();
        var legal = Bench.LegalAddress(tagged);

        // The hub knows no VLANs and would send frames for this MAC to one port: one of the two speaks at a time.
        Bench.Run(tagged.Namespace, "ip", "link", "set", "eth0", "down").Ok();
        var untagged = Bench.AddDevice("untagged", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = mac, Isolated = true });
        Fetch(untagged).Ok();

        Assert.NotEqual(legal, Bench.LegalAddress(untagged));
        Assert.Equal(legal, Bench.LegalAddress(tagged));
    }

    [Fact]
    public void Device_InAnotherVlan_IsDropped_AndCounted()
    {
        var before = Bench.StatusJson().TotalDrops;
        var device = Bench.AddDevice("stranger", "47.31.128.196/24", "47.31.128.1", new DeviceSettings { Vlan = 77, Isolated = true });

        var ping = Bench.Run(device.Namespace, "ping", "-n", "-c", "3", "-i", "0.3", "-W", "1", Bench.ServerAddress);

        Assert.False(ping.Succeeded, ping.ToString());
        Assert.Null(Bench.Find(device));
        Assert.True(Bench.StatusJson().TotalDrops > before, Bench.Cli("status", "--json").ToString());
    }

    [Fact]
    public void DhcpClient_InAServedVlan_IsLeasedAnAddress_AndGetsThrough()
    {
        using var client = DhcpClient.Plug(Bench, "leased", "udhcpc", new DeviceSettings { Vlan = 10 });
        var address = client.Start().Address();
        Fetch(client.Device).Ok();
        Assert.Contains($"\"address\":\"{address}\",\"state\":\"active\",\"mac\":\"{client.Device.Mac}\",\"vlan\":10", Bench.Cli("leases", "--json").Ok().Stdout);
    }
}
