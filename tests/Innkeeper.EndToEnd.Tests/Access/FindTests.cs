using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>Machines whose addresses are not known, untagged and in VLAN 7.</summary>
public sealed class FindFixture() : GatewayFixture(GatewaySettings.Default with { Vlans = [7], Profile = "admission = \"approve\"" });

/// <summary>Stations of all kinds are found, whatever their addresses are, and nothing is disturbed.</summary>
public sealed class FindTests(FindFixture fixture) : GatewayTests(fixture), IClassFixture<FindFixture>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The first has no gateway and never speaks, the second is its twin in a VLAN, the third is a camera that sends LLDP, the fourth has a name by mDNS alone.</summary>
    [Fact]
    public void Find_SilentTaggedAndNamedStations_HasEachWithItsAddressAndName_AtAGentleRate_AndTheEntryMakesItAMachine()
    {
        Assert.SkipUnless(Requirements.Missing("lldpd", "avahi-daemon") is null, "lldpd or avahi-daemon is not installed");
        var press = Testbed.AddDevice("press", "192.168.1.10/24", null);
        var twin = Testbed.AddDevice("twin", "192.168.1.10/24", null, new DeviceSettings { Vlan = 7 });
        var camera = Testbed.AddDevice("camera", "172.20.5.5/24", null);
        var drive = Testbed.AddDevice("drive", "192.168.0.100/24", "192.168.0.1");
        var speakers = new[] { StartLldp(camera), StartMdns(drive) };
        var heard = Testbed.Capture(press.Namespace, "eth0", "arp", "and", "ether", "src", Testbed.AccessMac);

        var search = Testbed.Start(Testbed.Gateway, "sh", "-c", $"exec {Testbed.CliText("find --for 5s --json")}");
        Wait.For("it looks", () => search.Stderr.Contains("listening and asking", StringComparison.Ordinal), s_patience, search.ToString);
        var ran = search.Finish(s_patience).AssertOk();

        Assert.All(speakers, s => Assert.False(s.HasExited, s.ToString()));
        var report = JsonDocument.Parse(ran.Stdout).RootElement;
        var stations = report.GetProperty("stations").EnumerateArray().ToList();
        JsonElement Of(Device device) => Assert.Single(stations, s => s.GetProperty("mac").GetString() == device.Mac);
        Assert.Equal(("192.168.1.10", 0), (AddressOf(Of(press)), Of(press).GetProperty("vlan").GetInt32()));
        Assert.Equal(("192.168.1.10", 7), (AddressOf(Of(twin)), Of(twin).GetProperty("vlan").GetInt32()));
        Assert.Equal("camera-7", Of(camera).GetProperty("name").GetString());
        Assert.Contains("lldp", Of(camera).GetProperty("found_by").ToString());
        Assert.Equal(("192.168.0.100", "drive-3"), (AddressOf(Of(drive)), Of(drive).GetProperty("name").GetString()));
        Assert.Contains("found 192.168.1.10 at ", ran.Stderr);

        // At most 20 frames a second, and all of them probes: nothing is left in the tables of others. The gateway's own questions have another sender.
        var probes = heard.Lines("arp[14:4] = 0");
        Assert.InRange(probes.Count, 50, 20 * 6);
        Assert.All(probes, p => Assert.Contains("Request who-has", p));
        Assert.Equal(2 * probes.Count, report.GetProperty("asked").GetInt32(), tolerance: 6);
        Assert.DoesNotContain("192.168.1.", Testbed.Run(press.Namespace, "ip", "neigh", "show").AssertOk().Stdout);

        AssertEntryIsTaken(press);
    }

    /// <summary>A device invents MACs while the gateway looks: what is served is served, the list is bounded, and a search is one at a time.</summary>
    [Fact]
    public void Find_DuringAFloodOfMacs_IsBounded_AndFindsTheMachineAllTheSame()
    {
        var machine = Testbed.AddDevice("machine", "10.1.7.9/24", null);
        var hostile = Testbed.AddDevice("hostile", "10.9.9.9/24", null);
        var flood = Testbed.Start(hostile.Namespace, "python3", "-c", Flood);

        var search = Testbed.Start(Testbed.Gateway, "sh", "-c", $"exec {Testbed.CliText("find --for 4s --vlan 0 --network 10.1.7.8/29 --json")}");
        Wait.For("it looks", () => search.Stderr.Contains("listening and asking", StringComparison.Ordinal) && Testbed.Cli("events").Stdout.Contains(" find: ", StringComparison.Ordinal), s_patience, search.ToString);
        Assert.Contains("there is only one search at a time", Testbed.Cli("find", "--listen", "--for", "1s").Stderr);
        var report = JsonDocument.Parse(search.Finish(s_patience).AssertOk().Stdout).RootElement;
        flood.Signal(Native.SIGKILL);

        var stations = report.GetProperty("stations").EnumerateArray().ToList();
        Assert.InRange(stations.Count, 1000, 4096);
        Assert.Equal("10.1.7.9", AddressOf(Assert.Single(stations, s => s.GetProperty("mac").GetString() == machine.Mac)));
        Assert.Equal("the time is over (4 s)", report.GetProperty("ended").GetString());
    }

    /// <summary>Broadcasts from 100,000 sources that say nothing of themselves.</summary>
    private const string Flood = """
        import os, socket
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind(("eth0", 0))
        for n in range(100000):
            s.send(b"\xff" * 6 + bytes([10, 0]) + n.to_bytes(4, "big") + b"\x88\xb6" + bytes(46))
        """;

    private static string? AddressOf(JsonElement station) => station.GetProperty("addresses").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } address ? address.GetString() : null;

    /// <summary>The text that people copy: behind their file, it is a machine.</summary>
    private void AssertEntryIsTaken(Device press)
    {
        var text = Testbed.Cli("find", "--vlan", "0", "--network", "192.168.1.10/32", "--for", "1s").AssertOk().Stdout;
        var entry = text[text.IndexOf("[[machines]]", StringComparison.Ordinal)..].Split("\n\n").Single(e => e.Contains(press.Mac, StringComparison.Ordinal));
        File.AppendAllText(Testbed.ConfigPath, $"\n{entry}\n");
        Testbed.Cli("config", "reload").AssertOk();

        var machines = Testbed.Cli("machines", "list", "--json").AssertOk().Stdout;
        Assert.Contains(press.Mac, machines);
        Assert.Contains("192.168.1.10", machines);
        Wait.For("the machine is served", () => Testbed.Find(press)?.State == "admitted", s_patience, () => Testbed.Cli("devices").ToString());
        Testbed.AwaitLegalAddress(press);
        Assert.Contains("(machine ", Testbed.Cli("find", "--vlan", "0", "--network", "192.168.1.10/32", "--for", "1s", "--wide").AssertOk().Stdout);
    }

    private string LldpSocket => $"/run/{Path.GetFileName(Testbed.Directory)}-lldpd.sock";

    private BackgroundProcess StartLldp(Device device)
    {

        // A bridge keeps LLDP to itself (IEEE 802.1Q 8.6.3), as managed switches do; many simple switches do not.
        Testbed.Run(Testbed.Hub, "ip", "link", "set", "br0", "type", "bridge", "group_fwd_mask", "0x4000").AssertOk();

        // It gives up its rights, and does not reach the lab's own directory then.
        var lldp = Testbed.Start(device.Namespace, "lldpd", "-d", "-u", LldpSocket, "-I", "eth0", "-O", "/dev/null");
        Wait.For("the camera sends LLDP", () => lldp.Stderr.Contains("should resume operations", StringComparison.Ordinal), s_patience, lldp.ToString);
        foreach (var order in (string[])["configure system hostname camera-7", "configure lldp tx-interval 1"])
        {
            Testbed.Run(device.Namespace, (string[])["lldpcli", "-u", LldpSocket, .. order.Split(' ')]).AssertOk();
        }

        return lldp;
    }

    private BackgroundProcess StartMdns(Device device)
    {
        var settings = Path.Combine(Testbed.Directory, "avahi.conf");
        File.WriteAllText(settings, "[server]\nhost-name=drive-3\nuse-ipv6=no\nenable-dbus=no\nallow-interfaces=eth0\n");
        var mdns = Testbed.Start(device.Namespace, "avahi-daemon", "-f", settings, "--no-chroot", "--no-drop-root", "--no-rlimits");
        Wait.For("the drive has its name", () => mdns.Stderr.Contains("Server startup complete", StringComparison.Ordinal), s_patience, mdns.ToString);
        return mdns;
    }
}
