using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>Guests leave by a router of their own on the legal LAN, with a pool of their own; behind it lies a host that only it knows.</summary>
public sealed class GuestLineFixture() : GatewayFixture(
    GatewaySettings.Default with
    {
        Extra = $"""
            [gateways.line]
            next_hop = "{GuestRouter}"
            pool = ["137.118.199.150-137.118.199.159"]
            [profiles.guests]
            gateway = "line"
            [[rules]]
            profile = "guests"
            mac = "{GuestPrefix}"
            """,
    },
    beforeStart: bench =>
    {
        var line = bench.AddLanHost("line", GuestRouter);
        Bench.Run(line, "ip", "address", "add", $"{Beyond}/32", "dev", "lo").Ok();
        Bench.Run(line, "sysctl", "-qw", "net.ipv4.ip_forward=1").Ok();
        foreach (var legal in Enumerable.Range(150, 10))
        {
            bench.AllowOnUplink($"137.118.199.{legal}");
        }
    })
{
    public const string GuestRouter = "137.118.199.254";
    public const string Beyond = "203.0.113.77";
    public const string GuestPrefix = "06:67:75";
}

/// <summary>"Guests go through the guest line and never touch the corporate router" (pages 14 and 15 of the patent).</summary>
public sealed class SecondGatewayTests(GuestLineFixture fixture) : GatewayTests(fixture), IClassFixture<GuestLineFixture>
{
    [Fact]
    public void Guest_LeavesByTheGuestLine_AndNothingOfItReachesTheOtherRouter_NotEvenWhenTheLineIsDown()
    {
        var line = Bench.AddLanHost("probe", "137.118.199.40")[..^"probe".Length] + "line";
        var corporate = Bench.Capture(Bench.Router, "eth0", "ip", "and", "net", "137.118.199.144/28");
        var guest = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true, Mac = "06:67:75:00:00:01" });
        var staff = Bench.AddDevice("staff", "10.1.2.3/24", "10.1.2.254", new DeviceSettings { Isolated = true });

        Ping(staff.Namespace, Bench.ServerAddress).Ok();
        Ping(guest.Namespace, GuestLineFixture.Beyond).Ok();

        // By the slow path too: what is longer than the MTU, and a TTL that runs out.
        Ping(guest.Namespace, GuestLineFixture.Beyond, "-s", "3000").Ok();
        Assert.Contains("Time to live exceeded", Bench.Run(guest.Namespace, "ping", "-n", "-c", "1", "-W", "2", "-t", "1", GuestLineFixture.Beyond).Stdout);
        Assert.StartsWith("137.118.199.15", Bench.LegalAddress(guest), StringComparison.Ordinal);

        Bench.Run(line, "ip", "link", "set", "eth0", "down").Ok();
        Wait.For("the gateway sees that the line is down", () => Bench.StatusJson().Events.Any(e => e.Kind == "gateway-down"), TimeSpan.FromSeconds(30), () => Bench.Cli("status").ToString());
        Assert.Contains("Destination Host Unreachable", Bench.Run(guest.Namespace, "ping", "-n", "-c", "2", "-W", "2", GuestLineFixture.Beyond).Stdout);
        Ping(staff.Namespace, Bench.ServerAddress).Ok();

        Bench.Run(line, "ip", "link", "set", "eth0", "up").Ok();
        Wait.For("the line is back", () => Bench.StatusJson().Events.Any(e => e.Kind == "gateway-up"), TimeSpan.FromSeconds(30), () => Bench.Cli("status").ToString());
        Ping(guest.Namespace, GuestLineFixture.Beyond).Ok();

        Assert.Empty(corporate.Frames());
    }
}
