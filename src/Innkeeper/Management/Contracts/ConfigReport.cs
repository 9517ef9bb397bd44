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
internal sealed record ReloadReport(
    IReadOnlyList<string> Changed, bool Replaces = false, string? Socket = null, int? Number = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Held = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Cut = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Admitted = null);
