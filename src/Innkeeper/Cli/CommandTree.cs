using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Innkeeper.Cli;

/// <summary>The list of all commands. Each group has a file of its own.</summary>
internal static class CommandTree
{
    /// <param name="output">For data; stdout when null.</param>
    /// <param name="errors">For messages; stderr when null.</param>
    public static int Invoke(string[] arguments, TextWriter? output = null, TextWriter? errors = null)
    {
        output ??= Console.Out;
        errors ??= Console.Error;
        var parsed = Build(output, errors).Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            errors.WriteLine(Usage.Explain(parsed));
            return ExitCode.Usage;
        }

        return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = output, Error = errors });
    }

    internal static RootCommand Build(TextWriter output, TextWriter errors)
    {
        var context = new CommandContext(output, errors);
        var root = new RootCommand("Innkeeper makes any device work on this LAN, whatever its IP settings are.") { context.Verbose };
        foreach (var command in (IEnumerable<Command>)
            [
                .. GatewayCommands.Of(context), .. ReportCommands.Of(context), DeviceCommands.Of(context), EventCommands.Of(context),
                ConfigCommands.Of(context), MailCommands.Of(context), GatewayCommands.Teardown(context),
            ])
        {
            root.Add(command);
        }

        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }
}
