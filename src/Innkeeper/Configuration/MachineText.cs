namespace Innkeeper.Configuration;

/// <summary>Changes the [[machines]] of a configuration file's text, and leaves every other line as it is, comments included. No I/O.</summary>
internal static class MachineText
{
    /// <summary>The text with these machines: in the place of those with the same names, or at the end.</summary>
    /// <param name="file">The text's file, for its errors.</param>
    /// <returns>The new text; null, with the reason: it cannot be changed.</returns>
    public static string? Put(string text, string file, IReadOnlyList<MachineConfig> machines, out string? reason)
    {
        if (RepeatedText.Find(text, file, RepeatedTable.Machines, c => c.Machines.Length, out reason) is not var (config, places))
        {
            return null;
        }

        var lines = text.Split('\n').ToList();
        var named = machines.ToDictionary(m => m.Name);
        for (var i = places.Count - 1; i >= 0; i--)
        {
            if (named.TryGetValue(config.Machines[i].Name, out var machine))
            {
                lines.RemoveRange(places[i].First, places[i].Last - places[i].First + 1);
                lines.InsertRange(places[i].First, LinesOf(machine));
            }
        }

        var known = config.Machines.Select(m => m.Name).ToHashSet();
        return machines.Where(m => !known.Contains(m.Name)).Aggregate(string.Join('\n', lines), (written, machine) => RepeatedText.Append(written, LinesOf(machine)));
    }

    /// <summary>The text without a machine.</summary>
    /// <inheritdoc cref="Put"/>
    public static string? Remove(string text, string file, string name, out string? reason)
    {
        if (RepeatedText.Find(text, file, RepeatedTable.Machines, c => c.Machines.Length, out reason) is not var (config, places))
        {
            return null;
        }

        var lines = text.Split('\n').ToList();
        if (config.Machines.FirstOrDefault(m => m.Name == name) is { } machine)
        {
            var (first, last) = places[config.Machines.IndexOf(machine)];
            RepeatedText.Remove(lines, first, last);
        }

        return string.Join('\n', lines);
    }

    private static IEnumerable<string> LinesOf(MachineConfig machine) => RepeatedText.LinesOf(RepeatedTable.Machines, new InnkeeperConfig { Machines = [machine] });
}
