using System.CommandLine;
using System.CommandLine.Parsing;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>Explains in one line what is wrong with a command line.</summary>
internal static class Usage
{
    public static string Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed.CommandResult);
        var help = $"`{path} --help`";
        var commands = command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToList();
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (commands.Count == 0 && MissingOf(parsed) is { } missing)
        {
            return $"{path}: {missing.Name} is missing. {missing.Description} See {help}";
        }

        if (commands.Count == 0 || (command.Action is not null && unknown is null or ['-', ..]))
        {
            return $"{path}: {SafeText.OneLine(parsed.Errors[0].Message).TrimEnd('.')}; see {help}";
        }

        var all = $"the commands are {string.Join(", ", commands)}";
        return unknown is null or ['-', ..]
            ? $"{path}: a command is missing; {all}. See {help}"
            : $"{path}: there is no command {SafeText.Shorten(unknown)}; " +
              $"{(Suggest.Nearest(unknown, commands) is { } nearest ? $"did you mean {nearest}?" : all + ".")} See {help}";
    }

    /// <summary>The first argument that has no value; null: none, or something else is wrong too.</summary>
    private static Argument? MissingOf(ParseResult parsed) => parsed.UnmatchedTokens.Count > 0
        ? null
        : parsed.CommandResult.Command.Arguments.FirstOrDefault(a => IsNeeded(parsed, a) && parsed.GetResult(a) is not { Tokens.Count: > 0 });

    private static bool IsNeeded(ParseResult parsed, Argument argument) =>
        argument is DeviceArgument { InItsPlace: { } option } ? parsed.GetResult(option) is not { Implicit: false } : argument.Arity.MinimumNumberOfValues > 0;

    /// <summary>The command with its parent commands, as the user types them.</summary>
    private static string PathOf(CommandResult command) => command.Command is RootCommand ? "innkeeper" : $"{PathOf((CommandResult)command.Parent!)} {command.Command.Name}";

    /// <summary>Interfaces are given for two arms or for one.</summary>
    /// <returns>Whether they are.</returns>
    public static bool DemandOneKind(CommandResult command, IReadOnlyList<Option> two, IReadOnlyList<Option> one)
    {
        if (one.FirstOrDefault(o => IsGiven(command, o)) is not { } single || two.FirstOrDefault(o => IsGiven(command, o)) is not { } beside)
        {
            return true;
        }

        command.AddError($"{single.Name} cannot be used with {beside.Name}; give {single.Name} for one arm, or {string.Join(" and ", two.Select(o => o.Name))} for two");
        return false;
    }

    private static bool IsGiven(CommandResult command, Option option) => command.GetResult(option) is { Implicit: false };

    /// <summary>`run` takes a file, or options instead: two arms or one. An option that has no effect is refused: the user would expect an effect.</summary>
    public static void DemandFileOrOptions(CommandResult run, Option file, IReadOnlyList<Option> two, IReadOnlyList<Option> one, IReadOnlyList<Option> optional)
    {
        if (!DemandOneKind(run, two, one))
        {
            return;
        }

        var needed = one.Any(o => IsGiven(run, o)) ? one : two;
        var given = needed.Concat(optional).Where(o => IsGiven(run, o)).ToList();
        var missing = needed.Where(o => !IsGiven(run, o)).ToList();
        var all = string.Join(" and ", needed.Select(o => o.Name));
        if (given.Count > 0 && IsGiven(run, file))
        {
            run.AddError($"{file.Name} cannot be used with {given[0].Name}; give a file, or {all} without one");
        }
        else if (given.Count > 0 && missing.Count > 0)
        {
            run.AddError($"{string.Join(" and ", missing.Select(o => o.Name))} {(missing.Count == 1 ? "is" : "are")} missing; without a file give {all}");
        }
    }
}
