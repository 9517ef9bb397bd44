using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>A gateway that serves VLAN 10 beside untagged devices.</summary>
public sealed class VlanFixture() : GatewayFixture(GatewaySettings.Default with { Vlans = [10] });

public sealed class VlanTests(VlanFixture fixture) : GatewayTests(fixture), IClassFixture<VlanFixture>
{
    [Fact]
    public void Device_InAServedVlan_GetsThrough_BesideOneOfTheSameMacAndAddressOutsideIt()
    {
        var mac = "06:1a:5e:10:00:01";
        var tagged = Testbed.AddDevice("tagged", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = mac, Vlan = 10, Isolated = true });
        Fetch(tagged).Ok();
        Ping(tagged.Namespace, "47.31.128.1").Ok();
        Ping(Testbed.Office, Testbed.LegalAddress(tagged)).Ok();
        var legal = Testbed.LegalAddress(tagged);

        // The hub knows no VLANs and would send frames for this MAC to one port: one of the two speaks at a time.
        Testbed.Run(tagged.Namespace, "ip", "link", "set", "eth0", "down").Ok();
        var untagged = Testbed.AddDevice("untagged", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = mac, Isolated = true });
        Fetch(untagged).Ok();

        Assert.NotEqual(legal, Testbed.LegalAddress(untagged));
        Assert.Equal(legal, Testbed.LegalAddress(tagged));
    }

    [Fact]
    public void Device_InAnotherVlan_IsDropped_AndCounted()
    {
        var before = Testbed.StatusJson().TotalDrops;
        var device = Testbed.AddDevice("stranger", "47.31.128.196/24", "47.31.128.1", new DeviceSettings { Vlan = 77, Isolated = true });

        var ping = Testbed.Run(device.Namespace, "ping", "-n", "-c", "3", "-i", "0.3", "-W", "1", Testbed.ServerAddress);

        Assert.False(ping.Succeeded, ping.ToString());
        Assert.Null(Testbed.Find(device));
        Assert.True(Testbed.StatusJson().TotalDrops > before, Testbed.Cli("status", "--json").ToString());
    }

    [Fact]
    public void DhcpClient_InAServedVlan_IsLeasedAnAddress_AndGetsThrough()
    {
        using var client = DhcpClient.Plug(Testbed, "leased", "udhcpc", new DeviceSettings { Vlan = 10 });
        var address = client.Start().Address();
        Fetch(client.Device).Ok();
        Assert.Contains($"\"address\":\"{address}\",\"state\":\"active\",\"mac\":\"{client.Device.Mac}\",\"vlan\":10", Testbed.Cli("leases", "--json").Ok().Stdout);
    }
}
