using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Configuration;
using Innkeeper.Control;

namespace Innkeeper.Cli;

/// <summary>Asks the running gateway and shows what it says, as JSON or for people.</summary>
internal static class Inquiry
{
    /// <returns>The exit code.</returns>
    public static int Run<T>(string socket, string request, JsonTypeInfo<T> type, bool json, Action<T> write, TextWriter output, TextWriter errors)
    {
        string? answer;
        try
        {
            answer = ControlClient.Ask(socket, request);
        }
        catch (UnauthorizedAccessException e)
        {
            errors.WriteLine($"innkeeper: {e.Message}");
            return ExitCode.Failure;
        }

        if (answer is null)
        {
            errors.WriteLine($"innkeeper: no gateway answers at {socket}; is it running? (`innkeeper run`, or name its file with --config)");
            return ExitCode.Unreachable;
        }

        if (Read(answer, type, out var failure) is not { } report)
        {
            errors.WriteLine($"innkeeper: {failure}");
            return ExitCode.Failure;
        }

        if (json)
        {
            output.WriteLine(answer);
        }
        else
        {
            write(report);
        }

        return ExitCode.Ok;
    }

    private static T? Read<T>(string answer, JsonTypeInfo<T> type, out string failure)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var error))
            {
                failure = $"the gateway answers: {Wording.OneLine(error.ToString())}";
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
