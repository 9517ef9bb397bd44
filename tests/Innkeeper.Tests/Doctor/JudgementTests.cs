using Innkeeper.Configuration;
using Innkeeper.Doctor;
using Innkeeper.Hosting;
using Innkeeper.Links;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Cli;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Doctor;

/// <summary>The doctor's judgements, apart from its probing: what is ok, what a warning, what a failure, and what to do.</summary>
public sealed class JudgementTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:00:00:00:07");
    private static readonly SystemInfo s_system = new("6.1.0-57-amd64", ulong.MaxValue, false, true, true, 1024);
    private static readonly InnkeeperConfig s_config = ConfigurationFile.Parse("access.interface = \"eth1\"\nuplink.interface = \"eth0\"", "t").Config!;

    private static LinkFacts Link(bool isUp = true, bool hasCarrier = true, int mtu = 1500, string? address = "192.0.2.7/24") =>
        new(new LinkInfo(2, "eth0", s_mac, mtu, isUp, isUp && hasCarrier, address is null ? [] : [Ipv4Network.Parse(address)], null), null, "virtio_net", false, false);

    private static ArpAnswer Answer(string mac, string address = "192.0.2.1") => new(0, Ipv4Address.Parse(address), MacAddress.Parse(mac), TimeSpan.FromMilliseconds(0.4));

    private static void Is(Grade grade, string seen, string? advice, Finding finding)
    {
        Assert.Equal(grade, finding.Grade);
        Assert.Contains(seen, finding.Seen);
        Assert.Equal(grade == Grade.Ok, finding.Advice is null);
        if (advice is not null)
        {
            Assert.Contains(advice, finding.Advice);
        }
    }

    [Fact]
    public void System_OldKernelNoModuleNoRight()
    {
        Is(Grade.Ok, "6.1.0-57", null, Assert.Single(SystemExamination.Judge(s_system, [])));
        Is(Grade.Failure, "too old", "systems.md", Assert.Single(SystemExamination.Judge(s_system with { Release = "4.19.0" }, SystemRequirements.OfSystem(s_system with { Release = "4.19.0" }))));
        Is(Grade.Ok, "veth", null, SystemExamination.JudgeModules("6.1", [], true, true));
        Is(Grade.Failure, "veth", "linux-image-6.1", SystemExamination.JudgeModules("6.1", ["veth"], true, true));
        Is(Grade.Warning, "veth", "modprobe", SystemExamination.JudgeModules("6.1", ["veth"], true, false));
        Is(Grade.Ok, "veth", null, SystemExamination.JudgeModules("6.1", ["veth"], false, false));
        Is(Grade.Warning, "CAP_NET_ADMIN", "as root", SystemExamination.JudgeRights(SystemRequirements.ToRun(s_system with { Capabilities = 0 }, false), false));
        Is(Grade.Ok, "may run", null, SystemExamination.JudgeRights([], true));
    }

    [Fact]
    public void File_MissingWrongUnfitAndRight()
    {
        var right = ConfigurationFile.Parse("access.interface = \"eth1\"\nuplink.interface = \"eth0\"", "innkeeper.toml");
        Is(Grade.Warning, "no configuration file", "innkeeper setup", Assert.Single(FileExamination.Judge(null, [], [])));
        Is(Grade.Failure, "t:1:1", "check", FileExamination.Judge(ConfigurationFile.Parse("acces.interface = 1", "t"), [], []).First());
        Is(Grade.Ok, "innkeeper.toml", null, Assert.Single(FileExamination.Judge(right, [], [])));
        Assert.Equal([Grade.Failure, Grade.Warning], FileExamination.Judge(right, ["there is no interface eth1"], ["others may read the password"]).Select(f => f.Grade));
    }

    [Fact]
    public void Gateway_AwayWellOrIll()
    {
        Is(Grade.Warning, "no gateway answers", "systemctl", Assert.Single(GatewayExamination.Judge(null, "no gateway answers at /s")));
        Is(Grade.Ok, "0.1.0", null, Assert.Single(GatewayExamination.Judge(SampleReports.Status() with { Problems = [] }, null)));
        Is(Grade.Failure, "the router", "status", Assert.Single(GatewayExamination.Judge(SampleReports.Status() with { Problems = ["the router is down"] }, null)));
    }

    [Fact]
    public void Interface_EachFault()
    {
        Finding One(LinkFacts facts, InnkeeperConfig? config = null) => Assert.Single(InterfaceExamination.Judge(facts, isUplink: true, config ?? s_config));

        Is(Grade.Ok, "MTU 1500, 192.0.2.7/24, driver virtio_net", null, One(Link()));
        Is(Grade.Failure, "down", "ip link set eth0 up", One(Link(isUp: false)));
        Is(Grade.Failure, "carrier", "cable", One(Link(hasCarrier: false)));
        Is(Grade.Failure, "no IPv4 address", "DHCP", One(Link(address: null)));
        Is(Grade.Warning, "1200", "raise", One(Link(mtu: 1200)));
        Is(Grade.Failure, "part of br0", "name br0", One(Link() with { Master = "br0" }));
        Is(Grade.Warning, "LRO", "lro off", One(Link() with { JoinsPackets = true }));
        Is(Grade.Failure, "no MAC", "Ethernet", One(Link() with { Link = Link().Link with { Mac = MacAddress.Zero } }));
        Is(Grade.Warning, "vmxnet3", "promiscuous", One(Link() with { Driver = "vmxnet3" }, s_config with { Access = s_config.Access with { Interface = "eth0" } }));
        Is(Grade.Ok, "no address", null, Assert.Single(InterfaceExamination.Judge(Link(address: null), isUplink: false, s_config)));
    }

    [Fact]
    public void Lans_OneOrTwo()
    {
        Is(Grade.Ok, "separate", null, OneLanExamination.Judge("eth1", "eth0", false));
        Is(Grade.Failure, "one LAN", "one arm", OneLanExamination.Judge("eth1", "eth0", true));
    }

    [Fact]
    public void Router_NoneSilentTwoOrThere()
    {
        var router = Ipv4Address.Parse("192.0.2.1");
        Is(Grade.Failure, "no default route", "ip route add", RouterExamination.Judge("eth0", null, []));
        Is(Grade.Failure, "does not answer ARP on eth0", "cable", RouterExamination.Judge("eth0", router, []));
        Is(Grade.Ok, "02:00:00:00:00:01 after 0.4 ms", null, RouterExamination.Judge("eth0", router, [Answer("02:00:00:00:00:01")]));
        Is(Grade.Warning, "2 hosts", "not the router", RouterExamination.Judge("eth0", router, [Answer("02:00:00:00:00:01"), Answer("02:00:00:00:00:02")]));
    }

    [Fact]
    public void NameServer_SilentSlowRefusingOrThere()
    {
        Is(Grade.Ok, "12 ms", null, NameServerExamination.Judge("9.9.9.9:53", null, TimeSpan.FromMilliseconds(12), 1));
        Is(Grade.Warning, "900 ms", "nearer", NameServerExamination.Judge("9.9.9.9:53", null, TimeSpan.FromMilliseconds(900), 1));
        Is(Grade.Failure, "no answer", "another server", NameServerExamination.Judge("9.9.9.9:53", "no answer within 3 s", default, 1));
        Is(Grade.Warning, "no answer", "[dns] upstream", NameServerExamination.Judge("9.9.9.9:53", "no answer within 3 s", default, 2));
        Is(Grade.Warning, "refuses", "asks others", NameServerExamination.Judge("9.9.9.9:53", "it refuses to resolve (Refused)", default, 1, isAnswer: true));

        var answer = NameServerExamination.Question(7);
        Assert.Equal("000701000001000000000000" + "0000020001", Convert.ToHexString(answer));
        Assert.Contains("no answer", NameServerExamination.ProblemOf(answer, 7));
        (answer[2], answer[3]) = (0x81, 0x80);
        Assert.Null(NameServerExamination.ProblemOf(answer, 7));
        Assert.Contains("no answer", NameServerExamination.ProblemOf(answer, 8));
        answer[3] = 0x85;
        Assert.Contains("refuses", NameServerExamination.ProblemOf(answer, 7));
        answer[3] = 0;
        Assert.Contains("no recursion", NameServerExamination.ProblemOf(answer, 7));
        Assert.NotNull(NameServerExamination.ProblemOf([], 7));
    }

    [Fact]
    public void Pool_FreeOrTaken_AndWhetherASample()
    {
        Is(Grade.Ok, "50 addresses on eth0", null, PoolExamination.Judge("eth0", 50, 50, []));
        Is(Grade.Ok, "256 of 5000 addresses on eth0, a sample", null, PoolExamination.Judge("eth0", 256, 5000, []));
        Is(Grade.Failure, "192.0.2.50 (02:00:00:00:00:09)", "out of the pool", PoolExamination.Judge("eth0", 50, 50, [Answer("02:00:00:00:00:09", "192.0.2.50")]));

        AddressRange Range(string text) => AddressRange.TryParse(text, out var range) ? range : default;
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.9.0.1"], PoolExamination.SampleOf([Range("10.0.0.1-10.0.0.2"), Range("10.9.0.1")], 8, out var total).Select(a => a.ToString()));
        Assert.Equal(3, total);
        var sample = PoolExamination.SampleOf([Range("10.0.0.0-10.0.255.255"), Range("10.9.0.0-10.9.255.255")], 256, out _);
        Assert.Equal(256, sample.Distinct().Count());
        Assert.Equal(128, sample.Count(a => a.ToString().StartsWith("10.9.", StringComparison.Ordinal)));
        Assert.Equal(256, PoolExamination.SampleOf([Range("0.0.0.0-255.255.255.255")], 256, out _).Count);
    }

    [Fact]
    public void Dhcp_RivalOnTwoArmsOnly()
    {
        (Ipv4Address, MacAddress)[] rival = [(Ipv4Address.Parse("192.168.1.1"), s_mac)];
        Is(Grade.Ok, "no other server", null, DhcpRivalExamination.Judge("eth1", false, true, []));
        Is(Grade.Warning, "192.168.1.1 (02:00:00:00:00:07)", "[dhcp] enabled = false", DhcpRivalExamination.Judge("eth1", false, true, rival));
        Is(Grade.Ok, "serves none", null, DhcpRivalExamination.Judge("eth1", false, false, rival));
        Is(Grade.Ok, "a server", null, DhcpRivalExamination.Judge("eth0", true, true, rival));
    }

    [Fact]
    public void ProxyArp_OnTheDevicesSideIsWorse()
    {
        Is(Grade.Ok, "eth1", null, ProxyArpExamination.Judge("eth1", true, []));
        Is(Grade.Failure, "02:00:00:00:00:09 on eth1 answers ARP for 192.0.2.9", "switch proxy ARP off", ProxyArpExamination.Judge("eth1", true, [Answer("02:00:00:00:00:09", "192.0.2.9")]));
        Is(Grade.Warning, "eth0", "switch proxy ARP off", ProxyArpExamination.Judge("eth0", false, [Answer("02:00:00:00:00:09", "192.0.2.9")]));
    }

    [Fact]
    public void Firewall_MeasuredOrRead()
    {
        var input = new FirewallChain("inet", "filter", "input", "filter", 1) { Drops = true };
        var forward = new FirewallChain("ip", "filter", "FORWARD", "filter", 2) { Drops = true };
        Is(Grade.Ok, "probes pass", null, Assert.Single(FirewallExamination.JudgeMeasured([])));
        Is(Grade.Failure, "ik-stack (DNS", "`nft insert a`", Assert.Single(FirewallExamination.JudgeMeasured([new FirewallReport("input", "ik-stack", ["nft insert a"])])));

        Is(Grade.Ok, "no rules", null, Assert.Single(FirewallExamination.Judge([], [], false, false)));
        Is(Grade.Ok, "no rule", null, Assert.Single(FirewallExamination.Judge([input with { Drops = false }], [], false, false)));
        Is(Grade.Warning, "inet filter input", "nft insert rule inet filter input iifname", Assert.Single(FirewallExamination.Judge([input], [], false, false)));
        Is(Grade.Ok, "no rule", null, Assert.Single(FirewallExamination.Judge([input], [new FirewallRule("filter", "input", true, false)], false, false)));
        Is(Grade.Warning, "inet f in", "iifname", Assert.Single(FirewallExamination.Judge([new FirewallChain("inet", "f", "in", "filter", 1)], [new FirewallRule("f", "in", false, true)], false, false)));
        Is(Grade.Warning, "Docker sets that", "FORWARD", Assert.Single(FirewallExamination.Judge([forward], [], false, true)));
        Is(Grade.Warning, "iptables-legacy", "iptables-legacy -S", Assert.Single(FirewallExamination.Judge([], [], true, false)));
    }

    [Fact]
    public void Routing_RulesAmongOurs_AndSettings()
    {
        PolicyRule Rule(uint priority, uint table, string? incoming = null) => new(priority, null, incoming, 0, 0, table);
        Is(Grade.Ok, "no other software", null, RoutingExamination.JudgeRules([Rule(0, 255), Rule(3, 100, "ik-stack"), Rule(32766, 254), Rule(5270, 52)]));
        Is(Grade.Warning, "lookup 52", "above 9", RoutingExamination.JudgeRules([Rule(0, 255), Rule(5, 52), Rule(32766, 254)]));

        IReadOnlyList<Finding> With(string name, string value) => [.. RoutingExamination.JudgeSettings(n => n == name ? value : "0" is var other && n.EndsWith("edge/forwarding", StringComparison.Ordinal) ? "1" : other, "eth1", true)];
        Is(Grade.Ok, "nothing interferes", null, Assert.Single(With("net/ipv4/ip_forward", "1")));
        Is(Grade.Warning, "icmp_echo_ignore_all", "set it to 0", Assert.Single(With("net/ipv4/icmp_echo_ignore_all", "1")));
        Is(Grade.Failure, "conf.eth1.proxy_arp", "set it to 0", Assert.Single(With("net/ipv4/conf/eth1/proxy_arp", "1")));
        Is(Grade.Warning, "slow path", "ip_forward", Assert.Single(With("net/ipv4/conf/ik-edge/forwarding", "0")));
    }

    [Fact]
    public void OtherSoftware_ProgramsManagersAndPorts()
    {
        Assert.Empty(OtherSoftwareExamination.JudgePrograms("eth0", false, []));
        Assert.Equal(2, OtherSoftwareExamination.JudgePrograms("eth0", true, ["cil_from_netdev"]).Count());
        Assert.Empty(OtherSoftwareExamination.JudgeManagers("eth1", null, null));
        Assert.Empty(OtherSoftwareExamination.JudgeManagers("eth1", "[device]\nmanaged=false\n", "ADMIN_STATE=unmanaged\n"));
        Is(Grade.Warning, "NetworkManager manages eth1", "managed no", Assert.Single(OtherSoftwareExamination.JudgeManagers("eth1", "[device]\nmanaged=true\n", null)));
        Is(Grade.Warning, "systemd-networkd manages eth1", "Unmanaged=yes", Assert.Single(OtherSoftwareExamination.JudgeManagers("eth1", null, "ADMIN_STATE=configured\nOPER_STATE=routable\n")));

        const string Head = "  sl  local_address rem_address   st tx_queue\n";
        var own = Ipv4Address.Parse("192.0.2.7");
        Assert.True(OtherSoftwareExamination.HasDnsPort($"{Head}   0: 00000000:0035 00000000:0000 07 0\n", own, isStream: false));
        Assert.True(OtherSoftwareExamination.HasDnsPort($"{Head}   0: 070200C0:0035 00000000:0000 0A 0\n", own, isStream: true));
        Assert.True(OtherSoftwareExamination.HasDnsPort($"{Head}   0: 00000000000000000000000000000000:0035 0:0000 0A 0\n", own, isStream: true));
        Assert.False(OtherSoftwareExamination.HasDnsPort($"{Head}   0: 070200C0:0035 00000000:0000 01 0\n", own, isStream: true));
        Assert.False(OtherSoftwareExamination.HasDnsPort($"{Head}   0: 0100007F:0035 00000000:0000 07 0\n", own, isStream: false));
        Assert.False(OtherSoftwareExamination.HasDnsPort("x\ny\n:::\n 0: : : :", own, isStream: false));
        Is(Grade.Failure, "port 53", "serve_uplink", Assert.Single(OtherSoftwareExamination.JudgePort(["udp"])));
    }

    [Fact]
    public void MailWebhookClockDiskAndMemory()
    {
        Is(Grade.Ok, "mail.example:587", null, MailExamination.Judge("mail.example:587", null));
        Is(Grade.Failure, "STARTTLS", "mail test", MailExamination.Judge("m", "the server does not offer STARTTLS"));
        Is(Grade.Failure, "refused", "[webhook] url", WebhookExamination.Judge("h", "Connection refused"));

        var now = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);
        Is(Grade.Ok, "2026-11-30", null, ClockExamination.Judge(now, true));
        Is(Grade.Warning, "no time service", "set-ntp", ClockExamination.Judge(now, false));
        Is(Grade.Failure, "1970", "battery", ClockExamination.Judge(DateTimeOffset.UnixEpoch, true));

        Is(Grade.Ok, "1024 MiB", null, DiskExamination.JudgeRoom("/s", 1L << 30));
        Is(Grade.Warning, "100 MiB", "room", DiskExamination.JudgeRoom("/s", 100L << 20));
        Is(Grade.Failure, "3 MiB", "room", DiskExamination.JudgeRoom("/s", 3L << 20));
        Is(Grade.Ok, "4 ms", null, DiskExamination.JudgeWriting("/s", null, TimeSpan.FromMilliseconds(4)));
        Is(Grade.Warning, "3.0 s", "failing", DiskExamination.JudgeWriting("/s", null, TimeSpan.FromSeconds(3)));
        Is(Grade.Failure, "Read-only", "writable", DiskExamination.JudgeWriting("/s", "Read-only file system", default));

        Assert.Equal(2_000_000, MemoryExamination.AvailableIn(["MemTotal: 1 kB", "MemAvailable:    2000000 kB"]));
        Assert.Null(MemoryExamination.AvailableIn(["MemAvailable:", "x"]));
        Is(Grade.Ok, "1953 MiB", null, MemoryExamination.Judge(2_000_000, false));
        Is(Grade.Failure, "48 MiB", "100 MiB", MemoryExamination.Judge(50_000, false));
        Is(Grade.Warning, "beside the running", "add memory", MemoryExamination.Judge(50_000, true));
        Is(Grade.Warning, "146 MiB", "few hundred", MemoryExamination.Judge(150_000, false));
    }
}
