using System.Diagnostics;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A pool of one address, which a silent device gives back soon.</summary>
public sealed class PromotionFixture() : GatewayFixture(
    GatewaySettings.Default with { Pool = $"{Bench.PoolFirst}-{Bench.PoolFirst}", Idle = "10s" }, beforeStart: bench => Reflector.Start(bench, bench.Server, Bench.ServerAddress));

public sealed class NaptPromotionTests(PromotionFixture fixture) : GatewayTests(fixture), IClassFixture<PromotionFixture>
{
    [Fact]
    public void Device_ThatShares_GetsTheAddressThatBecomesFree_AndItsConversationsGoOn()
    {
        var leaves = AddDevice("leaves");
        var stays = AddDevice("stays");
        Fetch(leaves).Ok();
        Assert.Equal(Bench.PoolFirst, Bench.LegalAddress(leaves));
        var tcp = Reflector.Converse(Bench, stays, "tcp", Bench.ServerAddress);
        var udp = Reflector.Converse(Bench, stays, "udp", Bench.ServerAddress);
        Assert.Equal(Bench.GatewayAddress, Reflector.AddressOf(tcp.Endpoint));

        Bench.Remove(leaves);
        Wait.For("the pool's address for who stays", () => Bench.LegalAddress(stays) == Bench.PoolFirst, TimeSpan.FromSeconds(30), () => Bench.Cli("devices", "--json").ToString());

        Assert.Equal(Bench.PoolFirst, Reflector.AddressOf(Reflector.Ask(stays.Namespace, "tcp", Bench.ServerAddress)));
        Assert.Equal(Bench.PoolFirst, Reflector.AddressOf(Reflector.Ask(stays.Namespace, "udp", Bench.ServerAddress)));
        Ping(Bench.Office, Bench.PoolFirst).Ok();
        tcp.AwaitAnswers(20);
        udp.AwaitAnswers(20);
        // By a sweep, too, which ends what is over.
        Assert.Equal(Bench.GatewayAddress, Bench.Find(stays)!.Bindings[0].Shared?.Address);
        tcp.End();
        udp.End();
        Assert.StartsWith(Bench.GatewayAddress + ":", Assert.Single(udp.Endpoints));
    }

    private Device AddDevice(string name) => Bench.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}

public sealed class NaptMoveTests(ReflectedFixture fixture) : GatewayTests(fixture), IClassFixture<ReflectedFixture>
{
    private const string Other = "137.118.199.3";

    [Fact]
    public void UplinkAddress_Replaced_IsSharedWithinASecond_AndTheOldOneIsSilent()
    {
        Bench.AllowOnUplink(Other);
        var device = Bench.AddDevice("moved", "47.31.128.195/24", "47.31.128.1");
        var udp = Reflector.Converse(Bench, device, "udp", Bench.ServerAddress);
        var idle = Reflector.PortOf(Reflector.Ask(device.Namespace, "udp", Bench.ServerAddress));
        Assert.Equal(Bench.GatewayAddress, Reflector.AddressOf(udp.Last));

        // As a DHCP client does it: first the new one, then the old one goes.
        Bench.Run(Bench.Gateway, "sysctl", "-qw", "net.ipv4.conf.uplink.promote_secondaries=1").Ok();
        Ip("address", "add", Other + "/24", "dev", "uplink");
        var watch = Stopwatch.StartNew();
        Ip("address", "del", Bench.GatewayAddress + "/24", "dev", "uplink");
        Ip("route", "replace", "default", "via", Bench.RouterAddress);
        Wait.For("the new address outside", () => udp.Last.StartsWith(Other + ":", StringComparison.Ordinal), TimeSpan.FromSeconds(10), () => Bench.Cli("status", "--json").ToString());
        // A datagram that was lost in between is waited for, a second.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));

        var capture = Bench.Capture(Bench.Lan, "gw", "src", "host", Bench.GatewayAddress);
        Assert.Equal(Other, Reflector.AddressOf(Reflector.Ask(device.Namespace, "tcp", Bench.ServerAddress)));
        Assert.Equal(Other, Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", StunFixture.SecondAddress)));
        Bench.RunWithInput(Bench.Server, "x", "socat", "-u", "-", $"UDP4:{Bench.GatewayAddress}:{idle}").Ok();
        udp.AwaitAnswers(10);
        udp.End();
        Assert.Equal(2, udp.Endpoints.Count(e => e.StartsWith("137.118.", StringComparison.Ordinal)));
        Assert.Empty(capture.Finish().Lines());
        Wait.For("one address shared", () => Bench.StatusJson().Napt?.Addresses.Where(a => a.State == "usable").Select(a => a.Address).ToArray() is [Other],
            TimeSpan.FromSeconds(5), () => Bench.Cli("status", "--json").ToString());
    }

    [Fact]
    public void Uplink_DownAndUpAgain_KeepsMappings_AndWithoutItsAddressForAWhile_ServesAgain()
    {
        var device = Bench.AddDevice("updown", "47.31.128.196/24", "47.31.128.1");
        var before = Reflector.Ask(device.Namespace, "udp", Bench.ServerAddress, 42000);

        Ip("link", "set", "uplink", "down");
        Wait.For("an event that says so", () => Bench.StatusJson().Events.Any(e => e.Text.Contains("uplink is down", StringComparison.Ordinal)), TimeSpan.FromSeconds(10));
        Ip("link", "set", "uplink", "up");
        Ip("route", "replace", "default", "via", Bench.RouterAddress);
        AwaitPing(device);
        Assert.Equal(before, Reflector.Ask(device.Namespace, "udp", Bench.ServerAddress, 42000));

        var own = Reflector.AddressOf(before);
        Ip("address", "del", own + "/24", "dev", "uplink");
        Wait.For("no address shared", () => Bench.StatusJson().Napt?.Addresses.All(a => a.State != "usable") == true, TimeSpan.FromSeconds(10), () => Bench.Cli("status", "--json").ToString());
        Ip("address", "add", own + "/24", "dev", "uplink");
        Ip("route", "replace", "default", "via", Bench.RouterAddress);
        AwaitPing(device);
        Assert.Equal(own, Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Bench.ServerAddress, 42000)));
        Fetch(device).Ok();
    }

    [Fact]
    public void UplinkAddress_ReplacedWhileNoGatewayRuns_IsSharedAtTheNextStart()
    {
        Bench.AllowOnUplink(Other);
        var device = Bench.AddDevice("overnight", "47.31.128.197/24", "47.31.128.1");
        var own = Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Bench.ServerAddress, 42000));
        var other = own == Other ? Bench.GatewayAddress : Other;

        foreach (var (from, to) in ((string, string)[])[(own, other), (other, own)])
        {
            Bench.KillGateway(Native.SIGKILL);
            Ip("address", "del", from + "/24", "dev", "uplink");
            Ip("address", "add", to + "/24", "dev", "uplink");
            Ip("route", "replace", "default", "via", Bench.RouterAddress);
            Bench.StartGateway(new GatewaySettings { Pool = null });

            Assert.Equal(to, Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Bench.ServerAddress, 42000)));
            Assert.Equal(to, Bench.LegalAddress(device));
            Fetch(device).Ok();
        }
    }

    private void AwaitPing(Device device) => Wait.For("the device reaches the server", () => Bench.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Bench.ServerAddress).Succeeded,
        TimeSpan.FromSeconds(15), () => Bench.Cli("status", "--json").ToString());

    private void Ip(params string[] arguments) => Command.Run(["ip", "-n", Bench.Gateway, .. arguments]).Ok();
}

public sealed class NaptRestartFixture() : GatewayFixture(Settings, beforeStart: bench => Reflector.Start(bench, bench.Server, Bench.ServerAddress))
{
    internal static readonly GatewaySettings Settings = new() { Pool = null, Napt = "udp_timeout = \"2s\"\nrest = \"600s\"" };
}

public sealed class NaptRestartTests(NaptRestartFixture fixture) : GatewayTests(fixture), IClassFixture<NaptRestartFixture>
{
    [Fact]
    public void Kill9_AndRestart_KeepMappings_AndPortsAtRest()
    {
        Device[] devices = [AddDevice("first"), AddDevice("second")];
        Assert.Equal("answered: 20\n", Reflector.AskFromMany(devices[0], Bench.ServerAddress, 20));
        var udp = devices.Select(device => Reflector.Converse(Bench, device, "udp", Bench.ServerAddress)).ToList();
        var tcp = devices.Select(device => Reflector.Converse(Bench, device, "tcp", Bench.ServerAddress)).ToList();
        Wait.For("ports at rest", () => Bench.StatusJson().Napt?.Resting >= 20, TimeSpan.FromSeconds(15), Status);
        var before = Bench.Find(devices[0])!.Bindings[0].Shared!;

        Bench.KillGateway(Native.SIGKILL);
        foreach (var device in devices)
        {
            Fetch(device).Ok();
            Assert.Equal(Bench.GatewayAddress, Reflector.AddressOf(Reflector.Ask(device.Namespace, "tcp", Bench.ServerAddress)));
        }

        Bench.StartGateway(NaptRestartFixture.Settings);

        Assert.True(Bench.StatusJson().Adopted.Bindings == 2, Status());
        var after = Bench.Find(devices[0])!.Bindings[0].Shared!;
        Assert.True(after.Udp >= before.Udp && after.Tcp > before.Tcp, $"{before} before, {after} after");
        Wait.For("ports still at rest", () => Bench.StatusJson().Napt?.Resting >= 20, TimeSpan.FromSeconds(15), Status);
        foreach (var conversation in udp.Concat(tcp))
        {
            conversation.AwaitAnswers(10);
            conversation.End();
        }

        // One endpoint from first to last, and nothing lost.
        Assert.All(udp, conversation => Assert.StartsWith(Bench.GatewayAddress + ":", Assert.Single(conversation.Endpoints)));
        Fetch(AddDevice("newcomer")).Ok();
    }

    private string Status() => Bench.Cli("status", "--json").ToString();

    private Device AddDevice(string name) => Bench.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
