using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Innkeeper.Cli;

/// <summary>A command whose help ends with examples; a test runs each of them.</summary>
internal class ExplainedCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;
}

/// <summary>A command that changes something, such as a decision about one device. With --json it answers with a <see cref="CommandOutcome"/>, whatever happens.</summary>
internal sealed class OrderCommand(string name, string description, params string[] examples) : ExplainedCommand(name, description, examples);

/// <summary>The help, and the command's examples below it.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    // A user whose command line has other errors gets help, too.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parsed)
    {
        var code = help.Invoke(parsed);
        if (parsed.CommandResult.Command is ExplainedCommand { Examples.Count: > 0 } command)
        {
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(command.Examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in command.Examples)
            {
                output.WriteLine($"  innkeeper {example}");
            }

            output.WriteLine();
        }

        return code;
    }
}
