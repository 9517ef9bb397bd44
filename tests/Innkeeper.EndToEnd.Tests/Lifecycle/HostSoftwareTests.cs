using System.Text.RegularExpressions;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>A gateway whose host has systemd-networkd, and what firewalls the tests start. The narrow uplink needs the host's forwarding.</summary>
public sealed class HostSoftwareFixture : GatewayFixture
{
    public HostSoftwareFixture()
        : this(new HostSoftware())
    {
    }

    private HostSoftwareFixture(HostSoftware host)
        : base(GatewaySettings.Default, uplinkMtu: 1400, beforeStart: host.Start) => Host = host;

    internal HostSoftware Host { get; }
}

/// <summary>
/// The real systemd-networkd, ufw and firewalld beside the gateway, and the rules of Docker and Tailscale. What docs/firewall.md and docs/install.md
/// say of each is done here as it stands there.
/// </summary>
public sealed partial class HostSoftwareTests(HostSoftwareFixture fixture) : HostTests(fixture), IClassFixture<HostSoftwareFixture>
{
    /// <summary>As dockerd 20.10 writes them at its start (iptables-save), with a network and no container.</summary>
    private const string DockerRules = """
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD DROP [0:0]
        :OUTPUT ACCEPT [0:0]
        :DOCKER - [0:0]
        :DOCKER-ISOLATION-STAGE-1 - [0:0]
        :DOCKER-ISOLATION-STAGE-2 - [0:0]
        :DOCKER-USER - [0:0]
        -A FORWARD -j DOCKER-USER
        -A FORWARD -j DOCKER-ISOLATION-STAGE-1
        -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A FORWARD -o docker0 -j DOCKER
        -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
        -A FORWARD -i docker0 -o docker0 -j ACCEPT
        -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
        -A DOCKER-ISOLATION-STAGE-1 -j RETURN
        -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
        -A DOCKER-ISOLATION-STAGE-2 -j RETURN
        -A DOCKER-USER -j RETURN
        COMMIT
        *nat
        :PREROUTING ACCEPT [0:0]
        :INPUT ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        :DOCKER - [0:0]
        -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
        -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
        -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
        -A DOCKER -i docker0 -j RETURN
        COMMIT

        """;

    /// <summary>Tailscale's, in its default mode: what comes from 100.64.0.0/10 by another interface is not its own.</summary>
    private const string TailscaleRules = """
        *filter
        :ts-input - [0:0]
        :ts-forward - [0:0]
        -A INPUT -j ts-input
        -A FORWARD -j ts-forward
        -A ts-input -s 100.101.102.103/32 -i lo -j ACCEPT
        -A ts-input -s 100.115.92.0/23 ! -i tailscale0 -j RETURN
        -A ts-input -s 100.64.0.0/10 ! -i tailscale0 -j DROP
        -A ts-input -i tailscale0 -j ACCEPT
        -A ts-input -p udp -m udp --dport 41641 -j ACCEPT
        -A ts-forward -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000
        -A ts-forward -m mark --mark 0x40000/0xff0000 -j ACCEPT
        -A ts-forward -s 100.64.0.0/10 -o tailscale0 -j DROP
        -A ts-forward -o tailscale0 -j ACCEPT
        COMMIT
        *nat
        :ts-postrouting - [0:0]
        -A POSTROUTING -j ts-postrouting
        -A ts-postrouting -m mark --mark 0x40000/0xff0000 -j MASQUERADE
        COMMIT

        """;

    private HostSoftware Host => fixture.Host;

    [Fact]
    public void Networkd_RestartedAndGivenACard_TakesRulesOfOthers_AndNothingOfOurs()
    {
        var device = Served("networkd");
        int Told() => Testbed.StatusJson().Events.Count(e => e.Kind == "host-changed" && (e.Text.Contains("the rule", StringComparison.Ordinal) || e.Text.Contains("the route", StringComparison.Ordinal)));
        var (before, told) = (Routing(), Told());
        Ip("rule", "add", "priority", "5000", "from", "192.0.2.0/24", "lookup", "4711");
        Ip("route", "add", "unreachable", "192.0.2.0/24", "table", "4711");
        Host.WriteNetwork("20-card", "[Match]\nName=card\n[Network]\nAddress=10.99.0.1/24\nLinkLocalAddressing=no\n");

        Host.RestartNetworkd();
        AssertWorks(device);
        Ip("link", "add", "card", "type", "veth", "peer", "name", "plug");
        try
        {
            Wait.For("networkd takes what it does not know", () => !Routing().Any(line => line.Contains("192.0.2.0", StringComparison.Ordinal)), Patience, () => string.Join('\n', Routing()));
            Assert.Equal(before, Routing());
            AssertWorks(device);
            Assert.Equal(told, Told());
        }
        finally
        {
            Ip("link", "del", "card");
            Host.RemoveNetwork("20-card");
        }
    }

    [Fact]
    public void Networkd_ManagesEveryCard_OursAreBackAtOnce_AndToldOnce_UntilTheDocumentsFileExcludesThem()
    {
        var device = Served("everycard");
        var before = IpLines("-brief", "address", "show", "dev", "ik-stack");
        Host.WriteNetwork("90-all", "[Match]\nType=ether\n[Network]\nDHCP=yes\nLinkLocalAddressing=no\n");
        try
        {
            Host.Run("networkctl", "reload").AssertOk();

            AwaitEvent("host-changed", "of ik-stack");
            AssertWorks(device);
            Assert.Equal(before, IpLines("-brief", "address", "show", "dev", "ik-stack"));
            Assert.Single(Testbed.StatusJson().Events, e => e.Kind == "host-changed" && e.Text.Contains("of ik-stack", StringComparison.Ordinal));

            Host.WriteNetwork("05-innkeeper", Ini().Match(Document).Groups["text"].Value);
            Host.WriteNetwork("05-innkeeper-access", AccessFile);
            Host.Run("networkctl", "reload").AssertOk();
            Wait.For("networkd leaves ours alone", () => IsUnmanaged("ik-stack") && IsUnmanaged("ik-edge"), Patience, () => Host.Run("networkctl").ToString());
            Wait.For(
                "networkd asks for no address on the access interface", () => Host.Run("networkctl", "status", Testbed.AccessInterface).Stdout is var status
                    && status.Contains("05-innkeeper-access.network", StringComparison.Ordinal) && status.Contains("(configured)", StringComparison.Ordinal),
                Patience, () => Host.Run("networkctl", "status", Testbed.AccessInterface).ToString());
            AssertWorks(device);
        }
        finally
        {
            Host.RemoveNetwork("90-all");
            Host.RemoveNetwork("05-innkeeper");
            Host.RemoveNetwork("05-innkeeper-access");
            Host.Run("networkctl", "reload");
        }
    }

    [Fact]
    public void Ufw_WithItsDefaults_IsTold_AndTheToldLinesAndTheDocumentsOpenIt()
    {
        void Enable()
        {
            Host.Run("ufw", "disable").AssertOk();
            Flush();
            Host.Run("ufw", "--force", "enable").AssertOk();
        }

        try
        {
            AssertNoticedAndOpened(
                Served("ufw"), "ufw", Enable, "nft insert rule ip filter FORWARD iifname \"ik-*\" accept", "nft insert rule ip filter INPUT iifname \"ik-*\" accept");
        }
        finally
        {
            Host.Run("ufw", "disable");
        }
    }

    [Fact]
    public void Firewalld_WithItsDefaults_IsTold_AndTheToldLinesAndTheDocumentsOpenIt()
    {
        var device = Served("firewalld");
        var firewalld = Host.Start("firewalld", "--nofork", "--nopid");
        try
        {
            Wait.For("firewalld", () => Host.Run("firewall-cmd", "--state").Succeeded, Patience, firewalld.ToString);
            AssertNoticedAndOpened(
                device, "firewalld", () => Host.Run("firewall-cmd", "--reload").AssertOk(),
                "firewall-cmd --zone=trusted --add-interface=ik-stack --add-interface=ik-edge", "firewall-cmd --zone=trusted --add-interface=ik-stack --add-interface=ik-edge");
        }
        finally
        {
            firewalld.Stop();
        }
    }

    [Fact]
    public void Docker_OnTheHost_IsTold_AndTheToldLineAndTheDocumentsOpenIt() =>
        AssertNoticedAndOpened(Served("docker"), "Docker on the host", () => Restore(DockerRules), "nft insert rule ip filter FORWARD iifname \"ik-*\" accept");

    [Fact]
    public void StrictReversePath_IsTold_AndTheToldLineAndTheDocumentsOpenIt() => AssertNoticedAndOpened(
        Served("rpfilter"), "a strict filter of the reverse path", () => Shell("nft flush ruleset; iptables -t raw -A PREROUTING -m rpfilter --invert -j DROP"),
        "nft insert rule ip raw PREROUTING iifname \"ik-*\" accept", "nft insert rule ip raw PREROUTING iifname \"ik-*\" accept");

    /// <summary>The route to 100.64.0.0/10 is in a table of its own, as Tailscale's is, and its rules send there what nothing else takes.</summary>
    [Fact]
    public void Tailscale_OnTheHost_DisturbsNothing()
    {
        var device = Served("tailscale");
        var inside = Inside();
        Ip("link", "add", "tailscale0", "type", "veth", "peer", "name", "tailnet");
        try
        {
            Ip("address", "add", "100.101.102.103/32", "dev", "tailscale0");
            Ip("link", "set", "tailscale0", "up");
            Restore(TailscaleRules);
            Ip("route", "add", "100.64.0.0/10", "dev", "tailscale0", "table", "52");
            Ip("rule", "add", "priority", "5210", "fwmark", "0x80000/0xff0000", "lookup", "main");
            Ip("rule", "add", "priority", "5230", "fwmark", "0x80000/0xff0000", "lookup", "default");
            Ip("rule", "add", "priority", "5250", "fwmark", "0x80000/0xff0000", "unreachable");
            Ip("rule", "add", "priority", "5270", "lookup", "52");

            AssertWorks(device);
            Assert.Equal(inside, Inside());
            Assert.Empty(Closed());
        }
        finally
        {
            foreach (var priority in (string[])["5210", "5230", "5250", "5270"])
            {
                Testbed.Run(Testbed.Gateway, "ip", "rule", "del", "priority", priority);
            }

            Ip("link", "del", "tailscale0");
            Flush();
        }
    }

    [Theory]
    [InlineData("nftables", "nft add table inet filter; nft add chain inet filter input '{ type filter hook input priority 0; policy drop; }'; nft add chain inet filter forward '{ type filter hook forward priority 0; policy drop; }'")]
    [InlineData("iptables", "iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; iptables -A INPUT -i lo -j ACCEPT; iptables -P INPUT DROP; iptables -P FORWARD DROP")]
    public void Document_Lines_OpenAFirewallThatDropsEverything(string firewall, string close)
    {
        var device = Served(firewall);
        try
        {
            Shell(close);
            AssertFails(device);
            Open(Documented(firewall));
            AssertWorks(device);
        }
        finally
        {
            Flush();
        }
    }

    /// <summary>A row of the table of docs/firewall.md: what to open, and commands.</summary>
    [GeneratedRegex(@"^\| (?<software>[^|(]*?)(?: \([^|]*)? \| (?<lines>.*) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<command>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex("```ini\n(?<text>[^`]+)```", RegexOptions.ExplicitCapture)]
    private static partial Regex Ini();

    private static string Document { get; } = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "firewall.md"));

    /// <summary>As docs/install.md has it, for the testbed's interface.</summary>
    private string AccessFile => Ini().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "install.md"))).Select(m => m.Groups["text"].Value)
        .Single(text => text.Contains("[Network]", StringComparison.Ordinal)).Replace("eth1", Testbed.AccessInterface, StringComparison.Ordinal);

    private static List<string> Documented(string software) =>
    [
        .. Row().Matches(Document).Where(row => row.Groups["software"].Value == software)
            .SelectMany(row => Quoted().Matches(row.Groups["lines"].Value)).Select(match => match.Groups["command"].Value),
    ];

    private static CommandResult Large(Device device) => Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", "-M", "dont", "-s", "3000", Testbed.ServerAddress);

    /// <summary>Something that needs the host's IP stack does not work.</summary>
    private static void AssertFails(Device device) => Assert.True(!Large(device).Succeeded || Dig(device).Length == 0, "nothing is closed");

    /// <summary>All that needs the host's IP stack.</summary>
    private static void AssertWorks(Device device)
    {
        AssertNames(device);
        Ping(device.Namespace, "47.31.128.1").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "3000").AssertOk();
        Assert.Contains("47.31.128.1", Testbed.Run(device.Namespace, "traceroute", "-n", "-q", "1", "-w", "2", "-m", "1", Testbed.ServerAddress).AssertOk().Stdout.Split('\n')[1]);
    }

    /// <summary>A firewall that is loaded closes; the gateway names the commands, which open it; loaded again, it is opened by those of docs/firewall.md.</summary>
    /// <param name="row">Of the document.</param>
    private void AssertNoticedAndOpened(Device device, string row, Action load, params string[] told)
    {
        try
        {
            load();
            Wait.For("it is noticed", () => Closed().SequenceEqual(told), Patience, Status);
            AssertFails(device);
            foreach (var command in told)
            {
                AwaitEvent("firewall", command);
            }

            Open(told);
            Wait.For("the gateway finds it open", () => Closed().Count == 0, Patience, Status);
            AssertWorks(device);

            load();
            AssertFails(device);
            Open(Documented(row));
            AssertWorks(device);
        }
        finally
        {
            Flush();
            Wait.For("no firewall is left", () => Closed().Count == 0, Patience, Status);
        }
    }

    private Device Served(string name)
    {
        var device = AddDevice(name);
        AssertNames(device);
        return device;
    }

    private void Open(IReadOnlyList<string> commands)
    {
        Assert.NotEmpty(commands);
        foreach (var command in commands.Distinct())
        {
            Shell(command);
        }
    }

    private bool IsUnmanaged(string name) => Host.Run("networkctl", "list", "--no-legend", name).Stdout.TrimEnd().EndsWith("unmanaged", StringComparison.Ordinal);

    private string[] Routing() => [.. IpLines("rule"), .. IpLines("route", "show", "table", "all").Where(line => !line.Contains(" table local ", StringComparison.Ordinal))];

    private void Shell(string command) => Host.Run("sh", "-c", command).AssertOk();

    private void Restore(string rules) => Testbed.RunWithInput(Testbed.Gateway, rules, "iptables-restore").AssertOk();

    private void Flush() => Testbed.Run(Testbed.Gateway, "nft", "flush", "ruleset").AssertOk();
}
