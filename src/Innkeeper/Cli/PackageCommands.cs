using System.CommandLine;
using Innkeeper.Cli.Manual;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`completion` and `manual`: files that a package installs beside the program.</summary>
internal static class PackageCommands
{
    private static readonly string[] s_shells = ["bash", "zsh", "fish"];

    /// <summary>Prints the script that makes a shell complete this program's commands, options and devices.</summary>
    public static Command Completion(CommandContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.CompletionSources.Add(s_shells);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !s_shells.Contains(given))
            {
                result.AddError($"SHELL is bash, zsh or fish, not {SafeText.Shorten(given)}");
            }
        });
        var completion = new ExplainedCommand("completion", "Print the script by which a shell completes commands.", "completion bash", "completion zsh", "completion fish") { shell };
        completion.SetAction(parsed =>
        {
            context.Output.Write(CompletionScripts.Of(parsed.GetValue(shell)!));
            return ExitCode.Ok;
        });
        return completion;
    }

    /// <summary>For the build of packages, not for people.</summary>
    public static Command Manual(CommandContext context)
    {
        var directory = new Argument<string>("DIRECTORY") { Description = "Where the pages are written. It is made if it is missing." };
        var manual = new Command("manual", "Write the manual pages, for packages.") { directory };
        manual.Hidden = true;
        manual.SetAction(parsed =>
        {
            var folder = parsed.GetValue(directory)!;
            var version = typeof(PackageCommands).Assembly.GetName().Version!.ToString(3);
            try
            {
                Directory.CreateDirectory(folder);
                foreach (var page in CommandPages.Of(CommandTree.Build(context), version).Append(SettingsPage.Of(version)))
                {
                    File.WriteAllText(Path.Combine(folder, page.File), page.Text);
                    context.Output.WriteLine(page.File);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return context.Fail(SafeText.OneLine(e.Message));
            }

            return ExitCode.Ok;
        });
        return manual;
    }
}
