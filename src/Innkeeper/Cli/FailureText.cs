using Innkeeper.Management;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>A failure in the command line's words, and the exit code it leads to.</summary>
internal static class FailureText
{
    public static string Of(Failure failure) => SafeText.OneLine(failure switch
    {
        NotFound { What: "device", Nearest: null } => $"{failure.Message}; `innkeeper devices` lists them all",
        NotFound { What: "message" } => $"{failure.Message}; `innkeeper outbox list` lists them all",
        NotFound { What: "pool address" } => $"{failure.Message}; only addresses of a pool can be kept for a device",
        Conflict { Note: null } conflict => $"{failure.Message}; `innkeeper devices pin {conflict.With} \"\"` takes it back",
        Rejected rejected => string.Join("; ", [failure.Message, .. rejected.Errors]),
        Unauthenticated => "the gateway does not accept the token: it has expired, was deleted, or is another gateway's",
        Unavailable => $"the gateway answers: {failure.Message}",
        _ => failure.Message,
    });

    public static int CodeOf(Failure failure) => failure switch
    {
        Invalid => ExitCode.Usage,
        Conflict => ExitCode.Refused,
        NotFound or Ambiguous => ExitCode.NotFound,
        _ => ExitCode.Failure,
    };
}
