using Innkeeper.EndToEnd.Tests.Access;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

/// <summary>What must not be answered by ARP, and the one thing that must be at once.</summary>
public sealed class OneArmedSilenceTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    private const string DevicesGateway = "47.31.128.1";

    /// <summary>Nobody's, in the LAN.</summary>
    private const string Unused = "137.118.199.222";

    [Fact]
    public void Interloper_ProbingAndAnnouncing_IsNotAnswered_ThoughItsGatewayIs()
    {
        var device = Testbed.AddDevice("cautious", "47.31.128.30/24", DevicesGateway);
        var fresh = Testbed.AddDevice("fresh", "47.31.128.31/24", DevicesGateway);
        Fetch(device).AssertOk();
        var captures = ((Device[])[device, fresh]).Select(each => Testbed.Capture(each.Namespace, "eth0", "arp", "and", "ether", "src", Testbed.UplinkMac)).ToList();

        // RFC 5227: of its own address, known and not yet known, of the gateway's that it believes in, of one in the LAN.
        var probes = ((string[][])[["-D", device.Address], ["-D", DevicesGateway], ["-D", Unused], ["-U", device.Address], ["-A", device.Address]])
            .Select(what => Ask(device, what)).Append(Ask(fresh, ["-D", fresh.Address])).ToList();
        Assert.All(probes, probe => probe.Finish(TimeSpan.FromSeconds(20)));

        // The gateway heard it all: it answers what comes after.
        Ping(device.Namespace, DevicesGateway).AssertOk();
        Fetch(fresh).AssertOk();
        Assert.Equal([$"Reply {DevicesGateway} is-at {Testbed.UplinkMac}"], captures.SelectMany(Replies).Distinct());
    }

    [Fact]
    public void Request_ByUnicast_IsAnsweredToOurMacAtOnce_AndToAnotherNever()
    {
        var device = Testbed.AddDevice("unicast", "47.31.128.32/24", DevicesGateway);
        Fetch(device).AssertOk();

        // RFC 4436: a host asks whether it is back on its former network; only the former gateway may answer.
        Assert.Equal("", Testbed.Python(device.Namespace, ArpTests.AskUnicast, "00:0c:29:aa:bb:cc", device.Address, DevicesGateway).AssertOk().Stdout);
        // RFC 1122, 2.3.2.1: a host asks whether we are still there.
        Assert.Equal(Testbed.UplinkMac + "\n", Testbed.Python(device.Namespace, ArpTests.AskUnicast, Testbed.UplinkMac, device.Address, DevicesGateway).AssertOk().Stdout);
    }

    [Fact]
    public void Station_WithALinkLocalAddress_IsNotAnswered_AndNotBound()
    {
        var device = Testbed.AddDevice("alone", "169.254.7.7/16", "169.254.7.1");
        var capture = Testbed.Capture(device.Namespace, "eth0", "arp", "and", "ether", "src", Testbed.UplinkMac);

        var asked = ((string[][])[["169.254.7.1"], ["8.8.8.8"]]).Select(what => Ask(device, what)).ToList();
        Assert.All(asked, each => Assert.NotEqual(0, each.Finish(TimeSpan.FromSeconds(20)).ExitCode));

        Assert.Empty(Replies(capture));
        Assert.Null(Testbed.Find(device));
    }

    private BackgroundProcess Ask(Device device, string[] what) => Testbed.Start(device.Namespace, ["arping", "-I", "eth0", "-c", "3", "-w", "4", .. what]);

    /// <summary>What is said in answers: from "Reply" on.</summary>
    private static IEnumerable<string> Replies(Capture capture) => capture.Lines("arp[6:2] = 2").Select(line => line[line.IndexOf("Reply", StringComparison.Ordinal)..].Split(',')[0]);
}
