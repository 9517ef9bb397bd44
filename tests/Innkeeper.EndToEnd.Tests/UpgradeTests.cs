using System.Text.RegularExpressions;
using Innkeeper.Lab;
using Innkeeper.Storage;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A gateway of 0.1.0, whose devices wait until the administrator approves them. The pool has one address: the others share.</summary>
public sealed class UpgradeFixture() : GatewayFixture(Settings with { Program = BuildPrevious() }, beforeStart: bench => Reflector.Start(bench, bench.Server, Bench.ServerAddress))
{
    internal static readonly GatewaySettings Settings = new() { Pool = $"{Bench.PoolFirst}-{Bench.PoolFirst}", Profile = "admission = \"approve\"" };

    /// <summary>Builds the program of 0.1.0, or finds it where an earlier run built it.</summary>
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
                return Command.Run([script], TimeSpan.FromMinutes(10)).Ok().Stdout.TrimEnd().Split('\n')[^1];
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
        // 0.1.0 serves: one device with an address of its own, one that shares, a DHCP client, and one that was not let in.
        var own = AddApproved("own", "reception");
        var shared = AddApproved("shared", "kitchen printer");
        using var client = DhcpClient.Plug(Bench, "leased", "udhcpc", new DeviceSettings { Isolated = true }).Start();
        var leased = client.Address();
        Previous("devices", "approve", client.Device.Mac);
        Ping(client.Device.Namespace, Bench.ServerAddress).Ok();
        var stranger = AddDevice("stranger");
        Assert.False(Ping(stranger.Namespace, Bench.ServerAddress).Succeeded);
        Device[] served = [own, shared, client.Device];
        var outside = served.Select(OutsideOf).ToList();
        Assert.Equal([Bench.PoolFirst, Bench.GatewayAddress, Bench.GatewayAddress], outside);
        Assert.Equal((OldVersion, 0L), ReadDatabase("SELECT count(*) FROM bindings WHERE typeof(legal) = 'blob'"));

        // Traffic of each kind, over the whole replacement.
        var pings = served.Select(device => Bench.Start(device.Namespace, "ping", "-n", "-i", "0.01", "-c", $"{Pings}", "-W", "2", Bench.ServerAddress)).ToList();
        var talks = served.SelectMany(device => (Conversation[])[Reflector.Converse(Bench, device, "tcp", Bench.ServerAddress), Reflector.Converse(Bench, device, "udp", Bench.ServerAddress)]).ToList();
        var (url, sha256) = Bench.Publish("upgrade", 24_000_000);
        var target = Path.Combine(Bench.Directory, "upgrade");
        var download = Bench.Start(shared.Namespace, "curl", "-sS", "--fail", "-m", "60", "--limit-rate", "2M", "-o", target, url);
        Wait.For("the download has begun", () => File.Exists(target) && new FileInfo(target).Length > 0, TimeSpan.FromSeconds(10), download.ToString);
        pings.ForEach(ping => AwaitReplies(ping, 50));

        Bench.KillGateway(Native.SIGTERM);
        pings.ForEach(ping => AwaitReplies(ping, 50));
        Bench.StartGateway(UpgradeFixture.Settings);
        pings.ForEach(ping => AwaitReplies(ping, 50));
        Assert.All(pings.Append(download), process => Assert.False(process.HasExited, process.ToString()));

        // No packet lost, no conversation cut, the same addresses outside.
        Assert.All(pings, ping => Assert.Contains($"{Pings} packets transmitted, {Pings} received", ping.Finish(TimeSpan.FromSeconds(40)).Ok().Stdout));
        download.Finish(TimeSpan.FromSeconds(60)).Ok();
        Assert.Equal(sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(target))));
        foreach (var talk in talks)
        {
            talk.AwaitAnswers(10);
            talk.End();
        }

        Assert.All(talks.Where((_, i) => i % 2 == 1), udp => Assert.Single(udp.Endpoints));
        Assert.Equal(outside, served.Select(OutsideOf));

        AssertTakenOver(served, stranger);
        AssertLeaseKept(client, leased);

        // It serves as ever: who is approved only now is let in.
        Bench.Cli("devices", "approve", stranger.Mac).Ok();
        Ping(stranger.Namespace, Bench.ServerAddress).Ok();
    }

    private void AssertTakenOver(Device[] served, Device stranger)
    {
        var status = Bench.StatusJson();
        Assert.Equal("pins", status.Adopted.Source);
        Assert.True(status.Adopted.Bindings >= served.Length, Bench.Cli("status", "--json").ToString());
        Assert.DoesNotContain(status.Events, e => e.Kind is "state-set-aside" or "state-passed-over");

        Assert.Equal((Schema.Version, 0L), ReadDatabase("SELECT count(*) FROM bindings WHERE length(legal) <> 4 OR length(claimed) <> 4"));
        Assert.Equal((Schema.Version, 4L), ReadDatabase("SELECT count(*) FROM devices"));
        Assert.Empty(Directory.GetFiles(Bench.StateDirectory, "*corrupt*"));

        Assert.Equal(["reception", "kitchen printer", null, null], served.Append(stranger).Select(device => Bench.Find(device)?.GivenName));
        Assert.All(served, device => Assert.Equal("admitted", Bench.Find(device)?.State));
        Assert.NotEqual("admitted", Bench.Find(stranger)?.State);
        Assert.False(Ping(stranger.Namespace, Bench.ServerAddress).Succeeded);
    }

    /// <summary>The new gateway knows the lease, and extends it.</summary>
    private void AssertLeaseKept(DhcpClient client, string leased)
    {
        Assert.Contains($"\"address\":\"{leased}\",\"state\":\"active\",\"mac\":\"{client.Device.Mac}\"", Bench.Cli("leases", "--json").Ok().Stdout);
        var renewals = client.Calls.Count(call => call.Contains($" renew {leased} ", StringComparison.Ordinal));
        client.Signal(Native.SIGUSR1);
        Wait.For("the lease is renewed", () => client.Calls.Count(call => call.Contains($" renew {leased} ", StringComparison.Ordinal)) > renewals, TimeSpan.FromSeconds(20), () => string.Join('\n', client.Calls));
        Assert.Equal(leased, client.Current());
    }

    /// <summary>The schema of 0.1.0.</summary>
    private const int OldVersion = 5;

    /// <summary>As whom the server sees a device.</summary>
    private static string OutsideOf(Device device) => Reflector.AddressOf(Reflector.Ask(device.Namespace, "tcp", Bench.ServerAddress));

    private Device AddDevice(string name) => Bench.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private Device AddApproved(string name, string title)
    {
        var device = AddDevice(name);
        Previous("devices", "approve", device.Mac);
        Previous("devices", "name", device.Mac, title);
        Ping(device.Namespace, Bench.ServerAddress).Ok();
        return device;
    }

    /// <summary>A command of 0.1.0, which speaks to its own gateway.</summary>
    private void Previous(params string[] arguments) => Bench.Run(Bench.Gateway, [_previous, .. arguments, "--config", Bench.ConfigPath]).Ok();

    /// <summary>The database's schema version, and a number from it; read while the gateway runs.</summary>
    private (int Version, long Number) ReadDatabase(string query)
    {
        var answer = Bench.Python(Bench.Gateway, """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1])
            print(database.execute("PRAGMA user_version").fetchone()[0], database.execute(sys.argv[2]).fetchone()[0])
            """, Path.Combine(Bench.StateDirectory, StateStore.FileName), query).Ok().Stdout.Split(' ');
        return (int.Parse(answer[0], System.Globalization.CultureInfo.InvariantCulture), long.Parse(answer[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>So many more replies from now.</summary>
    private static void AwaitReplies(BackgroundProcess ping, int more)
    {
        var wanted = Regex.Count(ping.Stdout, "icmp_seq=") + more;
        Wait.For($"{more} more replies", () => Regex.Count(ping.Stdout, "icmp_seq=") >= wanted, TimeSpan.FromSeconds(20), ping.ToString);
    }
}
