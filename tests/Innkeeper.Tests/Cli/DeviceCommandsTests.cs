using System.Diagnostics;
using System.Text.Json;
using Innkeeper.Cli;
using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>What the administrator does: commands against a gateway that answers at a real socket.</summary>
public sealed class DeviceCommandsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new() { Known = SampleReports.Everybody() };
    private ControlServer? _server;

    public DeviceCommandsTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Run(params string[] arguments) => CommandLine.Run([.. arguments, "--socket", SocketPath]);

    [Fact]
    public void Approve_OfADevice_SaysWhatBecameOfItOnStdout()
    {
        Assert.Equal(new CommandLine(0, "phone of room 12 is approve\n", ""), Run("devices", "approve", "phone of room 12", "--for", "8h", "--profile", "guests", "--reason", "paid"));
        var command = Assert.Single(_gateway.Commands);
        Assert.Equal(("phone of room 12", "guests", "8h", "paid"), (command.Device, command.Value, command.For, command.Reason));
    }

    [Theory]
    [InlineData("block", "block", null)]
    [InlineData("hold", "hold", null)]
    [InlineData("forget", "forget", null)]
    [InlineData("name", "name", "printer <b>&\"'")]
    [InlineData("name", "name", "")]
    [InlineData("tag", "tag", "room-12")]
    [InlineData("untag", "untag", "room-12")]
    [InlineData("profile", "profile", "guests")]
    [InlineData("profile", "profile", "")]
    [InlineData("pin", "pin", "137.118.199.60")]
    [InlineData("pin", "pin", "")]
    public void Command_OfEachKind_ReachesItsOperation(string word, string verb, string? value)
    {
        Assert.Equal(0, Run(["devices", word, "Phone of ROOM 12", .. value is null ? Array.Empty<string>() : [value]]).Code);
        Assert.Equal((verb, "Phone of ROOM 12", value), Assert.Single(_gateway.Commands) is var command ? (command.Verb, command.Device, command.Value) : default);
    }

    /// <summary>The longest values that the gateway takes, in characters that need the most room as JSON and in a URL.</summary>
    [Fact]
    public void Command_WithTheLongestValues_Fits()
    {
        var (name, reason, tag) = (new string('界', 64), new string('界', 200), new string('t', 32));
        Assert.Equal(0, Run("devices", "approve", name, "--for", "366d", "--profile", new string('p', 64), "--reason", reason).Code);
        Assert.Equal(0, Run("devices", "name", name, name).Code);
        Assert.Equal(0, Run("devices", "tag", name, tag).Code);
        Assert.Equal(reason, _gateway.Commands[0].Reason);
        Assert.Equal(0, Run(
        [
            "devices", "block", "--reason", reason, "--yes", "--where", $"text={name}", "--where", $"tag={tag}", "--where", "profile=" + new string('p', 64), "--where", "vlan=4094",
            .. DevicesReport.States.SelectMany(s => (string[])["--where", $"state={s}"]), .. DeviceCause.All.SelectMany(c => (string[])["--where", $"cause={c}"]),
        ]).Code);
    }

    [Fact]
    public void Command_ThatIsTooLong_SaysSo()
    {
        const string Usage = "innkeeper: one that is longer is not a valid ";
        Assert.Equal(new CommandLine(2, "", Usage + "body; give one of up to 4096 octets\n"), Run("devices", "name", "02:00:00:00:00:01", new string('x', 100_000)));
        Assert.Equal(new CommandLine(2, "", Usage + "request; give shorter values: together they have more octets than the gateway reads\n"), Run("devices", "--find", new string('x', 5000)));
        Assert.StartsWith("{\"error\":\"invalid\",", Run("devices", "--find", new string('x', 5000), "--json").Output);
        Assert.Empty(_gateway.Commands);
    }

    [Fact]
    public void Erase_SaysWhereItWasErased_AndWhatStaysUntilWhen()
    {
        Assert.Equal(
            new CommandLine(0, "phone is erase\nerased from events, series\nstays: the audit trail, until 2026-11-23 07:05:03Z at the latest\nstays: backups\n", ""), Run("devices", "forget", "--erase", "phone"));
        Assert.Contains("\"erasure\":{\"erased\":[\"events\",\"series\"],\"failed\":[],\"stays\":[{\"what\":\"the audit trail\",", Run("devices", "forget", "--erase", "phone", "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Erase_ThatFailsInAPart_IsAFailure()
    {
        _gateway.NotErased = ["series: the disk is full"];
        var run = Run("devices", "forget", "--erase", "phone");
        Assert.Equal((1, "innkeeper: it is not erased everywhere: series: the disk is full. Correct that, and repeat the command\n"), (run.Code, run.Errors));
    }

    [Fact]
    public void Erase_OfMany_IsRefused() => Assert.Equal(2, Run("devices", "forget", "--erase", "--where", "tag=event", "--yes").Code);

    [Fact]
    public void Command_RefusedByTheGateway_IsOneLineOnStderrWithItsCode()
    {
        _gateway.OnCommand = _ => new Conflict("137.118.199.60", "another\n\u001b[2J");
        var text = "137.118.199.60 is kept for another  [2J; `innkeeper devices pin another  [2J \"\"` takes it back";
        Assert.Equal(new CommandLine(4, "", $"innkeeper: {text}\n"), Run("devices", "pin", "02:00:00:00:00:01", "137.118.199.60"));
        var json = Run("devices", "pin", "02:00:00:00:00:01", "137.118.199.60", "--json");
        Assert.Equal((4, $"innkeeper: {text}\n"), (json.Code, json.Errors));
        using var outcome = JsonDocument.Parse(json.Output);
        var root = outcome.RootElement;
        Assert.Equal(["done", "text", "exit_code", "mac", "schema"], root.EnumerateObject().Select(p => p.Name));
        Assert.Equal((false, text, 4, 1), (root.GetProperty("done").GetBoolean(), root.GetProperty("text").GetString(), root.GetProperty("exit_code").GetInt32(), root.GetProperty("schema").GetInt32()));
    }

    [Fact]
    public void Command_CarriedOut_IsOneLineOfJson() => Assert.Equal(
        "{\"done\":true,\"text\":\"02:00:00:00:00:01 is block\",\"exit_code\":0,\"mac\":\"02:00:00:00:00:01\",\"schema\":1}\n", Run("devices", "block", "02:00:00:00:00:01", "--json").Output);

    [Fact]
    public void Show_OfADeviceWhoseAdmissionHasEnded_SaysThatTimeHeldIt()
    {
        var held = new AdmissionReport("held", "its admission has expired", "administrator root", SampleReports.FirstSeen);
        _gateway.Known = new DevicesReport(2, [SampleReports.Everybody().Devices[0] with { Admission = held, Cause = "expired", IsSeen = false, PinnedProblem = "a host on the uplink uses it" }]);
        var output = Run("devices", "show", "phone of room 12").Output;
        Assert.Contains("state            held since 2026-11-23 07:05:03Z: its admission by administrator root has expired\n", output);
        Assert.Contains("seen             never\n", output);
        Assert.DoesNotContain("no address  ", output);
        Assert.Contains("pinned address   137.118.199.50: a host on the uplink uses it\n", output);
    }

    [Fact]
    public void Show_OfADeviceThatGotNoAddress_SaysWhy()
    {
        _gateway.Known = new DevicesReport(2, [SampleReports.Everybody().Devices[0] with { Cause = "pool-exhausted" }]);
        Assert.Contains("no address       no outside address is left for it\n", Run("devices", "show", "phone of room 12").Output);
    }

    /// <summary>For monitoring: with and without JSON, and with --check, which older versions wanted for it.</summary>
    [Fact]
    public void Status_ExitCode_IsTheGatewaysHealth()
    {
        (int Plain, int Json, int Check) Codes() => (Run("status").Code, Run("status", "--json").Code, Run("status", "--check").Code);

        Assert.Equal((0, 0, 0), Codes());
        _gateway.Problems = [new Problem(ProblemKind.Storage, "the disk is full")];
        Assert.Equal((2, 2, 2), Codes());
        _gateway.Problems = [new Problem(ProblemKind.RouterDown, "the router is down"), .. _gateway.Problems];
        Assert.Equal((1, 1, 1), Codes());
        Assert.StartsWith("broken: 2 things are wrong\n  broken: the router is down\n  degraded: the disk is full\nInnkeeper", Run("status").Output);
    }

    [Fact]
    public void Reload_Preview_NamesTheDevices_InWords()
    {
        _gateway.OnReload = () => new ReloadReport(["pool.idle", "rules[1].profile"], Held: ["press-1", "02:00:00:00:00:07"], Cut: [], Admitted: ["a\n\u001b[2Jb"]);
        Assert.Equal(
            "a reload would change: pool.idle, rules[1].profile\n2 devices that are online will be held: press-1, 02:00:00:00:00:07\n1 device that is held will be admitted: a  [2Jb\n",
            Run("config", "reload", "--preview").Output);
    }

    [Theory]
    [InlineData(false, "a reload would change nothing\n")]
    [InlineData(true, "a reload would start the new program, with the same settings\n")]
    public void Reload_Preview_OfTheSameSettings_SaysWhetherTheProgramIsNew(bool isNew, string expected)
    {
        _gateway.OnReload = () => new ReloadReport([], Replaces: isNew);
        Assert.Equal(expected, Run("config", "reload", "--preview").Output);
    }

    [Fact]
    public void Command_OnAFullDisk_SaysThatItIsInForce()
    {
        _gateway.OnCommand = command => new DeviceChange(command.Device, "done", "no space left");
        Assert.Equal(new CommandLine(0, "done. It is in force, but not on disk yet (no space left)\n", ""), Run("devices", "block", "02:00:00:00:00:01"));
    }

    [Theory]
    [InlineData(5, "innkeeper: there is no device nobody; `innkeeper devices` lists them all\n", "devices", "show", "nobody")]
    [InlineData(2, "innkeeper devices: --state is one of new, held, admitted, blocked, not active; see `innkeeper devices --help`\n", "devices", "--state", "active")]
    [InlineData(2, "innkeeper events: --last is a number from 0 to 10000; see `innkeeper events --help`\n", "events", "--last", "10001")]
    [InlineData(2, "innkeeper devices approve: MAC is missing. The device: its MAC (02:00:00:00:00:01, 02-00-…, 0200.0000.0001), or the name you gave it. See `innkeeper devices approve --help`\n", "devices", "approve")]
    public void Command_ThatIsWrong_IsOneLineWithItsCode(int code, string errors, params string[] arguments) => Assert.Equal(new CommandLine(code, "", errors), Run(arguments));

    [Theory]
    [InlineData("innkeeper devices: there is no command aprove; did you mean approve? See `innkeeper devices --help`\n", "devices", "aprove", "x")]
    [InlineData("innkeeper config: a command is missing; the commands are show, reload, preview, apply, confirm, rollback, history, sample, schema. See `innkeeper config --help`\n", "config")]
    [InlineData("innkeeper devices: Unrecognized command or argument '--bogus'; see `innkeeper devices --help`\n", "devices", "--bogus")]
    public void Command_ThatIsNone_IsToldWhatThereIs(string errors, params string[] arguments) => Assert.Equal(new CommandLine(2, "", errors), CommandLine.Run(arguments));

    [Fact]
    public void Devices_WithoutAnAddress_AreListedToo()
    {
        var lines = Run("devices").Output.Split('\n');
        Assert.Contains(lines, l => l.Contains("02:00:00:00:00:01 (VLAN 10)   phone of room 12  ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("02:00:00:00:00:03", StringComparison.Ordinal) && l.Contains("\"Galaxy-S9\"", StringComparison.Ordinal) && l.Contains("held", StringComparison.Ordinal));
        var held = Run("devices", "--state", "held").Output;
        Assert.DoesNotContain("02:00:00:00:00:01", held);
        Assert.Contains("02:00:00:00:00:03", held);
    }

    [Fact]
    public void Devices_Filters_ReachTheGateway()
    {
        Run("devices", "--state", "held", "--vlan", "20", "--tag", "tv", "--seen", "10m", "--profile", "guests", "-f", "room 214", "--sort", "seen", "-r", "--json");
        Assert.Equal(new DeviceFilter("held", "20", "tv", "10m", "guests", "room 214", "seen", "true"), _gateway.Filter);
        Run("devices");
        Assert.Equal(new DeviceFilter(), _gateway.Filter);
    }

    [Theory]
    [InlineData(2, "innkeeper: 10 is not a valid seen; give a time from \"1s\" to \"366d\", such as \"10m\"\n", "--seen", "10")]
    [InlineData(2, "innkeeper: lan is not a valid vlan; give a number from 0 (untagged) to 4094\n", "--vlan", "lan")]
    [InlineData(5, "innkeeper: there is no profile gests; did you mean guests?\n", "--profile", "gests")]
    [InlineData(2, "innkeeper devices: --sort is one of mac, seen, address, name, traffic, vlan, not ip; see `innkeeper devices --help`\n", "--sort", "ip")]
    public void Devices_WrongFilter_NamesWhatWouldBeRight(int code, string errors, params string[] options) => Assert.Equal(new CommandLine(code, "", errors), Run(["devices", .. options]));

    [Fact]
    public void Top_WithoutATerminal_IsOneTable()
    {
        var line = Run("top", "--every", "0.2");
        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.StartsWith("Innkeeper ", line.Output);
        Assert.Contains("\n02:00:00:00:00:02 ", line.Output);
        Assert.DoesNotContain('\u001b', line.Output);
        Assert.Equal(3, CommandLine.Run("top", "--socket", "/nosock").Code);
    }

    [Fact]
    public void Show_OfADevice_IsEverything()
    {
        var output = Run("devices", "show", "02:00:00:00:00:01").Output;
        Assert.StartsWith("02:00:00:00:00:01 (VLAN 10) phone of room 12\n", output);
        foreach (var line in (string[])["  host name        Galaxy-S9\n", "  tags             phone, room-12\n", "  uses DHCP        yes\n", "  pinned address   137.118.199.50\n", "  profile          guests (pinned)\n"])
        {
            Assert.Contains(line, output);
        }

        Assert.Contains("  state            admitted since 2026-11-23 07:05:03Z until 2026-11-23 15:05:03Z by administrator (root): room 12\n", output);
        Assert.Contains("  address          own 47.31.128.195, outside 137.118.199.50, inside 100.64.0.2; the gateway it uses is 47.31.128.1\n", output);
    }

    [Theory]
    [InlineData("a\u001b[2J\nb\u202e[red]")]
    [InlineData("\",\"state\":\"admitted")]
    public void Devices_HostNameOfAGuest_BreaksNothing(string hostile)
    {
        _gateway.Known = SampleReports.Everybody(hostile);
        foreach (string[] command in (string[][])[["devices"], ["devices", "show", "02:00:00:00:00:03"]])
        {
            Assert.All(Run(command).Output, c => Assert.True(c == '\n' || !char.IsControl(c)));
            using var json = JsonDocument.Parse(Run([.. command, "--json"]).Output);
            var device = json.RootElement.GetProperty("devices").EnumerateArray().Single(d => d.GetProperty("mac").GetString() == "02:00:00:00:00:03");
            Assert.Equal((hostile, "held"), (device.GetProperty("host_name").GetString(), device.GetProperty("state").GetString()));
        }
    }

    [Fact]
    public void Events_Last_AreLinesWithTheirDay()
    {
        _gateway.Happen("one", "test");
        _gateway.Clock.Now += TimeSpan.FromSeconds(1);
        _gateway.Happen("two\u001b[2J", "test");
        Assert.Equal(new CommandLine(0, "2026-11-23 07:05:04Z test: two [2J\n", ""), Run("events", "--last", "1"));
        Assert.Equal(new CommandLine(0, "no events\n", ""), Run("events", "--last", "0"));
    }

    [Fact]
    public void Events_FollowedByAReaderThatGoes_End()
    {
        // A process of its own: what becomes of its stdout is the point. "head" goes after the first line.
        var program = Path.Combine(AppContext.BaseDirectory, "innkeeper.dll");
        var start = new ProcessStartInfo("bash", ["-c", "dotnet \"$0\" events --follow --last 0 --socket \"$1\" | head -1; exit ${PIPESTATUS[0]}", program, SocketPath])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        Assert.True(SpinWait.SpinUntil(() => _gateway.IsFollowed, TimeSpan.FromSeconds(20)));
        var number = 0;
        Wait.For(
            () =>
            {
                _gateway.Happen($"{number}", $"test-{number++}");
                return process.WaitForExit(20);
            },
            "the reader that goes ends the command");
        Assert.Equal((0, "2026-11-23 07:05:03Z test-0: 0\n", ""), (process.ExitCode, process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd()));
    }

    [Fact]
    public void Profiles_ForPeople_ShowLimitsAndGateways()
    {
        var lines = Run("profiles").Output.Split('\n');
        var guests = Assert.Single(lines, l => l.Contains("guests", StringComparison.Ordinal));
        Assert.All((string[])["approve", "shared", "10.0.0.0/8", "10.1.2.3/32", "2000 kbit/s", "20 Mbit/s", "8h", "guest-line", "1 new, 1 admitted, 1 blocked"], t => Assert.Contains(t, guests));
        Assert.Contains(lines, l => l.Contains("down", StringComparison.Ordinal) && l.Contains("eth2", StringComparison.Ordinal) && l.Contains("2026-11-23 07:05:03Z", StringComparison.Ordinal));
    }

    [Fact]
    public void Leases_ForPeople_ShowWhoseTheyAre_AndAsJson()
    {
        var lines = Run("leases").Output.Split('\n');
        var phone = Assert.Single(lines, l => l.Contains("10.203.0.7", StringComparison.Ordinal));
        Assert.All(
            (string[])["active", "02:00:00:00:00:01 (VLAN 10)", "\"Galaxy-S9 [red]\"", "android-dhcp-13", "01020000000001", "2026-11-23 07:05:03Z", "2026-11-23 08:05:03Z", "yes"],
            t => Assert.Contains(t, phone));
        Assert.Contains(lines, l => l.Contains("10.203.9.9", StringComparison.Ordinal) && l.Contains("ended", StringComparison.Ordinal) && l.TrimEnd().EndsWith("no", StringComparison.Ordinal));
        Assert.Contains("\"host_name\":\"Galaxy-S9 [red]\",\"vendor_class\":\"android-dhcp-13\"", Run("leases", "--json").Output);
    }

    [Fact]
    public void ConfigShow_OfAGatewayThatRuns_IsWhatIsInForce() => Assert.Equal(
        new CommandLine(0, "# in force; file: innkeeper.toml\npool.idle = \"30m\"            # default\n# uplink.gateway is not set  # interface eth0\n", ""), Run("config", "show"));

    [Fact]
    public void ConfigShow_WithoutAGateway_IsWhatWouldBe()
    {
        var file = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(file, "access.interface = \"no-such-1\"\nuplink.interface = \"no-such-2\"\npool.idle = \"1h\"\ncontrol.socket = \"/nonexistent/x.sock\"\n");
        var shown = CommandLine.Run("config", "show", "--config", file);
        Assert.Equal((0, ""), (shown.Code, shown.Errors));
        Assert.StartsWith($"# not in force, no gateway runs; file: {file}\n", shown.Output);
        Assert.Matches("(?m)^pool.idle = \"1h\" +# file:3$", shown.Output);
        Assert.Matches("(?m)^# uplink.mtu is not set +# interface no-such-2$", shown.Output);
        using var json = JsonDocument.Parse(CommandLine.Run("config", "show", "--config", file, "--json").Output);
        Assert.False(json.RootElement.GetProperty("in_force").GetBoolean());
    }

    [Fact]
    public void ConfigReload_FileWithErrors_SaysThemAndIsCode1()
    {
        _gateway.OnReload = () => new Rejected(["f:3:1: pool.idle: \"x\" is not valid; give a time"]);

        // The file tells where to ask although it is wrong.
        var file = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(file, $"pool.idle = \"x\"\ncontrol.socket = \"{SocketPath}\"\n");
        Assert.Equal(
            new CommandLine(1, "", "f:3:1: pool.idle: \"x\" is not valid; give a time\ninnkeeper: the active configuration is unchanged\n"), CommandLine.Run("config", "reload", "--config", file));
    }

    [Fact]
    public void ConfigReload_OfTheSameSettings_SaysSo()
    {
        _gateway.OnReload = () => new ReloadReport([]);
        Assert.Equal(new CommandLine(0, "nothing has changed\n", ""), Run("config", "reload"));
        Assert.Equal("{\"done\":true,\"text\":\"nothing has changed\",\"changed\":[],\"errors\":[],\"replaces\":false,\"socket\":null,\"number\":null,\"schema\":1}\n", Run("config", "reload", "--json").Output);
    }

    [Fact]
    public async Task ConfigReload_OfAProcessThatReplacesItself_WaitsForTheNewOne()
    {
        var replaced = Task.CompletedTask;
        _gateway.OnReload = () =>
        {
            replaced = Task.Run(() =>
            {
                // As execve does: the old one's sockets close once the answer is sent, and a while later there are new ones.
                _server!.Dispose();
                _gateway.Settings = new SettingsReport(2, null);
                _server = new ControlServer(SocketPath, _gateway.Operations);
            });
            return new ReloadReport(["pool.idle"], Replaces: true, Number: 2);
        };
        Assert.Equal(new CommandLine(0, "the new settings are in force\nchanged: pool.idle\n", ""), Run("config", "reload"));
        await replaced;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ConfigReload_OfWhatCannotBeStarted_SaysWhy_AndIsCode1(bool json)
    {
        // The new ones would answer elsewhere; the previous ones do where they did.
        _gateway.OnReload = () =>
        {
            _gateway.Settings = new SettingsReport(2, "no\nroom");
            return new ReloadReport(["control.socket"], Replaces: true, Socket: SocketPath + "2", Number: 2);
        };
        var said = Run(json ? ["config", "reload", "--json"] : ["config", "reload"]);
        Assert.Equal((1, "innkeeper: the new settings cannot be started (no room); the previous settings are in force again\n"), (said.Code, said.Errors));
        if (json)
        {
            Assert.StartsWith("{\"done\":false,\"text\":\"the new settings cannot be started", said.Output);
        }
        else
        {
            Assert.Empty(said.Output);
        }
    }

    [Fact]
    public void ConfigReload_WhileTheOldOneStillAnswers_IsNotTakenForDone() =>
        Assert.Null(ConfigCommands.Await(new ReloadReport([], Replaces: true, Number: 2), [new GatewayClient(SocketPath)], TimeSpan.FromMilliseconds(300)));

    [Theory]
    [InlineData(1, null, null)]
    [InlineData(1, "of an earlier reload", null)]
    [InlineData(2, null, true)]
    [InlineData(2, "no room", false)]
    [InlineData(3, null, false)]
    public void ConfigReload_Outcome_IsThatOfItsOwnNumber(int number, string? failure, bool? done) =>
        Assert.Equal(done, ConfigCommands.Judge(new ReloadReport([], Replaces: true, Number: 2), new SettingsReport(number, failure))?.Done);

    [Theory]
    [InlineData("[suggest:12] devices appr", "approve\n")]
    [InlineData("[suggest:18] devices --state he", "held\n")]
    [InlineData("[suggest:8] config r", "reload\n")]
    public void Completion_OfAPart_IsTheWhole(string line, string expected)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        Assert.Contains(expected, CommandLine.Run(line[..space], line[(space + 1)..]).Output);
    }
}
