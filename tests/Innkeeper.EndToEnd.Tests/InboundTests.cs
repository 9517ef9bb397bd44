using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

public sealed class InboundTests(GatewayFixture fixture) : InboundCase(fixture), IClassFixture<GatewayFixture>;

/// <summary>From outside in: figures 5 and 6 of the patent. A host on the legal LAN reaches a device by its legal address.</summary>
public abstract class InboundCase(GatewayFixture fixture) : GatewayTests(fixture)
{
    [Fact]
    public void Ping_FromTheOffice_ReachesEachOfTwoDevicesOfOneAddress()
    {
        var devices = Enumerable.Range(1, 2).Select(number => Bench.AddDevice($"ping{number}", "47.31.128.195/24", "47.31.128.1")).ToList();
        foreach (var device in devices)
        {
            Fetch(device).Ok();
            var capture = Bench.Capture(device.Namespace, "eth0", "icmp");

            Ping(Bench.Office, Bench.LegalAddress(device)).Ok();

            var requests = capture.Finish().Lines("icmp[icmptype] == icmp-echo");
            Assert.All(requests, line => Assert.Contains($"{Bench.OfficeAddress} > {device.Address}", line));
            Assert.Equal(3, requests.Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tcp_FromOutside_ConnectsToADevice(bool fromTheOffice)
    {
        var device = Bench.AddDevice($"tcp{(fromTheOffice ? "near" : "far")}", "47.31.128.200/24", "47.31.128.1");
        Fetch(device).Ok();
        Bench.StartListener(device.Namespace, 8080, "socat", "TCP-LISTEN:8080,fork,reuseaddr", "EXEC:cat");

        var echoed = Bench.RunWithInput(fromTheOffice ? Bench.Office : Bench.Server, "hello\n",
            "socat", "-t", "5", "-", $"TCP:{Bench.LegalAddress(device)}:8080,connect-timeout=10").Ok();

        Assert.Equal("hello\n", echoed.Stdout);
    }

    [Fact]
    public void Udp_FromTheOfficeToAClosedPort_IsRefused()
    {
        var device = Bench.AddDevice("closed", "47.31.128.201/24", "47.31.128.1");
        Fetch(device).Ok();

        var refused = Bench.Python(Bench.Office, ProtocolCase.UdpProbe, Bench.LegalAddress(device)).Ok();

        Assert.Contains("refused", refused.Stdout);
    }

    [Fact]
    public void Ping_BetweenDevices_ByLegalAddress_Answers()
    {
        var first = Bench.AddDevice("first", "47.31.128.202/24", "47.31.128.1");
        var second = Bench.AddDevice("second", "47.31.128.202/24", "47.31.128.1");
        Fetch(first).Ok();
        Fetch(second).Ok();

        Ping(first.Namespace, Bench.LegalAddress(second)).Ok();
    }
}
