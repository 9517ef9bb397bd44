using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>Interfaces that change under a running gateway: it follows, and devices get through again without a restart.</summary>
public sealed class InterfaceChangeTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    [Fact]
    public void Uplink_DownAndUpAgain_ServesAgain_OnBothPaths()
    {
        var device = AddDevice("updown");
        Fetch(device).AssertOk();

        Ip("link", "set", "uplink", "down");
        AwaitEvent("uplink is down");
        Ip("link", "set", "uplink", "up");
        Ip("route", "add", "default", "via", Testbed.RouterAddress);

        AwaitPing(device, Testbed.ServerAddress);
        // Options take the slow path, through the host's stack.
        Ping(device.Namespace, Testbed.ServerAddress, "-T", "tsonly").AssertOk();
    }

    [Fact]
    public void Uplink_AddressChanged_IsTheGatewaysNewOne()
    {
        const string Other = "137.118.199.3";
        Testbed.AllowOnUplink(Other);
        var device = AddDevice("readdress");
        Fetch(device).AssertOk();

        ChangeAddress(Testbed.GatewayAddress, Other);
        try
        {
            Wait.For("the new address in the status", () => Testbed.StatusJson().UplinkAddress == $"{Other}/24", s_patience, Status);
            AwaitPing(device, Testbed.ServerAddress);
            AwaitPing(device, Other);
        }
        finally
        {
            ChangeAddress(Other, Testbed.GatewayAddress);
        }

        Wait.For("the old address in the status", () => Testbed.StatusJson().UplinkAddress == $"{Testbed.GatewayAddress}/24", s_patience, Status);
        AwaitPing(device, Testbed.ServerAddress);
    }

    [Fact]
    public void Access_MtuChanged_BindsBothPaths()
    {
        var device = AddDevice("narrow");
        Fetch(device).AssertOk();

        Ip("link", "set", "access", "mtu", "1300");
        try
        {
            // Too long for the way back: the server is told, and cuts.
            var (url, sha256) = Testbed.Publish("narrow", 1_000_000);
            Assert.Equal(sha256, Download(device, url));
        }
        finally
        {
            Ip("link", "set", "access", "mtu", "1500");
        }

        AwaitPing(device, Testbed.ServerAddress, "-M", "do", "-s", "1472");
    }

    [Fact]
    public void Access_DeletedAndMadeAgain_WithAnotherMac_ServesAgain()
    {
        var device = AddDevice("remade");
        Fetch(device).AssertOk();
        var legal = Testbed.AwaitLegalAddress(device);

        Ip("link", "del", "access");
        AwaitEvent("there is no interface access");
        Command.Run("ip", "link", "add", "access", "netns", Testbed.Gateway, "type", "veth", "peer", "name", "gw", "netns", Testbed.Hub).AssertOk();
        Testbed.Run(Testbed.Hub, "ip", "link", "set", "gw", "master", "br0", "up").AssertOk();
        Ip("link", "set", "access", "up");
        Testbed.Run(device.Namespace, "ip", "neigh", "flush", "all").AssertOk();

        AwaitPing(device, Testbed.ServerAddress);
        AwaitPing(device, device.Gateway!);
        Assert.Equal(legal, Testbed.AwaitLegalAddress(device));
    }

    [Fact]
    public void InsideNetwork_Deleted_IsMadeAgain()
    {
        var device = AddDevice("inside");
        Fetch(device).AssertOk();

        Ip("link", "del", "ik-stack");

        AwaitPing(device, device.Gateway!);
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private void Ip(params string[] arguments) => Command.Run(["ip", "-n", Testbed.Gateway, .. arguments]).AssertOk();

    private void ChangeAddress(string from, string to)
    {
        Ip("address", "del", from + "/24", "dev", "uplink");
        Ip("address", "add", to + "/24", "dev", "uplink");
        Ip("route", "add", "default", "via", Testbed.RouterAddress);
    }

    private void AwaitPing(Device device, string target, params string[] options) =>
        Wait.For($"{device.Name} reaches {target}", () => Testbed.Run(device.Namespace, ["ping", "-n", "-c", "1", "-W", "1", .. options, target]).Succeeded, s_patience, Status);

    private void AwaitEvent(string text) =>
        Wait.For($"an event that says '{text}'", () => Testbed.StatusJson().Events.Any(e => e.Text.Contains(text, StringComparison.Ordinal)), s_patience, Status);

    private string Status() => Testbed.Cli("status", "--json").ToString();
}
