using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Innkeeper.Cli;
using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Control;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

public sealed partial class GatewayClientTests : IDisposable
{
    private const string BrokeOff = "innkeeper: the gateway's answer is incomplete or of another version; try again, and if that does not help, restart the gateway\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [LibraryImport("libc")]
    private static partial int setfsuid(int user);

    [Theory]
    [InlineData("status")]
    [InlineData("devices")]
    public void Ask_NobodyThere_IsCode3(string command) => Assert.Equal(
        new CommandLine(3, "", $"innkeeper: no gateway answers at {SocketPath}; is it running? (start it with `innkeeper run`, or name its configuration with --config)\n"),
        CommandLine.Run(command, "--socket", SocketPath));

    /// <summary>A program reads stdout only: it gets a line there of the shape that the command has, also where no gateway answers.</summary>
    [Theory]
    [InlineData("status", "error,message,exit_code")]
    [InlineData("devices", "error,message,exit_code")]
    [InlineData("devices show x", "error,message,exit_code")]
    [InlineData("profiles", "error,message,exit_code")]
    [InlineData("leases", "error,message,exit_code")]
    [InlineData("events", "error,message,exit_code")]
    [InlineData("events --follow", "error,message,exit_code")]
    [InlineData("config show", "error,message,exit_code")]
    [InlineData("config reload", "done,text,changed,errors,replaces,socket,number,schema")]
    [InlineData("devices approve x", "done,text,exit_code,mac,schema")]
    [InlineData("devices pin x y", "done,text,exit_code,mac,schema")]
    [InlineData("devices forget x", "done,text,exit_code,mac,schema")]
    public void Ask_NobodyThere_WithJson_IsALineToo(string command, string fields)
    {
        var line = CommandLine.Run([.. command.Split(' '), "--json", "--socket", SocketPath]);
        Assert.Equal(3, line.Code);
        Assert.StartsWith($"innkeeper: no gateway answers at {SocketPath}; ", line.Errors);
        using var json = JsonDocument.Parse(line.Output);
        Assert.Equal(fields.Split(','), json.RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("events --last abc --json", "error,message,exit_code")]
    [InlineData("devices show --json", "error,message,exit_code")]
    [InlineData("devices approve --json", "done,text,exit_code,mac,schema")]
    public void Usage_Wrong_WithJson_IsALineToo(string command, string fields)
    {
        var line = CommandLine.Run(command.Split(' '));
        Assert.Equal(2, line.Code);
        using var json = JsonDocument.Parse(line.Output);
        Assert.Equal(fields.Split(','), json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(2, json.RootElement.GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public void Ask_DeviceThatIsNotThere_WithJson_IsTheGatewaysFailure()
    {
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations);
        var line = CommandLine.Run("devices", "show", "nobody", "--json", "--socket", SocketPath);
        Assert.Equal(5, line.Code);
        Assert.Equal("not_found", JsonDocument.Parse(line.Output).RootElement.GetProperty("error").GetString());
    }

    /// <summary>An error in the file takes no command from a gateway that runs: the socket is found as far as the file can be read.</summary>
    [Theory]
    [InlineData("mail.digest = \"30s\"\n", "innkeeper.toml:5:1: mail.digest: ")]
    [InlineData("bogus = \n", "innkeeper.toml:5:")]
    [InlineData("nonsense = 1\nmore = 2\n", ", and one more error; asking the gateway at ")]
    public void Ask_WithAnErrorInTheFile_WarnsAndAnswers(string error, string expected)
    {
        var file = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(file, $"access.interface = \"a\"\nuplink.interface = \"b\"\npool.addresses = [\"192.0.2.1\"]\ncontrol.socket = \"{SocketPath}\"\n{error}");
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations);
        foreach (var command in (string[])["status", "devices", "devices show 02:00:00:00:00:01", "devices approve 02:00:00:00:00:01", "profiles", "leases", "events"])
        {
            var line = CommandLine.Run([.. command.Split(' '), "--config", file]);
            Assert.Equal(0, line.Code);
            Assert.NotEmpty(line.Output);
            Assert.StartsWith("innkeeper: warning: ", line.Errors);
            Assert.Contains(expected, line.Errors);
            Assert.EndsWith($"asking the gateway at {SocketPath}\n", line.Errors);
            Assert.Single(line.Errors.TrimEnd('\n').Split('\n'));
        }
    }

    [Theory]
    [InlineData("/nonexistent/innkeeper.toml")]
    [InlineData("/dev/zero")]
    public void Ask_WithAFileThatCannotBeRead_AsksAtTheDefaultSocket(string file)
    {
        var line = CommandLine.Run("status", "--config", file);
        Assert.Equal(3, line.Code);
        Assert.StartsWith($"innkeeper: warning: {file}: file: ", line.Errors);
        Assert.Contains("asking the gateway at /run/innkeeper/control.sock\ninnkeeper: no gateway answers at /run/innkeeper/control.sock; ", line.Errors);
    }

    [Theory]
    [InlineData("status", Routes.Status)]
    [InlineData("devices", Routes.Devices)]
    [InlineData("profiles", Routes.Profiles)]
    [InlineData("leases", Routes.Leases)]
    public async Task Ask_Json_IsTheGatewaysLine(string command, string route)
    {
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations);
        Assert.Equal(new CommandLine(0, (await ControlHttp.Get(SocketPath, route)).Body, ""), CommandLine.Run(command, "--json", "--socket", SocketPath));
    }

    [Fact]
    public void Ask_WithAConfiguration_AsksItsSocket()
    {
        var file = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(file, $"access.interface = \"a\"\nuplink.interface = \"b\"\npool.addresses = [\"192.0.2.1\"]\ncontrol.socket = \"{SocketPath}\"\n");
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations);
        var line = CommandLine.Run("devices", "--config", file);
        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.Contains("02:00:00:00:00:01 (VLAN 10)", line.Output);
    }

    [Theory]
    [InlineData("{\"error\":\"unavailable\",\"reason\":\"the report could not be made\"}", 503, "innkeeper: the gateway answers: the report could not be made\n")]
    [InlineData("{\"error\":\"unavailable\",\"reason\":\"a\\u001b[2Jb\\nc\",\"news\":1}", 500, "innkeeper: the gateway answers: a [2Jb c\n")]
    [InlineData("{\"error\":\"a kind of a later version\"}", 418, BrokeOff)]
    [InlineData("{\"error\":7}", 400, BrokeOff)]
    [InlineData("", 400, BrokeOff)]
    [InlineData("{\"schema\":1,\"dev", 200, BrokeOff)]
    [InlineData("{\"schema\":1}", 200, BrokeOff)]
    [InlineData("{}", 200, BrokeOff)]
    [InlineData("[]", 200, BrokeOff)]
    [InlineData("", 200, BrokeOff)]
    [InlineData("null", 200, BrokeOff)]
    [InlineData("{\"schema\":1,\"devices\":null}", 200, BrokeOff)]
    [InlineData("{\"schema\":1,\"devices\":[{\"mac\":null}]}", 200, BrokeOff)]
    public void Ask_AnswerThatIsNoReport_IsOneLineAndCode1(string body, int status, string expected) => AssertAnswered(OneAnswer.Http(body, $"{status} Said"), expected, 1);

    [Theory]
    [InlineData("{\"error\":\"ask for status, devices\"}\n")]
    [InlineData("\0\0\0\0\n")]
    [InlineData("HTTP/1.1 twenty\r\n\r\n")]
    public void Ask_AnswerThatIsNoHttp_IsOneLineAndCode1(string octets) => AssertAnswered(Encoding.UTF8.GetBytes(octets), BrokeOff, 1);

    [Fact]
    public void Ask_AnswerThatBreaksOff_IsOneLineAndCode1() => AssertAnswered(OneAnswer.Http("{\"schema\":2,\"devices\":[]}", missing: 5), BrokeOff, 1);

    [Fact]
    public void Ask_GatewayThatEndsInstead_IsUnreachable() => AssertAnswered(
        [], $"innkeeper: no gateway answers at {SocketPath}; is it running? (start it with `innkeeper run`, or name its configuration with --config)\n", 3);

    private void AssertAnswered(byte[] answer, string expected, int code)
    {
        foreach (string[] more in (string[][])[[], ["--json"]])
        {
            using (new OneAnswer(SocketPath, answer))
            {
                var line = CommandLine.Run(["devices", "--socket", SocketPath, .. more]);
                Assert.Equal((code, expected, more.Length), (line.Code, line.Errors, line.Output.Count(c => c == '\n')));
                Assert.True(more.Length == 0 || JsonDocument.Parse(line.Output).RootElement.TryGetProperty("error", out _));
            }

            File.Delete(SocketPath);
        }
    }

    [Fact]
    public void Ask_ReportWithFieldsOfALaterVersion_IsShown()
    {
        using var server = new OneAnswer(SocketPath, OneAnswer.Http("{\"schema\":1,\"devices\":[],\"news\":[{}]}\n"));
        Assert.Equal(new CommandLine(0, "no devices\n", ""), CommandLine.Run("devices", "--socket", SocketPath));
    }

    public static TheoryData<string, int, string> Failures => new()
    {
        { "not found", 5, "there is no device nobody; `innkeeper devices` lists them all" },
        { "nearest", 5, "there is no device the pets; did you mean the pest?" },
        { "profile", 5, "there is no profile x; there are default, guests" },
        { "pool", 5, "there is no pool address 192.0.2.9; only addresses of a pool can be kept for a device" },
        { "ambiguous", 5, "2 devices match twin: a, b; give the MAC of one" },
        { "conflict", 4, "192.0.2.60 is kept for 02:00:00:00:00:01 (phone); `innkeeper devices pin 02:00:00:00:00:01 \"\"` takes it back" },
        { "invalid", 2, "8 is not a valid time; give one such as \"8h\"" },
        { "forbidden", 1, "olga lacks the permission operator" },
        { "unavailable", 1, "the gateway answers: later" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Failure_OfEachKind_HasItsSentenceAndExitCode(string kind, int code, string text)
    {
        Failure failure = kind switch
        {
            "not found" => new NotFound("device", "nobody"),
            "nearest" => new NotFound("device", "the pets", "the pest"),
            "profile" => new NotFound("profile", "x", Known: ["default", "guests"]),
            "pool" => new NotFound("pool address", "192.0.2.9"),
            "ambiguous" => new Ambiguous("device", "twin", ["a", "b"], 2),
            "conflict" => new Conflict("192.0.2.60", "02:00:00:00:00:01", "phone"),
            "invalid" => new Invalid("time", "8", "one such as \"8h\""),
            "forbidden" => new Forbidden("operator", "olga"),
            _ => new Unavailable("later"),
        };
        using var server = new ControlServer(SocketPath, new FakeGateway { OnCommand = _ => failure }.Operations);
        Assert.Equal(new CommandLine(code, "", $"innkeeper: {text}\n"), CommandLine.Run("devices", "forget", "x", "--socket", SocketPath));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b?c#d%25")]
    [InlineData("\u00fc \ud83d\ude00")]
    public void Command_OnADeviceOfAnyName_ReachesThatDevice(string name)
    {
        var gateway = new FakeGateway();
        using var server = new ControlServer(SocketPath, gateway.Operations);
        Assert.True(new GatewayClient(SocketPath).AddTag(name, "..").Result.IsOk);
        Assert.Equal((name, ".."), Assert.Single(gateway.Commands) is var command ? (command.Device, command.Value) : default);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("devices")]
    public void Ask_WithoutTheRight_SaysSoAndIsCode1(string command)
    {
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations);
        var line = WithoutRights(() => CommandLine.Run(command, "--socket", SocketPath));
        Assert.Equal(new CommandLine(1, "", $"innkeeper: no permission to use {SocketPath}; run this as root\n"), line);
    }

    [Fact]
    public void Ask_ByOneWhoIsNotInTheGroup_NamesIt()
    {
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations, group: "daemon");
        var line = WithoutRights(() => CommandLine.Run("status", "--socket", SocketPath), File.GetUnixFileMode(SocketPath));
        Assert.Equal(new CommandLine(1, "", $"innkeeper: no permission to use {SocketPath}; run this as root, or as a member of the group daemon\n"), line);
    }

    [Fact]
    public void IsAnswering_WithoutTheRight_DoesNotTakeTheGatewayForDead()
    {
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations);
        WithoutRights(() => Assert.Throws<UnauthorizedAccessException>(() => ControlServer.IsAnswering(SocketPath)));
        Assert.True(ControlServer.IsAnswering(SocketPath));
    }

    /// <summary>As a user who is not root and may look at the socket, but not use it.</summary>
    private T WithoutRights<T>(Func<T> act, UnixFileMode socket = UnixFileMode.None)
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(SocketPath, socket);
        T result = default!;
        var thread = new Thread(() =>
        {
            // For this thread alone; it takes root's right to pass by file modes too.
            var before = setfsuid(65534);
            result = act();
            _ = setfsuid(before);
        });
        thread.Start();
        thread.Join();
        return result;
    }

    [Fact]
    public void Teardown_WhileAGatewayAnswers_IsRefusedAndItsSocketStays()
    {
        var file = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(file, $"access.interface = \"a\"\nuplink.interface = \"b\"\npool.addresses = [\"192.0.2.1\"]\ncontrol.socket = \"{SocketPath}\"\n");
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations);
        Assert.Equal(
            new CommandLine(1, "", $"innkeeper: a gateway is running (it answers at {SocketPath}); stop it first\n"), CommandLine.Run("teardown", "--config", file));
        Assert.True(ControlServer.IsAnswering(SocketPath));
    }
}
