using System.Globalization;
using System.Text;
using Tomlyn.Syntax;

namespace Innkeeper.Configuration;

/// <summary>Changes the [[machines]] of a configuration file's text, and leaves every other line as it is, comments included. No I/O.</summary>
internal static class MachineText
{
    /// <summary>The text with these machines: in the place of those with the same names, or at the end.</summary>
    /// <param name="file">The text's file, for its errors.</param>
    /// <returns>The new text; null, with the reason: it cannot be changed.</returns>
    public static string? Put(string text, string file, IReadOnlyList<MachineConfig> machines, out string? reason)
    {
        if (Find(text, file, out reason) is not { } places)
        {
            return null;
        }

        var lines = text.Split('\n').ToList();
        var named = machines.ToDictionary(m => m.Name);
        foreach (var (name, first, last) in Enumerable.Reverse(places).Where(p => named.ContainsKey(p.Name)))
        {
            lines.RemoveRange(first, last - first + 1);
            lines.InsertRange(first, LinesOf(named[name]));
        }

        var known = places.Select(p => p.Name).ToHashSet();
        var written = new StringBuilder(string.Join('\n', lines));
        foreach (var machine in machines.Where(m => !known.Contains(m.Name)))
        {
            written.Append(written.Length == 0 || written[^1] == '\n' ? "\n" : "\n\n").AppendJoin('\n', LinesOf(machine)).Append('\n');
        }

        return written.ToString();
    }

    /// <summary>The text without a machine.</summary>
    /// <inheritdoc cref="Put"/>
    public static string? Remove(string text, string file, string name, out string? reason)
    {
        if (Find(text, file, out reason) is not { } places)
        {
            return null;
        }

        var lines = text.Split('\n').ToList();
        if (places.FindIndex(p => p.Name == name) is >= 0 and var index)
        {
            var (_, first, last) = places[index];

            // One of the empty lines around it goes too.
            if (last + 1 < lines.Count && string.IsNullOrWhiteSpace(lines[last + 1]) && (first == 0 || string.IsNullOrWhiteSpace(lines[first - 1])))
            {
                last++;
            }

            lines.RemoveRange(first, last - first + 1);
        }

        return string.Join('\n', lines);
    }

    /// <summary>The lines of each machine, from 0, the last one included, in the order of the file.</summary>
    private static List<(string Name, int First, int Last)>? Find(string text, string file, out string? reason)
    {
        var judged = ConfigurationFile.Judge(text, file);
        var (document, _) = ConfigurationSyntax.Parse(text, file);
        if (judged.Config is not { } config || document is null)
        {
            reason = $"the file has errors; correct them first: {judged.Errors[0]}";
            return null;
        }

        reason = null;
        var places = new List<(string Name, int First, int Last)>();
        foreach (var (name, table) in ConfigurationReader.TablesOf(document))
        {
            if (RepeatedTable.Of(name) is var (kind, own) && kind == RepeatedTable.Machines)
            {
                var last = table.Items.OfType<KeyValueSyntax>().Select(i => i.Value!.Span.End.Line).Append(table.Name!.Span.End.Line).Max();
                places.Add((config.Machines[int.Parse(own, CultureInfo.InvariantCulture) - 1].Name, table.Name!.Span.Start.Line, last));
            }
        }

        if (places.Count == config.Machines.Length)
        {
            return places;
        }

        reason = $"{file} has its machines in one list, machines = [{{ … }}]; write each as a [[machines]] table, or change the list by hand";
        return null;
    }

    private static IEnumerable<string> LinesOf(MachineConfig machine)
    {
        var config = new InnkeeperConfig { Machines = [machine] };
        return RepeatedTable.Machines.Keys.Select(key => (Key: key, Value: MachineDefinitions.Definition(RepeatedTable.Machines.TableOf("1"), "1", key).Show(config)))
            .Where(s => s.Value is not null).Select(s => $"{s.Key} = {s.Value}").Prepend("[[machines]]");
    }
}
