using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>
/// Other software on the gateway's host: it takes rules and sysctls away, loads a firewall, or needs the inside network's addresses. Rules
/// are removed here as systemd-networkd removes those of others: by priority, all of ours at once.
/// </summary>
public sealed class SurroundingsTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    [Fact]
    public void Rules_Flushed_AreBackWithinTwoSeconds_AndToldOnce()
    {
        var device = AddDevice("flushed");
        AssertNames(device);
        var rules = IpLines("rule");
        Assert.Contains(rules, r => r.Contains("ik-edge", StringComparison.Ordinal));

        foreach (var priority in rules.Select(r => r.Split(':')[0]).Where(p => p is not ("0" or "32766" or "32767")))
        {
            Ip("rule", "del", "priority", priority);
        }

        Wait.For("the rules are back", () => IpLines("rule").SequenceEqual(rules), TimeSpan.FromSeconds(2), () => string.Join('\n', IpLines("rule")));
        AssertNames(device);
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "3000").AssertOk();
        Assert.Contains("the rule `", Assert.Single(Testbed.StatusJson().Events, e => e.Kind == "host-changed" && e.Text.Contains("iif ik-edge", StringComparison.Ordinal)).Text);
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
            Nft("""
                table inet guard {
                  chain input { type filter hook input priority 0; policy drop; ct state established accept; iifname "lo" accept; tcp dport 22 accept; }
                  chain forward { type filter hook forward priority 0; policy drop; }
                }
                """);
            Wait.For("the firewall is noticed", () => Closed().Count == 2, TimeSpan.FromSeconds(45), Status);
            Assert.Equal(["nft insert rule inet guard forward iifname \"ik-*\" accept", "nft insert rule inet guard input iifname \"ik-*\" accept"], Closed());
            Assert.Empty(Dig(device));
            AwaitEvent("firewall", "nft insert rule inet guard input iifname \"ik-*\" accept");

            Closed().ForEach(line => Testbed.Run(Testbed.Gateway, "sh", "-c", line).AssertOk());

            Wait.For("the firewall is open", () => Closed().Count == 0, s_patience, Status);
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

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private static string[] Dig(Device device) =>
        Testbed.Run(device.Namespace, "dig", "+short", "+time=1", "+tries=1", "@8.8.8.8", Testbed.WebName).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith(';')).ToArray();

    /// <summary>Names are answered, at once or with the second try: a question on its way meanwhile may be lost.</summary>
    private static void AssertNames(Device device) => Wait.For("a name's answer", () => Dig(device).Contains(Testbed.ServerAddress), TimeSpan.FromSeconds(4), () => string.Join('\n', Dig(device)));

    private JsonElement StatusDocument() => JsonDocument.Parse(Testbed.Cli("status", "--json").AssertOk().Stdout).RootElement;

    private string Inside() => StatusDocument().GetProperty("inside").GetString()!;

    /// <summary>The commands that open what is closed, in order.</summary>
    private List<string> Closed() => [.. StatusDocument().GetProperty("firewall").EnumerateArray().SelectMany(f => f.GetProperty("commands").EnumerateArray()).Select(c => c.GetString()!).Order(StringComparer.Ordinal)];

    private string Status() => Testbed.Cli("status").ToString();

    private void AwaitEvent(string kind, string text) =>
        Wait.For($"the event {text}", () => Testbed.StatusJson().Events.Exists(e => e.Kind == kind && e.Text.Contains(text, StringComparison.Ordinal)), s_patience, Status);

    private void Ip(params string[] command) => Testbed.Run(Testbed.Gateway, ["ip", .. command]).AssertOk();

    private string[] IpLines(params string[] command) => Testbed.Run(Testbed.Gateway, ["ip", "-4", .. command]).AssertOk().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private void Nft(string rules) => Testbed.RunWithInput(Testbed.Gateway, rules, "nft", "-f", "-").AssertOk();

    private void Sysctl(string setting) => Testbed.Run(Testbed.Gateway, "sysctl", "-qw", setting).AssertOk();

    private string ReadSysctls() =>
        string.Join(' ', Testbed.Run(Testbed.Gateway, "sysctl", "-n", "net.ipv4.conf.ik-edge.forwarding", "net.ipv4.conf.ik-stack.rp_filter", "net.ipv4.conf.ik-edge.rp_filter").AssertOk().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries));
}
