using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dhcp;

/// <summary>Ports for 16,000 devices on sixteen shared addresses.</summary>
public sealed class CrowdFixture() : GatewayFixture(Settings, beforeStart: testbed =>
    {
        for (var last = 100; last <= 115; last++)
        {
            testbed.AllowOnUplink($"137.118.199.{last}");
        }
    })
{
    internal static GatewaySettings Settings { get; } = new GatewaySettings { Pool = null, Napt = "addresses = [\"137.118.199.100-137.118.199.115\"]" };
}

/// <summary>Ten thousand DHCP clients that all ask at once, as after a power cut.</summary>
public sealed class DhcpCrowdTests(CrowdFixture fixture) : GatewayTests(fixture), IClassFixture<CrowdFixture>
{
    private const int Many = 10_000;

    private string LeaseFile => Path.Combine(Testbed.Directory, $"leases-{TestContext.Current.TestMethod!.MethodName}");

    [Fact]
    public void Devices_TenThousandAtOnce_AreOnlineWithinAMinute_AndKeepTheirAddressesOverARestart()
    {
        var crowd = Crowd.Plug(Testbed, "arrivals");

        var arrived = crowd.Run(Many, "--arrive", "1", "--arp", "--ping", Testbed.ServerAddress, "--leases", LeaseFile);

        AssertSound(arrived);
        Assert.Equal(Many, arrived.Through);
        Assert.InRange(arrived.LastThroughSeconds, 0, 60);

        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(CrowdFixture.Settings);

        var returned = crowd.Run(Many, "--arrive", "1", "--known", LeaseFile, "--start", "reboot");
        AssertSound(returned);
        Assert.Equal((0, 0), (returned.Naks, returned.Changed));
        var anew = crowd.Run(Many, "--window", "50", "--known", LeaseFile);
        AssertSound(anew);
        Assert.Equal(0, anew.Changed);
    }

    [Fact]
    public void Gateway_KilledAgainAndAgainInTheMiddleOfACrowd_HasEveryLeaseItAcknowledged()
    {
        var crowd = Crowd.Plug(Testbed, "orphans");
        var running = crowd.Start(Many, "--first", "0x10000000", "--window", "50", "--leases", LeaseFile);
        for (var acknowledged = 2000; acknowledged <= 8000; acknowledged += 2000)
        {
            Wait.For($"{acknowledged} leases", () => Crowd.Leases(LeaseFile).Count >= acknowledged, TimeSpan.FromSeconds(60), running.ToString);
            Assert.False(running.HasExited, "the crowd was through before the kill");

            Testbed.KillGateway(Native.SIGKILL);

            var promised = Crowd.Leases(LeaseFile);
            var kept = StoredLeases();
            Assert.All(promised, lease => Assert.Equal(lease.Value, kept.GetValueOrDefault(lease.Key)));
            Testbed.StartGateway(CrowdFixture.Settings);
        }

        var report = Crowd.Report(running);
        AssertSound(report);
        var all = StoredLeases();
        Assert.All(Crowd.Leases(LeaseFile), lease => Assert.Equal(lease.Value, all.GetValueOrDefault(lease.Key)));
    }

    private static void AssertSound(CrowdReport report)
    {
        Assert.Equal((report.Clients, report.Clients, 0), (report.Bound, report.Distinct, report.Duplicates));
        Assert.Equal((0, 0), (report.Malformed, report.Misaddressed));
    }

    /// <summary>What the database on disk holds, without the gateway: MAC to address.</summary>
    private Dictionary<string, string> StoredLeases() => Testbed.Python(Testbed.Gateway, """
        import ipaddress, sqlite3, sys
        for mac, address in sqlite3.connect(sys.argv[1]).execute("SELECT mac, address FROM leases"):
            print(mac.to_bytes(6, "big").hex(":"), ipaddress.ip_address(address))
        """, Path.Combine(Testbed.StateDirectory, "innkeeper.db")).AssertOk().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1]);
}
