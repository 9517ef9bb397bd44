using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>A gateway whose program is a copy, so that its file can be replaced.</summary>
public sealed class ReplacedProgramFixture() : GatewayFixture(Settings())
{
    internal static readonly string Folder = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"innkeeper-replaced-{Environment.ProcessId}"));
    internal static readonly string Program = Path.Combine(Folder, "innkeeper");

    internal static GatewaySettings Settings()
    {
        if (GatewayBinary.Find() is { } binary && !File.Exists(Program))
        {
            Directory.CreateDirectory(Folder);
            File.Copy(binary, Program);
        }

        return GatewaySettings.Default with { Program = Program };
    }

    protected override void BeforeEnd(string stateDirectory) => Directory.Delete(Folder, recursive: true);
}

/// <summary>The program's file is replaced under a running gateway, then it reloads: whatever lies there now, a gateway serves on.</summary>
public sealed class ReplacedProgramTests : GatewayTests, IClassFixture<ReplacedProgramFixture>
{
    private const string Old = "idle = \"30m\"";
    private const string New = "idle = \"20m\"";

    private readonly string _settings;

    public ReplacedProgramTests(ReplacedProgramFixture fixture)
        : base(fixture)
    {
        PutGoodProgram();
        if (Serving() is not [var one] || one != Testbed.GatewayProcess!.Id)
        {
            foreach (var process in Serving())
            {
                _ = Native.Kill(process, Native.SIGKILL);
            }

            Testbed.StartGateway(ReplacedProgramFixture.Settings());
        }

        _settings = File.ReadAllText(Testbed.ConfigPath);
    }

    private static string Program => ReplacedProgramFixture.Program;

    public override void Dispose()
    {
        if (File.Exists(Testbed.ConfigPath))
        {
            File.WriteAllText(Testbed.ConfigPath, _settings.Replace(New, Old, StringComparison.Ordinal));
        }

        base.Dispose();
    }

    /// <summary>What lies there cannot take over: the reload is refused with the reason, and nothing has changed.</summary>
    [Theory]
    [InlineData("garbage", "cannot take over")]
    [InlineData("#!/bin/sh\nexit 0\n", "cannot take over: it ended with 0 and said nothing")]
    [InlineData("#!/bin/sh\necho 'the library is missing' >&2; exit 127\n", "cannot take over: the library is missing")]
    [InlineData("#!/bin/sh\nkill -SEGV $$\n", "cannot take over")]
    [InlineData("#!/bin/sh\nexec sleep 1000\n", "cannot take over: it did not answer within 15 s")]
    [InlineData(null, "is not there any more; install it again, then reload")]
    public void Reload_WithAProgramThatCannotTakeOver_IsRefused_AndTheGatewayServesOn(string? content, string reason)
    {
        var process = Testbed.GatewayProcess!.Id;
        var device = AddDevice("refused");
        var ping = StartPing(device);
        PutProgram(content);
        Change();

        var reload = Testbed.Cli("config", "reload");

        Assert.Equal(1, reload.ExitCode);
        Assert.Contains(reason, reload.Stderr);
        Assert.Contains(Program, reload.Stderr);
        AssertServes(device, process, "30m");
        AssertNoneLost(ping);
    }

    /// <summary>A hangup refuses as the command does; the log says why.</summary>
    [Fact]
    public void Hangup_WithAProgramThatIsGone_IsRefused_AndTheGatewayServesOn()
    {
        var device = AddDevice("hangup");
        PutProgram(null);
        Change();

        Testbed.GatewayProcess!.Signal(1);

        Wait.For("the refusal", () => Testbed.GatewayProcess.Stderr.Contains("is not there any more", StringComparison.Ordinal), TimeSpan.FromSeconds(20), Testbed.GatewayProcess.ToString);
        AssertServes(device, Testbed.GatewayProcess.Id, "30m");
    }

    /// <summary>What no check shows: the previous program and the previous settings serve on, in the guard's process.</summary>
    [Theory]
    [InlineData("exit 1", "ended before it was at work")]
    [InlineData("kill -SEGV $$", "ended before it was at work")]
    [InlineData("exec sleep 1000", "was not at work after 20 s")]
    public void Reload_WithAProgramThatFailsAfterItsCheck_IsUndone_AndThePreviousOneServes(string failing, string reason)
    {
        var device = AddDevice("undone");
        var ping = StartPing(device);
        PutProgram($"#!/bin/sh\n[ \"$1\" = takeover-check ] && exec {GatewayBinary.Find()} \"$@\"\n{failing}\n");
        Change();

        var reload = Testbed.Cli("config", "reload");

        Assert.Equal(1, reload.ExitCode);
        Assert.Matches($@"^innkeeper: the new settings cannot be started \(the program {Program} {reason}\); the previous settings are in force again\n$", reload.Stderr);
        Assert.True(Testbed.GatewayProcess!.WaitForExit(TimeSpan.FromSeconds(5)));
        AssertServes(device, Assert.Single(Serving()), "30m");
        AssertNoneLost(ping);
        Assert.Contains("settings-failed", Testbed.Cli("events").AssertOk().Stdout);

        // The next reload, with a program that works, is like any other.
        PutGoodProgram();
        Assert.Contains("the new settings are in force", Testbed.Cli("config", "reload").AssertOk().Stdout);
        AssertServes(device, Assert.Single(Serving()), "20m");
    }

    [Fact]
    public void Reload_WithAnotherBuild_RunsItInTheSameProcess_AndLosesNothing()
    {
        var process = Testbed.GatewayProcess!.Id;
        var device = AddDevice("upgraded");
        var ping = StartPing(device);
        var before = Running(process);
        PutGoodProgram();
        Assert.EndsWith(" (deleted)", Running(process));

        Change();
        Assert.Equal("the new settings are in force\nchanged: pool.idle\n", Testbed.Cli("config", "reload").AssertOk().Stdout);

        AssertServes(device, process, "20m");
        Assert.Equal(before, Running(process));

        // And with no setting changed.
        PutGoodProgram();
        Assert.Equal("the new settings are in force\nchanged: the program\n", Testbed.Cli("config", "reload").AssertOk().Stdout);
        Assert.Equal(before, Running(process));
        Assert.Equal("nothing has changed\n", Testbed.Cli("config", "reload").AssertOk().Stdout);
        AssertServes(device, process, "20m");
        AssertNoneLost(ping);
        Assert.Empty(Descriptors(process, "innkeeper-settings"));
    }

    /// <summary>systemd ends a service when its main process ends: while the outcome is open, that is the guard.</summary>
    [Fact]
    public void Handover_UnderSystemd_NamesTheMainProcessAtEachStep_AndItGivesSignsOfLife()
    {
        Testbed.KillGateway(Native.SIGTERM);
        var path = Path.Combine(Testbed.Directory, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        var gateway = Testbed.Start(Testbed.Gateway, "sh", "-c", $"NOTIFY_SOCKET={path} WATCHDOG_USEC=4000000 WATCHDOG_PID=$$ exec {Program} run --config {Testbed.ConfigPath}");
        Assert.Equal("READY=1", Receive(systemd, out _));
        Assert.Equal("WATCHDOG=1", Receive(systemd));

        Change();
        Testbed.Cli("config", "reload").AssertOk();
        Assert.StartsWith("MAINPID=", Receive(systemd, out _), StringComparison.Ordinal);
        Assert.Equal($"MAINPID={gateway.Id}", Receive(systemd, out _));
        Assert.Equal("READY=1", Receive(systemd, out _));
        Assert.Equal("WATCHDOG=1", Receive(systemd));
        Wait.For("the guard is gone", () => Serving() is [var one] && one == gateway.Id, TimeSpan.FromSeconds(10), () => string.Join(' ', Serving()));

        PutProgram($"#!/bin/sh\n[ \"$1\" = takeover-check ] && exec {GatewayBinary.Find()} \"$@\"\nsleep 3\nexit 1\n");
        Assert.Equal(1, Testbed.Cli("config", "reload").ExitCode);
        var guard = Assert.Single(Serving());
        Assert.Equal($"MAINPID={guard}", Receive(systemd, out _));
        Assert.Equal("READY=1", Receive(systemd, out var signs));
        Assert.InRange(signs, 2, 9);
        Assert.Equal("WATCHDOG=1", Receive(systemd));
        _ = Native.Kill(guard, Native.SIGTERM);
        Wait.For("the guard is gone", () => Serving().Count == 0, TimeSpan.FromSeconds(10), gateway.ToString);
    }

    /// <summary>The next message that systemd acts on: messages of the status line are left out.</summary>
    /// <param name="signs">The signs of life that came before it.</param>
    private static string Receive(Socket socket, out int signs)
    {
        for (signs = 0; ; signs++)
        {
            if (Receive(socket) is var text && text != "WATCHDOG=1")
            {
                return text;
            }
        }
    }

    /// <summary>The next message, sign of life or not.</summary>
    private static string Receive(Socket socket)
    {
        var message = new byte[256];
        string text;
        do
        {
            text = Encoding.ASCII.GetString(message, 0, socket.Receive(message)).TrimEnd();
        }
        while (text.StartsWith("STATUS=", StringComparison.Ordinal));

        return text;
    }

    /// <summary>As an upgrade does: the new file takes the old one's place in one step.</summary>
    private static void PutProgram(string? content)
    {
        if (content is null)
        {
            File.Delete(Program);
            return;
        }

        File.WriteAllText(Program + ".new", content);
        File.SetUnixFileMode(Program + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(Program + ".new", Program, overwrite: true);
    }

    private static void PutGoodProgram()
    {
        File.Copy(GatewayBinary.Find()!, Program + ".new", overwrite: true);
        File.Move(Program + ".new", Program, overwrite: true);
    }

    private static string Running(int process) => new FileInfo($"/proc/{process}/exe").LinkTarget ?? "";

    private static IEnumerable<string> Descriptors(int process, string name) =>
        Directory.GetFiles($"/proc/{process}/fd").Select(f => new FileInfo(f).LinkTarget ?? "").Where(t => t.Contains(name, StringComparison.Ordinal));

    /// <summary>The processes that run this testbed's gateway, a guard included.</summary>
    private List<int> Serving() =>
        [.. Command.Run("pgrep", "-f", $"run --config {Testbed.ConfigPath}$").Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture))];

    private void Change() => File.WriteAllText(Testbed.ConfigPath, _settings.Replace(Old, New, StringComparison.Ordinal));

    private Device AddDevice(string name)
    {
        var device = Testbed.Device(name) ?? Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        return device;
    }

    private BackgroundProcess StartPing(Device device) => Testbed.Start(device.Namespace, "ping", "-n", "-i", "0.02", "-W", "2", Testbed.ServerAddress);

    private static void AssertNoneLost(BackgroundProcess ping)
    {
        ping.Signal(Native.SIGINT);
        Assert.Contains(" 0% packet loss", ping.Finish(TimeSpan.FromSeconds(10)).Stdout);
    }

    /// <summary>The gateway answers, by this process and with these settings, and it answers its devices' questions.</summary>
    private void AssertServes(Device device, int process, string idle)
    {
        Assert.Equal([process], Serving());
        Assert.Contains($"\\u0022{idle}\\u0022", Testbed.Cli("config", "show", "--json").AssertOk().Stdout);
        var queries = Testbed.StatusJson().Dns!.Counters["queries"];
        Assert.Contains(Testbed.ServerAddress, Testbed.Run(device.Namespace, "dig", "+short", "+time=4", "+tries=2", "@8.8.8.8", Testbed.WebName).AssertOk().Stdout);
        Assert.True(Testbed.StatusJson().Dns!.Counters["queries"] > queries, "the question was not answered by the gateway");
    }
}
