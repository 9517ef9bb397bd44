using System.Text.Json;
using System.Text.Json.Serialization;

namespace Innkeeper.Cli;

/// <summary>The line that `--json` prints for a command about a device.</summary>
/// <param name="ExitCode">The exit code of the command.</param>
/// <param name="Mac">The device; null: the command was not carried out.</param>
internal sealed record CommandOutcome(bool Done, string Text, int ExitCode = 0, string? Mac = null, int Schema = 1)
{
    public string ToLine() => JsonSerializer.Serialize(this, OutcomeContext.Default.CommandOutcome);
}

/// <summary>The line that `config reload --json` prints.</summary>
/// <param name="Done">The new settings are in force, or nothing changed. Otherwise the previous settings stay.</param>
/// <param name="Changed">Keys whose values differ now.</param>
/// <param name="Errors">Everything that is wrong with the file, one line each, as `check` prints it.</param>
/// <param name="Replaces">The gateway replaced itself.</param>
/// <param name="Socket">Where the new one answers, if that is another place.</param>
/// <param name="Number">The new settings' number; null: nothing is replaced.</param>
internal sealed record ReloadOutcome(
    bool Done, string Text, IReadOnlyList<string> Changed, IReadOnlyList<string> Errors, bool Replaces = false, string? Socket = null, int? Number = null, int Schema = 1)
{
    public string ToLine() => JsonSerializer.Serialize(this, OutcomeContext.Default.ReloadOutcome);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CommandOutcome))]
[JsonSerializable(typeof(ReloadOutcome))]
internal sealed partial class OutcomeContext : JsonSerializerContext;
