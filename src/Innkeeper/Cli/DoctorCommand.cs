using System.CommandLine;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Innkeeper.Doctor;
using Innkeeper.Hosting;
using Innkeeper.Links;

namespace Innkeeper.Cli;

/// <summary>`doctor`: examines every precondition of the gateway, with one that runs or without.</summary>
internal static class DoctorCommand
{
    public static Command Of(CommandContext context)
    {
        var doctor = new ExplainedCommand(
            "doctor", "Examine everything that the gateway needs of this machine and its networks, and say what to do. Exit code 0: no failure.", "doctor", "doctor --config innkeeper.toml", "doctor --json")
        {
            context.Config, context.Socket, context.Json,
        };
        doctor.SetAction(parsed =>
        {
            var findings = Checkup.Whole().RunAsync(Ask(context, parsed)).GetAwaiter().GetResult();
            if (parsed.GetValue(context.Json))
            {
                context.Output.WriteLine(JsonSerializer.Serialize(
                    new DoctorReport(1, [.. findings.Select(f => new FindingReport(NameOf(f.Grade), f.Subject, f.Seen, f.Advice))]), DoctorContext.Default.DoctorReport));
            }
            else
            {
                Write(context.Output, findings);
            }

            return findings.Any(f => f.Grade == Grade.Failure) ? ExitCode.Failure : ExitCode.Ok;
        });
        return doctor;
    }

    /// <summary>One line each, and below it what to do.</summary>
    internal static void Write(TextWriter output, IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
        {
            output.WriteLine($"{NameOf(finding.Grade),-8} {finding.Subject}: {finding.Seen}");
            if (finding.Advice is { } advice)
            {
                output.WriteLine($"{"",-8} -> {advice}");
            }
        }

        int Count(Grade grade) => findings.Count(f => f.Grade == grade);
        output.WriteLine($"{Count(Grade.Ok)} ok, {Counted(Count(Grade.Warning), "warning")}, {Counted(Count(Grade.Failure), "failure")}");
    }

    internal static string NameOf(Grade grade) => grade switch { Grade.Ok => "ok", Grade.Warning => "warning", _ => "failure" };

    private static string Counted(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private static Examined Ask(CommandContext context, ParseResult parsed)
    {
        var file = context.LoadFile(parsed);
        var gateway = context.SessionAt(parsed.GetValue(context.Socket) ?? file?.ControlSocket ?? new Configuration.InnkeeperConfig().Control.Socket, parsed);
        var reply = gateway.Client.GetStatus();
        return new Examined(file is { Exists: false } ? null : file, Links(), SystemInfo.Read(), reply.Result.Value, gateway.FailureOf(reply)?.Text);
    }

    private static ImmutableArray<LinkInfo> Links()
    {
        try
        {
            return Netlink.ReadInterfaces();
        }
        catch (NetlinkException)
        {
            return [];
        }
    }
}

/// <summary>The line that `doctor --json` prints.</summary>
internal sealed record DoctorReport(int Schema, IReadOnlyList<FindingReport> Findings);

/// <param name="Grade">"ok", "warning" or "failure".</param>
/// <param name="Subject">The precondition, in a word or two.</param>
/// <param name="Seen">The state in which it was found.</param>
/// <param name="Advice">Null: nothing needs to be done.</param>
internal sealed record FindingReport(string Grade, string Subject, string Seen, string? Advice);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorContext : JsonSerializerContext;
