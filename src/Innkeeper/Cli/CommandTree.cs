using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Innkeeper.Wire;

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
        var context = new CommandContext(output, errors);
        var parsed = Build(context).Parse(arguments);
        try
        {
            return parsed.Action is ParseErrorAction ? Refuse(context, parsed)
                : context.Remote.ErrorOf(parsed, context.Socket) is { } wrong ? context.RefuseUsage(parsed, wrong)
                : parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false, Output = output, Error = errors });
        }
        catch (Exception e)
        {
            return Explain(e, parsed.GetValue(context.Verbose), errors);
        }
    }

    private static int Refuse(CommandContext context, ParseResult parsed)
    {
        var text = Usage.Explain(parsed);
        if (parsed.GetResult(context.Json) is { Implicit: false })
        {
            context.Output.WriteLine(parsed.CommandResult.Command is OrderCommand
                ? new CommandOutcome(false, text, ExitCode.Usage).ToLine()
                : new FailureLine("usage", text, ExitCode.Usage).ToLine());
        }

        context.Errors.WriteLine(text);
        return ExitCode.Usage;
    }

    /// <summary>Nothing that a command did not expect reaches a person as a stack trace.</summary>
    private static int Explain(Exception e, bool verbose, TextWriter errors)
    {
        try
        {
            // All that commands read has its errors caught: what is left is their output, such as a full disk.
            errors.WriteLine(e is IOException
                ? $"innkeeper: cannot write the output: {SafeText.OneLine(e.Message)}"
                : $"innkeeper: this is a fault of innkeeper; please report it: {e.GetType().Name}: {SafeText.OneLine(e.Message)} ({PlaceOf(e)})");
            if (verbose)
            {
                errors.WriteLine(e);
            }
        }
        catch (IOException)
        {
            // stderr cannot be written either: the exit code has to say it.
        }

        return ExitCode.Failure;
    }

    /// <summary>The innermost of the program's own methods.</summary>
    private static string PlaceOf(Exception e) =>
        e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Innkeeper.", StringComparison.Ordinal))?.Trim() ?? "place unknown";

    internal static RootCommand Build(CommandContext context)
    {
        var root = new RootCommand("Innkeeper makes any device work on this LAN, whatever its IP settings are.")
        {
            context.Verbose, context.Remote.Server, context.Remote.TokenFile, context.Remote.Certificate,
        };
        foreach (var command in (IEnumerable<Command>)
            [
                SetupCommands.Of(context), .. GatewayCommands.Of(context), .. ReportCommands.Of(context), DeviceCommands.Of(context), MachineCommands.Of(context), ForwardCommands.Of(context), FindCommand.Of(context), EventCommands.Of(context),
                WhyCommand.Of(context), .. InspectionCommands.Of(context), WakeCommand.Of(context), DoctorCommand.Of(context), .. AccountCommands.Of(context), .. GuestCommands.Of(context),
                ConfigCommands.Of(context), MailCommands.Of(context), OutboxCommands.Of(context), .. BackupCommands.Of(context), GatewayCommands.Teardown(context),
                PackageCommands.Completion(context), PackageCommands.Manual(context),
            ])
        {
            root.Add(command);
        }

        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);

            // Spellings of another system: here they are paths.
            help.Aliases.Remove("/?");
            help.Aliases.Remove("/h");
        }

        return root;
    }
}
