using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/// <summary>One setting.</summary>
/// <param name="Value">As TOML; null: not set, and without a default.</param>
/// <param name="Origin">"file:12" (the line), "command line", "interface eth0", "environment" or "default".</param>
internal sealed record ConfigValueReport(string Key, string? Value, string Origin);

/// <summary>Every setting.</summary>
/// <param name="File">Where it was read from, or "command line".</param>
/// <param name="InForce">False: no gateway runs, this is what it would run with.</param>
internal sealed record ConfigReport(int Schema, string File, bool InForce, IReadOnlyList<ConfigValueReport> Values);

/// <summary>A reload that was accepted.</summary>
/// <param name="Changed">Keys whose values differ now; may be empty where the program's file is another.</param>
/// <param name="Replaces">The process replaces itself after this answer. Its status says when the new settings are in force.</param>
/// <param name="Socket">Where the new process answers, if that is another place.</param>
/// <param name="Number">The new settings' number, see <see cref="SettingsReport"/>; null: nothing is replaced.</param>
/// <param name="Held">Devices that are online and that the new settings hold, by name or MAC.</param>
/// <param name="Cut">Devices that are online and that the new settings do not serve, by name or MAC.</param>
/// <param name="Admitted">Devices that are held and that the new settings admit, by name or MAC.</param>
/// <param name="Values">The settings of <paramref name="Changed"/> with both values.</param>
/// <param name="Diff">How the text of the file changes, in the unified format; empty: it does not.</param>
/// <param name="Pending">The change waits for its confirmation.</param>
/// <param name="DryRun">Nothing happened.</param>
internal sealed record ReloadReport(
    IReadOnlyList<string> Changed, bool Replaces = false, string? Socket = null, int? Number = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Held = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Cut = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Admitted = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ValueChange>? Values = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Diff = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PendingReport? Pending = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DryRun = false);

/// <summary>A setting that changes, with both values as TOML; null: not set, and without a default.</summary>
internal sealed record ValueChange(string Key, string? Before, string? After);

/// <summary>The configuration file.</summary>
/// <param name="Writable">Whether the gateway may write it.</param>
/// <param name="Note">Why not, with what to do; null: it may.</param>
/// <param name="Etag">Another one for each other text.</param>
internal sealed record ConfigFileReport(int Schema, string Path, string Text, bool Writable, string? Note, string Etag);

/// <summary>The result of a check of a text.</summary>
/// <param name="Errors">None: a gateway could start with it.</param>
internal sealed record CheckReport(int Schema, IReadOnlyList<CheckError> Errors);

/// <summary>An error of the configuration.</summary>
/// <param name="Line">From 1; 0 where no line is to blame. The same for <paramref name="Column"/>.</param>
/// <param name="Key">The setting or table; null: the file as a whole.</param>
internal sealed record CheckError(int Line, int Column, string? Key, string Message);

/// <summary>The change that waits for its confirmation.</summary>
/// <param name="Until">When it is rolled back; null: no change waits.</param>
/// <param name="By">The user who applied it.</param>
/// <param name="IsFirst">It is the first configuration, by `innkeeper setup --web`: without a confirmation the gateway is stopped and the file is removed.</param>
internal sealed record PendingReport(DateTimeOffset? Until = null, string? By = null, bool IsFirst = false);

/// <summary>A change of the configuration was confirmed or rolled back.</summary>
/// <param name="Replaces">The process replaces itself after this answer.</param>
/// <param name="Number">The number of the settings that come in force, see <see cref="SettingsReport"/>; null: nothing is replaced.</param>
internal sealed record ConfigChange(string Text, bool Replaces = false, int? Number = null);

/// <summary>The texts that were in force.</summary>
/// <param name="InForce">The number of the one in force; 0: not known.</param>
/// <param name="Directory">Where the texts are, as files.</param>
/// <param name="Entries">Newest first.</param>
internal sealed record HistoryReport(int Schema, int InForce, string Directory, IReadOnlyList<HistoryEntry> Entries);

/// <summary>A text of the configuration file that was in force, or was to be.</summary>
/// <param name="Time">When it came in force, or failed to.</param>
/// <param name="By">The user who applied it; null: it was changed by hand.</param>
/// <param name="From">The address that the order came from; null: this machine.</param>
/// <param name="How">"start" or "reload" (changed by hand), "apply" or "rollback".</param>
/// <param name="Outcome">"applied" (without a confirmation), "waiting", "confirmed", "undone", "failed", or "unused": the gateway replaced it before it was in force.</param>
/// <param name="Text">Only where one entry was asked for.</param>
internal sealed record HistoryEntry(
    int Number, DateTimeOffset Time, string? By, string? From, string? Comment, string How, string Outcome, int Octets, string File,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null);

/// <summary>A text of the configuration file, to be checked or compared.</summary>
/// <param name="Text">Null: the file as it is.</param>
internal sealed record ConfigText(string? Text = null);

/// <summary>An order to apply a text.</summary>
/// <param name="Comment">The administrator's words, one line.</param>
/// <param name="ConfirmWithin">The time after which it is rolled back unless it is confirmed, such as "60s"; null: it stays.</param>
internal sealed record ApplyRequest(string? Text = null, string? Comment = null, string? ConfirmWithin = null);
