using System.Diagnostics;
using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Policy;

/// <summary>Profiles as they are installed (the uplink LAN is denied), and some more, by MAC.</summary>
public sealed class ProfileFixture() : GatewayFixture(Settings)
{
    internal const long RateOut = 4_000_000;
    internal const long RateIn = 8_000_000;

    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with
    {
        Denied = "",
        Vlans = [10],
        Extra = """
            [profiles.printing]
            allowed = ["137.118.199.33"]

            [profiles.cage]
            denied = ["0.0.0.0/0"]
            allowed = ["203.0.113.10"]

            [profiles.nested]
            denied = ["0.0.0.0/0", "203.0.113.8/29"]
            allowed = ["203.0.113.0/24", "203.0.113.10"]

            [profiles.island]
            isolate = true

            [profiles.slow]
            rate_out = "4M"
            rate_in = "8M"

            [profiles.asked]
            admission = "approve"

            [[rules]]
            profile = "asked"
            vlan = 10

            [[rules]]
            profile = "printing"
            mac = "06:a1"

            [[rules]]
            profile = "cage"
            mac = "06:a2"

            [[rules]]
            profile = "island"
            mac = "06:a3"

            [[rules]]
            profile = "slow"
            mac = "06:a4"

            [[rules]]
            profile = "asked"
            mac = "06:a5"

            [[rules]]
            profile = "nested"
            mac = "06:a6"

            """,
    };
}

/// <summary>What a profile lets its devices reach, and how fast; who waits for the administrator reaches nothing.</summary>
public sealed class ProfileTests(ProfileFixture fixture) : GatewayTests(fixture), IClassFixture<ProfileFixture>
{
    private const string Filtered = "Packet filtered";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private static int s_devices;

    [Fact]
    public void UplinkLan_AsInstalled_IsDenied_ButMayCallAndIsAnswered()
    {
        var device = Add("installed", "06:1a");
        Fetch(device).AssertOk();
        foreach (var denied in (string[])[Testbed.OfficeAddress, Testbed.RouterAddress])
        {
            AssertFiltered(device, denied);
        }

        Serve(device.Namespace, 8000);
        var legal = Testbed.AwaitLegalAddress(device);
        Testbed.Run(Testbed.Office, "curl", "-sS", "--fail", "-m", "10", "-o", "/dev/null", $"http://{legal}:8000/").AssertOk();
        Ping(Testbed.Office, legal).AssertOk();

        // That it was called opens nothing.
        Serve(Testbed.Office, 8001);
        AssertFiltered(device, Testbed.OfficeAddress);
        Assert.False(Testbed.Run(device.Namespace, "curl", "-sS", "-m", "5", "-o", "/dev/null", "--local-port", "8000", $"http://{Testbed.OfficeAddress}:8001/").Succeeded);
    }

    [Fact]
    public void AllowedHost_OfADeniedNetwork_IsReached_ItsNeighborsAreNot()
    {
        var device = Add("printing", "06:a1");
        Ping(device.Namespace, Testbed.OfficeAddress).AssertOk();
        AssertFiltered(device, Testbed.RouterAddress);
        Fetch(device).AssertOk();
    }

    [Fact]
    public void EverythingDenied_ButOneHost_OnlyThatIsReached()
    {
        var device = Add("cage", "06:a2");
        Fetch(device).AssertOk();
        AssertFiltered(device, "203.0.113.1");
        AssertFiltered(device, Testbed.OfficeAddress);
        Assert.Contains("NOERROR", Testbed.Run(device.Namespace, "dig", "+tries=2", "@47.31.1.53", Testbed.WebName).AssertOk().Stdout);
    }

    [Fact]
    public void NetworksWithinNetworks_DeniedAndAllowedInTurn_TheLongestMatchDecides()
    {
        foreach (var address in (string[])["203.0.113.9", "203.0.113.20"])
        {
            Testbed.Run(Testbed.Server, "ip", "address", "add", address + "/24", "dev", "eth0").AssertOk();
        }

        var device = Add("nested", "06:a6");
        Fetch(device).AssertOk();
        foreach (var allowed in (string[])[Testbed.ServerAddress, "203.0.113.20"])
        {
            Ping(device.Namespace, allowed).AssertOk();
        }

        AssertFiltered(device, "203.0.113.9");
        AssertFiltered(device, Testbed.OfficeAddress);
        Serve(Testbed.Server, 8002);
        Testbed.Run(device.Namespace, "curl", "-sS", "--fail", "-m", "10", "-o", "/dev/null", "http://203.0.113.20:8002/").AssertOk();
        var refused = Testbed.Run(device.Namespace, "curl", "-sS", "-m", "20", "http://203.0.113.9:8002/");
        Assert.Equal(7, refused.ExitCode);
        Assert.InRange(refused.Took, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Isolated_DevicesNeitherCallNorAreCalledByOthers()
    {
        var (island, one, other) = (Add("island", "06:a3"), Add("one", "06:1b"), Add("other", "06:1b"));
        foreach (var device in (Device[])[island, one, other])
        {
            Fetch(device).AssertOk();
        }

        Ping(one.Namespace, Testbed.AwaitLegalAddress(other)).AssertOk();
        Ping(Testbed.Office, Testbed.AwaitLegalAddress(island)).AssertOk();
        var drops = Testbed.StatusJson().Drops["isolated"];
        Assert.False(PingOnce(one, Testbed.AwaitLegalAddress(island)).Succeeded);
        Assert.False(PingOnce(island, Testbed.AwaitLegalAddress(one)).Succeeded);
        Assert.True(Testbed.StatusJson().Drops["isolated"] >= drops + 2);
    }

    [Fact]
    public void Rates_HoldEachWay_ForThatDeviceAlone()
    {
        var (slow, fast) = (Add("slow", "06:a4"), Add("fast", "06:1c"));
        Fetch(slow).AssertOk();
        Fetch(fast).AssertOk();

        // What is offered is three times what is let through.
        Assert.InRange(Received(slow, "-b", "12M") / ProfileFixture.RateOut, 0.75, 1.25);
        Assert.InRange(Received(slow, "-b", "24M", "-R") / ProfileFixture.RateIn, 0.75, 1.25);
        Assert.InRange(Received(fast, "-b", "24M") / 24_000_000.0, 0.75, 1.25);

        // TCP gets what its headers leave of it, with one flow and with ten; the first seconds have a burst to spare.
        foreach (var flows in (string[])["1", "10"])
        {
            Assert.InRange(Received(slow, isTcp: true, "-P", flows, "-O", "1") / ProfileFixture.RateOut, 0.9, 1.25);
            Assert.InRange(Received(slow, isTcp: true, "-P", flows, "-O", "1", "-R") / ProfileFixture.RateIn, 0.9, 1.25);
        }
    }

    [Fact]
    public void Held_ArpAndDnsAnswer_AllElseIsRefusedAtOnce_AndNothingLeaves_NotEvenAfterAKill()
    {
        var device = Add("waiting", "06:a5");
        IsHeld();

        Testbed.KillGateway(Native.SIGKILL);
        IsHeldSilently();
        Testbed.StartGateway(ProfileFixture.Settings);
        IsHeld();
        Assert.Equal("held", Testbed.Find(device)!.State);

        var sent = Testbed.UplinkFrameList();
        Assert.DoesNotContain(sent, f => f.AsSpan().IndexOf("held and kept"u8) >= 0);

        void IsHeld()
        {
            Assert.Contains(Filtered, PingMarked().Stdout);
            var clock = Stopwatch.StartNew();
            var refused = Testbed.Run(device.Namespace, "curl", "-sS", "-m", "20", $"https://{Testbed.ServerAddress}/");
            Assert.False(refused.Succeeded);
            Assert.Contains("Failed to connect", refused.Stderr);
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            Assert.Contains("code=13", Testbed.Run(device.Namespace, "nping", "--tcp", "-p", "443", "-c", "2", Testbed.ServerAddress).AssertOk().Stdout);
            Assert.Contains("NOERROR", Testbed.Run(device.Namespace, "dig", "+tries=2", "@47.31.1.53", Testbed.WebName).AssertOk().Stdout);
            Testbed.Run(device.Namespace, "arping", "-I", "eth0", "-c", "1", "-w", "3", device.Gateway!).AssertOk();
        }

        void IsHeldSilently()
        {
            Assert.False(PingMarked().Succeeded);
            Assert.False(Testbed.Run(device.Namespace, "curl", "-sS", "-m", "2", $"http://{Testbed.ServerAddress}/").Succeeded);
        }

        CommandResult PingMarked() => Testbed.Run(
            device.Namespace, "ping", "-n", "-p", Convert.ToHexStringLower("held and kept"u8), "-c", "2", "-i", "0.2", "-W", "1", Testbed.ServerAddress);
    }

    [Fact]
    public void SameMac_HeldInAnotherVlan_IsServedInItsOwn_AndTheOtherWay()
    {
        const string Mac = "06:1a:5e:7f:00:01";
        var untagged = Testbed.AddDevice("atwork", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = Mac, Isolated = true });
        Fetch(untagged).AssertOk();
        var legal = Testbed.AwaitLegalAddress(untagged);

        // The hub knows no VLANs and would send frames for this MAC to one port: one of the two speaks at a time.
        SetLink(untagged, "down");
        var released = Released();
        var tagged = Testbed.AddDevice("spoofer", "47.31.128.196/24", "47.31.128.1", new DeviceSettings { Mac = Mac, Vlan = 10, Isolated = true });
        Assert.Contains(Filtered, PingOnce(tagged, Testbed.ServerAddress).Stdout);

        SetLink(tagged, "down");
        SetLink(untagged, "up");
        Testbed.Run(untagged.Namespace, "ip", "route", "replace", "default", "via", "47.31.128.1").AssertOk();
        Ping(untagged.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Equal(legal, Testbed.AwaitLegalAddress(untagged));

        // And a newcomer's address of the one that is let in lets the other in as little.
        Testbed.Run(untagged.Namespace, "ip", "address", "add", "47.31.128.197/24", "dev", "eth0").AssertOk();
        Ping(untagged.Namespace, Testbed.ServerAddress, "-I", "47.31.128.197").AssertOk();

        // What the one does ends no conversation of the other.
        Assert.Equal(released, Released());
        SetLink(untagged, "down");
        SetLink(tagged, "up");
        Testbed.Run(tagged.Namespace, "ip", "route", "replace", "default", "via", "47.31.128.1").AssertOk();
        Assert.Contains(Filtered, PingOnce(tagged, Testbed.ServerAddress).Stdout);
    }

    private long Released() => Testbed.StatusJson().Counters["bindings_released"];

    [Fact]
    public void LegalAddress_PinnedToAnother_MovesToItAtOnce_AndBothGoOn()
    {
        var (holder, heir) = (Add("holder", "06:1d"), Add("heir", "06:1d"));
        Fetch(holder).AssertOk();
        Fetch(heir).AssertOk();
        var legal = Testbed.AwaitLegalAddress(holder);

        Testbed.Cli("devices", "pin", heir.Mac, legal).AssertOk();
        Wait.For("the heir has it", () => Fetch(heir).Succeeded && Testbed.AwaitLegalAddress(heir) == legal, s_patience, () => Testbed.Cli("devices").ToString());
        Wait.For("the other has another", () => Fetch(holder).Succeeded && Testbed.AwaitLegalAddress(holder) != legal, s_patience, () => Testbed.Cli("devices").ToString());
        Testbed.Cli("devices", "pin", heir.Mac, "").AssertOk();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PortScan_FindsNothingOfTheGateway_ButDns_AndThePageOfWhoIsHeld(bool isHeld)
    {
        var device = Add(isHeld ? "heldscan" : "scan", isHeld ? "06:a5" : "06:1e");
        if (!isHeld)
        {
            Fetch(device).AssertOk();
        }

        string[] expected = isHeld ? ["53/tcp", "80/tcp"] : ["53/tcp"];
        foreach (var target in (string[])[Testbed.GatewayAddress, device.Gateway!])
        {
            Assert.Equal(expected, OpenPorts(device, target, "-sS", "-p-", "--min-rate", "20000", "--max-retries", "1"));
            Assert.Equal(["53/udp"], OpenPorts(device, target, "-sU", "--top-ports", "60", "--min-rate", "500", "--max-retries", "1"));
        }

        // Of the uplink LAN not even a closed port answers: all that is said comes from us, administratively prohibited; DNS is ours, too.
        Assert.Equal(expected, OpenPorts(device, Testbed.RouterAddress, "-sS", "-p", "1-1024", "--min-rate", "2000", "--max-retries", "1"));
    }

    /// <summary>The ports of a target that nmap calls open.</summary>
    private static string[] OpenPorts(Device device, string target, params string[] options)
    {
        var scan = Testbed.Run(device.Namespace, TimeSpan.FromSeconds(120), ["nmap", "-Pn", "-n", .. options, "-oG", "-", target]).AssertOk().Stdout;
        Assert.Contains("Host: " + target, scan);
        return [.. scan.Split('\n').Where(l => l.Contains("Ports: ", StringComparison.Ordinal))
            .SelectMany(l => l[(l.IndexOf("Ports: ", StringComparison.Ordinal) + 7)..].Split('\t')[0].Split(", "))
            .Select(p => p.Trim().Split('/')).Where(p => p[1] == "open").Select(p => $"{p[0]}/{p[2]}").Distinct()];
    }

    private double Received(Device device, params string[] options) => Received(device, isTcp: false, options);

    /// <summary>What arrived at the other end, in bits a second.</summary>
    private double Received(Device device, bool isTcp, params string[] options)
    {
        var json = AssertIperf3(device, ["-J", "-t", "5", .. isTcp ? (string[])[] : ["-u", "-l", "1200"], .. options]).Stdout;
        var end = JsonDocument.Parse(json).RootElement.GetProperty("end");
        return end.GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
    }

    private Device Add(string name, string prefix) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1",
        new DeviceSettings { Mac = $"{prefix}:5e:7e:00:{Interlocked.Increment(ref s_devices):x2}", Isolated = true });

    private static void AssertFiltered(Device device, string destination)
    {
        var refused = PingOnce(device, destination);
        Assert.False(refused.Succeeded, refused.ToString());
        Assert.Contains(Filtered, refused.Stdout);
    }

    private static CommandResult PingOnce(Device device, string destination) => Testbed.Run(device.Namespace, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", destination);

    private static void SetLink(Device device, string state) => Testbed.Run(device.Namespace, "ip", "link", "set", "eth0", state).AssertOk();

    private void Serve(string ns, int port) => Testbed.StartListener(ns, port, "/usr/bin/python3", "-u", "-m", "http.server", $"{port}");
}
