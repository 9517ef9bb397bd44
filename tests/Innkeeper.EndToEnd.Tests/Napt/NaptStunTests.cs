using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>No pool, and a STUN server of two addresses and two ports (RFC 5780) beyond the uplink.</summary>
public class StunFixture : GatewayFixture
{
    public const string SecondAddress = "203.0.113.11";

    public StunFixture()
        : this(new GatewaySettings { Pool = null })
    {
    }

    private protected StunFixture(GatewaySettings settings)
        : base(settings, beforeStart: StartServer)
    {
    }

    private static void StartServer(Testbed testbed)
    {
        Testbed.Run(testbed.Server, "ip", "address", "add", SecondAddress + "/24", "dev", "eth0").AssertOk();
        var server = testbed.Start(testbed.Server, "turnserver", "-n", "-S", "-L", Testbed.ServerAddress, "-L", SecondAddress, "-p", "3478", "--alt-listening-port=3479",
            "--no-tls", "--no-dtls", "--no-tcp", "--no-cli", "--no-auth", "--log-file=stdout", "--simple-log", $"--pidfile={Path.Combine(testbed.Directory, "turnserver.pid")}",
            $"--userdb={Path.Combine(testbed.Directory, "turndb")}");
        Wait.For("the STUN server's four ports", () => Testbed.Run(testbed.Server, "ss", "-Hlnu", "( sport = :3478 or sport = :3479 )").Stdout is var ports
            && ((string[])[$"{Testbed.ServerAddress}:3478", $"{Testbed.ServerAddress}:3479", $"{SecondAddress}:3478", $"{SecondAddress}:3479"]).All(ports.Contains),
            TimeSpan.FromSeconds(15), server.ToString);
    }
}

/// <summary>What the clients that games and telephones are built like say of us: RFC 4787 REQ-1, REQ-8, REQ-9, REQ-14.</summary>
public sealed class NaptStunTests(StunFixture fixture) : GatewayTests(fixture), IClassFixture<StunFixture>
{
    private const string IndependentMapping = "NAT with Endpoint Independent Mapping!";

    [Fact]
    public void NatDiscovery_OfMappingAndFiltering_FindsBothEndpointIndependent()
    {
        var device = AddDevice("stun");

        var found = Discover(device, "-m", "-f");

        Assert.Contains(IndependentMapping, found);
        Assert.Contains("NAT with Endpoint Independent Filtering!", found);
        Assert.DoesNotContain("timeout", found, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void NatDiscovery_OfHairpinning_HearsItself()
    {
        var device = AddDevice("hairpin");

        var found = Discover(device, "-H");

        Assert.DoesNotContain("timeout", found, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("hairpin", found, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void NatDiscovery_PaddedToFragments_FindsTheSame()
    {
        var device = AddDevice("padded");

        Assert.Contains(IndependentMapping, Discover(device, "-m", "-P"));
    }

    /// <summary>Who gives ports away for each destination keeps the first mapping and fails at the second: the port is not free there.</summary>
    [Theory]
    [InlineData("same", "47.31.128.195")]
    [InlineData("other", "47.31.128.77")]
    public void NatDiscovery_WhereAnotherDeviceHoldsThePortTowardsTheSecondAddress_StillFindsIndependentMapping(string name, string itsAddress)
    {
        var holder = AddDevice("holder-" + name, itsAddress);
        var device = AddDevice("seeker-" + name);
        Testbed.RunWithInput(holder.Namespace, "x", "socat", "-u", "-", $"UDP4:{StunFixture.SecondAddress}:3478,bind={itsAddress}:42000").AssertOk();

        Assert.Contains(IndependentMapping, Discover(device, "-m", "-L", device.Address, "-l", "42000"));
        // The trap is set: both hold the port now.
        Wait.For("the holder's mapping", () => Testbed.Find(holder)!.Bindings[0].Shared is { Udp: 1 }, TimeSpan.FromSeconds(5), () => Testbed.Cli("devices", "--json").ToString());
    }

    [Fact]
    public void StunClient_OfRfc3489_FindsAnIndependentMappingAndFilter_AndHairpin()
    {
        var device = AddDevice("classic");

        var found = Testbed.Run(device.Namespace, "stun", Testbed.ServerAddress);

        Assert.Contains("Independent Mapping, Independent Filter", found.Stdout + found.Stderr);
        Assert.Contains("will hairpin", found.Stdout + found.Stderr);
    }

    private Device AddDevice(string name, string address = "47.31.128.195") =>
        Testbed.AddDevice(name, address + "/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    internal static string Discover(Device device, params string[] options)
    {
        var found = Testbed.Run(device.Namespace, ["turnutils_natdiscovery", .. options, Testbed.ServerAddress]).AssertOk();
        return found.Stdout + found.Stderr;
    }
}

/// <summary>The same with a profile that refuses whom the device did not speak to, and other devices, and mappings that end after 4 s.</summary>
public sealed class StrictStunFixture() : StunFixture(new GatewaySettings { Pool = null, Inbound = false, Isolate = true, Napt = "udp_timeout = \"4s\"" });

public sealed class NaptStrictTests(StrictStunFixture fixture) : GatewayTests(fixture), IClassFixture<StrictStunFixture>
{
    [Fact]
    public void NatDiscovery_WhereInboundIsRefused_FindsAddressDependentFiltering_OfAnIndependentMapping()
    {
        var device = AddDevice("strict");

        var found = NaptStunTests.Discover(device, "-m", "-f");

        Assert.Contains("NAT with Endpoint Independent Mapping!", found);
        Assert.Contains("NAT with Address Dependent Filtering!", found);
    }

    [Fact]
    public void NatDiscovery_OfHairpinning_WhereDevicesAreIsolated_HearsNothing()
    {
        var device = AddDevice("isolated");

        Assert.Contains("timeout", NaptStunTests.Discover(device, "-H"), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A second before and two after the timeout: a mapping may live a quarter of a second longer than it says.</summary>
    [Theory]
    [InlineData(3, true)]
    [InlineData(6, false)]
    public void NatDiscovery_OfLifetime_FindsTheTimeoutSet(int seconds, bool lives)
    {
        var device = AddDevice($"timer{seconds}");

        var found = NaptStunTests.Discover(device, "-t", "-T", $"{seconds}");

        Assert.Equal(lives, !found.Contains("timeout", StringComparison.OrdinalIgnoreCase));
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
