using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.EndToEnd.Tests.Uplink;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>A gateway with a second uplink on a kernel that has no tcx. Its access interface had a clsact before.</summary>
public sealed class ClsactFixture() : SecondGatewayFixture(Prepare, $"""
    next_hop = "{Testbed.SecondUplinkRouter}"
    interface = "{Testbed.SecondUplinkInterface}"
    pool = ["198.51.100.50-198.51.100.79"]
    """)
{
    internal GatewaySettings OldKernel => Settings with { WithoutTcx = true };

    private static Line Prepare(Testbed testbed)
    {
        Command.Run("tc", "-n", testbed.Gateway, "qdisc", "add", "dev", testbed.AccessInterface, "clsact").AssertOk();
        return testbed.AddSecondUplink();
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
        var device = Testbed.AddDevice($"guest{string.Concat(events.Select(e => e[0]))}", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).AssertOk();
        Assert.All(s_interfaces, name => Assert.True(HasClsact(name), name));

        foreach (var each in events)
        {
            if (each == "restarted")
            {
                Testbed.KillGateway(Native.SIGKILL);
                Testbed.StartGateway(fixture.OldKernel);
            }
            else
            {
                Command.Run("umount", "-l", Testbed.BpffsDirectory).AssertOk();
            }
        }

        Fetch(device).AssertOk();
        Testbed.KillGateway(Native.SIGTERM);
        Assert.StartsWith("removed 5 programs,", Testbed.Cli("teardown").AssertOk().Stdout);
        Assert.Equal([Testbed.AccessInterface], s_interfaces.Where(HasClsact));
        Assert.DoesNotContain("libbpf", Testbed.GatewayProcess!.Stderr);
    }

    [Fact]
    public void Teardown_WhereAnotherUsesAClsactThatWasMadeHere_LeavesItWithWhatHangsThere()
    {
        Start();
        Command.Run("tc", "-n", Testbed.Gateway, "filter", "add", "dev", Testbed.UplinkInterface, "egress", "pref", "7", "bpf", "bytecode", "1,6 0 0 0,", "flowid", "1:1").AssertOk();

        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();

        var left = Command.Run("tc", "-n", Testbed.Gateway, "filter", "show", "dev", Testbed.UplinkInterface, "egress").AssertOk().Stdout;
        Assert.Contains("pref 7 bpf", left);
        Assert.DoesNotContain("innkeeper", left);
        Assert.False(HasClsact(Testbed.SecondUplinkInterface));
        Command.Run("tc", "-n", Testbed.Gateway, "qdisc", "del", "dev", Testbed.UplinkInterface, "clsact").AssertOk();
    }

    private static readonly string[] s_interfaces = ["access", "uplink", Testbed.SecondUplinkInterface];

    /// <summary>From nothing, on the old kernel: the fixture's own start was on this one.</summary>
    private void Start()
    {
        if (!Testbed.GatewayProcess!.HasExited)
        {
            Testbed.KillGateway(Native.SIGTERM);
        }

        Testbed.Cli("teardown").AssertOk();
        Testbed.StartGateway(fixture.OldKernel);
    }

    private bool HasClsact(string name) => Command.Run("tc", "-n", Testbed.Gateway, "qdisc", "show", "dev", name).AssertOk().Stdout.Contains("clsact", StringComparison.Ordinal);
}
