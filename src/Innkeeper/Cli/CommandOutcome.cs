using System.Text.Json;
using System.Text.Json.Serialization;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>The line that `--json` prints for a command about a device.</summary>
/// <param name="ExitCode">The exit code of the command.</param>
/// <param name="Mac">The device; null: the command was not carried out.</param>
/// <param name="Erasure">Of an erased device: where it was taken out, and what stays.</param>
internal sealed record CommandOutcome(
    bool Done, string Text, int ExitCode = 0, string? Mac = null, int Schema = 1, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ErasureReport? Erasure = null)
{
    public string ToLine() => JsonSerializer.Serialize(this, OutcomeContext.Default.CommandOutcome);
}

/// <summary>The line that `--json` prints in place of a report that there is not.</summary>
/// <param name="Error">"unreachable", "untrusted", "forbidden", "incomplete" (the gateway's answer) or "usage" (the command line); from the gateway itself come others.</param>
/// <param name="ExitCode">The exit code of the command.</param>
internal sealed record FailureLine(string Error, string Message, int ExitCode)
{
    public string ToLine() => JsonSerializer.Serialize(this, OutcomeContext.Default.FailureLine);
}

/// <summary>The line that `config reload --json` prints.</summary>
/// <param name="Done">The new settings are in force, or nothing changed. Otherwise the previous settings stay.</param>
/// <param name="Changed">Keys whose values differ now.</param>
/// <param name="Errors">Everything that is wrong with the file, one line each, as `check` prints it.</param>
/// <param name="Replaces">The gateway replaced itself.</param>
/// <param name="Socket">Where the new one answers, if that is another place.</param>
/// <param name="Number">The new settings' number; null: nothing is replaced.</param>
/// <param name="Held">Devices that were online and that the new settings hold; null: not known.</param>
/// <param name="Cut">Devices that were online and that the new settings do not serve.</param>
/// <param name="Admitted">Devices that were held and that the new settings admit.</param>
/// <param name="Until">When the previous settings return unless the new ones are confirmed; null: they do not.</param>
internal sealed record ReloadOutcome(
    bool Done, string Text, IReadOnlyList<string> Changed, IReadOnlyList<string> Errors, bool Replaces = false, string? Socket = null, int? Number = null, int Schema = 1,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Held = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Cut = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Admitted = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null)
{
    public string ToLine() => JsonSerializer.Serialize(this, OutcomeContext.Default.ReloadOutcome);

    /// <summary>A sentence for each kind of change of the devices' access.</summary>
    /// <param name="isDone">It has happened; otherwise a reload will do it.</param>
    public static IEnumerable<string> EffectsOf(ReloadReport report, bool isDone)
    {
        string Is(int count) => isDone ? count == 1 ? "is" : "are" : "will be";
        (IReadOnlyList<string>? Devices, string Was, string Becomes)[] effects =
            [(report.Held, "online", "held"), (report.Cut, "online", "cut off, as their VLAN is no longer served"), (report.Admitted, "held", "admitted")];
        return effects.Where(e => e.Devices is { Count: > 0 }).Select(e =>
            $"{e.Devices!.Count} {(e.Devices.Count == 1 ? "device" : "devices")} that {(isDone ? e.Devices.Count == 1 ? "was" : "were" : e.Devices.Count == 1 ? "is" : "are")} {e.Was} " +
            $"{Is(e.Devices.Count)} {e.Becomes}: {NamesOf(e.Devices)}");
    }

    private static string NamesOf(IReadOnlyList<string> devices)
    {
        const int MostNamed = 20;
        var named = string.Join(", ", devices.Take(MostNamed).Select(d => SafeText.OneLine(d)));
        return devices.Count > MostNamed ? $"{named}, and {devices.Count - MostNamed} more" : named;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CommandOutcome))]
[JsonSerializable(typeof(FailureLine))]
[JsonSerializable(typeof(ReloadOutcome))]
internal sealed partial class OutcomeContext : JsonSerializerContext;
