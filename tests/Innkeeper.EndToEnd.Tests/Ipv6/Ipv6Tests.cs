using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Ipv6;

/// <summary>What devices tell of IPv6 where the uplink has none: "no" at once, instead of silence.</summary>
public sealed class Ipv6Tests(Ipv6Fixture fixture) : Ipv6Case(fixture), IClassFixture<Ipv6Fixture>
{
    [Theory]
    [InlineData("fe80::1", Foreign)]
    [InlineData("2a01:4f8:1:2::1", Foreign)]
    [InlineData(null, "2a01:4f8:1:2::5/0")]
    [InlineData("fd00:47::ffff", "fd00:47::5/64")]
    public void Literal_ByForeignStaticAddress_IsRefusedAtOnce(string? gateway, string address)
    {
        var device = Add(address, gateway);

        AssertRefused(device);
    }

    [Fact]
    public void CurlAndSsh_ToALiteral_SayThatThereIsNoWay()
    {
        var device = Add(Foreign, "fe80::1");

        var curl = Testbed.Run(device.Namespace, "curl", "-6", "-sS", "-m", "20", $"http://[{Literal}]/");
        var ssh = Testbed.Run(device.Namespace, "ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=20", $"guest@{Literal}", "true");

        Assert.Equal((7, 255), (curl.ExitCode, ssh.ExitCode));
        Assert.Matches("unreachable|No route", ssh.Stderr);
        // The programs' own start counts here; an unanswered solicitation would take 3 s.
        Assert.True(curl.Took < TimeSpan.FromSeconds(2) && ssh.Took < TimeSpan.FromSeconds(2), $"{curl}\n{ssh}");
    }

    [Fact]
    public void DualStackName_HasNoIpv6Address_AndIsFetchedByIpv4()
    {
        var device = Add(Foreign, "fe80::1");

        // The second answer comes from the cache.
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal([Testbed.ServerAddress], Addresses(device, "A"));
            Assert.Empty(Addresses(device, "AAAA"));
        }

        var fetched = Testbed.RunWithResolver(device, "172.31.255.1", "curl", "-sS", "--fail", "-m", "10", "-w", "%{remote_ip} %{time_total}", $"http://{Testbed.DualName}/index.html").AssertOk();
        Assert.Contains("beyond the uplink", fetched.Stdout);
        var told = Lines(fetched.Stdout)[^1].Split(' ');
        Assert.Equal(Testbed.ServerAddress, told[0]);
        Assert.InRange(Seconds(told[1]), 0, 1);
    }

    [Fact]
    public void DualStackName_WhileAnotherRouterAdvertises_HasItsIpv6Address_AndNoLongerAfterItsFarewell()
    {
        var device = Add(Foreign, "fe80::1");
        Assert.Empty(Addresses(device, "AAAA"));
        var router = Testbed.AddDevice(NextName(), "192.168.77.1/24", null);
        Testbed.Run(router.Namespace, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1").AssertOk();
        var file = Path.Combine(Testbed.Directory, "radvd.conf");
        File.WriteAllText(file, "interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix 2001:db8:77::/64 { }; };\n");

        var radvd = Testbed.Start(router.Namespace, "radvd", "--nodaemon", "--logmethod", "stderr", "--config", file, "--pidfile", file + ".pid");
        try
        {
            Wait.For("the address is told", () => Addresses(device, "AAAA") is [Testbed.DualAddress], s_patience, radvd.ToString);
            Assert.Equal([Testbed.ServerAddress], Addresses(device, "A"));

            // Its last words are advertisements with a lifetime of 0.
            radvd.Signal(Native.SIGTERM);
            Wait.For("the address is no longer told", () => Addresses(device, "AAAA").Length == 0, s_patience, radvd.ToString);
        }
        finally
        {
            radvd.Stop();
            Testbed.Remove(router);
        }
    }

    [Fact]
    public void Held_Blocked_AndIsolatedDevices_AreRefusedAsOthers()
    {
        var held = Add(Foreign, "fe80::1", "06:a5");
        Assert.False(Ping(held, "-c", "1", "-W", "1", Testbed.ServerAddress).Succeeded);
        Assert.Equal("held", Testbed.Find(held)!.State);
        var blocked = Add(Foreign, "fe80::1");
        Fetch(blocked).AssertOk();
        Testbed.Cli("devices", "block", blocked.Mac).AssertOk();
        var island = Add(Foreign, "fe80::1", "06:a3");
        Fetch(island).AssertOk();

        foreach (var device in (Device[])[held, blocked, island])
        {
            AssertRefused(device);
        }
    }

    [Fact]
    public void DuplicateDetection_OfTwentyAddresses_FindsNoDuplicate()
    {
        // In a VLAN of its own, for it takes the address of the others' gateway.
        var device = Add(null, null, vlan: 10);
        string[] addresses = ["fe80::1", "fe80::2", "2a01:4f8:1:2::1", "2a01:4f8:1:2::5", .. Enumerable.Range(1, 16).Select(i => $"2001:db8:{i:x}::1")];

        foreach (var address in addresses)
        {
            Testbed.Run(device.Namespace, "ip", "address", "add", address + "/64", "dev", "eth0").AssertOk();
        }

        Wait.For("all are found to be free", () => State("tentative").Length == 0, s_patience, () => string.Join('\n', State()));
        Assert.Empty(State("dadfailed"));
        Assert.True(State().Length > addresses.Length, string.Join('\n', State()));

        string[] State(params string[] flags) => Lines(Testbed.Run(device.Namespace, ["ip", "-6", "-o", "address", "show", "dev", "eth0", .. flags]).AssertOk().Stdout);
    }

    [Fact]
    public void Solicitation_OfTheGateway_IsAnsweredWithTheGatewaysMac_AndNoOneElses()
    {
        var device = Add(Foreign, "fe80::1");

        foreach (var target in (string[])["fe80::1", "2a01:4f8:1:2::1"])
        {
            Assert.Equal([Testbed.AccessMac], Ask(device, target));
        }
    }

    [Fact]
    public void Neighbors_WithForeignAddresses_ReachEachOther_AndAreNeverTakenForTheGateway()
    {
        var (first, second) = (Add("2a01:4f8:1:7::5/64", "fe80::1", isolated: false), Add("2a01:4f8:1:7::6/64", "fe80::1", isolated: false));
        var linkLocal = LinkLocal(second);
        var advertised = Testbed.Capture(first.Namespace, "eth0", "icmp6 and ip6[40] == 136");

        for (var round = 0; round < 5; round++)
        {
            foreach (var (target, scope) in ((string, string)[])[(linkLocal, "%eth0"), ("2a01:4f8:1:7::6", "")])
            {
                Testbed.Run(first.Namespace, "ip", "-6", "neigh", "flush", "dev", "eth0").AssertOk();
                Ping(first, "-c", "1", "-w", "5", target + scope).AssertOk();
                Assert.Contains($"lladdr {second.Mac} ", Testbed.Run(first.Namespace, "ip", "-6", "neigh", "show", target, "dev", "eth0").AssertOk().Stdout);
            }
        }

        // What the gateway would have said about the neighbour, it would have said before it is asked about itself.
        Assert.Equal([Testbed.AccessMac], Ask(first, "fe80::1"));
        var lines = advertised.Finish().Lines();
        Assert.Contains(lines, line => line.StartsWith(second.Mac, StringComparison.Ordinal));
        Assert.All(lines.Where(line => line.StartsWith(Testbed.AccessMac, StringComparison.Ordinal)), line => Assert.Contains("tgt is fe80::1,", line));
    }

    [Fact]
    public void ControlPlane_Killed_TheGatewayStaysReachable_AndRefusesAgainOnceItIsBack()
    {
        var device = Add(Foreign, "fe80::1");
        AssertRefused(device);

        Testbed.KillGateway(Native.SIGKILL);
        try
        {
            // The kernel asks the MAC that it knows, three times at most.
            Testbed.Run(device.Namespace, "ip", "-6", "neigh", "change", "fe80::1", "lladdr", Testbed.AccessMac, "dev", "eth0", "nud", "probe").AssertOk();
            Wait.For("the gateway is confirmed", () => Neighbor().Contains("REACHABLE", StringComparison.Ordinal), TimeSpan.FromSeconds(5), Neighbor);
            Assert.Contains(Testbed.AccessMac, Neighbor());
        }
        finally
        {
            Testbed.StartGateway(Ipv6Fixture.Settings);
        }

        AssertRefused(device);

        string Neighbor() => Testbed.Run(device.Namespace, "ip", "-6", "neigh", "show", "fe80::1", "dev", "eth0").AssertOk().Stdout;
    }

    [Fact]
    public void Off_NothingIsAnswered_AndDropsAreCountedAsIpv6()
    {
        var device = Add(Foreign, "fe80::1");
        Fetch(device).AssertOk();
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(Ipv6Fixture.Off);
        try
        {
            var before = Testbed.StatusJson().Drops["ipv6"];
            Testbed.Run(device.Namespace, "ip", "-6", "neigh", "flush", "dev", "eth0").AssertOk();

            Assert.Empty(Ask(device, "fe80::1"));
            // Three solicitations in vain, of which UDP is not even told.
            Assert.Equal(["tcp EHOSTUNREACH", "udp silence"], Told(device).Select(told => told.What));
            Assert.Equal([Testbed.DualAddress], Addresses(device, "AAAA"));

            Wait.For("the drops are counted", () => Testbed.StatusJson().Drops["ipv6"] >= before + 7, s_patience, () => Testbed.Cli("status", "--json").ToString());
        }
        finally
        {
            Testbed.KillGateway(Native.SIGTERM);
            Testbed.StartGateway(Ipv6Fixture.Settings);
        }

        AssertRefused(device);
    }
}
