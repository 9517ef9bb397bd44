using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Control;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>Asks the running gateway and shows what it says, as JSON or for people.</summary>
/// <param name="socket">Where it answers.</param>
/// <param name="json">The gateway's line as it is.</param>
internal sealed class Inquiry(string socket, bool json, TextWriter output, TextWriter errors)
{
    /// <param name="show">Shows it to people; not called when JSON is wanted.</param>
    /// <returns>The exit code.</returns>
    public int Run<T>(ControlRequest request, JsonTypeInfo<T> type, Action<T> show) => Run(request, type, (report, line) =>
    {
        if (json)
        {
            output.WriteLine(line);
        }
        else
        {
            show(report);
        }

        return ExitCode.Ok;
    });

    /// <param name="take">Takes the report and the line that it came in, and says the exit code.</param>
    public int Run<T>(ControlRequest request, JsonTypeInfo<T> type, Func<T, string, int> take)
    {
        string? answer;
        try
        {
            answer = ControlClient.Ask(socket, request.ToLine());
        }
        catch (UnauthorizedAccessException e)
        {
            return Fail(e.Message, ExitCode.Failure);
        }

        return answer is null ? Unreachable()
            : Read(answer, type, out var failure, out var code) is { } report ? take(report, answer)
            : Fail(failure, code);
    }

    /// <summary>Follows events until the gateway ends, or whoever reads them does.</summary>
    /// <param name="shown">Where it is shown: written to and flushed, and it throws when its reader has gone.</param>
    /// <param name="show">Shows one to people; null stands for a number of events that were missed.</param>
    public int Follow(ControlRequest request, TextWriter shown, Action<EventReport?, long> show)
    {
        int? code = null;
        try
        {
            var isThere = ControlClient.Follow(socket, request.ToLine(), line =>
            {
                if (Read(line, ReportContext.Default.FollowedLine, out var failure, out var failed) is not { } followed)
                {
                    code = Fail(failure, failed);
                    return false;
                }

                try
                {
                    if (json)
                    {
                        shown.WriteLine(line);
                    }
                    else
                    {
                        show(followed is { Time: { } time, Kind: { } kind, Text: { } text } ? new EventReport(time, kind, text) : null, followed.Missed);
                    }

                    shown.Flush();
                    return true;
                }
                catch (IOException)
                {
                    // Whoever read this has gone, as `head` does.
                    code = ExitCode.Ok;
                    return false;
                }
            });
            return code ?? (isThere ? Fail("the gateway ended, or began anew with other settings; follow again", ExitCode.Unreachable) : Unreachable());
        }
        catch (UnauthorizedAccessException e)
        {
            return Fail(e.Message, ExitCode.Failure);
        }
    }

    private int Unreachable() => Fail($"no gateway answers at {socket}; is it running? (`innkeeper run`, or name its file with --config)", ExitCode.Unreachable);

    private int Fail(string text, int code)
    {
        errors.WriteLine($"innkeeper: {text}");
        return code;
    }

    private static T? Read<T>(string answer, JsonTypeInfo<T> type, out string failure, out int code)
    {
        code = ExitCode.Failure;
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var error))
            {
                // With a code of its own it is a plain no, which needs no introduction.
                var isNo = root.TryGetProperty("exit_code", out var own) && own.TryGetInt32(out code) && code != ExitCode.Ok;
                failure = (isNo ? "" : "the gateway answers: ") + SafeText.OneLine(error.ToString());
                return default;
            }

            failure = "the gateway's answer is empty; ask again";
            return document.Deserialize(type);
        }
        catch (JsonException)
        {
            failure = "the gateway's answer broke off or is of another version; ask again, and if that does not help restart the gateway";
            return default;
        }
    }
}
