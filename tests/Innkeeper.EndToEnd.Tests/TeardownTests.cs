using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A machine whose network was noted down before the gateway came.</summary>
public class TeardownFixture : GatewayFixture
{
    public TeardownFixture()
        : this(oneArmed: false)
    {
    }

    private protected TeardownFixture(bool oneArmed)
        : base(GatewaySettings.Default, beforeStart: Note, oneArmed: oneArmed)
    {
    }

    private const string NoteName = "before.txt";

    /// <summary>All that a gateway could leave behind in its namespace and in bpffs.</summary>
    internal static string StartupRollback(Bench bench) => string.Join('\n',
        new[]
        {
            "ip -br link | sed 's/@.*//; s/ .*//'", "ip -br -4 address", "ip route show table all", "ip rule", "nft list ruleset",
            "for i in $(ip -br link | sed 's/@.*//; s/ .*//'); do tc qdisc show dev $i; tc filter show dev $i ingress; tc filter show dev $i egress; done",
            "sysctl -a 2>/dev/null | grep -E '^net\\.ipv4\\.(ip_forward|conf\\.(all|access|uplink|eth0)\\.)'",
        }.Select(command => $"$ {command}\n{Bench.Run(bench.Gateway, "sh", "-c", command).Stdout}")
        .Append("bpffs: " + (BenchRecord.Mounts(bench.Directory).Count == 0 || Directory.GetFileSystemEntries(bench.BpffsDirectory).Length == 0 ? "empty" : "in use")));

    internal static string Before(Bench bench) => File.ReadAllText(Path.Combine(bench.Directory, NoteName));

    private static void Note(Bench bench) => File.WriteAllText(Path.Combine(bench.Directory, NoteName), StartupRollback(bench));
}

public sealed class TeardownTests(TeardownFixture fixture) : TeardownCase(fixture), IClassFixture<TeardownFixture>
{
    [Fact]
    public void Teardown_TheSocketsFolderIsAMountPoint_EndsWell_AndLeavesIt()
    {
        var sockets = Directory.CreateDirectory(Path.Combine(Bench.Directory, "sockets")).FullName;
        var file = Path.Combine(Bench.Directory, "elsewhere.toml");
        File.WriteAllText(file, $"""
            access.interface = "a"
            uplink.interface = "b"
            control.socket = "{sockets}/control.sock"
            dataplane.bpffs = "{Bench.Directory}/elsewhere"
            """);

        var torn = Command.Run("unshare", "--net", "--mount", "sh", "-c", "mount -t tmpfs none $0 && exec $1 teardown --config $2", sockets, GatewayBinary.Find()!, file);

        Assert.Equal("nothing to remove\n", torn.Ok().Stdout);
        Assert.True(Directory.Exists(sockets));
    }
}

public abstract class TeardownCase(TeardownFixture fixture) : GatewayTests(fixture)
{
    [Theory]
    [InlineData(Native.SIGTERM)]
    [InlineData(Native.SIGKILL)]
    public void Teardown_AfterTheDaemonEnded_LeavesNothing(int signal)
    {
        if (Bench.GatewayProcess!.HasExited)
        {
            Bench.StartGateway();
        }

        var device = Bench.AddDevice($"guest{signal}", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).Ok();
        Assert.NotEqual(TeardownFixture.Before(Bench), TeardownFixture.StartupRollback(Bench));

        Bench.KillGateway(signal);
        // Those on the interfaces, by tcx or clsact; the fourth went with its interface.
        Assert.StartsWith("removed 3 programs,", Bench.Cli("teardown").Ok().Stdout);

        Assert.Equal(TeardownFixture.Before(Bench), TeardownFixture.StartupRollback(Bench));
        Assert.StartsWith("nothing to remove", Bench.Cli("teardown").Ok().Stdout);
    }
}
