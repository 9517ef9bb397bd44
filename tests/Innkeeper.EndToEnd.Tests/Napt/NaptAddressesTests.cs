using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>Two addresses that are only there to be shared, beside the host's own.</summary>
public sealed class SharedAddressesFixture() : GatewayFixture(
    new GatewaySettings { Pool = null, Napt = "addresses = [\"137.118.199.60-137.118.199.61\"]" }, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress));

public sealed class NaptAddressesTests(SharedAddressesFixture fixture) : GatewayTests(fixture), IClassFixture<SharedAddressesFixture>
{
    private static readonly string[] s_shared = ["137.118.199.60", "137.118.199.61"];

    [Fact]
    public void Devices_AreSpreadOverTheSharedAddresses_AndLeaveOneThatAHostOutsideTakes()
    {
        Device[] devices = [AddDevice("first"), AddDevice("second"), AddDevice("third"), AddDevice("fourth")];
        var seen = devices.Select(device => Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress))).ToList();
        Assert.Equal(seen, devices.Select(device => Reflector.AddressOf(Reflector.Ask(device.Namespace, "tcp", Testbed.ServerAddress))));
        Assert.Equal([s_shared[0], s_shared[0], s_shared[1], s_shared[1]], seen.Order());
        foreach (var address in s_shared)
        {
            Assert.Contains(Testbed.UplinkMac, Testbed.Run(Testbed.Office, "arping", "-I", "eth0", "-c", "1", "-w", "3", address).AssertOk().Stdout, StringComparison.OrdinalIgnoreCase);
        }

        // The host's own address is the host's alone.
        Testbed.Run(Testbed.Gateway, "curl", "-sf", $"http://{Testbed.ServerAddress}/").AssertOk();

        var intruder = Testbed.AddLanHost("intruder", s_shared[0]);
        Testbed.Run(intruder, "arping", "-U", "-I", "eth0", "-c", "1", s_shared[0]);
        Testbed.Run(intruder, "arping", "-U", "-I", "eth0", "-c", "1", s_shared[0]);

        Wait.For("all devices at the other address", () => devices.All(device => Testbed.AwaitLegalAddress(device) == s_shared[1]), TimeSpan.FromSeconds(10), () => Testbed.Cli("status", "--json").ToString());
        Assert.All(devices, device => Assert.Equal(s_shared[1], Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress))));
        Assert.All(devices, device => Fetch(device).AssertOk());
    }

    /// <summary>RFC 4787 REQ-2, RFC 6888 REQ-2: for the subscriber, not for each of its addresses.</summary>
    [Fact]
    public void Device_OfTwoAddresses_IsBehindOneSharedAddress()
    {
        for (var i = 0; i < 3; i++)
        {
            var device = Testbed.AddDevice($"paired{i}", "47.31.128.200/24", "47.31.128.1", new DeviceSettings { Isolated = true, ExtraAddresses = ["47.31.128.201/24"] });
            Ping(device.Namespace, Testbed.ServerAddress, "-I", "47.31.128.200").AssertOk();
            Ping(device.Namespace, Testbed.ServerAddress, "-I", "47.31.128.201").AssertOk();

            Assert.Equal(Testbed.AwaitLegalAddress(device, "47.31.128.200"), Testbed.AwaitLegalAddress(device, "47.31.128.201"));
        }
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}

/// <summary>Another configuration at the next start: what can go on goes on, and all are online.</summary>
public sealed class NaptReconfiguredTests(ReflectedFixture fixture) : GatewayTests(fixture), IClassFixture<ReflectedFixture>
{
    private const string PoolOfTwo = $"{Testbed.PoolFirst}-137.118.199.51";

    [Fact]
    public void Restart_WithOtherPorts_MovesDevicesToThem()
    {
        var device = AddDevice("ports");
        Assert.InRange(Reflector.PortOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 42000)), 10240, 32767);

        Restart(new GatewaySettings { Pool = null, Napt = "ports = \"20480-24575\"\nblock = 256" });

        Assert.InRange(Reflector.PortOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 42000)), 20480, 24575);
        Fetch(device).AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
    }

    [Fact]
    public void Restart_WithAPool_GivesOwnAddresses_AndWithoutOne_TakesThemBack()
    {
        Restart(new GatewaySettings { Pool = null });
        Device[] devices = [AddDevice("one"), AddDevice("two")];
        var conversations = devices.Select(device => Reflector.Converse(Testbed, device, "tcp", Testbed.ServerAddress)).ToList();
        Assert.All(conversations, conversation => Assert.Equal(Testbed.GatewayAddress, Reflector.AddressOf(conversation.Endpoint)));

        // One more than the pool has: the device of the other test may be there too.
        Restart(new GatewaySettings { Pool = $"{Testbed.PoolFirst}-137.118.199.53" });

        foreach (var device in devices)
        {
            Wait.For("an address of its own", () => IsPoolAddress(Testbed.AwaitLegalAddress(device)), TimeSpan.FromSeconds(20), () => Testbed.Cli("devices", "--json").ToString());
            Assert.Equal(Testbed.AwaitLegalAddress(device), Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress)));
        }

        foreach (var conversation in conversations)
        {
            conversation.AwaitAnswers(5);
            conversation.AssertAllAnswered();
        }

        Restart(new GatewaySettings { Pool = null });

        Assert.All(devices, device => Assert.Equal(Testbed.GatewayAddress, Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress))));
        Assert.All(devices, device => Fetch(device).AssertOk());
    }

    [Theory]
    [InlineData("sharing", "", "enabled = false")]
    [InlineData("profile", "legal = \"own-only\"", "")]
    public void Restart_WithoutSharing_GivesOwnAddressesOnly_AndWithNothingElse_SharedOnesOnly(string name, string profile, string napt)
    {
        Renew(new GatewaySettings { Pool = null });
        Device[] devices = [AddDevice(name + "1"), AddDevice(name + "2"), AddDevice(name + "3")];
        Assert.All(devices, device => Fetch(device).AssertOk());

        Restart(new GatewaySettings { Pool = PoolOfTwo, Profile = profile, Napt = napt });

        // Twice: the first makes known who is there.
        _ = devices.Select(TryPing).ToList();
        var answers = devices.Select(TryPing).ToList();
        Assert.Equal(2, answers.Count(answer => answer.Succeeded));
        Assert.Contains("Destination Host Unreachable", answers.Single(answer => !answer.Succeeded).Stdout);
        Assert.Equal([Testbed.PoolFirst, "137.118.199.51"], Testbed.DevicesJson().Devices.SelectMany(device => device.Bindings).Select(binding => binding.Legal).Order());

        Renew(new GatewaySettings { Pool = PoolOfTwo, Profile = "legal = \"shared\"" });

        Assert.All(devices, device => Assert.Equal(Testbed.GatewayAddress, Reflector.AddressOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress))));
    }

    private static CommandResult TryPing(Device device) => Testbed.Run(device.Namespace, "ping", "-n", "-c", "2", "-i", "0.3", "-W", "2", Testbed.ServerAddress);

    /// <summary>A gateway that knows nothing of before.</summary>
    private void Renew(GatewaySettings settings)
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        Testbed.StartGateway(settings);
    }

    private void Restart(GatewaySettings settings)
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(settings);
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
