using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Uplink;

/// <summary>
/// Uplinks as customers have them: the address comes late, the router is not in the subnet, the default route goes, another host answers as the
/// router, and both arms are in one LAN.
/// </summary>
public sealed class UplinkAsItIsTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    [Fact]
    public void Start_BeforeTheUplinkIsUpAndHasAnAddress_IsReady_AndServesWhenItHas()
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        Ip("address", "flush", "dev", "uplink");
        Ip("link", "set", "uplink", "down");
        try
        {
            Testbed.StartGateway(new GatewaySettings { Pool = null });
            var device = AddDevice("early");
            Assert.False(Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress).Succeeded);
            Assert.Contains("interface uplink has no IPv4 address", Testbed.Cli("status").AssertOk().Stdout, StringComparison.Ordinal);

            Ip("link", "set", "uplink", "up");
            Ip("address", "add", Testbed.GatewayAddress + "/24", "dev", "uplink");
            Ip("route", "add", "default", "via", Testbed.RouterAddress);

            AwaitPing(device, Testbed.ServerAddress);
            Assert.Equal(Testbed.ServerAddress, Testbed.Run(device.Namespace, "dig", "+short", "+time=2", "@8.8.8.8", Testbed.WebName).Stdout.Trim());
        }
        finally
        {
            Restart();
        }
    }

    [Fact]
    public void Uplink_DownAndUp_WithoutItsDefaultRoute_ServesOn_AndTheHostToo()
    {
        var device = AddDevice("norouter");
        Fetch(device).AssertOk();
        try
        {
            Ip("link", "set", "uplink", "down");
            Ip("link", "set", "uplink", "up");

            AwaitPing(device, Testbed.ServerAddress);
            AwaitEvent("the host has no default route through uplink any more");

            // Options take the slow path, through the host's stack; and the host's own way to its servers.
            Ping(device.Namespace, Testbed.ServerAddress, "-T", "tsonly").AssertOk();
            Ping(Testbed.Gateway, Testbed.ServerAddress).AssertOk();
        }
        finally
        {
            Ip("route", "replace", "default", "via", Testbed.RouterAddress);
        }

        Wait.For("the table of our own is empty", () => Command.Run("ip", "-n", Testbed.Gateway, "route", "show", "table", "26989").Stdout.Length == 0, s_patience, Status);
        AwaitPing(device, Testbed.ServerAddress);
    }

    [Fact]
    public void Uplink_OfLength32_WithItsRouterOnTheLink_Serves()
    {
        var device = AddDevice("single");
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        Ip("address", "flush", "dev", "uplink");
        Ip("address", "add", "192.168.100.2/24", "dev", "uplink");
        Ip("address", "add", Testbed.GatewayAddress + "/32", "dev", "uplink");
        Ip("route", "add", Testbed.RouterAddress, "dev", "uplink", "src", Testbed.GatewayAddress);
        Ip("route", "add", "default", "via", Testbed.RouterAddress, "src", Testbed.GatewayAddress);
        try
        {
            Testbed.StartGateway(new GatewaySettings { Pool = null });
            Assert.Equal($"{Testbed.GatewayAddress}/32", Testbed.StatusJson().UplinkAddress);
            AwaitPing(device, Testbed.ServerAddress);
            Ping(device.Namespace, Testbed.ServerAddress, "-T", "tsonly").AssertOk();
        }
        finally
        {
            Restart();
        }
    }

    [Fact]
    public void Uplink_AnotherHostAnswersAsTheRouter_PacketsStillGoToTheRouter()
    {
        var device = AddDevice("spoofed");
        Fetch(device).AssertOk();
        var mac = Testbed.Mac(Testbed.Router, "eth0");
        Wait.For("the router is known", () => Neighbors().Contains(mac, StringComparison.Ordinal) && Neighbors().Contains("proto 105", StringComparison.Ordinal), s_patience, Neighbors);
        var rival = Testbed.AddLanHost("rival", Testbed.RouterAddress);
        try
        {
            Testbed.Run(rival, "arping", "-q", "-U", "-c", "1", "-I", "eth0", Testbed.RouterAddress);

            var lines = Testbed.Run(device.Namespace, TimeSpan.FromSeconds(40), "ping", "-n", "-c", "20", "-i", "0.5", "-W", "2", Testbed.ServerAddress).Stdout;

            Assert.True(lines.Contains("20 packets transmitted, 20 received", StringComparison.Ordinal) || lines.Contains("20 packets transmitted, 19 received", StringComparison.Ordinal), lines + Neighbors());
            AwaitEvent($"claims {Testbed.RouterAddress}, the address of the router {mac}");
            Assert.Contains($"{mac} PERMANENT proto 105", Neighbors(), StringComparison.Ordinal);
        }
        finally
        {
            Testbed.Run(rival, "ip", "link", "set", "eth0", "down").AssertOk();
            Ip("neighbor", "flush", "dev", "uplink");
        }

        AwaitPing(device, Testbed.ServerAddress);
    }

    [Fact]
    public void BothArms_InOneLan_AreNoticed_AndItsHostsLeftAlone_UntilTheCableIsRight()
    {
        var device = AddDevice("before");
        Fetch(device).AssertOk();
        Command.Run("ip", "link", "add", "joint", "netns", Testbed.Hub, "type", "veth", "peer", "name", "joint", "netns", Testbed.Lan).AssertOk();
        try
        {
            foreach (var bridge in (string[])[Testbed.Hub, Testbed.Lan])
            {
                Command.Run("ip", "-n", bridge, "link", "set", "joint", "master", "br0", "up").AssertOk();
            }

            AwaitEvent("access and uplink are connected to the same LAN");
            Assert.Contains("use one arm", Testbed.Cli("status").AssertOk().Stdout, StringComparison.Ordinal);

            // An office host asks for an absent neighbor, and for an address by DHCP.
            Assert.False(Testbed.Run(Testbed.Office, "arping", "-q", "-c", "2", "-w", "3", "-I", "eth0", "137.118.199.222").Succeeded);
            Assert.DoesNotContain("10.203", Testbed.Run(Testbed.Office, "udhcpc", "-i", "eth0", "-n", "-q", "-t", "2", "-T", "1", "-s", "/bin/true").ToString(), StringComparison.Ordinal);
            Ping(Testbed.Office, Testbed.ServerAddress).AssertOk();
            Assert.DoesNotContain(Testbed.DevicesJson().Devices.SelectMany(d => d.Bindings), b => b.Claimed is Testbed.OfficeAddress or Testbed.RouterAddress);
        }
        finally
        {
            Command.Run("ip", "-n", Testbed.Hub, "link", "del", "joint").AssertOk();
        }

        AwaitEvent("access and uplink are separate LANs again");
        AwaitPing(AddDevice("after"), Testbed.ServerAddress);
        AwaitPing(device, Testbed.ServerAddress);
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    /// <summary>The lab's own settings again.</summary>
    private void Restart()
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        Ip("link", "set", "uplink", "up");
        Ip("address", "flush", "dev", "uplink");
        Ip("address", "add", Testbed.GatewayAddress + "/24", "dev", "uplink");
        Ip("route", "replace", "default", "via", Testbed.RouterAddress);
        Testbed.StartGateway();
    }

    private void Ip(params string[] arguments) => Command.Run(["ip", "-n", Testbed.Gateway, .. arguments]).AssertOk();

    /// <summary>The gateway's entries; 105 marks those that the control plane set.</summary>
    private string Neighbors() => Command.Run("ip", "-n", Testbed.Gateway, "-N", "neighbor", "show", Testbed.RouterAddress, "dev", "uplink").Stdout;

    private void AwaitPing(Device device, string target) =>
        Wait.For($"{device.Name} reaches {target}", () => Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", target).Succeeded, s_patience, Status);

    private void AwaitEvent(string text) =>
        Wait.For($"an event that says '{text}'", () => Testbed.StatusJson().Events.Any(e => e.Text.Contains(text, StringComparison.Ordinal)), s_patience, Status);

    private string Status() => Testbed.Cli("status", "--json").ToString();
}
