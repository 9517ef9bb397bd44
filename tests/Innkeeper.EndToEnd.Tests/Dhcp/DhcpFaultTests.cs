using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dhcp;

/// <summary>A state directory that has little room.</summary>
public sealed class SmallStateFixture() : GatewayFixture(GatewaySettings.Default, beforeStart: testbed =>
{
    Directory.CreateDirectory(testbed.StateDirectory);
    Command.Run("mount", "-t", "tmpfs", "-o", "size=1m", "innkeeper-test", testbed.StateDirectory).AssertOk();
})
{
    protected override void BeforeEnd(string stateDirectory) => Command.Run("umount", "-l", stateDirectory);
}

/// <summary>DHCP while the disk is full.</summary>
public sealed class DhcpDiskTests(SmallStateFixture fixture) : GatewayTests(fixture), IClassFixture<SmallStateFixture>
{
    [Fact]
    public void DiskFull_LeasesGoOn_NewOnesWait_AndAllRecoversAlone()
    {
        using var before = DhcpClient.Plug(Testbed, "before", "udhcpc").Start();
        var address = before.AwaitAddress();
        var ballast = Path.Combine(Testbed.StateDirectory, "ballast");
        Testbed.Run(Testbed.Gateway, "sh", "-c", $"cat /dev/zero >{ballast} 2>/dev/null; true").AssertOk();

        using var during = DhcpClient.Plug(Testbed, "during", "udhcpc");
        during.Start();
        Wait.For("an event says that leases cannot be written", () => Testbed.StatusJson().Events.Any(e => e.Kind == "dhcp-not-durable"), TimeSpan.FromSeconds(30), () => Testbed.Cli("status").ToString());
        Assert.Equal("", during.Current());

        // Many times: among them are some that are written, and not only acknowledged from memory.
        before.Signal(Native.SIGUSR1);
        Wait.For("the old lease is renewed", () => before.Calls.Any(c => c.Contains($" renew {address} ", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => string.Join('\n', before.Calls));
        Assert.Equal("", during.Current());
        Fetch(before.Device).AssertOk();

        File.Delete(ballast);
        Assert.StartsWith("10.203.", during.AwaitAddress(TimeSpan.FromSeconds(60)));
        Fetch(during.Device).AssertOk();
    }
}

/// <summary>Another DHCP server among the devices.</summary>
public sealed class RogueDhcpTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void RogueServer_IsNamedInAnEvent_ThoughNobodyAsksIt()
    {
        var rogue = Testbed.AddDevice("rogue", "192.168.66.1/24", null);
        var server = Testbed.Start(
            rogue.Namespace, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--bind-interfaces", "--pid-file=", "--log-facility=-", "--user=root",
            "--dhcp-range=192.168.66.10,192.168.66.99,1h", "--dhcp-authoritative", $"--dhcp-leasefile={Path.Combine(Testbed.Directory, "rogue.leases")}");
        Wait.For("the rogue serves", () => Testbed.Run(rogue.Namespace, "ss", "-Hlnu", "sport", "=", ":67").Stdout.Length > 0 || server.HasExited, TimeSpan.FromSeconds(10), server.ToString);

        // The gateway asks when it starts, and then every few minutes; a client that takes the rogue's offer tells of it, too.
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway();

        var known = "";
        Wait.For("an event names it", () => (known = Testbed.StatusJson().Events.FirstOrDefault(e => e.Kind == "rogue-dhcp")?.Text ?? "").Length > 0, TimeSpan.FromSeconds(60), () => Testbed.Cli("status", "--json").ToString());
        Assert.Contains($"192.168.66.1 ({rogue.Mac})", known);
        Assert.True(Testbed.StatusJson().Drops["dhcp_server"] > 0);

        // Beside it we are silent about addresses that may be its own.
        var silent = Testbed.StatusJson().Counters["dhcp_unknown"];
        using var client = DhcpClient.Plug(Testbed, "roaming", "dhclient").Remembering("192.168.66.77", "192.168.66.1");
        client.Start();
        Wait.For("its question was heard", () => Testbed.StatusJson().Counters["dhcp_unknown"] > silent, TimeSpan.FromSeconds(20), client.Process.ToString);
        Assert.Equal(0, Testbed.StatusJson().Counters["dhcp_refused"]);

        // The doctor finds it, and that it takes other hosts' addresses too.
        Testbed.Run(rogue.Namespace, "ip", "route", "add", "default", "via", "192.168.66.254").AssertOk();
        Testbed.Run(rogue.Namespace, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.eth0.proxy_arp=1", "net.ipv4.conf.eth0.proxy_arp_pvlan=1").AssertOk();
        var doctor = Testbed.Cli("doctor");
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains($"warning  DHCP: another server answers on access: 192.168.66.1 ({rogue.Mac})", doctor.Stdout);
        Assert.Contains($"failure  proxy ARP: {rogue.Mac} on access answers ARP for ", doctor.Stdout);
        server.Signal(Native.SIGTERM);
    }
}
