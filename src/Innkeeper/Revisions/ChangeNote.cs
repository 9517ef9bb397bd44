using System.Text.Json.Serialization;

namespace Innkeeper.Revisions;

/// <summary>A user who changes the configuration.</summary>
/// <param name="From">The address that the order came from; null: this machine.</param>
internal readonly record struct Author(string Name, string? From = null);

/// <summary>How far a change of the configuration has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangePhase>))]
internal enum ChangePhase
{
    /// <summary>The file is being written: after a crash it may be a mixture.</summary>
    Writing,

    /// <summary>The file is written, and its settings are to be started.</summary>
    Starting,

    /// <summary>The settings are in force, and are rolled back unless they are confirmed.</summary>
    Waiting,

    /// <summary>The previous text returns.</summary>
    Undoing,
}

/// <summary>
/// A change of the configuration that is not complete, as a file in the state directory: whatever ends the process, the next one knows the way back.
/// Ends are in the machine's uptime, which no clock can change; a machine that was started again has another boot.
/// </summary>
/// <param name="Before">The text to return to.</param>
/// <param name="Previous">The text that was in force when this change was applied: another than <paramref name="Before"/> where one change follows another that waits.</param>
/// <param name="After">The text that was applied.</param>
/// <param name="By">The user who applied it.</param>
/// <param name="IsReload">It was changed by hand: only the name of the user is kept, and no text returns.</param>
/// <param name="Boot">The boot that <paramref name="End"/> belongs to.</param>
/// <param name="End">The machine's uptime in seconds when it is rolled back; null: it needs no confirmation.</param>
/// <param name="Limit">The time given for the confirmation, in seconds.</param>
/// <param name="Reason">Why it is rolled back, as the rest of a sentence: "it …"; null: a user rolls it back.</param>
/// <param name="UndoneBy">That user.</param>
/// <param name="IsFirst">
/// No gateway ran before: there is nothing that this process could return to. `innkeeper setup --web`, which started it, reads this note and ends it.
/// </param>
internal sealed record ChangeNote(
    ChangePhase Phase, string Before, string Previous, string After, string By, string? From = null, string? Comment = null, bool IsReload = false,
    string? Boot = null, double? End = null, double Limit = 0, string? Reason = null, string? UndoneBy = null, string? UndoneFrom = null,
    bool IsFirst = false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ChangeNote))]
[JsonSerializable(typeof(RevisionList))]
internal sealed partial class RevisionsContext : JsonSerializerContext;
