using System.Diagnostics;
using Innkeeper.Cli;
using Innkeeper.Cli.Manual;
using Innkeeper.Configuration;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Cli;

public sealed class ManualTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Page(string name) => File.ReadAllText(Path.Combine(_directory, "man", name));

    private CommandLine Write() => CommandLine.Run("manual", Path.Combine(_directory, "man"));

    [Fact]
    public void Manual_HasAPageForEachCommandAndForTheFile()
    {
        var line = Write();

        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.Equal(line.Output.TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal), Directory.GetFiles(Path.Combine(_directory, "man")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var commands = CommandTree.Build(new CommandContext(TextWriter.Null, TextWriter.Null)).Subcommands.Where(c => !c.Hidden).ToList();
        Assert.All(commands, c => Assert.Contains($"\\fBinnkeeper {c.Name}", Page($"innkeeper-{c.Name}.1")));
        Assert.All(commands, c => Assert.Contains($"\\fBinnkeeper {c.Name}\\fR\n", Page("innkeeper.1")));
        Assert.Contains(".SS \"innkeeper devices approve\"\n", Page("innkeeper-devices.1"));
        Assert.Contains("\\fB\\-\\-for TIME\\fR\n", Page("innkeeper-devices.1"));
        Assert.Contains("\\fB\\-\\-config FILE\\fR\n", Page("innkeeper-devices.1"));
        Assert.DoesNotContain("takeover", Page("innkeeper.1"));
    }

    [Fact]
    public void SettingsPage_HasEverySetting()
    {
        Write();
        var page = Page("innkeeper.toml.5");
        foreach (var group in SettingDefinitions.Groups)
        {
            var section = page.Split(".SH ").Single(s => s.StartsWith($"\"[{group.Name}]\"", StringComparison.Ordinal));
            Assert.All(group.Settings, s => Assert.Contains($"\n\\fB{s.Name[(group.Name.Length + 1)..]}\\fR\n", section));
        }

        Assert.Contains("Default: \\(dq30m\\(dq", page);
    }

    [Fact]
    public void ExitCodes_AreThoseOfTheDocument()
    {
        Write();
        var documented = Checkout.Read("docs/cli.md").Split('\n').Where(l => l.Length > 4 && l.StartsWith("| ", StringComparison.Ordinal) && char.IsAsciiDigit(l[2]) && l[3] == ' ').Select(l => l[2] - '0').Take(6);
        Assert.Equal(documented, CommandPages.ExitCodes.Keys);
    }

    /// <summary>groff reads each page without a word of complaint, and shows the text.</summary>
    [Fact]
    public void Pages_AreValidRoff()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "Needs groff.");
        Write();
        foreach (var page in Directory.GetFiles(Path.Combine(_directory, "man")))
        {
            Assert.Equal((0, "", ""), Groff("-z", "-ww", page));
            Assert.All(File.ReadAllText(page), c => Assert.True(char.IsAscii(c)));
        }

        var (_, shown, _) = Groff("-Tutf8", "-P-c", Path.Combine(_directory, "man", "innkeeper-devices.1"));
        Assert.Contains("innkeeper devices block 02:00:00:00:00:01 --reason \"floods the LAN\"", shown);
    }

    [Theory]
    [InlineData(".so /etc/passwd", @"\&.so /etc/passwd")]
    [InlineData("'quoted", @"\(aqquoted")]
    [InlineData(@"a\fBb - ~^ ‘ 😀", @"a\efBb \- \(ti\(ha \[u2018] \[u1F600]")]
    [InlineData("type `a -b` and ` too", @"type \fBa \-b\fR and \(ga too")]
    [InlineData("two\nlines", "two lines")]
    public void Text_IsNeverARequest(string text, string expected)
    {
        var page = new Roff("X", 1, "1");
        page.Paragraph(text);
        Assert.EndsWith($".PP\n{expected}\n", page.ToString());
    }

    [Fact]
    public void Manual_WhereNothingCanBeWritten_IsOneLine()
    {
        var line = CommandLine.Run("manual", "/dev/null/man");
        Assert.Equal((1, ""), (line.Code, line.Output));
        Assert.Single(line.Errors.TrimEnd('\n').Split('\n'));
    }

    private static (int Code, string Output, string Errors) Groff(params string[] arguments)
    {
        using var groff = Process.Start(new ProcessStartInfo("groff", ["-man", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = groff.StandardError.ReadToEndAsync();
        var output = groff.StandardOutput.ReadToEnd();
        groff.WaitForExit();
        return (groff.ExitCode, output, errors.Result);
    }
}
