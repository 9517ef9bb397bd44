using System.Diagnostics;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>A pool of one address, which a silent device gives back soon.</summary>
public sealed class PromotionFixture() : GatewayFixture(
    GatewaySettings.Default with { Pool = $"{Testbed.PoolFirst}-{Testbed.PoolFirst}", Idle = "10s" }, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress));

public sealed class NaptPromotionTests(PromotionFixture fixture) : GatewayTests(fixture), IClassFixture<PromotionFixture>
{
    [Fact]
    public void Device_ThatShares_GetsTheAddressThatBecomesFree_AndItsConversationsGoOn()
    {
        var leaves = AddDevice("leaves");
        var stays = AddDevice("stays");
        Fetch(leaves).AssertOk();
        Assert.Equal(Testbed.PoolFirst, Testbed.AwaitLegalAddress(leaves));
        var tcp = Reflector.Converse(Testbed, stays, "tcp", Testbed.ServerAddress);
        var udp = Reflector.Converse(Testbed, stays, "udp", Testbed.ServerAddress);
        Assert.Equal(Testbed.GatewayAddress, Reflector.AddressOf(tcp.Endpoint));

        Testbed.Remove(leaves);
        Wait.For("the pool's address for who stays", () => Testbed.AwaitLegalAddress(stays) == Testbed.PoolFirst, TimeSpan.FromSeconds(30), () => Testbed.Cli("devices", "--json").ToString());

        Assert.Equal(Testbed.PoolFirst, Reflector.AddressOf(Reflector.Ask(stays.Namespace, "tcp", Testbed.ServerAddress)));
        Assert.Equal(Testbed.PoolFirst, Reflector.AddressOf(Reflector.Ask(stays.Namespace, "udp", Testbed.ServerAddress)));
        Ping(Testbed.Office, Testbed.PoolFirst).AssertOk();
        tcp.AwaitAnswers(20);
        udp.AwaitAnswers(20);
        // By a sweep, too, which ends what is over.
        Assert.Equal(Testbed.GatewayAddress, Testbed.Find(stays)!.Bindings[0].Shared?.Address);
        tcp.AssertAllAnswered();
        udp.AssertAllAnswered();
        Assert.StartsWith(Testbed.GatewayAddress + ":", Assert.Single(udp.Endpoints));
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}

public sealed class NaptMoveTests(ReflectedFixture fixture) : GatewayTests(fixture), IClassFixture<ReflectedFixture>
{
    private const string Other = "137.118.199.3";

    [Fact]
    public void UplinkAddress_Replaced_IsSharedWithinASecond_AndTheOldOneIsSilent()
    {
        Testbed.AllowOnUplink(Other);
        var device = Testbed.AddDevice("moved", "47.31.128.195/24", "47.31.128.1");
        var udp = Reflector.Converse(Testbed, device, "udp", Testbed.ServerAddress);
        var idle = Reflector.PortOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress));
        Assert.Equal(Testbed.GatewayAddress, Reflector.AddressOf(udp.Last));

        // As a DHCP client does it: first the new one, then the old one goes.
        Testbed.Run(Testbed.Gateway, "sysctl", "-qw", "net.ipv4.conf.uplink.promote_secondaries=1").AssertOk();
        Ip("address", "add", Other + "/24", "dev", "uplink");
        var watch = Stopwatch.StartNew();
        Ip("address", "del", Testbed.GatewayAddress + "/24", "dev", "uplink");
        Ip("route", "replace", "default", "via", Testbed.RouterAddress);
        Wait.For("the new address outside", () => udp.Last.StartsWith(Other + ":", StringComparison.Ordinal), TimeSpan.FromSeconds(10), () => Testbed.Cli("status", "--json").ToString());
        // A datagram that was lost in between is waited for, a second.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));

        var capture = Testbed.Capture(Testbed.Lan, "gw", "src", "host", Testbed.GatewayAddress);
        Assert.Equal(Other, Reflector.AddressOf(Reflector.Ask(device.Namespace, "tcp", Testbed.ServerAddress)));
        Assert.Equal(Other, Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", StunFixture.SecondAddress)));
        Testbed.RunWithInput(Testbed.Server, "x", "socat", "-u", "-", $"UDP4:{Testbed.GatewayAddress}:{idle}").AssertOk();
        udp.AwaitAnswers(10);
        udp.AssertAllAnswered();
        Assert.Equal(2, udp.Endpoints.Count(e => e.StartsWith("137.118.", StringComparison.Ordinal)));
        Assert.Empty(capture.Finish().Lines());
        Wait.For("one address shared", () => Testbed.StatusJson().Napt?.Addresses.Where(a => a.State == "usable").Select(a => a.Address).ToArray() is [Other],
            TimeSpan.FromSeconds(5), () => Testbed.Cli("status", "--json").ToString());
    }

    [Fact]
    public void Uplink_DownAndUpAgain_KeepsMappings_AndWithoutItsAddressForAWhile_ServesAgain()
    {
        var device = Testbed.AddDevice("updown", "47.31.128.196/24", "47.31.128.1");
        var before = Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 42000);

        Ip("link", "set", "uplink", "down");
        Wait.For("an event that says so", () => Testbed.StatusJson().Events.Any(e => e.Text.Contains("uplink is down", StringComparison.Ordinal)), TimeSpan.FromSeconds(10));
        Ip("link", "set", "uplink", "up");
        Ip("route", "replace", "default", "via", Testbed.RouterAddress);
        AwaitPing(device);
        Assert.Equal(before, Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 42000));

        var own = Reflector.AddressOf(before);
        Ip("address", "del", own + "/24", "dev", "uplink");
        Wait.For("no address shared", () => Testbed.StatusJson().Napt?.Addresses.All(a => a.State != "usable") == true, TimeSpan.FromSeconds(10), () => Testbed.Cli("status", "--json").ToString());
        Ip("address", "add", own + "/24", "dev", "uplink");
        Ip("route", "replace", "default", "via", Testbed.RouterAddress);
        AwaitPing(device);
        Assert.Equal(own, Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 42000)));
        Fetch(device).AssertOk();
    }

    [Fact]
    public void UplinkAddress_ReplacedWhileNoGatewayRuns_IsSharedAtTheNextStart()
    {
        Testbed.AllowOnUplink(Other);
        var device = Testbed.AddDevice("overnight", "47.31.128.197/24", "47.31.128.1");
        var own = Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 42000));
        var other = own == Other ? Testbed.GatewayAddress : Other;

        foreach (var (from, to) in ((string, string)[])[(own, other), (other, own)])
        {
            Testbed.KillGateway(Native.SIGKILL);
            Ip("address", "del", from + "/24", "dev", "uplink");
            Ip("address", "add", to + "/24", "dev", "uplink");
            Ip("route", "replace", "default", "via", Testbed.RouterAddress);
            Testbed.StartGateway(new GatewaySettings { Pool = null });

            Assert.Equal(to, Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 42000)));
            Assert.Equal(to, Testbed.AwaitLegalAddress(device));
            Fetch(device).AssertOk();
        }
    }

    private void AwaitPing(Device device) => Wait.For("the device reaches the server", () => Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress).Succeeded,
        TimeSpan.FromSeconds(15), () => Testbed.Cli("status", "--json").ToString());

    private void Ip(params string[] arguments) => Command.Run(["ip", "-n", Testbed.Gateway, .. arguments]).AssertOk();
}

public sealed class NaptRestartFixture() : GatewayFixture(Settings, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress))
{
    internal static readonly GatewaySettings Settings = new() { Pool = null, Napt = "udp_timeout = \"2s\"\nrest = \"600s\"" };
}

public sealed class NaptRestartTests(NaptRestartFixture fixture) : GatewayTests(fixture), IClassFixture<NaptRestartFixture>
{
    [Fact]
    public void Kill9_AndRestart_KeepMappings_AndPortsAtRest()
    {
        Device[] devices = [AddDevice("first"), AddDevice("second")];
        Assert.Equal("answered: 20\n", Reflector.AskFromMany(devices[0], Testbed.ServerAddress, 20));
        var udp = devices.Select(device => Reflector.Converse(Testbed, device, "udp", Testbed.ServerAddress)).ToList();
        var tcp = devices.Select(device => Reflector.Converse(Testbed, device, "tcp", Testbed.ServerAddress)).ToList();
        Wait.For("ports at rest", () => Testbed.StatusJson().Napt?.Resting >= 20, TimeSpan.FromSeconds(15), Status);
        var before = Testbed.Find(devices[0])!.Bindings[0].Shared!;

        Testbed.KillGateway(Native.SIGKILL);
        foreach (var device in devices)
        {
            Fetch(device).AssertOk();
            Assert.Equal(Testbed.GatewayAddress, Reflector.AddressOf(Reflector.Ask(device.Namespace, "tcp", Testbed.ServerAddress)));
        }

        Testbed.StartGateway(NaptRestartFixture.Settings);

        Assert.True(Testbed.StatusJson().Adopted.Bindings == 2, Status());
        var after = Testbed.Find(devices[0])!.Bindings[0].Shared!;
        Assert.True(after.Udp >= before.Udp && after.Tcp > before.Tcp, $"{before} before, {after} after");
        Wait.For("ports still at rest", () => Testbed.StatusJson().Napt?.Resting >= 20, TimeSpan.FromSeconds(15), Status);
        foreach (var conversation in udp.Concat(tcp))
        {
            conversation.AwaitAnswers(10);
            conversation.AssertAllAnswered();
        }

        // One endpoint from first to last, and nothing lost.
        Assert.All(udp, conversation => Assert.StartsWith(Testbed.GatewayAddress + ":", Assert.Single(conversation.Endpoints)));
        Fetch(AddDevice("newcomer")).AssertOk();
    }

    private string Status() => Testbed.Cli("status", "--json").ToString();

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
