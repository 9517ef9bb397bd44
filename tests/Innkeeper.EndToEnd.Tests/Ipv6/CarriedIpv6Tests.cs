using System.Net;
using System.Text.Json;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Ipv6;

/// <summary>IPv6 outside for devices with any settings: real stacks, a real router, and nothing foreign on the uplink (the class's own check).</summary>
public sealed class CarriedIpv6Tests(CarriedIpv6Fixture fixture) : CarriedIpv6Case(fixture), IClassFixture<CarriedIpv6Fixture>
{
    [Theory]
    [InlineData("fe80::1", Foreign)]
    [InlineData("2a01:4f8:1:2::1", "2a01:4f8:1:2::6/64")]
    [InlineData(null, "2a01:4f8:9:2::5/0")]
    [InlineData("fd00:47::ffff", "fd00:47::5/64")]
    [InlineData("2001:db8:77:1::1", "2001:db8:77:1::5/64")]
    [InlineData("fe80::1", "2001:db8:77:1::1/64")]
    public void DeviceWithAnyAddress_FetchesAPage_AndIsKnownWithBothAddresses(string? gateway, string address)
    {
        var device = Add(address, gateway);

        AssertFetches(device);
        var (own, outside) = Assert.Single(AddressesOf(device));
        Assert.Equal(IPAddress.Parse(address.Split('/')[0]), IPAddress.Parse(own));
        Assert.True(IPNetwork.Parse(CarriedIpv6Fixture.Prefix).Contains(IPAddress.Parse(outside)));
    }

    [Fact]
    public void TheSameAddressOnTwoDevices_BothFetch_AndReachEachOtherByTheirOutsideAddresses()
    {
        const string address = "2a01:4f8:77::5/64";
        var (one, two) = (Add(address, "fe80::1"), Add(address, "fe80::1"));

        AssertFetches(one);
        AssertFetches(two);
        Ping(one, "-6", "-c", "2", "-W", "2", AddressesOf(two)[0].Outside).AssertOk();
    }

    [Fact]
    public void FragmentsAndTraceroute_BehaveAsBehindARouter()
    {
        var device = Add("2a01:4f8:1:9::5/64", "fe80::1");
        AssertFetches(device);

        Ping(device, "-6", "-c", "2", "-W", "2", "-s", "4000", CarriedIpv6Fixture.Web).AssertOk();
        var hops = Lines(Testbed.Run(device.Namespace, "traceroute", "-6", "-n", "-q", "1", "-w", "2", "-m", "4", CarriedIpv6Fixture.Web).AssertOk().Stdout)[1..];
        Assert.Equal(2, hops.Length);
        Assert.Contains("fe80::", hops[0]);
        Assert.Contains(CarriedIpv6Fixture.Web, hops[1]);

    }

    [Fact]
    public void HostOutside_ReachesADeviceWhoseProfileAllowsIt_AndNoOther()
    {
        var (open, closed) = (Add("2a01:4f8:1:a::5/64", "fe80::1"), Add("2a01:4f8:1:a::6/64", "fe80::1", prefix: "06:c1"));
        AssertFetches(open);
        AssertFetches(closed);

        Testbed.Run(Testbed.Router, "ping", "-6", "-n", "-c", "2", "-W", "2", AddressesOf(open)[0].Outside).AssertOk();
        Assert.Equal(1, Testbed.Run(Testbed.Router, "ping", "-6", "-n", "-c", "2", "-i", "0.2", "-W", "1", AddressesOf(closed)[0].Outside).ExitCode);
    }

    [Fact]
    public void DeviceThatConfiguresItself_GetsThePrefix_AndFetchesAPage()
    {
        var device = Add(null, null);
        LinkLocal(device);
        AwaitOutside();
        Assert.Contains(CarriedIpv6Fixture.Prefix, Testbed.Run(device.Namespace, "rdisc6", "-1", "-r", "3", "-w", "1000", "eth0").AssertOk().Stdout);

        Testbed.Run(device.Namespace, "ip", "link", "set", "eth0", "down").AssertOk();
        Testbed.Run(device.Namespace, "sysctl", "-qw", "net.ipv6.conf.eth0.accept_ra=1").AssertOk();
        Testbed.Run(device.Namespace, "ip", "link", "set", "eth0", "up").AssertOk();
        Wait.For("an address of the prefix", () =>
            Lines(Testbed.Run(device.Namespace, "ip", "-6", "-o", "address", "show", "dev", "eth0", "scope", "global", "-tentative").Stdout).Any(l => l.Contains("2001:db8:77:1:", StringComparison.Ordinal)), s_patience);
        AssertFetches(device);
    }

    [Fact]
    public void Status_NamesThePrefixAndTheRouter()
    {
        AwaitOutside();
        Assert.Contains($"ipv6: carried; devices have addresses of {CarriedIpv6Fixture.Prefix} outside, by the router fe80::", Testbed.Cli("status").Stdout);
    }

    [Fact]
    public void Name_HasItsIpv6Address_WhileThereIsIpv6Outside()
    {
        AwaitOutside();
        Assert.Equal([Testbed.DualAddress], Addresses(Add("2a01:4f8:1:b::5/64", "fe80::1"), "AAAA"));
    }
}

/// <summary>What happens to it.</summary>
public sealed class ChangingIpv6Tests(ChangingIpv6Fixture fixture) : CarriedIpv6Case(fixture), IClassFixture<ChangingIpv6Fixture>
{
    [Fact]
    public void KilledProcess_LosesNoPacket_AndItsSuccessorGoesOn_ThenAnotherPrefix_IsUsedAtOnce()
    {
        var device = Add(Foreign, "fe80::1");
        AssertFetches(device);
        var before = AddressesOf(device)[0].Outside;
        var ping = Testbed.Start(device.Namespace, "ping", "-6", "-n", "-i", "0.01", "-c", "600", "-W", "2", CarriedIpv6Fixture.Web);
        Testbed.KillGateway(Native.SIGKILL);
        Testbed.StartGateway(CarriedIpv6Fixture.Settings);
        Wait.For("the pings are over", () => ping.HasExited, TimeSpan.FromSeconds(30), ping.ToString);
        Assert.Contains(" 0% packet loss", ping.Stdout);
        Assert.Equal(before, AddressesOf(device)[0].Outside);

        CarriedIpv6Fixture.Advertise(Testbed, "outside.conf", $"prefix {CarriedIpv6Fixture.Prefix} {{ AdvPreferredLifetime 0; }}; prefix {CarriedIpv6Fixture.Next} {{ }};");
        fixture.Radvd!.Signal(1);
        Wait.For("an address of the next prefix", () => IPNetwork.Parse(CarriedIpv6Fixture.Next).Contains(IPAddress.Parse(AddressesOf(device)[0].Outside)), s_patience);
        AssertFetches(device);

        // The router's last words: there is no way out any more, and the device learns it at once.
        fixture.Radvd!.Signal(Native.SIGTERM);
        Wait.For("no IPv6 outside", () => Told(device)[0].What is "tcp ENETUNREACH" or "tcp EHOSTUNREACH", s_patience);
        Assert.Contains("ipv6-outside", Testbed.Cli("events").Stdout);
    }
}

/// <summary>Devices that have IPv6 outside.</summary>
public abstract class CarriedIpv6Case(CarriedIpv6Fixture fixture) : Ipv6Case(fixture)
{
    /// <summary>A router need not answer a solicitation at once (RFC 4861 section 6.2.6).</summary>
    private protected void AwaitOutside() => Wait.For("IPv6 outside", () => Testbed.Cli("status").Stdout.Contains("ipv6: carried", StringComparison.Ordinal), s_patience);

    /// <summary>The page comes, mostly within the time that the wire is asked for the router and the address is new.</summary>
    private protected void AssertFetches(Device device)
    {
        AwaitOutside();
        var fetched = Testbed.Run(device.Namespace, "curl", "-6", "-sS", "--fail", "-m", "10", "-w", "%{time_total}", $"http://[{CarriedIpv6Fixture.Web}]/index.html").AssertOk();
        Assert.Contains("beyond the uplink", fetched.Stdout);
        Assert.InRange(Seconds(Lines(fetched.Stdout)[^1]), 0, 2.5);
    }

    /// <summary>The IPv6 addresses of a device as the gateway knows them.</summary>
    private protected (string Own, string Outside)[] AddressesOf(Device device)
    {
        using var report = JsonDocument.Parse(Testbed.Cli("devices", "show", device.Mac, "--json").AssertOk().Stdout);
        return
        [
            .. report.RootElement.GetProperty("devices")[0].GetProperty("ipv6").EnumerateArray()
                .Where(a => a.GetProperty("packets_out").GetUInt64() > 0).Select(a => (a.GetProperty("address").GetString()!, a.GetProperty("outside").GetString()!)),
        ];
    }
}
