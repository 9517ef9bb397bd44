using System.Text.RegularExpressions;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;
using Innkeeper.Storage;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>A gateway of 0.1.0, whose devices wait until the administrator approves them. The pool has one address: the others share.</summary>
public sealed class UpgradeFixture() : GatewayFixture(BuildPrevious() is { Length: > 0 } program ? Settings with { Program = program } : Settings, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress))
{
    internal static readonly GatewaySettings Settings = new() { Pool = $"{Testbed.PoolFirst}-{Testbed.PoolFirst}", Profile = "admission = \"approve\"" };

    private const int HistoryMissing = 3;

    /// <summary>Builds the program of 0.1.0, or finds it where an earlier run built it; empty: this clone has no history to build it from.</summary>
    internal static string BuildPrevious()
    {
        if (Requirements.Missing() is not null)
        {
            return "";
        }

        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var script = Path.Combine(directory.FullName, "tests", "previous.sh");
            if (File.Exists(script))
            {
                var built = Command.Run([script], TimeSpan.FromMinutes(10));
                return built.ExitCode == HistoryMissing ? "" : built.AssertOk().Stdout.TrimEnd().Split('\n')[^1];
            }
        }

        throw new LabException("tests/previous.sh is in no directory above the tests");
    }
}

/// <summary>The gateway of the version before is replaced in place, as an operator does: stopped, and the new one started on its files.</summary>
public sealed class UpgradeTests(UpgradeFixture fixture) : GatewayTests(fixture), IClassFixture<UpgradeFixture>
{
    private const int Pings = 1_500;

    private readonly string _previous = UpgradeFixture.BuildPrevious();

    [Fact]
    public void Replacing010_UnderTraffic_LosesNothing_AndKeepsBindingsLeasesAndDecisions()
    {
        Assert.SkipWhen(_previous.Length == 0, "the commit of 0.1.0 is not in this clone: git fetch --unshallow");

        // 0.1.0 serves: one device with an address of its own, one that shares, a DHCP client, and one that was not let in.
        var own = AddApproved("own", "reception");
        var shared = AddApproved("shared", "kitchen printer");
        using var client = DhcpClient.Plug(Testbed, "leased", "udhcpc", new DeviceSettings { Isolated = true }).Start();
        var leased = client.AwaitAddress();
        Previous("devices", "approve", client.Device.Mac);
        Ping(client.Device.Namespace, Testbed.ServerAddress).AssertOk();
        var heldDevice = AddDevice("stranger");
        Assert.False(Ping(heldDevice.Namespace, Testbed.ServerAddress).Succeeded);
        Device[] served = [own, shared, client.Device];
        var outside = served.Select(OutsideOf).ToList();
        Assert.Equal([Testbed.PoolFirst, Testbed.GatewayAddress, Testbed.GatewayAddress], outside);
        Assert.Equal((OldVersion, 0L), ReadDatabase("SELECT count(*) FROM bindings WHERE typeof(legal) = 'blob'"));

        // Traffic of each kind, over the whole replacement.
        var pings = served.Select(device => Testbed.Start(device.Namespace, "ping", "-n", "-i", "0.01", "-c", $"{Pings}", "-W", "2", Testbed.ServerAddress)).ToList();
        var talks = served.SelectMany(device => (Conversation[])[Reflector.Converse(Testbed, device, "tcp", Testbed.ServerAddress), Reflector.Converse(Testbed, device, "udp", Testbed.ServerAddress)]).ToList();
        var (url, sha256) = Testbed.Publish("upgrade", 36_000_000);
        var target = Path.Combine(Testbed.Directory, "upgrade");
        var download = Testbed.Start(shared.Namespace, "curl", "-sS", "--fail", "-m", "60", "--limit-rate", "2M", "-o", target, url);
        Wait.For("the download has begun", () => File.Exists(target) && new FileInfo(target).Length > 0, TimeSpan.FromSeconds(10), download.ToString);
        pings.ForEach(ping => AwaitReplies(ping, 50));

        Testbed.KillGateway(Native.SIGTERM);
        pings.ForEach(ping => AwaitReplies(ping, 50));
        Testbed.StartGateway(UpgradeFixture.Settings);
        pings.ForEach(ping => AwaitReplies(ping, 50));
        Assert.All(pings.Append(download), process => Assert.False(process.HasExited, process.ToString()));

        // No packet lost, no conversation cut, the same addresses outside.
        Assert.All(pings, ping => Assert.Contains($"{Pings} packets transmitted, {Pings} received", ping.Finish(TimeSpan.FromSeconds(40)).AssertOk().Stdout));
        download.Finish(TimeSpan.FromSeconds(60)).AssertOk();
        Assert.Equal(sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(target))));
        foreach (var talk in talks)
        {
            talk.AwaitAnswers(10);
            talk.AssertAllAnswered();
        }

        Assert.All(talks.Where((_, i) => i % 2 == 1), udp => Assert.Single(udp.Endpoints));
        Assert.Equal(outside, served.Select(OutsideOf));

        AssertTakenOver(served, heldDevice);
        AssertNothingIsLeftOfTheFormerInsideNetwork();
        AssertLeaseKept(client, leased);

        // It serves as ever: who is approved only now is let in.
        Testbed.Cli("devices", "approve", heldDevice.Mac).AssertOk();
        Ping(heldDevice.Namespace, Testbed.ServerAddress).AssertOk();
    }

    private void AssertTakenOver(Device[] served, Device heldDevice)
    {
        var status = Testbed.StatusJson();
        Assert.Equal("pins", status.Adopted.Source);
        Assert.True(status.Adopted.Bindings >= served.Length, Testbed.Cli("status", "--json").ToString());
        Assert.DoesNotContain(status.Events, e => e.Kind is "state-set-aside" or "state-passed-over");

        Assert.Equal((Schema.Version, 0L), ReadDatabase("SELECT count(*) FROM bindings WHERE length(legal) <> 4 OR length(claimed) <> 4"));
        Assert.Equal((Schema.Version, 4L), ReadDatabase("SELECT count(*) FROM devices"));
        Assert.Empty(Directory.GetFiles(Testbed.StateDirectory, "*corrupt*"));

        Assert.Equal(["reception", "kitchen printer", null, null], served.Append(heldDevice).Select(device => Testbed.Find(device)?.GivenName));
        Assert.All(served, device => Assert.Equal("admitted", Testbed.Find(device)?.State));
        Assert.NotEqual("admitted", Testbed.Find(heldDevice)?.State);
        Assert.False(Ping(heldDevice.Namespace, Testbed.ServerAddress).Succeeded);
    }

    /// <summary>0.1.0 had 100.64.0.0/10, with a route in the host's main table.</summary>
    private void AssertNothingIsLeftOfTheFormerInsideNetwork()
    {
        foreach (var what in (string[][])[["address"], ["rule"], ["route", "show", "table", "all"], ["neighbor"]])
        {
            Assert.DoesNotContain("100.64.", Testbed.Run(Testbed.Gateway, ["ip", "-4", .. what]).AssertOk().Stdout);
        }

        Assert.DoesNotContain("ik-", Testbed.Run(Testbed.Gateway, "ip", "-4", "route", "show", "table", "main").AssertOk().Stdout);
        Assert.Contains("247.64.0.1/32", Testbed.Run(Testbed.Gateway, "ip", "-4", "address", "show", "dev", "ik-stack").AssertOk().Stdout);
    }

    /// <summary>The new gateway knows the lease, and extends it.</summary>
    private void AssertLeaseKept(DhcpClient client, string leased)
    {
        Assert.Contains($"\"address\":\"{leased}\",\"state\":\"active\",\"mac\":\"{client.Device.Mac}\"", Testbed.Cli("leases", "--json").AssertOk().Stdout);
        var renewals = client.Calls.Count(call => call.Contains($" renew {leased} ", StringComparison.Ordinal));
        client.Signal(Native.SIGUSR1);
        Wait.For("the lease is renewed", () => client.Calls.Count(call => call.Contains($" renew {leased} ", StringComparison.Ordinal)) > renewals, TimeSpan.FromSeconds(20), () => string.Join('\n', client.Calls));
        Assert.Equal(leased, client.Current());
    }

    /// <summary>The schema of 0.1.0.</summary>
    private const int OldVersion = 5;

    /// <summary>As whom the server sees a device.</summary>
    private static string OutsideOf(Device device) => Reflector.AddressOf(Reflector.Ask(device.Namespace, "tcp", Testbed.ServerAddress));

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private Device AddApproved(string name, string title)
    {
        var device = AddDevice(name);
        Previous("devices", "approve", device.Mac);
        Previous("devices", "name", device.Mac, title);
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        return device;
    }

    /// <summary>A command of 0.1.0, which speaks to its own gateway.</summary>
    private void Previous(params string[] arguments) => Testbed.Run(Testbed.Gateway, [_previous, .. arguments, "--config", Testbed.ConfigPath]).AssertOk();

    /// <summary>The database's schema version, and a number from it; read while the gateway runs.</summary>
    private (int Version, long Number) ReadDatabase(string query)
    {
        var answer = Testbed.Python(Testbed.Gateway, """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1])
            print(database.execute("PRAGMA user_version").fetchone()[0], database.execute(sys.argv[2]).fetchone()[0])
            """, Path.Combine(Testbed.StateDirectory, StateStore.FileName), query).AssertOk().Stdout.Split(' ');
        return (int.Parse(answer[0], System.Globalization.CultureInfo.InvariantCulture), long.Parse(answer[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>So many more replies from now.</summary>
    private static void AwaitReplies(BackgroundProcess ping, int more)
    {
        var wanted = Regex.Count(ping.Stdout, "icmp_seq=") + more;
        Wait.For($"{more} more replies", () => Regex.Count(ping.Stdout, "icmp_seq=") >= wanted, TimeSpan.FromSeconds(20), ping.ToString);
    }
}
