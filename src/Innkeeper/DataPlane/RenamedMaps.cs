namespace Innkeeper.DataPlane;

/// <summary>
/// Maps that version 0.1.0 pinned under another name. Their content is in use and is taken over, so the pins are renamed before
/// they are opened. The kernel keeps the name that a map was created with; a program of that version still reports the old one.
/// </summary>
internal static class RenamedMaps
{
    private static readonly Dictionary<string, string> s_names = new()
    {
        ["claims"] = "binding_index",
        ["legals"] = "external_addrs",
        ["contacts"] = "spoken_to",
        ["callers"] = "called_by",
        ["silent"] = "dot_unanswered",
        ["deserted"] = "share_abandoned",
    };

    /// <summary>The old names, for tests.</summary>
    public static IReadOnlyDictionary<string, string> Names => s_names;

    public static string NameNow(string name) => s_names.GetValueOrDefault(name, name);

    /// <summary>
    /// Gives each old pin its new name. Where both names exist, the old one wins: every start of this version leaves no old name, so
    /// version 0.1.0 ran since (a downgrade) and its programs use the map behind the old name. Running it twice changes nothing.
    /// </summary>
    /// <param name="pins">The folder of the pins; it may not exist yet.</param>
    public static void RenamePins(string pins)
    {
        foreach (var (before, now) in s_names)
        {
            var pin = Path.Combine(pins, before);
            if (File.Exists(pin))
            {
                // rename(2) within one bpffs: one step, and it replaces what has the new name.
                File.Move(pin, Path.Combine(pins, now), overwrite: true);
            }
        }
    }
}
