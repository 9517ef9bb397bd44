using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

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
    internal static string StartupRollback(Testbed testbed) => string.Join('\n',
        new[]
        {
            "ip -br link | sed 's/@.*//; s/ .*//'", "ip -br -4 address", "ip route show table all", "ip rule", "nft list ruleset",
            "for i in $(ip -br link | sed 's/@.*//; s/ .*//'); do tc qdisc show dev $i; tc filter show dev $i ingress; tc filter show dev $i egress; done",
            "sysctl -a 2>/dev/null | grep -E '^net\\.ipv4\\.(ip_forward|conf\\.(all|access|uplink|eth0)\\.)'",
        }.Select(command => $"$ {command}\n{Testbed.Run(testbed.Gateway, "sh", "-c", command).Stdout}")
        .Append("bpffs: " + (TestbedRecord.Mounts(testbed.Directory).Count == 0 || Directory.GetFileSystemEntries(testbed.BpffsDirectory).Length == 0 ? "empty" : "in use")));

    internal static string Before(Testbed testbed) => File.ReadAllText(Path.Combine(testbed.Directory, NoteName));

    private static void Note(Testbed testbed) => File.WriteAllText(Path.Combine(testbed.Directory, NoteName), StartupRollback(testbed));
}

public sealed class TeardownTests(TeardownFixture fixture) : TeardownCase(fixture), IClassFixture<TeardownFixture>
{
    [Fact]
    public void Teardown_TheSocketsFolderIsAMountPoint_EndsWell_AndLeavesIt()
    {
        var sockets = Directory.CreateDirectory(Path.Combine(Testbed.Directory, "sockets")).FullName;
        var file = Path.Combine(Testbed.Directory, "elsewhere.toml");
        File.WriteAllText(file, $"""
            access.interface = "a"
            uplink.interface = "b"
            control.socket = "{sockets}/control.sock"
            dataplane.bpffs = "{Testbed.Directory}/elsewhere"
            """);

        var torn = Command.Run("unshare", "--net", "--mount", "sh", "-c", "mount -t tmpfs none $0 && exec $1 teardown --config $2", sockets, GatewayBinary.Find()!, file);

        Assert.Equal("nothing to remove\n", torn.AssertOk().Stdout);
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
        if (Testbed.GatewayProcess!.HasExited)
        {
            Testbed.StartGateway();
        }

        var device = Testbed.AddDevice($"guest{signal}", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).AssertOk();
        Assert.NotEqual(TeardownFixture.Before(Testbed), TeardownFixture.StartupRollback(Testbed));

        Testbed.KillGateway(signal);
        // Those on the interfaces, by tcx or clsact; the fourth went with its interface.
        Assert.StartsWith("removed 3 programs,", Testbed.Cli("teardown").AssertOk().Stdout);

        Assert.Equal(TeardownFixture.Before(Testbed), TeardownFixture.StartupRollback(Testbed));
        Assert.StartsWith("nothing to remove", Testbed.Cli("teardown").AssertOk().Stdout);
    }
}
