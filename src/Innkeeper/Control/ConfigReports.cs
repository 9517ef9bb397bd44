using System.Text.Json.Serialization;

namespace Innkeeper.Control;

/// <summary>One setting.</summary>
/// <param name="Value">As TOML; null: not set, and nothing stands for it.</param>
/// <param name="Origin">"file:12" (the line), "command line", "interface eth0", "environment" or "default".</param>
internal sealed record ConfigValueReport(string Key, string? Value, string Origin);

/// <summary>Every setting.</summary>
/// <param name="File">Where it was read from, or "command line".</param>
/// <param name="InForce">False: no gateway runs, this is what it would run with.</param>
internal sealed record ConfigReport(int Schema, string File, bool InForce, IReadOnlyList<ConfigValueReport> Values);

/// <summary>What became of reading the configuration anew.</summary>
/// <param name="Done">The new one is in force, or about to be started; else the old one stays.</param>
/// <param name="Changed">Keys whose values are others now.</param>
/// <param name="Errors">Everything that is wrong with the file, one line each, as `check` prints it.</param>
/// <param name="Replaces">The process replaces itself now and answers again once it serves: then its status says which settings are in force.</param>
/// <param name="Socket">Where the new one answers, when that is another place.</param>
/// <param name="Number">The new settings' number, see <see cref="SettingsReport"/>; null: nothing is replaced.</param>
internal sealed record ReloadOutcome(
    bool Done, string Text, IReadOnlyList<string> Changed, IReadOnlyList<string> Errors, bool Replaces = false, string? Socket = null, int? Number = null, int Schema = 1)
{
    /// <summary>Called once the answer is on its way to who asked: by then the process may be replaced.</summary>
    [JsonIgnore]
    public Action? Replace { get; init; }
}
