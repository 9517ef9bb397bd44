using System.CommandLine;
using System.Globalization;
using Innkeeper.Configuration;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`config preview`, `apply`, `confirm`, `rollback` and `history`: changes of the configuration with a way back.</summary>
internal static class ConfigChangeCommands
{
    public static IEnumerable<Command> Of(CommandContext context) => [Preview(context), Apply(context), Confirm(context), Rollback(context), History(context)];

    private static ExplainedCommand Preview(CommandContext context)
    {
        var file = new Argument<string?>("FILE") { Description = "A file with other settings; without it, the gateway's own file as it is now.", Arity = ArgumentArity.ZeroOrOne };
        var preview = new ExplainedCommand(
            "preview", "Show which settings, lines and devices a file would change. Nothing is written.", "config preview", "config preview new.toml", "config preview new.toml --json")
        {
            file,
        };
        preview.SetAction(parsed => parsed.GetValue(file) is not { } path ? Show(context, parsed, null)
            : Read(context, path) is { } text ? Show(context, parsed, text) : ExitCode.Failure);
        return preview;
    }

    private static ExplainedCommand Apply(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The new text of the configuration file." };
        var confirm = new Option<string>("--confirm") { Description = "Roll the change back after this time, such as 60s, unless you run `innkeeper config confirm`.", HelpName = "TIME" };
        var comment = new Option<string>("--comment") { Description = "Why you change it, one line, for the history.", HelpName = "TEXT" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would change." };
        var apply = new ExplainedCommand(
            "apply", "Check a file, write its text to the gateway's configuration file, and take its settings. If they cannot be started, the previous text returns.",
            "config apply new.toml --confirm 60s", "config apply new.toml --comment \"two more addresses\"", "config apply new.toml --dry-run")
        {
            file, confirm, comment, dryRun,
        };
        apply.SetAction(parsed =>
        {
            if (Read(context, parsed.GetValue(file)!) is not { } text)
            {
                return ExitCode.Failure;
            }

            return parsed.GetValue(dryRun) ? Show(context, parsed, text)
                : ConfigCommands.Order(context, parsed, client => client.Apply(new ApplyRequest(text, parsed.GetValue(comment), parsed.GetValue(confirm))));
        });
        return apply;
    }

    private static OrderCommand Confirm(CommandContext context)
    {
        var confirm = new OrderCommand("confirm", "Keep the configuration that was applied with --confirm.", "config confirm");
        confirm.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Change(Of(gateway.Client.Confirm(), change => new DeviceChange("", change.Text)))));
        return confirm;
    }

    private static ExplainedCommand Rollback(CommandContext context)
    {
        var rollback = new ExplainedCommand("rollback", "Return at once to the configuration before the one that waits for its confirmation.", "config rollback");
        rollback.SetAction(parsed => ConfigCommands.Order(
            context, parsed, client => Of(client.Rollback(), change => new ReloadReport([], change.Replaces, Number: change.Number)),
            outcome => outcome.Done ? outcome with { Text = "the previous settings are in force again", Replaces = false } : outcome));
        return rollback;
    }

    private static ExplainedCommand History(CommandContext context)
    {
        var number = new Argument<int?>("NUMBER") { Description = "Print the text with this number.", Arity = ArgumentArity.ZeroOrOne };
        var history = new ExplainedCommand(
            "history", "List the configurations that were in force: when, who, and how the change ended. With a number, print one.", "config history", "config history 1", "config history --json")
        {
            number,
        };
        history.SetAction(parsed => context.WithGateway(parsed, gateway => parsed.GetValue(number) is { } wanted
            ? gateway.Show(gateway.Client.GetRevision(wanted.ToString(CultureInfo.InvariantCulture)), entry => context.Output.Write(Printable(entry.Text ?? "")))
            : gateway.Show(gateway.Client.ListHistory(), report => Tables.Write(Tables.Open(context.Output), report))));
        return history;
    }

    private static int Show(CommandContext context, ParseResult parsed, string? text) => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.Preview(new ConfigText(text)), report => WriteEffects(context, report)));

    /// <summary>Writes the effects that a change of the file would have.</summary>
    internal static void WriteEffects(CommandContext context, ReloadReport report)
    {
        foreach (var change in report.Values ?? [])
        {
            context.Output.WriteLine(SafeText.OneLine($"{change.Key}: {change.Before ?? "not set"} -> {change.After ?? "not set"}"));
        }

        if (report.Values is not { Count: > 0 })
        {
            context.Output.WriteLine(report.Replaces ? "no setting changes; the new program would be started" : "no setting changes");
        }

        foreach (var line in ReloadOutcome.EffectsOf(report, isDone: false))
        {
            context.Output.WriteLine(line);
        }

        foreach (var line in (report.Diff ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            context.Output.WriteLine(SafeText.OneLine(line));
        }
    }

    private static Reply<TOther> Of<T, TOther>(Reply<T> reply, Func<T, TOther> convert)
        where T : class
        where TOther : class => reply.Result switch
        {
            { Value: { } value } => new Reply<TOther>(convert(value), reply.Line),
            { Failure: { } failure } => new Reply<TOther>(failure, reply.Line, reply.Trouble),
            _ => new Reply<TOther>(default, reply.Line, reply.Trouble),
        };

    /// <summary>TOML has no control characters, so a right text is printed as it is.</summary>
    private static string Printable(string text) =>
        text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? string.Join('\n', text.Split('\n').Select(SafeText.OneLine)) : text;

    /// <summary>A file of the size of a configuration; null: it cannot be read, and the reason is said.</summary>
    internal static string? Read(CommandContext context, string path)
    {
        try
        {
            return BoundedFile.ReadText(path, ConfigurationFile.MaxSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Fail($"{SafeText.Shorten(path)} {SafeText.OneLine(e.Message)}");
            return null;
        }
    }
}
