using System.CommandLine;
using System.Diagnostics;
using Innkeeper.Control;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

public sealed class CompletionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>As the scripts ask: the line up to the cursor.</summary>
    private static string[] Suggest(string line)
    {
        line = $"{RootCommand.ExecutableName} {line}";
        var answer = CommandLine.Run($"[suggest:{line.Length}]", line);
        Assert.Equal(0, answer.Code);
        return answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Suggestions_AreCommandsOptionsAndWords()
    {
        Assert.Contains("devices", Suggest("dev"));
        Assert.DoesNotContain("manual", Suggest(""));
        Assert.DoesNotContain("/?", Suggest(""));
        Assert.Contains("approve", Suggest("devices "));
        Assert.Contains("--reason", Suggest("devices block --"));
        Assert.Equal(["admitted", "blocked", "held", "new"], Suggest("devices --state ").Order());
        Assert.Contains("zsh", Suggest("completion "));
    }

    /// <summary>Names that devices gave themselves are not offered, nor names that a shell would take for several words.</summary>
    [Fact]
    public void Suggestions_ForADevice_AreMacsAndGivenNames()
    {
        var socket = Path.Combine(_directory, "control.sock");
        var printer = SampleReports.Devices().Devices[0] with { Mac = "02:00:00:00:00:05", GivenName = "printer" };
        using var server = new ControlServer(socket, new FakeGateway { Known = new DevicesReport(2, [.. SampleReports.Everybody().Devices, printer]) }.Operations);

        var words = Suggest($"devices approve --socket {socket} ");

        Assert.Contains("02:00:00:00:00:03", words);
        Assert.Contains("printer", words);
        Assert.All(words, w => Assert.False(w.Contains(' ', StringComparison.Ordinal) || w.Contains("Galaxy", StringComparison.Ordinal)));
        Assert.Empty(Suggest("devices show --socket /nosock 02:"));
    }

    /// <summary>The script in a real shell, with a program that answers as innkeeper does.</summary>
    [Theory]
    [InlineData("innkeeper dev", "devices")]
    [InlineData("innkeeper devices approve 02:00:0", "00:00:00:01 00:00:00:02")]
    [InlineData("innkeeper devices --", "--state --wide")]
    [InlineData("innkeeper ", "devices 02:00:00:00:00:01 02:00:00:00:00:02 a;b")]
    [InlineData("innkeeper x", "")]
    public void Bash_Completes(string line, string expected)
    {
        var program = Path.Combine(_directory, "innkeeper");
        File.WriteAllText(program, "#!/bin/sh\n[ \"$1\" = \"[suggest:${#2}]\" ] || exit 1\nprintf '%s\\n' --state --wide devices 02:00:00:00:00:01 02:00:00:00:00:02 'a;b'\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = $"{CommandLine.Run("completion", "bash").Output}\nCOMP_LINE=$1 COMP_POINT=${{#1}} COMP_WORDS=(innkeeper) COMP_WORDBREAKS=' :'\n_innkeeper\necho \"${{COMPREPLY[*]}}\"\n";

        var (output, errors) = Run("bash", ["--norc", "-c", script, "bash", line], _directory);

        Assert.Equal(($"{expected}\n", ""), (output, errors));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Script_IsOneThatItsShellReads(string shell)
    {
        Assert.SkipUnless(File.Exists($"/usr/bin/{shell}"), $"Needs {shell}.");
        var file = Path.Combine(_directory, "script");
        File.WriteAllText(file, CommandLine.Run("completion", shell).Output);
        Assert.Equal(("", ""), Run(shell, ["-n", file]));
    }

    [Fact]
    public void Completion_OfAnotherShell_IsUsage() => Assert.Equal(
        new CommandLine(2, "", "innkeeper completion: SHELL is bash, zsh or fish, not tcsh; see `innkeeper completion --help`\n"), CommandLine.Run("completion", "tcsh"));

    private static (string Output, string Errors) Run(string program, string[] arguments, string? path = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{path}:{Environment.GetEnvironmentVariable("PATH")}";
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return (output, errors.Result);
    }
}
