using System.Globalization;
using Tomlyn.Syntax;

namespace Innkeeper.Configuration;

/// <summary>Finds and writes the tables of a list in a configuration file's text, such as [[machines]], line by line. No I/O.</summary>
internal static class RepeatedText
{
    /// <summary>The settings of a text, and the lines of each table of a kind, from 0, the last one included, in the order of the file.</summary>
    /// <param name="file">The text's file, for its errors.</param>
    /// <param name="countOf">How many tables of the kind the settings have.</param>
    /// <returns>Null, with the reason: the text cannot be changed.</returns>
    public static (InnkeeperConfig Config, List<(int First, int Last)> Places)? Find(
        string text, string file, RepeatedTable kind, Func<InnkeeperConfig, int> countOf, out string? reason)
    {
        var judged = ConfigurationFile.Judge(text, file);
        var (document, _) = ConfigurationSyntax.Parse(text, file);
        if (judged.Config is not { } config || document is null)
        {
            reason = $"the file has errors; correct them first: {judged.Errors[0]}";
            return null;
        }

        reason = null;
        var places = new SortedDictionary<int, (int First, int Last)>();
        foreach (var (name, table) in ConfigurationReader.TablesOf(document))
        {
            if (RepeatedTable.Of(name) is var (found, own) && found == kind)
            {
                var last = table.Items.OfType<KeyValueSyntax>().Select(i => i.Value!.Span.End.Line).Append(table.Name!.Span.End.Line).Max();
                places[int.Parse(own, CultureInfo.InvariantCulture)] = (table.Name!.Span.Start.Line, last);
            }
        }

        if (places.Count == countOf(config))
        {
            return (config, [.. places.Values]);
        }

        reason = $"{file} has its {kind.Name} in one list, {kind.Name} = [{{ … }}]; write each as a {kind.Example} table, or change the list by hand";
        return null;
    }

    /// <summary>Takes a table's lines out; one of the empty lines around it goes too.</summary>
    public static void Remove(List<string> lines, int first, int last)
    {
        if (last + 1 < lines.Count && string.IsNullOrWhiteSpace(lines[last + 1]) && (first == 0 || string.IsNullOrWhiteSpace(lines[first - 1])))
        {
            last++;
        }

        lines.RemoveRange(first, last - first + 1);
    }

    /// <summary>The text with one more table at its end.</summary>
    public static string Append(string text, IEnumerable<string> lines) =>
        $"{text}{(text.Length == 0 || text[^1] == '\n' ? "\n" : "\n\n")}{string.Join('\n', lines)}\n";

    /// <summary>The lines of a table.</summary>
    /// <param name="config">It has this table alone.</param>
    public static IEnumerable<string> LinesOf(RepeatedTable kind, InnkeeperConfig config) =>
        kind.Keys.Select(key => (Key: key, Value: kind.SettingOf(kind.TableOf("1"), "1", key).Show(config)))
            .Where(s => s.Value is not null).Select(s => $"{s.Key} = {s.Value}").Prepend(kind.Example);
}
