using Innkeeper.Cli;
using Innkeeper.Cli.Setup;
using Innkeeper.Configuration;
using Innkeeper.FirstRun;
using Innkeeper.Hosting;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Cli.Setup;

public sealed class SetupRunTests : IDisposable
{
    private static readonly SurveyedInterface s_out = new(
        "eth0", MacAddress.Parse("00:1b:21:00:00:01"), true, true, Ipv4Network.Parse("137.118.199.2/24"), Ipv4Address.Parse("137.118.199.1"), "Intel \u001b[2J Corporate", "e1000e", 3);

    private static readonly SurveyedInterface s_devices = new("eth1", MacAddress.Parse("00:1b:21:00:00:02"), true, true);
    private static readonly SurveyedInterface s_unplugged = new("eth2", MacAddress.Parse("00:1b:21:00:00:03"), true, false);

    private readonly string _etc = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly List<string> _checked = [];
    private SurveyedInterface[] _interfaces = [s_out, s_devices, s_unplugged];
    private bool _isServing;
    private int _checkCode;

    private string FilePath => Path.Combine(_etc, "innkeeper", "innkeeper.toml");

    private string NetworkManager => Path.Combine(_etc, "NetworkManager/conf.d/90-innkeeper.conf");

    private string Networkd => Path.Combine(_etc, "systemd/network/05-innkeeper-access.network");

    public void Dispose() => Directory.Delete(_etc, recursive: true);

    /// <param name="answers">Null: there is no terminal.</param>
    private CommandLine Run(string? answers = null, string? access = null, string? uplink = null, bool yes = false, bool force = false, string? file = null)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var host = new SetupHost(() => _interfaces, answers is null ? null : new StringReader(answers), _etc, HasUnit: true, _ => throw new InvalidOperationException("only the usual file is given to the service"));
        var code = new SetupRun(new CommandContext(output, errors), host, Check, _ => _isServing).Run(new SetupRequest(file ?? FilePath, access, uplink, yes, force));
        return new CommandLine(code, output.ToString(), errors.ToString());

        int Check(ConfigurationResult result)
        {
            _checked.Add(result.File);
            Assert.Empty(result.Errors);
            return _checkCode;
        }
    }

    private (string Access, string Uplink) Written()
    {
        var config = ConfigurationFile.Load(FilePath).Config!;
        return (config.Access.Interface, config.Uplink.Interface);
    }

    [Fact]
    public void Flags_WithoutATerminal_WriteAFileThatEveryUserMayRead_CheckIt_AndSayWhatIsNext()
    {
        var line = Run(access: "eth1", uplink: "eth0");

        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.Equal(("eth1", "eth0"), Written());
        Assert.Equal([FilePath], _checked);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(FilePath));
        Assert.Equal($"wrote {FilePath}\nnext: `innkeeper run --config {FilePath}` starts the gateway\n" +
            $"then: `innkeeper status --config {FilePath}` shows whether all is well, and `innkeeper devices --config {FilePath}` shows the devices\n", line.Output);
        Assert.Equal([FilePath], Directory.GetFiles(Path.GetDirectoryName(FilePath)!));
    }

    [Fact]
    public void TheSameInterfaceTwice_IsOneArm()
    {
        Assert.Equal(0, Run(access: "eth0", uplink: "eth0").Code);
        Assert.True(ConfigurationFile.Load(FilePath).Config!.IsOneArmed);
        Assert.Contains("# One arm: ", File.ReadAllText(FilePath));
    }

    /// <summary>The examples in the comments are right: an administrator takes the number sign away.</summary>
    [Theory]
    [InlineData("eth1")]
    [InlineData("eth0")]
    public void File_WithItsExamplesSwitchedOn_HasNoErrors(string access)
    {
        var lines = SetupFile.Text(new ChosenInterfaces(access, "eth0")).Split('\n');
        var text = string.Join('\n', lines.Select(l => l.StartsWith("# ", StringComparison.Ordinal) && (l.Contains(" = ", StringComparison.Ordinal) || l == "# [mail]") ? l[2..] : l));

        var result = ConfigurationFile.Parse(text, "innkeeper.toml");

        Assert.Empty(result.Errors);
        Assert.True(result.Config!.Mail.IsOn);
        Assert.Equal(AdmissionMode.Approve, result.Config.Profiles["default"].Admission);
        Assert.DoesNotContain("\n\n\n", SetupFile.Text(new ChosenInterfaces(access, "eth0")));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("eth1", null)]
    [InlineData(null, "eth0")]
    public void WithoutATerminal_MissingFlags_AreNamed(string? access, string? uplink)
    {
        Assert.Equal(
            new CommandLine(2, "", "innkeeper setup: there is no terminal to ask at; give --access and --uplink, or --on for one arm. This host has eth0, eth1, eth2. See `innkeeper setup --help`\n"),
            Run(access: access, uplink: uplink));
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void Terminal_AcceptsTheSuggestions()
    {
        var line = Run("\n\n\n");

        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.Equal(("eth1", "eth0"), Written());
        Assert.Contains("  1  eth0  up, 137.118.199.2/24, router 137.118.199.1, 3 neighbours, 00:1b:21:00:00:01, Intel  [2J Corporate (e1000e)\n", line.Output);
        Assert.Contains("  3  eth2  no carrier, no address, 00:1b:21:00:00:03\n", line.Output);
        Assert.Contains("Which interface has the devices? Number or name [eth1]: ", line.Output);
        Assert.DoesNotContain('\u001b', line.Output);
    }

    [Fact]
    public void Terminal_TakesNumbersAndNames_AndAsksAgainAfterOthers()
    {
        var line = Run("9\nlo\n3\neth0\nmaybe\ny\n");

        Assert.Equal(0, line.Code);
        Assert.Equal(("eth2", "eth0"), Written());
        Assert.Contains("9 is not one of them; give a number from 1 to 3, or a name from the list.\n", line.Output);
        Assert.Contains("The gateway serves the devices on eth2, and sends their packets out by eth0.\n", line.Output);
        Assert.Equal(2, line.Output.Split("[Y/n]").Length - 1);
    }

    [Fact]
    public void Terminal_AsksOnlyForMissingFlags()
    {
        var line = Run("\ny\n", access: "eth2");
        Assert.Equal(("eth2", "eth0"), Written());
        Assert.DoesNotContain("has the devices?", line.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1\n")]
    [InlineData("\n\nn\n")]
    [InlineData("\n\n")]
    public void Terminal_ThatEndsOrSaysNo_WritesNothing(string answers)
    {
        var line = Run(answers);
        Assert.Equal((1, "innkeeper: nothing was written\n"), (line.Code, line.Errors));
        Assert.False(Directory.Exists(Path.GetDirectoryName(FilePath)));
    }

    [Fact]
    public void Yes_TakesTheSuggestions_WhereTheyAreClear()
    {
        Assert.Equal(0, Run("", yes: true).Code);
        Assert.Equal(("eth1", "eth0"), Written());

        _interfaces = [s_out, s_devices, s_unplugged with { HasCarrier = true }];
        var line = Run("", yes: true, force: true);
        Assert.Equal(1, line.Code);
        Assert.StartsWith("innkeeper: the interfaces do not show which has the devices", line.Errors);
    }

    [Fact]
    public void Suggestion_IsTheOnlyOtherInterface_WhateverItsState()
    {
        _interfaces = [s_out, s_unplugged];
        Assert.Equal("eth2", PortSuggestion.Access(_interfaces, PortSuggestion.Uplink(_interfaces)));
        _interfaces = [s_devices];
        Assert.Null(PortSuggestion.Uplink(_interfaces));
    }

    [Fact]
    public void AFileThatIsThere_IsKept_UnlessForced()
    {
        Run(access: "eth1", uplink: "eth0");
        File.AppendAllText(FilePath, "# mine\n");
        Assert.Equal(new CommandLine(1, "", $"innkeeper: {FilePath} is there already; --force replaces it and keeps it as {FilePath}.bak\n"), Run(access: "eth2", uplink: "eth0"));

        var line = Run(access: "eth2", uplink: "eth0", force: true);

        Assert.Equal(0, line.Code);
        Assert.Equal(("eth2", "eth0"), Written());
        Assert.EndsWith("# mine\n", File.ReadAllText($"{FilePath}.bak"));
        Assert.Contains($"kept the previous file as {FilePath}.bak\n", line.Output);
    }

    [Theory]
    [InlineData("eth9", "eth0")]
    [InlineData("eth1", "\u001b[2J")]
    public void AnInterfaceThatIsNotThere_IsNamed(string access, string uplink)
    {
        var line = Run(access: access, uplink: uplink);
        Assert.Equal(1, line.Code);
        Assert.Matches("^innkeeper: there is no Ethernet interface .* that a gateway can use; this host has eth0, eth1, eth2\n$", line.Errors);
        Assert.DoesNotContain('\u001b', line.Errors);
    }

    [Fact]
    public void AHostWithoutInterfaces_IsSaid()
    {
        _interfaces = [];
        Assert.Equal(new CommandLine(1, "", "innkeeper: this host has no Ethernet interface\n"), Run(access: "eth1", uplink: "eth0"));
    }

    [Fact]
    public void AFolderThatCannotBeMade_IsOneLine()
    {
        var line = Run(access: "eth1", uplink: "eth0", file: "/dev/null/innkeeper.toml");
        Assert.Equal((1, ""), (line.Code, line.Output));
        Assert.Single(line.Errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void ACheckThatFails_IsTheExitCode_AndNothingIsNext()
    {
        _checkCode = 1;
        var line = Run(access: "eth1", uplink: "eth0");
        Assert.Equal((1, $"wrote {FilePath}\n"), (line.Code, line.Output));
    }

    [Fact]
    public void ARunningGateway_IsToReload()
    {
        _isServing = true;
        Assert.Contains($"next: `innkeeper config reload --config {FilePath}` makes the running gateway use it\n", Run(access: "eth1", uplink: "eth0").Output);
    }

    [Fact]
    public void ManagersOfTheNetwork_ThatAreInstalled_LeaveTheAccessInterfaceAlone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(NetworkManager)!);
        Directory.CreateDirectory(Path.GetDirectoryName(Networkd)!);

        var line = Run(access: "eth1", uplink: "eth0");

        Assert.Contains("[keyfile]\nunmanaged-devices+=interface-name:=eth1\n", File.ReadAllText(NetworkManager));
        Assert.Contains("[Match]\nName=eth1\n", File.ReadAllText(Networkd));
        Assert.Contains($"wrote {NetworkManager}, which keeps eth1 to Innkeeper; `systemctl reload NetworkManager` makes it effective\n", line.Output);

        // Again: nothing to do. Another interface: only that one. One arm: the interface is the host's own.
        Assert.DoesNotContain("NetworkManager", Run(access: "eth1", uplink: "eth0", force: true).Output);
        Run(access: "eth2", uplink: "eth0", force: true);
        Assert.DoesNotContain("eth1", File.ReadAllText(NetworkManager) + File.ReadAllText(Networkd));
        Assert.Contains($"removed {Networkd}; `networkctl reload` makes it effective\n", Run(access: "eth0", uplink: "eth0", force: true).Output);
        Assert.False(File.Exists(NetworkManager) || File.Exists(Networkd));
    }

    [Fact]
    public void ManagersOfTheNetwork_ThatAreNotInstalled_GetNoFolder()
    {
        Run(access: "eth1", uplink: "eth0");
        Assert.Equal(["innkeeper"], Directory.GetDirectories(_etc).Select(Path.GetFileName));
    }

    /// <summary>An administrator's umask may be stricter than what the gateway's user needs, and a link stays one.</summary>
    [Fact]
    public void AFileBehindALink_IsReplaced_NotTheLink()
    {
        var real = Path.Combine(_etc, "real.toml");
        File.WriteAllText(real, "# old\n");
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.CreateSymbolicLink(FilePath, real);

        Assert.Equal(0, Run(access: "eth1", uplink: "eth0", force: true).Code);

        Assert.Equal(real, File.ResolveLinkTarget(FilePath, returnFinalTarget: true)!.FullName);
        Assert.Contains("eth1", File.ReadAllText(real));
        Assert.Equal("# old\n", File.ReadAllText($"{FilePath}.bak"));
    }

    [Theory]
    [InlineData("--access cannot be used with --web: the page asks for it", "--web", "--access", "eth1")]
    [InlineData("--yes cannot be used with --web: the page asks for it", "--web", "--yes")]
    [InlineData("--listen needs --web", "--listen", "127.0.0.1:7080")]
    [InlineData("--confirm-within needs --web", "--confirm-within", "60s")]
    [InlineData("--listen: give an address with its port, such as 127.0.0.1:7080", "--web", "--listen", "localhost")]
    [InlineData("--listen: give an address with its port, such as 127.0.0.1:7080", "--web", "--listen", "127.0.0.1:7080,127.0.0.1:7081")]
    [InlineData("--confirm-within: give a time from 5s to 1h, such as 60s", "--web", "--confirm-within", "2h")]
    public void Page_WithOptionsThatDoNotFit_IsRefused(string error, params string[] options) =>
        Assert.Equal(new CommandLine(2, "", $"innkeeper setup: {error}; see `innkeeper setup --help`\n"), CommandLine.Run(["setup", .. options]));

    [Fact]
    public void Command_InTwoWaysAtOnce_IsRefused() => Assert.Equal(
        new CommandLine(2, "", "innkeeper setup: --on cannot be used with --access; give --on for one arm, or --access and --uplink for two; see `innkeeper setup --help`\n"),
        CommandLine.Run("setup", "--on", "eth0", "--access", "eth1"));
}
