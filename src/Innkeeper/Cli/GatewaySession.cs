using Innkeeper.Hosting;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>One command's conversation with the running gateway: prints its answer as JSON or as text, and returns the exit code.</summary>
/// <param name="connection">Where it answers.</param>
/// <param name="json">The gateway's line as it is, and a line too when there is none.</param>
/// <param name="isOrder">The line is a <see cref="CommandOutcome"/>.</param>
internal sealed class GatewaySession(GatewayConnection connection, bool json, bool isOrder, TextWriter output, TextWriter errors)
{
    private readonly GatewayClient _client = new(connection);

    public GatewayClient Client => _client;

    /// <param name="show">Shows a report to people; not called when JSON is wanted.</param>
    /// <returns>The exit code.</returns>
    public int Show<T>(Reply<T> reply, Action<T> show)
        where T : class
    {
        if (FailureOf(reply) is { } failed)
        {
            return Refuse(reply, failed);
        }

        if (json)
        {
            output.WriteLine(reply.Line);
        }
        else
        {
            show(reply.Result.Value!);
        }

        return ExitCode.Ok;
    }

    /// <summary>A command about a device. Success goes to stdout; a failure goes to stderr, and with --json to stdout too.</summary>
    public int Change(Reply<DeviceChange> reply)
    {
        if (reply.Trouble != NoReply.None)
        {
            return Show(reply, _ => { });
        }

        var (failure, change) = (reply.Result.Failure, reply.Result.Value);
        var outcome = failure is null
            ? new CommandOutcome(true, change!.NotDurable is { } why ? $"{change.Text}. It is in force, but not on disk yet ({why})" : change.Text, ExitCode.Ok, change.Mac.Length == 0 ? null : change.Mac, Erasure: change.Erasure)
            : new CommandOutcome(false, FailureText.Of(failure), FailureText.CodeOf(failure));
        if (json)
        {
            output.WriteLine(outcome.ToLine());
        }
        else if (outcome.Done)
        {
            output.WriteLine(SafeText.OneLine(outcome.Text));
            foreach (var line in LinesOf(outcome.Erasure))
            {
                output.WriteLine(SafeText.OneLine(line));
            }
        }

        if (outcome is { Done: true, Erasure.Failed: [_, ..] left })
        {
            return Fail($"it is not erased everywhere: {string.Join("; ", left)}. Correct that, and repeat the command", ExitCode.Failure);
        }

        return outcome.Done ? ExitCode.Ok : Fail(outcome.Text, outcome.ExitCode);
    }

    private static IEnumerable<string> LinesOf(ErasureReport? erasure) => erasure is null ? [] :
    [
        $"erased from {string.Join(", ", erasure.Erased)}",
        .. erasure.Stays.Select(s => $"stays: {s.What}{(s.Until is { } until ? $", until {LocalTime.Text(until, TimeZoneInfo.Local)} at the latest" : "")}"),
    ];

    /// <summary>An order about many devices: each device with its result, then how many there are.</summary>
    public int Order(Reply<OrderReport> reply)
    {
        var code = Show(reply, report =>
        {
            foreach (var device in report.Touched)
            {
                output.WriteLine(SafeText.OneLine(device.Text));
            }

            output.WriteLine(
                report.TouchedCount + report.RefusedCount == 0 ? "no device fits"
                : $"{report.TouchedCount} {(report.TouchedCount == 1 ? "device" : "devices")}{(report.DryRun ? "; nothing was done" : "")}{(report.More > 0 ? $" ({report.More} more are not listed)" : "")}");
            foreach (var device in report.Refused)
            {
                errors.WriteLine($"innkeeper: {device.Mac}: {SafeText.OneLine(device.Text)}");
            }

            if (report.NotDurable is { } reason)
            {
                errors.WriteLine($"innkeeper: it is in force, but not on disk yet ({SafeText.OneLine(reason)})");
            }
        });
        return code == ExitCode.Ok && reply.Result.Value!.RefusedCount > 0 ? ExitCode.Failure : code;
    }

    /// <summary>Watches events until the gateway is away for too long, or the reader of the output ends.</summary>
    /// <param name="patience">How long to wait for a gateway that is away.</param>
    /// <param name="writer">Where they are shown: written to and flushed, and it throws when its reader has gone.</param>
    /// <param name="show">Shows one to people; null stands for a number of events that were missed, 0 if it is not known how many.</param>
    public int Watch(int last, TimeSpan patience, TextWriter writer, Action<EventReport?, long> show)
    {
        var isOver = false;
        var follower = new EventFollower(_client, patience, (entry, line) =>
        {
            try
            {
                if (json)
                {
                    writer.WriteLine(line);
                }
                else
                {
                    show(entry is { Time: { } time, Kind: { } kind, Text: { } text } ? new EventReport(time, kind, text, entry.Sequence) : null, entry.Missed);
                }

                writer.Flush();
                return true;
            }
            catch (IOException)
            {
                // Its reader has gone, as `head` does.
                isOver = true;
                return false;
            }
        });
        var reply = follower.Run(last);
        return isOver || FailureOf(reply) is not { } failed ? ExitCode.Ok : Refuse(reply, failed);
    }

    /// <summary>The fault of a reply, and the exit code; null: the reply is an answer.</summary>
    public (string Text, int Code)? FailureOf<T>(Reply<T> reply)
        where T : class => reply.Trouble switch
        {
            NoReply.NotTrusted => (connection.Distrust ?? $"{connection.Place} does not speak HTTPS; is it http://?", ExitCode.Failure),
            NoReply.Unreachable when connection is ServerConnection => ($"no gateway answers at {connection.Place}; is it running, and does [web] listen have that address?", ExitCode.Unreachable),
            NoReply.Broken when connection is ServerConnection => (
                $"the answer of {connection.Place} is no gateway's of this version; use the gateway's address or the name in [web] url, and the same version of innkeeper", ExitCode.Failure),
            NoReply.Unreachable => ($"no gateway answers at {connection.Place}; is it running? (start it with `innkeeper run`, or name its configuration with --config)", ExitCode.Unreachable),
            NoReply.NotPermitted => (ControlRights.Missing(connection.Place), ExitCode.Failure),
            NoReply.Broken => ("the gateway's answer is incomplete or of another version; try again, and if that does not help, restart the gateway", ExitCode.Failure),
            _ => reply.Result.Failure is { } failure ? (FailureText.Of(failure), FailureText.CodeOf(failure)) : null,
        };

    /// <summary>A line of JSON, whether there is an answer or not.</summary>
    public string LineOf<T>(Reply<T> reply)
        where T : class => reply.Trouble == NoReply.None ? reply.Line : new FailureLine(NameOf(reply.Trouble), FailureOf(reply)!.Value.Text, FailureOf(reply)!.Value.Code).ToLine();

    /// <summary>The reason goes to stderr, and with --json to stdout too: a program reads it there.</summary>
    private int Refuse<T>(Reply<T> reply, (string Text, int Code) fault)
        where T : class
    {
        if (json)
        {
            output.WriteLine(isOrder ? new CommandOutcome(false, fault.Text, fault.Code).ToLine() : LineOf(reply));
        }

        return Fail(fault.Text, fault.Code);
    }

    private static string NameOf(NoReply trouble) => trouble switch
    {
        NoReply.Unreachable => "unreachable",
        NoReply.NotPermitted => "forbidden",
        NoReply.NotTrusted => "untrusted",
        _ => "incomplete",
    };

    private int Fail(string text, int code)
    {
        errors.WriteLine($"innkeeper: {text}");
        return code;
    }
}
