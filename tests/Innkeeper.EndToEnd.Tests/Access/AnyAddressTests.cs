using System.Text.RegularExpressions;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>A device with any address reaches hosts beyond the uplink, with nothing changed on it.</summary>
public sealed partial class AnyAddressTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Curl_FromAnyAddress_Downloads_AndTheServerSeesAPoolAddress()
    {
        var device = AddForeigner("curl", 195);
        var (url, sha256) = Testbed.Publish("any-address", 5_000_000);

        Assert.Equal(sha256, Download(device, url));

        var clients = Testbed.ServerLog.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Contains("/any-address", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]).ToList();
        Assert.NotEmpty(clients);
        Assert.All(clients, client => Assert.True(IsPoolAddress(client), $"the server saw {client}"));
    }

    [Fact]
    public void Ping_FirstPacketOfANewDevice_IsNotLost()
    {
        var device = AddForeigner("first", 196);

        Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "8", Testbed.ServerAddress).AssertOk();
    }

    [Fact]
    public void Ping_TheServer_TheRouterAndAnOfficeHost_Answers()
    {
        var device = AddForeigner("ping", 197);

        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        Ping(device.Namespace, Testbed.RouterAddress).AssertOk();
        Ping(device.Namespace, Testbed.OfficeAddress).AssertOk();
    }

    [Theory]
    [InlineData("-I", 198)]
    [InlineData("-U", 199)]
    [InlineData("-T", 200)]
    public void Traceroute_ShowsTheGatewayThenTheRouterThenTheServer(string method, byte host)
    {
        var device = AddForeigner("trace" + method[1..].ToLowerInvariant(), host);
        Fetch(device).AssertOk();
        // Not to port 53, which is traceroute's default for UDP: there the gateway answers itself, as any server that is asked.
        string[] port = method == "-I" ? [] : ["-p", method == "-T" ? "80" : "33434"];

        var traced = Testbed.Run(device.Namespace, ["traceroute", "-n", method, "-q", "1", "-w", "3", "-m", "5", .. port, Testbed.ServerAddress]).AssertOk();

        var hops = Hop().Matches(traced.Stdout).Select(match => match.Groups[1].Value).ToList();
        Assert.True(hops is [not ("*" or Testbed.RouterAddress or Testbed.ServerAddress), Testbed.RouterAddress, Testbed.ServerAddress], traced.ToString());
    }

    [Fact]
    public void Devices_AfterTraffic_SaysWhoWhereAndHowMuch()
    {
        var device = AddForeigner("counted", 205, "00:1b:21:3a:00:05");
        Fetch(device).AssertOk();

        var known = Testbed.Find(device);
        Assert.NotNull(known);
        var binding = Assert.Single(known.Bindings);
        Assert.Equal(device.Address, binding.Claimed);
        Assert.True(IsPoolAddress(binding.Legal ?? ""), binding.ToString());
        Assert.Equal(device.Gateway, binding.Gateway);
        Assert.True(binding is { PacketsOut: > 0, PacketsIn: > 0, BytesOut: > 0, BytesIn: > 0 }, binding.ToString());
    }

    [Fact]
    public void Status_OfARunningGateway_CountsThePool()
    {
        var status = Testbed.StatusJson();

        Assert.Equal(50, status.Pool.Total);
        Assert.True(status.Pool.Bound <= status.Bindings, status.ToString());
        Assert.NotEmpty(status.Version);
        Testbed.Cli("status").AssertOk();
        Testbed.Cli("devices").AssertOk();
        Testbed.Cli("check").AssertOk();
    }

    private Device AddForeigner(string name, byte host, string? mac = null) =>
        Testbed.AddDevice(name, $"47.31.128.{host}/24", "47.31.128.1", new DeviceSettings { Mac = mac });

    [GeneratedRegex(@"^\s*\d+\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Hop();
}
