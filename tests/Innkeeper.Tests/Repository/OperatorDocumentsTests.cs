using System.Reflection;
using System.Text.RegularExpressions;
using Innkeeper.Cli;
using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.Events;
using Innkeeper.Tests.Backups;
using Innkeeper.Tests.Cli;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Repository;

/// <summary>The documents for operators: their commands are commands, their settings are settings, and all that the gateway can complain of is in them.</summary>
public sealed partial class OperatorDocumentsTests : IDisposable
{
    private static readonly string[] s_documents = ["README.md", "docs/install.md", "docs/sizing.md", "docs/upgrade.md", "docs/backup.md", "docs/troubleshooting.md", "docs/security.md"];

    /// <summary>Commands that need another machine than a test has, or a terminal, or that write to stderr: they are only read.</summary>
    private static readonly string[] s_onlyRead = ["setup", "doctor", "capture", "ping", "why", "config reload", "user add", "token create"];

    private readonly Machine _machine = new();

    public static TheoryData<string> Commands =>
        [.. FencesOf("sh").SelectMany(text => text.Split('\n')).Where(line => line.StartsWith("innkeeper ", StringComparison.Ordinal)).Distinct()];

    public static TheoryData<string> Settings => [.. FencesOf("toml")];

    private static IEnumerable<string> FencesOf(string language) => s_documents.SelectMany(document => Fence().Matches(Checkout.Read(document)))
        .Where(fence => fence.Groups["language"].Value == language).Select(fence => fence.Groups["text"].Value);

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex("\"(?<text>[^\"\\n]{25,})\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Literal();

    /// <summary>Words in a row, without a value between them.</summary>
    [GeneratedRegex(@"[A-Za-z][A-Za-z ,'\[\]-]{12,}[a-z\]]")]
    private static partial Regex Words();

    public void Dispose() => _machine.Dispose();

    /// <summary>Each is known, and those that can be carried out are: against a gateway that answers, or, where none may run, on a machine's files.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OfADocument_Works(string line)
    {
        var words = line["innkeeper ".Length..].Split(' ');
        var tree = CommandTree.Build(new CommandContext(TextWriter.Null, TextWriter.Null));
        Assert.Empty(tree.Parse(words).Errors);
        if (s_onlyRead.Any(command => line.StartsWith($"innkeeper {command}", StringComparison.Ordinal)))
        {
            return;
        }

        _machine.MakeBackup();
        File.WriteAllText(_machine.PasswordFile, "secret");
        words = [.. words.Select(word => word.EndsWith(".backup", StringComparison.Ordinal) ? _machine.Backup : word.EndsWith(".secrets", StringComparison.Ordinal) ? _machine.Secrets : word)];
        if (words[0] == "restore")
        {
            // On the machine of the examples, the backup of an example lies there.
            Assert.Equal(0, CommandLine.Run("backup", _machine.Backup, "--secrets", _machine.Secrets, "--config", _machine.Configuration).Code);
            File.Delete(words.Contains("--state-only") ? _machine.Database : _machine.Configuration);
            var restored = CommandLine.Run([.. words, "--config", _machine.Configuration]);
            Assert.True(restored.Code == 0, restored.Errors);
            return;
        }

        var gateway = new FakeGateway { Known = SampleReports.Everybody(), OnBackup = _ => File.OpenRead(Copy(_machine.Backup)) };
        using var server = new ControlServer(_machine.Socket, gateway.Operations);
        var done = CommandLine.Run([.. words, "--config", _machine.Configuration]);
        Assert.Equal((0, ""), (done.Code, done.Errors));
        Assert.NotEqual("", done.Output);
    }

    private static string Copy(string file)
    {
        var copy = file + ".copy";
        File.Copy(file, copy, overwrite: true);
        return copy;
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Settings_OfADocument_AreRight(string text) => Assert.Empty(ConfigurationFile.Parse(text, "document").Errors);

    [Fact]
    public void Examples_AreFound() => Assert.All([(Commands.Count, 10), (Settings.Count, 2)], found => Assert.InRange(found.Item1, found.Item2, int.MaxValue));

    [Fact]
    public void Troubleshooting_HasEveryKindOfEvent()
    {
        var text = Checkout.Read("docs/troubleshooting.md");

        Assert.All(
            typeof(EventKind).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!),
            kind => Assert.True(text.Contains($"`{kind}`", StringComparison.Ordinal), $"docs/troubleshooting.md has no row for the event {kind}"));
    }

    [Fact]
    public void Troubleshooting_HasEveryExitCode()
    {
        var section = Checkout.Read("docs/troubleshooting.md").Split("## Exit codes")[1];

        Assert.All(
            typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (int)f.GetRawConstantValue()!),
            code => Assert.Contains($"\n| {code} |", section, StringComparison.Ordinal));
    }

    /// <summary>Each sentence by its longest part without a value, as a person would search for it.</summary>
    [Fact]
    public void Troubleshooting_HasEveryProblemOfStatus()
    {
        var text = Checkout.Read("docs/troubleshooting.md").ReplaceLineEndings(" ");
        var problems = Literal().Matches(Checkout.Read("src/Innkeeper/Management/StatusProblems.cs"))
            .Select(literal => Words().Matches(literal.Groups["text"].Value).Select(m => m.Value).MaxBy(words => words.Length)).OfType<string>().ToList();

        Assert.InRange(problems.Count, 12, int.MaxValue);
        Assert.All(problems, part => Assert.True(text.Contains(part, StringComparison.Ordinal), $"docs/troubleshooting.md does not have \"{part}\""));
    }
}
