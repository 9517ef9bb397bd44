using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Cli;

namespace Innkeeper.Tests.Cli;

public sealed partial class CommandTreeTests : IDisposable
{
    private const string Commands = "setup, run, check, status, top, profiles, leases, devices, machines, forwards, find, events, why, ping, capture, wake, doctor, user, token, audit, vouchers, rooms, terms, config, mail, outbox, backup, restore, teardown, completion";

    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Write(string text)
    {
        var path = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(path, text);
        return path;
    }

    [Theory]
    [InlineData("", $"innkeeper: a command is missing; the commands are {Commands}. See `innkeeper --help`")]
    [InlineData("--verbose", $"innkeeper: a command is missing; the commands are {Commands}. See `innkeeper --help`")]
    [InlineData("stats", "innkeeper: there is no command stats; did you mean status? See `innkeeper --help`")]
    [InlineData("chekc --config x", "innkeeper: there is no command chekc; did you mean check? See `innkeeper --help`")]
    [InlineData("device", "innkeeper: there is no command device; did you mean devices? See `innkeeper --help`")]
    [InlineData("frobnicate", $"innkeeper: there is no command frobnicate; the commands are {Commands}. See `innkeeper --help`")]
    [InlineData("check --bogus", "innkeeper check: Unrecognized command or argument '--bogus'; see `innkeeper check --help`")]
    [InlineData("check --config", "innkeeper check: Required argument missing for option: '--config'; see `innkeeper check --help`")]
    [InlineData("check --json", "innkeeper check: Unrecognized command or argument '--json'; see `innkeeper check --help`")]
    [InlineData("check --config x y", "innkeeper check: give the file with --config or without, not both; see `innkeeper check --help`")]
    [InlineData("--config x", $"innkeeper: a command is missing; the commands are {Commands}. See `innkeeper --help`")]
    [InlineData("devices show", "innkeeper devices show: DEVICE is missing. The device: its MAC, the name you gave it, one of its addresses, or its own host name. See `innkeeper devices show --help`")]
    [InlineData("devices pin 02:00:00:00:00:01", "innkeeper devices pin: ADDRESS is missing. An address of a pool. \"\" ends the reservation. See `innkeeper devices pin --help`")]
    [InlineData("events --last abc", "innkeeper events: --last is a number from 0 to 10000; see `innkeeper events --help`")]
    [InlineData("events --last 99999999999999999999", "innkeeper events: --last is a number from 0 to 10000; see `innkeeper events --help`")]
    [InlineData("events -n -1", "innkeeper events: --last is a number from 0 to 10000; see `innkeeper events --help`")]
    [InlineData("run --access eth1 --pool 192.0.2.50", "innkeeper run: --uplink is missing; without a file give --access and --uplink; see `innkeeper run --help`")]
    [InlineData("run --uplink eth0 --pool 192.0.2.50", "innkeeper run: --access is missing; without a file give --access and --uplink; see `innkeeper run --help`")]
    [InlineData("run --pool 192.0.2.50", "innkeeper run: --access and --uplink are missing; without a file give --access and --uplink; see `innkeeper run --help`")]
    [InlineData("run --config f --access eth1 --uplink eth0 --pool 192.0.2.50", "innkeeper run: --config cannot be used with --access; give a file, or --access and --uplink without one; see `innkeeper run --help`")]
    [InlineData("run --on eth0 --access eth1", "innkeeper run: --on cannot be used with --access; give --on for one arm, or --access and --uplink for two; see `innkeeper run --help`")]
    [InlineData("run --config f --on eth0", "innkeeper run: --config cannot be used with --on; give a file, or --on without one; see `innkeeper run --help`")]
    [InlineData("run --config f --pool 192.0.2.50", "innkeeper run: --config cannot be used with --pool; give a file, or --access and --uplink without one; see `innkeeper run --help`")]
    public void Invoke_WrongUsage_IsOneLineAndCode2(string arguments, string expected) =>
        Assert.Equal(new CommandLine(2, "", expected + "\n"), CommandLine.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void Invoke_CommandWithControlCharacters_StaysOneLine() => Assert.Equal(
        $"innkeeper: there is no command  [31m x; the commands are {Commands}. See `innkeeper --help`\n", CommandLine.Run("\u001b[31m\nx").Errors);

    [Theory]
    [InlineData("--help", "teardown")]
    [InlineData("run --help", "--pool")]
    [InlineData("devices --help", "--socket")]
    [InlineData("--version", "0.2.0")]
    public void Invoke_Help_IsDataAndCode0(string arguments, string expected)
    {
        var line = CommandLine.Run(arguments.Split(' '));
        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.Contains(expected, line.Output);
    }

    [Fact]
    public void Check_FileWithoutErrors_IsCode0()
    {
        var file = Write("[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n[pool]\naddresses = [\"192.0.2.50\"]\n");
        Assert.Equal(new CommandLine(0, $"{file}: no errors\n", ""), CommandLine.Run("check", "--offline", "--config", file));
    }

    [Fact]
    public void Check_ACertificateThatIsNotThere_IsSaidAtItsKey_WhereNothingElseIsWrong()
    {
        const string Sound = "[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n[portal]\nname = \"portal.example.com\"\nkey = \"/nonexistent/k.pem\"\n";
        var file = Write(Sound + "certificate = \"/nonexistent/c.pem\"\n");
        Assert.Contains($"{file}:8:1: portal.certificate: /nonexistent/c.pem is not there; give a PEM file\n", CommandLine.Run("check", "--config", file).Errors);

        Write(Sound + "certificate = \"/nonexistent/c.pem\"\nenabled = false\n");
        Assert.DoesNotContain("portal.certificate", CommandLine.Run("check", "--config", file).Errors);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    [InlineData("teardown")]
    public void Invoke_FileWithErrors_SaysThemOnStderrAndIsCode1(string command)
    {
        var file = Write("[access]\ninterface = \"eth1\"\nvlans = [0]\naddress = \"10.1.2.3/24\"\n[uplink]\ninterface = \"eth1\"\n[pool]\naddresses = [\"192.0.2.50\"]\n");
        Assert.Equal(
            new CommandLine(1, "", $"{file}:3:10: access.vlans: 0 is not valid; give a VLAN number from 1 to 4094\n" +
                $"{file}:4:1: access.address: on one arm (access and uplink are the same interface) the interface's address is [uplink] address; leave this one out\n"),
            CommandLine.Run(command, "--config", file));
    }

    [Fact]
    public void Check_NoSuchFile_IsCode1() => Assert.Equal(
        new CommandLine(1, "", "/nonexistent/x.toml: file: there is no such file; give its path with --config\n"),
        CommandLine.Run("check", "--config", "/nonexistent/x.toml"));

    [Fact]
    public void Run_NoSuchFile_NamesTheOtherWaysToo() => Assert.Equal(
        new CommandLine(1, "", "innkeeper: there is no file /nonexistent/x.toml; give its path with --config, or use --access, --uplink and --pool\n"),
        CommandLine.Run("run", "--config", "/nonexistent/x.toml"));

    /// <summary>What would stop the gateway on this machine, or would silently not work, is said at its key: all at once.</summary>
    [Fact]
    public void Check_MachineThatDoesNotFit_IsSaidAtEachKey()
    {
        var file = Write($"""
            access.interface = "nosuch1"
            uplink.interface = "nosuch0"
            state.directory = "/proc/nosuch/state"
            control.socket = "/dev/null/control.sock"
            dataplane.bpffs = "{_directory}/file/bpf"
            napt.log = "/nonexistent/log/napt.log"
            napt.ports = "1024-65535"
            mail.server = "192.0.2.1"
            mail.from = "a@example.net"
            mail.to = ["a@example.net"]
            mail.user = "a"
            mail.password_file = "/nonexistent/mail.password"
            mail.ca_file = "/nonexistent/ca.pem"
            webhook.url = "https://192.0.2.1/"
            webhook.secret_file = "/dev/zero"

            """);
        File.WriteAllText(Path.Combine(_directory, "file"), "");
        Assert.Equal(new CommandLine(0, $"{file}: no errors\n", ""), CommandLine.Run("check", "--offline", file));

        var line = CommandLine.Run("check", file);

        Assert.Equal((1, ""), (line.Code, line.Output));
        string[] keys = ["access.interface", "state.directory", "control.socket", "dataplane.bpffs", "napt.log", "napt.ports", "mail.password_file", "mail.ca_file", "webhook.secret_file"];
        Assert.All(keys, key => Assert.Single(line.Errors.Split('\n'), l => l.StartsWith($"{file}:", StringComparison.Ordinal) && l.Contains($": {key}: ", StringComparison.Ordinal)));
        Assert.EndsWith("innkeeper: the file has no errors of its own, but does not fit this machine; `innkeeper check --offline` checks the file alone\n", line.Errors);
        Assert.False(Directory.Exists("/nonexistent"));
    }

    [Fact]
    public void Check_OfOneArm_SaysThatItIsOne()
    {
        var file = Write("access.interface = \"eth1\"\nuplink.interface = \"eth1\"\n");
        Assert.Equal(new CommandLine(0, $"{file}: no errors\n", "innkeeper: one arm: access and uplink are the same interface, eth1\n"), CommandLine.Run("check", "--offline", file));
    }

    /// <summary>Whatever the path leads to, the answer is one line, at once and in little memory.</summary>
    [Theory]
    [InlineData("zero", "is larger than 1048576 octets")]
    [InlineData("directory", "is a directory")]
    [InlineData("pipe", "nothing came from it within 2 s")]
    [InlineData("huge", "is larger than 1048576 octets")]
    [InlineData("socket", "cannot be opened")]
    public void Check_PathThatIsNoFile_IsOneLineAndCode1(string kind, string expected)
    {
        var path = Path.Combine(_directory, kind);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        switch (kind)
        {
            case "zero":
                path = "/dev/zero";
                break;
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "pipe":
                Assert.Equal(0, mkfifo(path, 0x180));
                break;
            case "huge":
                using (var file = File.Create(path))
                {
                    file.SetLength(1L << 30);
                }

                break;
            default:
                socket.Bind(new UnixDomainSocketEndPoint(path));
                break;
        }

        foreach (var command in (string[])["check", "teardown"])
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var line = CommandLine.Run(command, "--config", path);
            Assert.Equal((1, ""), (line.Code, line.Output));
            Assert.StartsWith($"{path}: file: ", line.Errors);
            Assert.Contains(expected, line.Errors);
            Assert.Single(line.Errors.TrimEnd('\n').Split('\n'));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        }
    }

    /// <summary>`generate | innkeeper check /dev/stdin`.</summary>
    [Fact]
    public void Check_PipeWithAWriter_IsRead()
    {
        var path = Path.Combine(_directory, "pipe");
        Assert.Equal(0, mkfifo(path, 0x180));
        var writer = new Thread(() => File.WriteAllText(path, "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n"));
        writer.Start();
        Assert.Equal(new CommandLine(0, $"{path}: no errors\n", ""), CommandLine.Run("check", "--offline", path));
        writer.Join();
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);

    [Theory]
    [InlineData("config", "sample")]
    [InlineData("config", "schema")]
    [InlineData("run", "--help")]
    public void Invoke_OutputThatCannotBeWritten_IsOneLineAndCode1(params string[] arguments)
    {
        using var full = new FullDisk();
        using var errors = new StringWriter();
        Assert.Equal(1, CommandTree.Invoke(arguments, full, errors));
        Assert.Equal("innkeeper: cannot write the output: No space left on device\n", errors.ToString());
        Assert.Equal(1, CommandTree.Invoke(arguments, full, full));
    }

    private sealed class FullDisk : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }

    [Fact]
    public void MailTest_WithoutAnyFile_NamesTheFile()
    {
        Assert.False(File.Exists("/etc/innkeeper/innkeeper.toml"));
        Assert.Equal(new CommandLine(1, "", "innkeeper: /etc/innkeeper/innkeeper.toml does not exist; give a file with a [mail] table with --config\n"), CommandLine.Run("mail", "test"));
    }

    [Theory]
    [InlineData("eth1", "", "192.0.2.50", "command line: uplink.interface: \"\" is not valid; give an interface name such as \"eth0\" (up to 15 letters, digits, '.', '-', '_')\n")]
    [InlineData("eth1", "eth0", "192.0.2", "command line: pool.addresses: \"192.0.2\" is not valid; give a range from its lowest to its highest address, such as \"137.118.199.50-137.118.199.99\"\n")]
    [InlineData("eth1", "eth0", "1.2.3.4\"]\n[foo]", "command line: pool.addresses: \"1.2.3.4?]?[foo]\" is not valid; give a range from its lowest to its highest address, such as \"137.118.199.50-137.118.199.99\"\n")]
    public void Run_OptionsThatWillNotDo_AreSaidWithoutALineAndCode1(string access, string uplink, string pool, string expected) =>
        Assert.Equal(new CommandLine(1, "", expected), CommandLine.Run("run", "--access", access, "--uplink", uplink, "--pool", pool));
}
