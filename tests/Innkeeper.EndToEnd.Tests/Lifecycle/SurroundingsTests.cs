using System.Text.RegularExpressions;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>
/// Other software on the gateway's host: it takes rules and sysctls away, loads a firewall, or needs the inside network's addresses. Rules
/// are removed here as systemd-networkd removes those of others: by priority, all of ours at once.
/// </summary>
public sealed class SurroundingsTests(GatewayFixture fixture) : HostTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Rules_Flushed_AreBackWithinTwoSeconds_AndEachIsToldOnce()
    {
        var device = AddDevice("flushed");
        AssertNames(device);
        var rules = IpLines("rule");
        Assert.Contains(rules, r => r.Contains("ik-edge", StringComparison.Ordinal));

        var priorities = rules.Select(r => r.Split(':')[0]).Where(p => p is not ("0" or "32766" or "32767")).ToList();
        foreach (var priority in priorities)
        {
            Ip("rule", "del", "priority", priority);
        }

        Wait.For("the rules are back", () => IpLines("rule").SequenceEqual(rules), TimeSpan.FromSeconds(2), () => string.Join('\n', IpLines("rule")));
        AssertNames(device);
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "3000").AssertOk();

        // The gateway may put the first back before the last is gone, and then tells of both apart.
        var told = string.Concat(Testbed.StatusJson().Events.Where(e => e.Kind == "host-changed").Select(e => e.Text));
        Assert.All(priorities, p => Assert.Single(Regex.Matches(told, $"the rule `{p}: ")));
    }

    [Fact]
    public void Sysctls_SetByOthers_AreSetBack_AndFragmentsGoOn()
    {
        var device = AddDevice("hardened");
        Sysctl("net.ipv4.ip_forward=1");
        Sysctl("net.ipv4.ip_forward=0");
        Sysctl("net.ipv4.conf.ik-stack.rp_filter=1");
        Sysctl("net.ipv4.conf.ik-edge.rp_filter=1");

        Wait.For("the sysctls are back", () => ReadSysctls() == "1 2 2", TimeSpan.FromSeconds(2), ReadSysctls);
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "3000").AssertOk();
        AwaitEvent("host-changed", "net.ipv4.conf.ik-edge.forwarding = 1");
    }

    [Fact]
    public void Firewall_WithDropPolicies_IsToldWithTheLines_WhichMendIt()
    {
        var device = AddDevice("firewalled");
        AssertNames(device);
        try
        {
            // Connection tracking sees the gateway ask itself while all is open.
            Nft("""table inet tracked { counter asked { }; chain input { type filter hook input priority 0; iifname "ik-stack" ct state new counter name asked; }; }""");
            Wait.For("the gateway asks itself", () => !Testbed.Run(Testbed.Gateway, "nft", "list", "counters").AssertOk().Stdout.Contains("packets 0 ", StringComparison.Ordinal), Patience, Status);
            Nft("""
                delete table inet tracked
                table inet guard {
                  chain input { type filter hook input priority 0; policy drop; ct state established accept; iifname "lo" accept; tcp dport 22 accept; }
                  chain forward { type filter hook forward priority 0; policy drop; ip protocol { icmp, tcp, udp } accept; }
                }
                """);
            Wait.For("the firewall is noticed", () => Closed().Count == 2, Patience, Status);
            Assert.Contains("Cause: A firewall on this host drops devices' DNS questions", Testbed.Cli("why", device.Mac).Stdout);
            Assert.Equal(["nft insert rule inet guard forward iifname \"ik-*\" accept", "nft insert rule inet guard input iifname \"ik-*\" accept"], Closed());
            Assert.Empty(Dig(device));
            AwaitEvent("firewall", "nft insert rule inet guard input iifname \"ik-*\" accept");

            Closed().ForEach(line => Testbed.Run(Testbed.Gateway, "sh", "-c", line).AssertOk());

            Wait.For("the firewall is open", () => Closed().Count == 0, Patience, Status);
            AssertNames(device);
            Ping(device.Namespace, "47.31.128.1").AssertOk();
            Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "3000").AssertOk();
            AwaitEvent("firewall", "lets packets in by ik-stack again");
        }
        finally
        {
            Testbed.Run(Testbed.Gateway, "nft", "delete", "table", "inet", "guard");
        }
    }

    [Fact]
    public void Host_GetsARouteIntoTheInsideNetwork_ItGivesWay_AndLeavesNothing()
    {
        var device = AddDevice("givesway");
        AssertNames(device);
        var inside = Inside();
        Assert.StartsWith("24", inside, StringComparison.Ordinal);
        Assert.DoesNotContain(IpLines("route", "show", "table", "main"), r => r.Contains("ik-", StringComparison.Ordinal));
        var pings = Testbed.Start(device.Namespace, "ping", "-n", "-i", "0.05", "-c", "100", "-W", "2", Testbed.ServerAddress);

        // A VPN or a container engine on the host, with a part of it.
        var taken = $"{inside.Split('.')[0]}.{inside.Split('.')[1]}.9.0/24";
        Ip("route", "add", taken, "via", Testbed.RouterAddress);
        try
        {
            Wait.For("another inside network", () => Inside() != inside, TimeSpan.FromSeconds(2), Status);
            AssertNames(device);
            Ping(device.Namespace, "47.31.128.1").AssertOk();
            Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "3000").AssertOk();
            var left = inside[..inside.LastIndexOf(".0/", StringComparison.Ordinal)];
            Assert.DoesNotContain(IpLines("rule").Concat(IpLines("address")).Concat(IpLines("route", "show", "table", "all")), line => line.Contains(left, StringComparison.Ordinal));
            Assert.Contains("via " + Testbed.RouterAddress, IpLines("route", "get", taken.Replace("/24", "", StringComparison.Ordinal))[0]);
            Assert.Contains("100 packets transmitted, 100 received", pings.Finish(TimeSpan.FromSeconds(20)).AssertOk().Stdout);
            Assert.Contains($"overlaps the inside network {inside}", Assert.Single(Testbed.StatusJson().Events, e => e.Kind == "inside-network").Text);
        }
        finally
        {
            Ip("route", "del", taken);
        }
    }

    private void Sysctl(string setting) => Testbed.Run(Testbed.Gateway, "sysctl", "-qw", setting).AssertOk();

    private string ReadSysctls() =>
        string.Join(' ', Testbed.Run(Testbed.Gateway, "sysctl", "-n", "net.ipv4.conf.ik-edge.forwarding", "net.ipv4.conf.ik-stack.rp_filter", "net.ipv4.conf.ik-edge.rp_filter").AssertOk().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries));
}
