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
        Fetch(tagged).AssertOk();
        Ping(tagged.Namespace, "47.31.128.1").AssertOk();
        Ping(Testbed.Office, Testbed.AwaitLegalAddress(tagged)).AssertOk();
        var legal = Testbed.AwaitLegalAddress(tagged);

        // The hub knows no VLANs and would send frames for this MAC to one port: one of the two speaks at a time.
        Testbed.Run(tagged.Namespace, "ip", "link", "set", "eth0", "down").AssertOk();
        var untagged = Testbed.AddDevice("untagged", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = mac, Isolated = true });
        Fetch(untagged).AssertOk();

        Assert.NotEqual(legal, Testbed.AwaitLegalAddress(untagged));
        Assert.Equal(legal, Testbed.AwaitLegalAddress(tagged));
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
        foreach (var asked in new[] { device.Mac, "vlan:77" })
        {
            var why = Testbed.Cli("why", asked);
            Assert.Equal(1, why.ExitCode);
            Assert.Contains(device.Mac, why.Stdout);
            Assert.Contains("Do: Add 77 to [access] vlans and run `innkeeper config reload`", why.Stdout);
        }
    }

    [Fact]
    public void DhcpClient_InAServedVlan_IsLeasedAnAddress_AndGetsThrough()
    {
        using var client = DhcpClient.Plug(Testbed, "leased", "udhcpc", new DeviceSettings { Vlan = 10 });
        var address = client.Start().AwaitAddress();
        Fetch(client.Device).AssertOk();
        Assert.Contains($"\"address\":\"{address}\",\"state\":\"active\",\"mac\":\"{client.Device.Mac}\",\"vlan\":10", Testbed.Cli("leases", "--json").AssertOk().Stdout);
    }
}
