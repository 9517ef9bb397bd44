using System.CommandLine;
using System.CommandLine.Help;

namespace Innkeeper.Cli.Manual;

/// <summary>A file of the manual.</summary>
internal sealed record ManualPage(string File, string Text);

/// <summary>The manual of the commands, made from the command tree: a page for the program, and one for each command with its own commands.</summary>
internal static class CommandPages
{
    private const string Program = "innkeeper";

    /// <summary>By number, for people; docs/cli.md says more.</summary>
    public static readonly IReadOnlyDictionary<int, string> ExitCodes = new Dictionary<int, string>
    {
        [ExitCode.Ok] = "Done; for `status`: all is well.",
        [ExitCode.Failure] = "The command failed, or the configuration is wrong.",
        [ExitCode.Usage] = "The command line is wrong: one line on stderr says why.",
        [ExitCode.Unreachable] = "No gateway answers at the control socket.",
        [ExitCode.Refused] = "The request conflicts with something, such as an address that another device has.",
        [ExitCode.NotFound] = "There is no such device, profile or address.",
    };

    public static IEnumerable<ManualPage> Of(RootCommand root, string version)
    {
        var commands = root.Subcommands.Where(c => !c.Hidden).ToList();
        return commands.Select(c => OfCommand(c, version)).Prepend(OfProgram(root, commands, version));
    }

    private static ManualPage OfProgram(RootCommand root, List<Command> commands, string version)
    {
        var page = new Roff(Program.ToUpperInvariant(), 1, version);
        page.Section("NAME");
        page.Paragraph($"{Program} - gateway that makes any device work on this LAN, whatever its IP settings are");
        page.Section("SYNOPSIS");
        page.Paragraph($"`{Program}` COMMAND [OPTIONS]");
        page.Section("DESCRIPTION");
        page.Paragraph($"{root.Description} `{Program} setup` writes the configuration file, `{Program} run` is the gateway, and `{Program} status` shows whether all is well.");
        page.Section("COMMANDS");
        foreach (var command in commands)
        {
            page.Item($"{Program} {command.Name}", $"{command.Description} See {Program}-{command.Name}(1).");
        }

        page.Section("OPTIONS");
        Options(page, root.Options);
        page.Section("EXIT STATUS");
        foreach (var (code, meaning) in ExitCodes)
        {
            page.Item($"{code}", meaning);
        }

        page.Section("FILES");
        page.Item(CommandContext.DefaultConfig, $"The settings; see {Program}.toml(5).");
        page.Section("SEE ALSO");
        page.Paragraph(string.Join(", ", commands.Select(c => $"{Program}-{c.Name}(1)").Append($"{Program}.toml(5)")));
        return new ManualPage($"{Program}.1", page.ToString());
    }

    private static ManualPage OfCommand(Command command, string version)
    {
        var name = $"{Program}-{command.Name}";
        var page = new Roff(name.ToUpperInvariant(), 1, version);
        page.Section("NAME");
        page.Paragraph($"{name} - {FirstSentence(command.Description)}");
        page.Section("SYNOPSIS");
        if (command.Action is not null)
        {
            page.Paragraph(Synopsis(command, Program));
        }

        var parts = command.Subcommands.Where(c => !c.Hidden).ToList();
        foreach (var part in parts)
        {
            page.Paragraph(Synopsis(part, $"{Program} {command.Name}"));
        }

        page.Section("DESCRIPTION");
        page.Paragraph(command.Description ?? "");
        Arguments(page, command);
        if (parts.Count > 0)
        {
            page.Section("COMMANDS");
            foreach (var part in parts)
            {
                page.Subsection($"{Program} {command.Name} {part.Name}");
                page.Paragraph(part.Description ?? "");
                Arguments(page, part);
                Options(page, part.Options);
            }
        }

        page.Section("OPTIONS");
        Options(page, command.Options.Concat(command.Parents.OfType<Command>().SelectMany(p => p.Options).Where(o => o.Recursive)));
        if (parts.Prepend(command).OfType<ExplainedCommand>().SelectMany(c => c.Examples).Distinct().ToList() is { Count: > 0 } examples)
        {
            page.Section("EXAMPLES");
            page.Verbatim(examples.Select(e => $"{Program} {e}"));
        }

        page.Section("SEE ALSO");
        page.Paragraph($"{Program}(1), which lists the exit codes, {Program}.toml(5)");
        return new ManualPage($"{name}.1", page.ToString());
    }

    private static string FirstSentence(string? description) => (description ?? "").Split(". ")[0].TrimEnd('.');

    private static string Synopsis(Command command, string path) =>
        $"`{path} {command.Name}`{string.Concat(command.Arguments.Where(a => !a.Hidden).Select(a => a.Arity.MinimumNumberOfValues == 0 ? $" [{a.Name}]" : $" {a.Name}"))}{(command.Options.Any(o => !o.Hidden) ? " [OPTIONS]" : "")}";

    private static void Arguments(Roff page, Command command)
    {
        foreach (var argument in command.Arguments.Where(a => !a.Hidden))
        {
            page.Item(argument.Name, argument.Description ?? "");
        }
    }

    private static void Options(Roff page, IEnumerable<Option> options)
    {
        foreach (var option in options.Where(o => !o.Hidden))
        {
            var names = string.Join(", ", option.Aliases.Where(a => !a.Contains('?', StringComparison.Ordinal) && !a.StartsWith('/')).Prepend(option.Name));
            page.Item(option.HelpName is { } value ? $"{names} {value}" : names, option is HelpOption ? "Show help." : option.Description ?? "");
        }
    }
}
