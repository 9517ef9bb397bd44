using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dhcp;

/// <summary>
/// Kea's perfdhcp pretends to be a relay (giaddr) for clients whose MACs are not its frames': a guest that does so takes the whole pool
/// of a server that believes it. Here it gets nothing.
/// </summary>
public sealed class PerfdhcpTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Starvation_ByAPretendedRelay_GetsNoLease_AndADeviceGetsItsOwn()
    {
        var missing = Requirements.Missing("perfdhcp");
        Assert.SkipWhen(missing is not null, missing ?? "");
        var attacker = Testbed.AddDevice("relay", "10.203.99.99/16", null);

        var attack = Testbed.Run(attacker.Namespace, "perfdhcp", "-4", "-l", "eth0", "-r", "200", "-R", "400", "-n", "400", "-W", "1000000", "-b", "mac=02:ee:00:00:00:00", "all");

        // Its report has "received packets: N" once for OFFERs and once for ACKs.
        var received = attack.Stdout.Split('\n').Where(line => line.StartsWith("received packets:", StringComparison.Ordinal)).ToList();
        Assert.True(received.Count == 2, attack.ToString());
        Assert.All(received, line => Assert.Equal("received packets: 0", line));
        Assert.True(Testbed.StatusJson().Counters["dhcp_relayed"] >= 100, Testbed.Cli("status", "--json").ToString());
        Assert.Equal(0, Testbed.StatusJson().Counters["dhcp_offered"]);

        var honest = Crowd.Plug(Testbed).Run(1);
        Assert.Equal((1, 0), (honest.Bound, honest.Retransmits));
    }
}
