namespace Innkeeper.Tests.Cli;

public sealed class CommandTreeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Write(string text)
    {
        var path = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(path, text);
        return path;
    }

    [Theory]
    [InlineData("", "innkeeper: a command is missing; the commands are run, check, status, profiles, leases, devices, events, config, mail, teardown. See `innkeeper --help`")]
    [InlineData("--verbose", "innkeeper: a command is missing; the commands are run, check, status, profiles, leases, devices, events, config, mail, teardown. See `innkeeper --help`")]
    [InlineData("stats", "innkeeper: there is no command stats; did you mean status? See `innkeeper --help`")]
    [InlineData("chekc --config x", "innkeeper: there is no command chekc; did you mean check? See `innkeeper --help`")]
    [InlineData("device", "innkeeper: there is no command device; did you mean devices? See `innkeeper --help`")]
    [InlineData("frobnicate", "innkeeper: there is no command frobnicate; the commands are run, check, status, profiles, leases, devices, events, config, mail, teardown. See `innkeeper --help`")]
    [InlineData("check --bogus", "innkeeper check: Unrecognized command or argument '--bogus'; see `innkeeper check --help`")]
    [InlineData("check --config", "innkeeper check: Required argument missing for option: '--config'; see `innkeeper check --help`")]
    [InlineData("check --json", "innkeeper check: Unrecognized command or argument '--json'; see `innkeeper check --help`")]
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
        "innkeeper: there is no command  [31m x; the commands are run, check, status, profiles, leases, devices, events, config, mail, teardown. See `innkeeper --help`\n", CommandLine.Run("\u001b[31m\nx").Errors);

    [Theory]
    [InlineData("--help", "teardown")]
    [InlineData("run --help", "--pool")]
    [InlineData("devices --help", "--socket")]
    [InlineData("--version", "0.1.0")]
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
        Assert.Equal(new CommandLine(0, $"{file}: no errors\n", ""), CommandLine.Run("check", "--config", file));
    }

    [Fact]
    public void Check_ACertificateThatIsNotThere_IsSaidAtItsKey_WhereNothingElseIsWrong()
    {
        const string Sound = "[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n[portal]\nname = \"portal.example.com\"\nkey = \"/nonexistent/k.pem\"\n";
        var file = Write(Sound + "certificate = \"/nonexistent/c.pem\"\n");
        Assert.Equal(new CommandLine(1, "", $"{file}:8:1: portal.certificate: /nonexistent/c.pem is not there; give a PEM file\n"), CommandLine.Run("check", "--config", file));

        Write(Sound + "certificate = \"/nonexistent/c.pem\"\nenabled = false\n");
        Assert.Equal(new CommandLine(0, $"{file}: no errors\n", ""), CommandLine.Run("check", "--config", file));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    [InlineData("status")]
    [InlineData("devices")]
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
        new CommandLine(1, "", "/nonexistent/x.toml: file: there is no such file; give its path with --config, or use --access, --uplink and --pool\n"),
        CommandLine.Run("check", "--config", "/nonexistent/x.toml"));

    [Theory]
    [InlineData("eth1", "", "192.0.2.50", "command line: uplink.interface: \"\" is not valid; give an interface name such as \"eth0\" (up to 15 letters, digits, '.', '-', '_')\n")]
    [InlineData("eth1", "eth0", "192.0.2", "command line: pool.addresses: \"192.0.2\" is not valid; give a range from its lowest to its highest address, such as \"137.118.199.50-137.118.199.99\"\n")]
    [InlineData("eth1", "eth0", "1.2.3.4\"]\n[foo]", "command line: pool.addresses: \"1.2.3.4?]?[foo]\" is not valid; give a range from its lowest to its highest address, such as \"137.118.199.50-137.118.199.99\"\n")]
    public void Run_OptionsThatWillNotDo_AreSaidWithoutALineAndCode1(string access, string uplink, string pool, string expected) =>
        Assert.Equal(new CommandLine(1, "", expected), CommandLine.Run("run", "--access", access, "--uplink", uplink, "--pool", pool));
}
