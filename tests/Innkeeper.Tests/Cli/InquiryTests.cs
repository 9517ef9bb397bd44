using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Control;
using Innkeeper.Tests.Control;

namespace Innkeeper.Tests.Cli;

public sealed partial class InquiryTests : IDisposable
{
    private const string BrokeOff = "innkeeper: the gateway's answer broke off or is of another version; ask again, and if that does not help restart the gateway\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [LibraryImport("libc")]
    private static partial int setfsuid(int user);

    [Theory]
    [InlineData("status")]
    [InlineData("devices")]
    public void Ask_NobodyThere_IsCode3(string command) => Assert.Equal(
        new CommandLine(3, "", $"innkeeper: no gateway answers at {SocketPath}; is it running? (`innkeeper run`, or name its file with --config)\n"),
        CommandLine.Run(command, "--socket", SocketPath));

    [Theory]
    [InlineData("status")]
    [InlineData("devices")]
    public void Ask_Json_IsTheGatewaysLine(string command)
    {
        using var server = new ControlServer(SocketPath, new FakeSource());
        Assert.Equal(new CommandLine(0, ControlClient.Ask(SocketPath, command) + "\n", ""), CommandLine.Run(command, "--json", "--socket", SocketPath));
    }

    [Fact]
    public void Ask_WithAConfiguration_AsksItsSocket()
    {
        var file = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(file, $"access.interface = \"a\"\nuplink.interface = \"b\"\npool.addresses = [\"192.0.2.1\"]\ncontrol.socket = \"{SocketPath}\"\n");
        using var server = new ControlServer(SocketPath, new FakeSource());
        var line = CommandLine.Run("devices", "--config", file);
        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.Contains("02:00:00:00:00:01 (VLAN 10)", line.Output);
    }

    [Theory]
    [InlineData("{\"error\":\"the report could not be made\"}\n", "innkeeper: the gateway answers: the report could not be made\n")]
    [InlineData("{\"error\":\"a\\u001b[2Jb\\nc\"}\n", "innkeeper: the gateway answers: a [2Jb c\n")]
    [InlineData("{\"error\":7}\n", "innkeeper: the gateway answers: 7\n")]
    [InlineData("{\"schema\":1,\"dev", BrokeOff)]
    [InlineData("{\"schema\":1}\n", BrokeOff)]
    [InlineData("{}\n", BrokeOff)]
    [InlineData("[]\n", BrokeOff)]
    [InlineData("\n", BrokeOff)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", BrokeOff)]
    [InlineData("{\"schema\":1,\"devices\":null}\n", BrokeOff)]
    [InlineData("{\"schema\":1,\"devices\":[{\"mac\":null}]}\n", BrokeOff)]
    [InlineData("null\n", "innkeeper: the gateway's answer is empty; ask again\n")]
    public void Ask_AnswerThatIsNoReport_IsOneLineAndCode1(string answer, string expected)
    {
        foreach (string[] more in (string[][])[[], ["--json"]])
        {
            using (new OneAnswer(SocketPath, Encoding.UTF8.GetBytes(answer)))
            {
                Assert.Equal(new CommandLine(1, "", expected), CommandLine.Run(["devices", "--socket", SocketPath, .. more]));
            }

            File.Delete(SocketPath);
        }
    }

    [Fact]
    public void Ask_ReportWithFieldsOfALaterVersion_IsShown()
    {
        using var server = new OneAnswer(SocketPath, "{\"schema\":1,\"devices\":[],\"news\":[{}]}\n"u8.ToArray());
        Assert.Equal(new CommandLine(0, "no devices\n", ""), CommandLine.Run("devices", "--socket", SocketPath));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("devices")]
    public void Ask_WithoutTheRight_SaysSoAndIsCode1(string command)
    {
        using var server = new ControlServer(SocketPath, new FakeSource());
        var line = WithoutRights(() => CommandLine.Run(command, "--socket", SocketPath));
        Assert.Equal(new CommandLine(1, "", $"innkeeper: the right to use {SocketPath} is missing; run this as root\n"), line);
    }

    [Fact]
    public void IsAnswering_WithoutTheRight_DoesNotTakeTheGatewayForDead()
    {
        using var server = new ControlServer(SocketPath, new FakeSource());
        WithoutRights(() => Assert.Throws<UnauthorizedAccessException>(() => ControlServer.IsAnswering(SocketPath)));
        Assert.True(ControlServer.IsAnswering(SocketPath));
    }

    /// <summary>As a user who is not root and may look at the socket, but not use it.</summary>
    private T WithoutRights<T>(Func<T> act)
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(SocketPath, UnixFileMode.None);
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
        using var server = new ControlServer(SocketPath, new FakeSource());
        Assert.Equal(
            new CommandLine(1, "", $"innkeeper: a gateway is running (it answers at {SocketPath}); stop it first\n"), CommandLine.Run("teardown", "--config", file));
        Assert.True(ControlServer.IsAnswering(SocketPath));
    }
}
