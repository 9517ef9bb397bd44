using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>A pool of two addresses for four devices: two have their own, two share the uplink's.</summary>
public sealed class MixedFixture() : GatewayFixture(
    GatewaySettings.Default with { Pool = $"{Testbed.PoolFirst}-137.118.199.51" }, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress));

/// <summary>Device to device by the addresses they have outside (RFC 4787 REQ-9, RFC 5382 REQ-8).</summary>
public sealed class NaptHairpinTests(MixedFixture fixture) : GatewayTests(fixture), IClassFixture<MixedFixture>
{
    private const string Claimed = "47.31.128.195";
    private static readonly string[] Kinds = ["udp", "tcp"];

    [Fact]
    public void Hairpin_BetweenDevicesWithTheirOwnAndSharedOnes_ShowsTheSenderAsOutside()
    {
        Device[] devices = [Plug("own1"), Plug("own2"), Plug("shared1"), Plug("shared2")];
        Assert.Equal(["137.118.199.50", "137.118.199.51", Testbed.GatewayAddress, Testbed.GatewayAddress], devices.Select(device => Testbed.AwaitLegalAddress(device)));
        // Who shares an address is reached where it spoke from.
        var servers = devices.SelectMany(device => Kinds, (device, kind) => (device, kind, endpoint: Reflector.Ask(device.Namespace, kind, Testbed.ServerAddress, Reflector.Port))).ToList();
        foreach (var device in devices)
        {
            Reflector.Start(Testbed, device.Namespace, Claimed);
        }

        var local = 43000;
        foreach (var (from, to) in devices.SelectMany(from => servers.Where(to => to.device != from), (from, to) => (from, to)))
        {
            var outside = Reflector.Ask(from.Namespace, to.kind, Testbed.ServerAddress, ++local);

            var seen = Reflector.Ask(from.Namespace, to.kind, Reflector.AddressOf(to.endpoint), local, Reflector.PortOf(to.endpoint));

            Assert.True(outside == seen, $"{from.Name} is {outside} outside, but {seen} for {to.device.Name} at {to.kind} {to.endpoint}");
        }

        // A datagram in fragments, and what answers it.
        var text = new string('x', 4000);
        foreach (var (from, to) in devices.SelectMany(from => servers.Where(to => to.device != from && to.kind == "udp"), (from, to) => (from, to)))
        {
            var answer = Testbed.RunWithInput(from.Namespace, text, "socat", "-b", "65000", "-t", "1", "-", $"UDP4:{Reflector.AddressOf(to.endpoint)}:{Reflector.PortOf(to.endpoint)}");
            Assert.True(answer.Stdout.Length > 5, $"fragments of {from.Name} do not reach {to.device.Name} at {to.endpoint}\n{Testbed.Cli("status", "--json")}");
        }
    }

    private Device Plug(string name)
    {
        var device = Testbed.AddDevice(name, Claimed + "/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).AssertOk();
        return device;
    }
}

public sealed class IsolatedFixture() : GatewayFixture(
    new GatewaySettings { Pool = null, Isolate = true }, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress));

public sealed class NaptIsolationTests(IsolatedFixture fixture) : GatewayTests(fixture), IClassFixture<IsolatedFixture>
{
    [Fact]
    public void Hairpin_WhereTheProfileIsolates_IsRefused()
    {
        var server = AddDevice("server");
        var client = AddDevice("client");
        var target = Reflector.Ask(server.Namespace, "udp", Testbed.ServerAddress, Reflector.Port);
        Reflector.Start(Testbed, server.Namespace, server.Address);
        Fetch(client).AssertOk();

        var asked = Testbed.RunWithInput(client.Namespace, "x", "socat", "-t", "1", "-", $"UDP4:{Reflector.AddressOf(target)}:{Reflector.PortOf(target)}");

        Assert.Equal("", asked.Stdout);
        Assert.True(Testbed.StatusJson().Drops["isolated"] >= 1, Testbed.Cli("status", "--json").ToString());
        // It is there all the same.
        Assert.Contains(':', Testbed.RunWithInput(Testbed.Server, "x", "socat", "-t", "3", "-", $"UDP4:{Reflector.AddressOf(target)}:{Reflector.PortOf(target)}").AssertOk().Stdout);
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
