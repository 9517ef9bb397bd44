using System.CommandLine;
using System.Text.RegularExpressions;
using Innkeeper.Cli;
using Innkeeper.Control;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Cli;

/// <summary>Commands as help and docs/cli.md write them.</summary>
public sealed partial class ExamplesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly ControlServer _server;

    public ExamplesTests() => _server = new ControlServer(SocketPath, new FakeGateway { Known = SampleReports.Everybody() }.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public static TheoryData<string> InHelp => [.. Commands().OfType<ExplainedCommand>().SelectMany(c => c.Examples)];

    public static TheoryData<string> InTheDocument =>
        [.. Checkout.Read("docs/cli.md").Split('\n').Where(l => l.StartsWith("out/innkeeper ", StringComparison.Ordinal)).Select(l => l["out/innkeeper ".Length..])];

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A word, or several in quotes.</summary>
    [GeneratedRegex("\"(?<word>[^\"]*)\"|(?<word>\\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    private static string[] Split(string line) => [.. Word().Matches(line).Select(m => m.Groups["word"].Value)];

    private static List<Command> Commands()
    {
        var all = new List<Command> { CommandTree.Build(new CommandContext(TextWriter.Null, TextWriter.Null)) };
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(all[i].Subcommands);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(InHelp))]
    public void Help_Example_IsACommand(string example) => Assert.Empty(CommandTree.Build(new CommandContext(TextWriter.Null, TextWriter.Null)).Parse(Split(example)).Errors);

    [Fact]
    public void Help_OfACommand_EndsWithItsExamples() =>
        Assert.EndsWith("Examples:\n  innkeeper devices profile 02:00:00:00:00:01 guests\n  innkeeper devices profile 02:00:00:00:00:01 \"\"\n\n", CommandLine.Run("devices", "profile", "--help").Output);

    /// <summary>Each against a gateway that answers; those that go on for ever are only read.</summary>
    [Theory]
    [MemberData(nameof(InTheDocument))]
    public void Document_Command_Works(string command)
    {
        if (command.Contains("--follow", StringComparison.Ordinal) || command.StartsWith("run ", StringComparison.Ordinal))
        {
            Help_Example_IsACommand(command);
            return;
        }

        var line = CommandLine.Run([.. Split(command), "--socket", SocketPath]);
        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.NotEqual("", line.Output);
    }

    [Fact]
    public void Document_Table_NamesEveryCommandAndEachOfItsOptions()
    {
        var text = Checkout.Read("docs/cli.md");
        foreach (var command in Commands().Where(c => c is not RootCommand))
        {
            var path = command.Parents.OfType<Command>().First() is RootCommand ? command.Name : $"{command.Parents.OfType<Command>().First().Name} {command.Name}";
            Assert.True(command.Action is null || text.Contains($"`innkeeper {path}", StringComparison.Ordinal), $"docs/cli.md does not name {path}");
            Assert.All(command.Options.Where(o => o.Name.StartsWith("--", StringComparison.Ordinal)), o => Assert.Contains(o.Name, text));
        }
    }
}
