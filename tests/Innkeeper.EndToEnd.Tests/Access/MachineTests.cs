using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>Twelve machines as a maker delivers them, all with one address, and a cell whose machine may be replaced.</summary>
public sealed class MachineFixture() : GatewayFixture(GatewaySettings.Default with
{
    Vlans = [7],
    Profile = "admission = \"approve\"",
    Dns = "serve_uplink = true\nzone = \"plant.lan\"",
    Extra = "[[machines]]\nname = \"cell-7\"\nvlan = 7\naddress = \"192.168.0.10\"\noutside = \"137.118.199.70\"\n",
});

/// <summary>Machines are reached from outside though they never say a word.</summary>
public sealed class MachineTests(MachineFixture fixture) : GatewayTests(fixture), IClassFixture<MachineFixture>
{
    private const string Own = "192.168.0.10";
    private const int Count = 12;

    /// <summary>Imported from a spreadsheet while everything runs, then everything is restarted.</summary>
    [Fact]
    public void TwelveSilentMachinesOfOneAddress_ImportedByCsv_AreReachedByAddressAndName_AfterARestartOfEverything()
    {
        var machines = Enumerable.Range(1, Count).Select(n => Testbed.AddDevice($"press{n}", $"{Own}/24", "192.168.0.1", DeviceSettings.Default with { Isolated = true })).ToList();
        var servers = machines.Select(m => Testbed.StartListener(m.Namespace, 80, "socat", "TCP-LISTEN:80,fork,reuseaddr", $"SYSTEM:echo I am {m.Name}")).ToList();
        var list = Path.Combine(Testbed.Directory, "presses.csv");
        File.WriteAllLines(list, machines.Select((m, i) => $"Press-{i + 1};{m.Mac};{Own};137.118.199.{50 + i};\"hall 2, left\"".ToLowerInvariant()).Prepend("Name;MAC;Address;Outside;Description"));

        Testbed.Cli("machines", "import", list, "--dry-run").AssertOk();
        Assert.DoesNotContain("press-1", Testbed.Cli("machines", "list").AssertOk().Stdout);
        Testbed.Cli("machines", "import", list).AssertOk();
        AssertAllReached("once they are imported");
        Assert.Equal(Count + 2, Testbed.Cli("machines", "export").AssertOk().Stdout.Trim().Split('\n').Length);

        Testbed.KillGateway(9);
        Testbed.Cli("teardown").AssertOk();
        Testbed.StartGateway(keepsFile: true);
        AssertAllReached("after the start of an empty data plane");

        // By name, from the LAN of the uplink, and back.
        var found = Testbed.Run(Testbed.Router, "dig", "+short", $"@{Testbed.GatewayAddress}", "press-3.plant.lan").AssertOk().Stdout.Trim();
        Assert.Equal("137.118.199.52", found);
        Assert.Equal("press-3.plant.lan.", Testbed.Run(Testbed.Router, "dig", "+short", $"@{Testbed.GatewayAddress}", "-x", found).AssertOk().Stdout.Trim());

        Testbed.Cli("machines", "remove", "press-12").AssertOk();
        Assert.DoesNotContain("press-12", Testbed.Cli("machines", "list").AssertOk().Stdout);
        Assert.All(servers, s => Assert.False(s.HasExited, s.ToString()));

        void AssertAllReached(string when)
        {
            for (var i = 0; i < Count; i++)
            {
                var (address, name) = ($"137.118.199.{50 + i}", machines[i].Name);
                Wait.For($"{name} answers {when}", () => Testbed.Run(Testbed.Server, "socat", "-T", "2", "-", $"TCP:{address}:80,connect-timeout=2").Stdout.Contains($"I am {name}\n", StringComparison.Ordinal),
                    TimeSpan.FromSeconds(20), () => Testbed.Cli("machines", "list", "--wide").ToString());
            }
        }
    }

    [Fact]
    public void MachineOfAVlan_IsFoundThere_AndItsSuccessorTakesItsPlace()
    {
        var first = Testbed.AddDevice("old", $"{Own}/24", "192.168.0.1", DeviceSettings.Default with { Vlan = 7 });
        AwaitAnswer("the machine of VLAN 7 answers");
        Assert.Contains(first.Mac, Testbed.Cli("machines", "list", "--json").AssertOk().Stdout, StringComparison.OrdinalIgnoreCase);

        Testbed.Remove(first);
        var second = Testbed.AddDevice("new", $"{Own}/24", "192.168.0.1", DeviceSettings.Default with { Vlan = 7 });
        Testbed.Run(second.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress);
        AwaitAnswer("its successor answers");
        Assert.Contains(second.Mac, Testbed.Cli("machines", "list", "--json").AssertOk().Stdout, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("machine-found", Testbed.Cli("events", "--json").AssertOk().Stdout, StringComparison.Ordinal);

        void AwaitAnswer(string what) => Wait.For(
            what, () => Testbed.Run(Testbed.Server, "ping", "-n", "-c", "1", "-W", "1", "137.118.199.70").ExitCode == 0, TimeSpan.FromSeconds(30), () => Testbed.Cli("machines", "list", "--wide").ToString());
    }

    /// <summary>It can answer its own subnet alone: its mask is a /29, and no route leads further.</summary>
    [Fact]
    public void MachineWithoutAGateway_IsReachedByManyAtOnce_TheyAppearInItsSubnet_AlsoWhileNoControlPlaneRuns()
    {
        const string outside = "137.118.199.90";
        var machine = Testbed.AddDevice("scale", "192.168.5.10/29", null, DeviceSettings.Default with { Isolated = true });
        using var server = Testbed.StartListener(machine.Namespace, 80, "socat", "TCP-LISTEN:80,fork,reuseaddr", "SYSTEM:echo I see $SOCAT_PEERADDR");
        Testbed.Cli("machines", "add", "scale-1", "--mac", machine.Mac, "--address", "192.168.5.10", "--outside", outside, "--appear", "local").AssertOk();

        string SeenBy(string ns)
        {
            var seen = "";
            Wait.For(
                $"the machine answers {ns}", () => (seen = Testbed.Run(ns, "socat", "-T", "2", "-", $"TCP:{outside}:80,connect-timeout=2").Stdout).StartsWith("I see 192.168.5.", StringComparison.Ordinal),
                TimeSpan.FromSeconds(20), () => $"{seen}\n{Testbed.Cli("why", machine.Mac)}");
            return seen;
        }

        var (one, two) = (SeenBy(Testbed.Server), SeenBy(Testbed.Router));
        Assert.NotEqual(one, two);
        Assert.Equal(one, SeenBy(Testbed.Server));

        // Fragments each way, and the machine's own ICMP errors.
        Ping(Testbed.Server, outside, "-s", "4000").AssertOk();
        Assert.Contains("Connection refused", Testbed.Run(Testbed.Server, "/usr/bin/python3", "-c",
            $"import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('{outside}', 4000)); s.settimeout(3); s.send(b'?'); s.recv(1)").Stderr, StringComparison.Ordinal);

        // A host that was never heard before, while the gateway is dead.
        Testbed.KillGateway(9);
        Testbed.Run(Testbed.Server, "ip", "address", "add", "203.0.113.77/32", "dev", "lo").AssertOk();
        Ping(Testbed.Server, outside, "-I", "203.0.113.77").AssertOk();
        Testbed.StartGateway(keepsFile: true);
        Assert.Equal((one, two), (SeenBy(Testbed.Server), SeenBy(Testbed.Router)));
    }

    /// <summary>One that is here is woken in its VLAN; one that never was, in all.</summary>
    [Fact]
    public void Wake_ReachesTheCardInItsVlan_ByBothForms()
    {
        var (asleep, awake) = (Testbed.AddDevice("asleep", "192.168.0.77/24", null, DeviceSettings.Default with { Vlan = 7 }), Testbed.AddDevice("awake", "192.168.9.9/24", "192.168.9.1"));
        Testbed.Run(awake.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress);
        var (inVlan, untagged) = (CaptureWakes(asleep), CaptureWakes(awake));

        Assert.Equal($"woken {awake.Mac}: frames were sent untagged\n", Testbed.Cli("wake", awake.Mac).AssertOk().Stdout);
        Wait.For("both frames", () => WakesOf(untagged, awake) == 2, TimeSpan.FromSeconds(10), () => string.Join('\n', untagged.Lines()));
        Assert.Equal(0, WakesOf(inVlan, awake));

        Assert.Equal($"woken {asleep.Mac}: frames were sent untagged, in VLAN 7\n", Testbed.Cli("wake", asleep.Mac).AssertOk().Stdout);
        Wait.For("both frames", () => WakesOf(inVlan, asleep) == 2, TimeSpan.FromSeconds(10), () => string.Join('\n', inVlan.Lines()));
        Assert.Contains($"device-wake: frames that wake {asleep.Mac} were sent (by root)", Testbed.Cli("events").AssertOk().Stdout, StringComparison.Ordinal);
        Assert.Equal(5, Testbed.Cli("wake", "press-99").ExitCode);

        Capture CaptureWakes(Device device) => Testbed.Capture(device.Namespace, "eth0", "ether proto 0x0842 or udp dst port 9");

        static int WakesOf(Capture capture, Device device) =>
            capture.Frames().Count(f => Convert.ToHexString(f).EndsWith("FFFFFFFFFFFF" + string.Concat(Enumerable.Repeat(device.Mac.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant(), 16)), StringComparison.Ordinal));
    }
}
