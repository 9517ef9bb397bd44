using Innkeeper.EndToEnd.Tests.Forwarding;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.EndToEnd.Tests.Lifecycle;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

public sealed class OneArmedInboundTests(OneArmedFixture fixture) : InboundCase(fixture), IClassFixture<OneArmedFixture>;

public sealed class OneArmedProtocolTests(OneArmedFixture fixture) : ProtocolCase(fixture), IClassFixture<OneArmedFixture>;

public sealed class OneArmedFailStaticTests(OneArmedFixture fixture) : FailStaticCase(fixture), IClassFixture<OneArmedFixture>;

public sealed class OneArmedTeardownFixture() : TeardownFixture(oneArmed: true);

public sealed class OneArmedTeardownTests(OneArmedTeardownFixture fixture) : TeardownCase(fixture), IClassFixture<OneArmedTeardownFixture>;

/// <summary>The LAN's own DHCP.</summary>
public sealed class OneArmedDhcpTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Dhcp_OfTheLan_GoesOnAsIfWeWereNotThere()
    {
        var server = Testbed.Start(Testbed.Router, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--bind-interfaces", "--pid-file=",
            "--log-facility=-", "--user=root", "--dhcp-range=137.118.199.200,137.118.199.210,1h", $"--dhcp-leasefile={Path.Combine(Testbed.Directory, "leases")}", "--dhcp-authoritative");
        Wait.For("a DHCP server", () => Testbed.Run(Testbed.Router, "ss", "-Hlnu", "sport", "=", ":67").Stdout.Length > 0 || server.HasExited, TimeSpan.FromSeconds(10), server.ToString);
        var before = Testbed.UplinkFrames();
        var client = Testbed.AddDevice("client", "0.0.0.0/32", null);
        Testbed.Run(client.Namespace, "ip", "address", "flush", "dev", "eth0").AssertOk();

        // A script that sets the address and nothing of this machine's.
        var script = Path.Combine(Testbed.Directory, "dhclient-script");
        File.WriteAllText(script, "#!/bin/sh\n[ \"$reason\" != BOUND ] || { ip address add $new_ip_address/24 dev $interface; ip route add default via $new_routers; }\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Testbed.Run(client.Namespace, "dhclient", "-4", "-1", "-cf", "/dev/null", "-sf", script, "-lf", Path.Combine(Testbed.Directory, "dhclient.leases"),
            "-pf", Path.Combine(Testbed.Directory, "dhclient.pid"), "eth0").AssertOk();
        try
        {
            Fetch(client).AssertOk();
            Assert.Contains("137.118.199.20", Testbed.Run(client.Namespace, "ip", "-4", "address", "show", "eth0").Stdout, StringComparison.Ordinal);
            Assert.Null(Testbed.Find(client));
            // UDP from or to ports 67 and 68, from the gateway.
            Assert.DoesNotContain(Testbed.UplinkFrameList().Skip(before), frame => frame is { Length: > 37 } && frame[23] == 17 && frame[37] is 67 or 68);
        }
        finally
        {
            Command.Run("kill", File.ReadAllText(Path.Combine(Testbed.Directory, "dhclient.pid")).Trim());
            server.Signal(Native.SIGTERM);
        }
    }
}

/// <summary>One interface and nothing else: no file, no pool.</summary>
public sealed class OneArmedSimpleStartTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Run_OnOneInterfaceAlone_IsReady_AndInterlopersAreOnline()
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        var binary = GatewayBinary.Find()!;
        // The default paths, but not this machine's: its own mounts hide them.
        var gateway = Testbed.Start(Testbed.Gateway, "unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && mount -t tmpfs none /var/lib && exec \"$@\"", "sh",
            binary, "run", "--on", Testbed.UplinkInterface);
        try
        {
            Wait.For("ready", () => gateway.Stdout.Split('\n').Contains("ready") || gateway.HasExited, TimeSpan.FromSeconds(30), gateway.ToString);
            Assert.False(gateway.HasExited, gateway.ToString());
            Fetch(Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1")).AssertOk();
        }
        finally
        {
            gateway.Signal(Native.SIGTERM);
            gateway.WaitForExit(TimeSpan.FromSeconds(10));
        }

        Testbed.Run(Testbed.Gateway, "unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && exec \"$@\"", "sh", binary, "teardown").AssertOk();
        Testbed.StartGateway();
    }
}
