using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A gateway with a second uplink on a kernel that has no tcx. Its access interface had a clsact before.</summary>
public sealed class ClsactFixture() : SecondGatewayFixture(Prepare, $"""
    next_hop = "{Bench.SecondUplinkRouter}"
    interface = "{Bench.SecondUplinkInterface}"
    pool = ["198.51.100.50-198.51.100.79"]
    """)
{
    internal GatewaySettings OldKernel => Settings with { WithoutTcx = true };

    private static Line Prepare(Bench bench)
    {
        Command.Run("tc", "-n", bench.Gateway, "qdisc", "add", "dev", bench.AccessInterface, "clsact").Ok();
        return bench.AddSecondUplink();
    }
}

/// <summary>Where programs hang by clsact, each clsact is left as it was found.</summary>
public sealed class ClsactTests(ClsactFixture fixture) : GatewayTests(fixture), IClassFixture<ClsactFixture>
{
    [Theory]
    [InlineData("unmounted")]
    [InlineData("unmounted", "restarted")]
    [InlineData("restarted", "unmounted")]
    [InlineData("unmounted", "restarted", "unmounted")]
    public void Teardown_AfterTheBpffsWasUnmounted_RemovesTheClsactsThatWereMadeHere_AndLeavesTheOther(params string[] events)
    {
        Start();
        var device = Bench.AddDevice($"guest{string.Concat(events.Select(e => e[0]))}", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).Ok();
        Assert.All(s_interfaces, name => Assert.True(HasClsact(name), name));

        foreach (var each in events)
        {
            if (each == "restarted")
            {
                Bench.KillGateway(Native.SIGKILL);
                Bench.StartGateway(fixture.OldKernel);
            }
            else
            {
                Command.Run("umount", "-l", Bench.BpffsDirectory).Ok();
            }
        }

        Fetch(device).Ok();
        Bench.KillGateway(Native.SIGTERM);
        Assert.StartsWith("removed 5 programs,", Bench.Cli("teardown").Ok().Stdout);
        Assert.Equal([Bench.AccessInterface], s_interfaces.Where(HasClsact));
        Assert.DoesNotContain("libbpf", Bench.GatewayProcess!.Stderr);
    }

    [Fact]
    public void Teardown_WhereAnotherUsesAClsactThatWasMadeHere_LeavesItWithWhatHangsThere()
    {
        Start();
        Command.Run("tc", "-n", Bench.Gateway, "filter", "add", "dev", Bench.UplinkInterface, "egress", "pref", "7", "bpf", "bytecode", "1,6 0 0 0,", "flowid", "1:1").Ok();

        Bench.KillGateway(Native.SIGTERM);
        Bench.Cli("teardown").Ok();

        var left = Command.Run("tc", "-n", Bench.Gateway, "filter", "show", "dev", Bench.UplinkInterface, "egress").Ok().Stdout;
        Assert.Contains("pref 7 bpf", left);
        Assert.DoesNotContain("innkeeper", left);
        Assert.False(HasClsact(Bench.SecondUplinkInterface));
        Command.Run("tc", "-n", Bench.Gateway, "qdisc", "del", "dev", Bench.UplinkInterface, "clsact").Ok();
    }

    private static readonly string[] s_interfaces = ["access", "uplink", Bench.SecondUplinkInterface];

    /// <summary>From nothing, on the old kernel: the fixture's own start was on this one.</summary>
    private void Start()
    {
        if (!Bench.GatewayProcess!.HasExited)
        {
            Bench.KillGateway(Native.SIGTERM);
        }

        Bench.Cli("teardown").Ok();
        Bench.StartGateway(fixture.OldKernel);
    }

    private bool HasClsact(string name) => Command.Run("tc", "-n", Bench.Gateway, "qdisc", "show", "dev", name).Ok().Stdout.Contains("clsact", StringComparison.Ordinal);
}
