using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Faults;

/// <summary>What breaks around the gateway: it says so in one line, or goes on; it leaves nothing half done.</summary>
public sealed class FaultTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    /// <summary>What the gateway asks for by name.</summary>
    private static readonly string[] s_rights = ["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_BPF", "CAP_PERFMON"];

    [Fact]
    public void Database_DamagedWhileTheDaemonWasDead_IsSetAside_AndDevicesGoOn()
    {
        var device = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        EnsureRunning();
        Fetch(device).AssertOk();
        var legal = Testbed.AwaitLegalAddress(device);

        Testbed.KillGateway(Native.SIGKILL);
        var database = Path.Combine(Testbed.StateDirectory, "innkeeper.db");
        File.WriteAllBytes(database, new byte[100]);
        File.Delete(database + "-wal");
        Testbed.StartGateway();

        Assert.Equal(legal, Testbed.AwaitLegalAddress(device));
        Fetch(device).AssertOk();
        Assert.Single(Directory.GetFiles(Testbed.StateDirectory), file => file.Contains(".corrupt-", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal));
        Assert.Contains("moved to", Testbed.GatewayProcess!.Stderr);
    }

    [Fact]
    public void Pins_LostWithTheirMount_AreFoundAgainThroughThePrograms()
    {
        var device = Testbed.AddDevice("pinless", "47.31.128.196/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        EnsureRunning();
        Fetch(device).AssertOk();
        var legal = Testbed.AwaitLegalAddress(device);

        Testbed.KillGateway(Native.SIGKILL);
        Command.Run("umount", Testbed.BpffsDirectory).AssertOk();
        Testbed.StartGateway();

        Assert.Equal("programs", Testbed.StatusJson().Adopted.Source);
        Assert.Equal(legal, Testbed.AwaitLegalAddress(device));
        Fetch(device).AssertOk();
    }

    /// <summary>A process without a file descriptor left says what does not work, and all works again when there are some.</summary>
    [Fact]
    public void Descriptors_ThatRunOut_AreSaidOnce_AndServicesRecover()
    {
        var device = Testbed.AddDevice("hungry", "47.31.128.198/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        EnsureRunning();
        Fetch(device).AssertOk();
        var process = Testbed.GatewayProcess!;
        void Limit(int files) => Command.Run("prlimit", $"--pid={process.Id}", $"--nofile={files}:").AssertOk();

        Limit(8);
        Wait.For("it says so", () => process.Stderr.Contains("No file descriptor is left", StringComparison.Ordinal), TimeSpan.FromSeconds(10), process.ToString);
        Fetch(device).AssertOk();

        Limit(4096);
        Wait.For("it says that all works again", () => process.Stderr.Contains("There are file descriptors again", StringComparison.Ordinal), TimeSpan.FromSeconds(10), process.ToString);
        Assert.Contains("descriptors: there are file descriptors again", Testbed.Cli("events").AssertOk().Stdout);
        Wait.For(
            "names are resolved again", () => Testbed.Run(device.Namespace, "dig", "+short", "+time=1", "+tries=1", "@47.31.128.1", "hungry-again.example").Succeeded, TimeSpan.FromSeconds(10), process.ToString);
    }

    [Fact]
    public void Start_WhileAnotherRuns_IsRefused_AndTheFirstGoesOn()
    {
        EnsureRunning();

        var second = Testbed.Cli("run");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("another gateway is running", second.Stderr);
        Testbed.Cli("status").AssertOk();
        Assert.Equal(1, Testbed.Cli("teardown").ExitCode);
    }

    [Fact]
    public void Start_WhenAnyBpfCallFails_EndsInOneLine_AndLeavesNothing()
    {
        EnsureTornDown();
        var trace = Path.Combine(Testbed.Directory, "bpf-all.strace");
        RunUntilReady("-o", trace, "-e", "trace=bpf");
        Testbed.Cli("teardown").AssertOk();
        var calls = File.ReadAllLines(trace).Where(line => line.Contains("bpf(BPF_", StringComparison.Ordinal)).ToList();
        int First(string name, int from = 0) => calls.FindIndex(from, line => line.Contains($"bpf(BPF_{name}", StringComparison.Ordinal)) + 1;

        // One call of each kind. Of a map or program that is refused once, libbpf tries again in another way; a pin or a value has no other way.
        var pin = First("OBJ_PIN");
        var refused = 0;
        foreach (var call in (int[])[First("BTF_LOAD"), First("MAP_CREATE") + 3, First("PROG_LOAD", First("MAP_CREATE")), pin, pin + 20, First("MAP_UPDATE_ELEM", pin)])
        {
            var start = RunUntilReady("-o", "/dev/null", "-e", $"inject=bpf:error=EINVAL:when={call}");
            if (!start.Stdout.Contains("ready", StringComparison.Ordinal))
            {
                refused++;
                Assert.Equal(1, start.ExitCode);
                Assert.StartsWith("innkeeper: ", start.Stderr.Split('\n').Last(line => line.Length > 0));
                AssertNothingLeft();
            }

            Testbed.Cli("teardown").AssertOk();
        }

        Assert.InRange(refused, 3, 6);
        Testbed.StartGateway();
    }

    [Theory]
    [InlineData("-all", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_BPF", "CAP_PERFMON")]
    [InlineData("-all,+net_raw,+sys_admin", "CAP_NET_ADMIN")]
    [InlineData("-all,+net_admin,+bpf,+perfmon", "CAP_NET_RAW")]
    [InlineData("-all,+net_admin,+net_raw,+bpf", "CAP_PERFMON")]
    public void Start_WithoutTheRights_SaysInOneLineWhichAreMissing_AndLeavesNothing(string capabilities, params string[] missing)
    {
        EnsureTornDown();

        var start = Testbed.Run(Testbed.Gateway, "setpriv", $"--bounding-set={capabilities}", GatewayBinary.Find()!, "run", "--config", Testbed.ConfigPath);

        Assert.Equal(1, start.ExitCode);
        Assert.StartsWith("innkeeper: not permitted: ", Assert.Single(start.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(missing, s_rights.Where(name => start.Stderr.Contains($"{name} is missing", StringComparison.Ordinal)));
        AssertNothingLeft();
        Testbed.StartGateway();
    }

    [Fact]
    public void StartReloadAndStartAgain_WithJustTheRightsThatAreNamed_Work()
    {
        EnsureTornDown();
        Testbed.Cli("prepare", "--owner", "root").AssertOk();
        var rights = "-all," + string.Join(',', s_rights.Select(name => "+" + name["CAP_".Length..].ToLowerInvariant()));
        for (var start = 1; start <= 2; start++)
        {
            var gateway = Testbed.Start(Testbed.Gateway, "setpriv", $"--bounding-set={rights}", GatewayBinary.Find()!, "run", "--config", Testbed.ConfigPath);
            Wait.For("ready", () => gateway.Stdout.Contains("ready", StringComparison.Ordinal) || gateway.HasExited, TimeSpan.FromSeconds(30), gateway.ToString);
            Assert.False(gateway.HasExited, gateway.ToString());
            Testbed.Cli("config", "reload").AssertOk();
            gateway.Signal(Native.SIGTERM);
            Assert.True(gateway.WaitForExit(TimeSpan.FromSeconds(15)), gateway.ToString());
            Assert.Equal(0, gateway.ExitCode);
        }

        Assert.StartsWith("removed 3 programs", Testbed.Cli("teardown").AssertOk().Stdout);
        AssertNothingLeft();
        Testbed.StartGateway();
    }

    [Fact]
    public void Teardown_WithoutTheRightToSeePrograms_SaysSo_AndRemovesNothing()
    {
        EnsureRunning();
        Testbed.KillGateway(Native.SIGTERM);

        var teardown = Testbed.Run(Testbed.Gateway, "setpriv", "--bounding-set=-all,+net_admin", GatewayBinary.Find()!, "teardown", "--config", Testbed.ConfigPath);

        Assert.Equal(1, teardown.ExitCode);
        Assert.Contains("CAP_SYS_ADMIN is missing", teardown.Stderr);
        Assert.StartsWith("removed 3 programs", Testbed.Cli("teardown").AssertOk().Stdout);
        Testbed.StartGateway();
    }

    /// <summary>Runs a gateway under strace until it is ready or over; `timeout` hands the signal on to both.</summary>
    private BackgroundProcess RunUntilReady(params string[] strace)
    {
        var start = Testbed.Start(Testbed.Gateway, ["timeout", "-s", "TERM", "120", "strace", "-f", "-qq", .. strace, GatewayBinary.Find()!, "run", "--config", Testbed.ConfigPath]);
        Wait.For("the gateway is ready or over", () => start.Stdout.Contains("ready", StringComparison.Ordinal) || start.HasExited, TimeSpan.FromSeconds(100), start.ToString);
        if (!start.HasExited)
        {
            start.Signal(15);
        }

        Assert.True(start.WaitForExit(TimeSpan.FromSeconds(30)));
        return start;
    }

    [Fact]
    public void Start_WhenTheVerifierRefuses_SaysSo_AndLeavesNothing()
    {
        EnsureTornDown();
        // Which bpf() call loads the first of our programs: they are loaded after all maps were made.
        var trace = Path.Combine(Testbed.Directory, "bpf.strace");
        RunUntilReady("-o", trace, "-e", "trace=bpf");
        Testbed.Cli("teardown").AssertOk();
        var calls = File.ReadAllLines(trace).Where(line => line.Contains("bpf(BPF_", StringComparison.Ordinal)).ToList();
        var load = calls.FindIndex(line => line.Contains("BPF_PROG_LOAD", StringComparison.Ordinal) && line.Contains("prog_name=\"from_", StringComparison.Ordinal)) + 1;
        Assert.NotEqual(0, load);

        var start = Testbed.Run(Testbed.Gateway, "timeout", "-s", "TERM", "5", "strace", "-f", "-qq", "-o", "/dev/null", "-e", $"inject=bpf:error=EACCES:when={load}+",
            GatewayBinary.Find()!, "run", "--config", Testbed.ConfigPath);

        Assert.Equal(1, start.ExitCode);
        Assert.Contains("the kernel's verifier refused the program", start.Stderr);
        AssertNothingLeft();
        Testbed.StartGateway();
    }

    [Fact]
    public void Start_WithTheUplinksDnsPortTaken_SaysWhatToDo_AndLeavesNothing()
    {
        EnsureTornDown();
        var file = Path.Combine(Testbed.Directory, "taken.toml");
        File.WriteAllText(file, File.ReadAllText(Testbed.ConfigPath).Replace("[dns]", "[dns]\nserve_uplink = true"));
        var other = Testbed.StartListener(Testbed.Gateway, 53, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", "--user=root");

        var start = Testbed.Run(Testbed.Gateway, "timeout", "5", GatewayBinary.Find()!, "run", "--config", file);
        other.Stop();

        Assert.Equal(1, start.ExitCode);
        Assert.Contains("another server has the port", Assert.Single(start.Stderr.Split('\n'), line => line.StartsWith("innkeeper: ", StringComparison.Ordinal)));
        AssertNothingLeft();
        Testbed.StartGateway();
    }

    [Theory]
    [InlineData("access = \"x\"", "syntax")]
    [InlineData("[access]\ninterface = \"nosuch\"\n[uplink]\ninterface = \"uplink\"\n[pool]\naddresses = [\"137.118.199.50\"]", ":2:1: access.interface: there is no interface nosuch; there are ")]
    [InlineData("[access]\ninterface = \"access\"\n[uplink]\ninterface = \"uplink\"\n[pool]\naddresses = [\"10.0.0.5\"]", ":6:14: pool.addresses: 10.0.0.5 is not within the uplink subnet 137.118.199.0/24; ")]
    [InlineData("[access]\ninterface = \"access\"\n[uplink]\ninterface = \"uplink\"\n[pool]\naddresses = [\"137.118.199.2\"]", ":6:14: pool.addresses: 137.118.199.2 contains 137.118.199.2, the gateway's own address; ")]
    public void Start_WithAWrongConfiguration_SaysWhereAndWhat(string text, string expected)
    {
        var file = Path.Combine(Testbed.Directory, $"wrong{text.Length}.toml");
        File.WriteAllText(file, text + $"\n[control]\nsocket = \"{Testbed.Directory}/wrong.sock\"\n");

        var start = Testbed.Run(Testbed.Gateway, GatewayBinary.Find()!, "run", "--config", file);

        Assert.Equal(1, start.ExitCode);
        Assert.Contains(expected == "syntax" ? "access" : expected, start.Stderr);
    }

    private void EnsureTornDown()
    {
        if (!Testbed.GatewayProcess!.HasExited)
        {
            Testbed.KillGateway(Native.SIGTERM);
        }

        Testbed.Cli("teardown").AssertOk();
    }

    private void AssertNothingLeft()
    {
        Assert.DoesNotContain("bpf", Testbed.Run(Testbed.Gateway, "tc", "filter", "show", "dev", "access", "ingress").Stdout);
        Assert.DoesNotContain("ik-", Testbed.Run(Testbed.Gateway, "ip", "-br", "link").Stdout);
        Assert.DoesNotContain("ik-", Testbed.Run(Testbed.Gateway, "ip", "rule").Stdout);
    }

    private void EnsureRunning()
    {
        if (Testbed.GatewayProcess!.HasExited)
        {
            Testbed.StartGateway();
        }
    }
}
