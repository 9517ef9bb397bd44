using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Forwarding;

public sealed class InboundTests(GatewayFixture fixture) : InboundCase(fixture), IClassFixture<GatewayFixture>;

/// <summary>From outside in: figures 5 and 6 of the patent. A host on the legal LAN reaches a device by its legal address.</summary>
public abstract class InboundCase(GatewayFixture fixture) : GatewayTests(fixture)
{
    [Fact]
    public void Ping_FromTheOffice_ReachesEachOfTwoDevicesOfOneAddress()
    {
        var devices = Enumerable.Range(1, 2).Select(number => Testbed.AddDevice($"ping{number}", "47.31.128.195/24", "47.31.128.1")).ToList();
        foreach (var device in devices)
        {
            Fetch(device).AssertOk();
            var capture = Testbed.Capture(device.Namespace, "eth0", "icmp");

            Ping(Testbed.Office, Testbed.AwaitLegalAddress(device)).AssertOk();

            var requests = capture.Finish().Lines("icmp[icmptype] == icmp-echo");
            Assert.All(requests, line => Assert.Contains($"{Testbed.OfficeAddress} > {device.Address}", line));
            Assert.Equal(3, requests.Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tcp_FromOutside_ConnectsToADevice(bool fromTheOffice)
    {
        var device = Testbed.AddDevice($"tcp{(fromTheOffice ? "near" : "far")}", "47.31.128.200/24", "47.31.128.1");
        Fetch(device).AssertOk();
        Testbed.StartListener(device.Namespace, 8080, "socat", "TCP-LISTEN:8080,fork,reuseaddr", "EXEC:cat");

        var echoed = Testbed.RunWithInput(fromTheOffice ? Testbed.Office : Testbed.Server, "hello\n",
            "socat", "-t", "5", "-", $"TCP:{Testbed.AwaitLegalAddress(device)}:8080,connect-timeout=10").AssertOk();

        Assert.Equal("hello\n", echoed.Stdout);
    }

    [Fact]
    public void Udp_FromTheOfficeToAClosedPort_IsRefused()
    {
        var device = Testbed.AddDevice("closed", "47.31.128.201/24", "47.31.128.1");
        Fetch(device).AssertOk();

        var refused = Testbed.Python(Testbed.Office, ProtocolCase.UdpProbe, Testbed.AwaitLegalAddress(device)).AssertOk();

        Assert.Contains("refused", refused.Stdout);
    }

    [Fact]
    public void Ping_BetweenDevices_ByLegalAddress_Answers()
    {
        var first = Testbed.AddDevice("first", "47.31.128.202/24", "47.31.128.1");
        var second = Testbed.AddDevice("second", "47.31.128.202/24", "47.31.128.1");
        Fetch(first).AssertOk();
        Fetch(second).AssertOk();

        Ping(first.Namespace, Testbed.AwaitLegalAddress(second)).AssertOk();
    }
}
