using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Ipv6;

/// <summary>The access switch snoops multicast and asks for listeners itself, under an address of its link that is higher than any gateway's.</summary>
public sealed class SnoopingFixture() : GatewayFixture(GatewaySettings.Default, beforeStart: testbed => Snoop(testbed, "fe:ff:ff:ff:ff:01"))
{
    /// <summary>The switch's MAC makes its address of the link, from which it asks each second.</summary>
    internal static void Snoop(Testbed testbed, string mac)
    {
        Testbed.Run(testbed.Hub, "ip", "link", "set", "br0", "address", mac).AssertOk();
        Testbed.Run(testbed.Hub, "sysctl", "-qw", "net.ipv6.conf.br0.disable_ipv6=0").AssertOk();
        Wait.For("the switch's address", () => Testbed.Run(testbed.Hub, "ip", "-6", "-o", "address", "show", "dev", "br0", "scope", "link", "-tentative").AssertOk().Stdout.Length > 0, TimeSpan.FromSeconds(15));
        Testbed.Run(testbed.Hub, "ip", "link", "set", "br0", "type", "bridge", "mcast_snooping", "1", "mcast_query_response_interval", "100", "mcast_query_interval", "100", "mcast_startup_query_interval", "100").AssertOk();
        Testbed.Run(testbed.Hub, "ip", "link", "set", "br0", "type", "bridge", "mcast_querier", "1").AssertOk();
    }
}

/// <summary>The same, under the lowest address: it stays the one who asks.</summary>
public sealed class SnoopingFirstFixture() : GatewayFixture(GatewaySettings.Default, beforeStart: testbed => SnoopingFixture.Snoop(testbed, "02:00:00:00:00:01"));

public sealed class SnoopingTests(SnoopingFixture fixture) : SnoopingCase(fixture), IClassFixture<SnoopingFixture>;

public sealed class SnoopingFirstTests(SnoopingFirstFixture fixture) : SnoopingCase(fixture), IClassFixture<SnoopingFirstFixture>;

/// <summary>A switch that sends a group's frames only to its listeners and to routers: the gateway is known to it as one.</summary>
public abstract class SnoopingCase(GatewayFixture fixture) : Ipv6Case(fixture)
{
    [Fact]
    public void Solicitation_BehindASwitchThatSnoops_ReachesTheGatewayAlone()
    {
        Wait.For("the gateway's port leads to a router", () => RouterPorts().Contains("gw", StringComparison.Ordinal), TimeSpan.FromSeconds(20), RouterPorts);
        var (device, other) = (Add(Foreign, "fe80::1", isolated: false), Add("2a01:4f8:1:2::6/64", "fe80::1", isolated: false));
        var heard = Testbed.Capture(other.Namespace, "eth0", "icmp6 and ip6[40] == 135 and ether src " + device.Mac);

        // Until listeners had the time to answer, all groups go everywhere: 10 s after the gateway's first question.
        var asked = 0;
        Wait.For("the switch sends groups to their listeners alone", () => !IsHeard($"fe80::77:{++asked:x}"), TimeSpan.FromSeconds(25));
        AssertRefused(device);

        Assert.DoesNotContain(heard.Finish().Lines(), line => line.Contains("who has fe80::1,", StringComparison.Ordinal));

        int Questions(string target) => heard.Lines().Count(line => line.Contains($"who has {target},", StringComparison.Ordinal));

        bool IsHeard(string target)
        {
            _ = Testbed.Run(device.Namespace, "ndisc6", "-q", "-r", "1", "-w", "100", target, "eth0");

            // A question for the listener itself always gets there, and behind the other one: then that one is heard, or went elsewhere.
            var before = Questions("2a01:4f8:1:2::6");
            Testbed.Run(device.Namespace, "ndisc6", "-q", "-r", "3", "-w", "500", "2a01:4f8:1:2::6", "eth0").AssertOk();
            Wait.For("the listener hears a question for itself", () => Questions("2a01:4f8:1:2::6") > before, TimeSpan.FromSeconds(5));
            return Questions(target) > 0;
        }
    }

    private string RouterPorts() => Testbed.Run(Testbed.Hub, "bridge", "-d", "mdb", "show", "dev", "br0").AssertOk().Stdout;
}
