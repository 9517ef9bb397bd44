using System.Text.RegularExpressions;
using Innkeeper.Wire;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Innkeeper.Configuration;

/// <summary>
/// Parses text into a TOML document, and turns syntax errors into sentences. A statement that cannot be read is reported and removed,
/// and the rest is parsed again. So there is one error for each cause, and the lines that do parse can be checked.
/// </summary>
internal static partial class ConfigurationSyntax
{
    private const int MaxErrors = 20;

    /// <returns>The part that could be parsed, with unchanged line numbers, or null if no part could; and the errors.</returns>
    public static (DocumentSyntax? Document, List<ConfigurationError> Errors) Parse(string text, string file)
    {
        var lines = text.Split('\n');
        var errors = new List<ConfigurationError>();
        try
        {
            while (true)
            {
                var document = SyntaxParser.Parse(string.Join('\n', lines), file, validate: false);
                var first = document.Diagnostics.Where(d => d.Kind == DiagnosticMessageKind.Error)
                    .OrderBy(d => d.Span.Start.Line).ThenBy(d => d.Span.Start.Column).FirstOrDefault();
                if (first is null)
                {
                    return (SyntaxParser.Parse(string.Join('\n', lines), file, validate: true), errors);
                }

                var (line, entry, name) = Blame(document, lines, first);
                var here = line == first.Span.Start.Line;
                var column = here ? first.Span.Start.Column : entry!.Key!.Span.Start.Column;
                if (errors.Count == MaxErrors)
                {
                    errors.Add(new ConfigurationError(file, line + 1, column + 1, "syntax", $"more than {MaxErrors} lines cannot be read; fix those above first"));
                    return (null, errors);
                }

                errors.Add(new ConfigurationError(file, line + 1, column + 1, name, Sentence(first.Message, lines[line], entry, name, here)));
                if (!TakeOut(lines, line, entry))
                {
                    return (null, errors);
                }
            }
        }
        catch (TomlException)
        {
            // Tomlyn throws only when nesting exceeds its limit.
            var line = Array.FindIndex(lines, l => l.AsSpan().ContainsAny('[', '{'));
            errors.Add(new ConfigurationError(file, line + 1, 1, "syntax", "is nested deeper than any configuration is; innkeeper.toml, which comes with Innkeeper, shows what a file looks like"));
            return (null, errors);
        }
    }

    /// <summary>The line that caused an error (an open list is noticed only later), and the key or table there.</summary>
    private static (int Line, KeyValueSyntax? Entry, string Name) Blame(DocumentSyntax document, string[] lines, DiagnosticMessage error)
    {
        var line = Math.Min(error.Span.Start.Line, lines.Length - 1);
        var (table, entry) = document.KeyValues.Select(kv => (Table: "", Entry: kv))
            .Concat(ConfigurationReader.TablesOf(document).SelectMany(t => t.Table.Items.Select(kv => (Table: t.Name, Entry: kv))))
            .LastOrDefault(e => e.Entry.Key is { } key && (key.Span.Start.Line, key.Span.Start.Column).CompareTo((error.Span.Start.Line, error.Span.Start.Column)) <= 0);
        var start = entry?.Key!.Span.Start.Line ?? -1;
        if (entry is not null && (start == line || IsOpen(entry.Value, line)))
        {
            return (start, entry, table == "" ? ConfigurationReader.NameOf(entry.Key) : $"{table}.{ConfigurationReader.NameOf(entry.Key)}");
        }

        var header = Header().Match(lines[line]);
        return (line, null, header.Success && header.Groups[1].Length > 0 ? SafeText.Shorten(header.Groups[1].Value) : "syntax");
    }

    private static bool IsOpen(ValueSyntax? value, int line) =>
        value?.Span.End.Line >= line || value is ArraySyntax { CloseBracket: null } or InlineTableSyntax { CloseBrace: null };

    /// <summary>Empties the lines of a statement, so that later lines keep their numbers. False: they are empty already.</summary>
    private static bool TakeOut(string[] lines, int line, KeyValueSyntax? entry)
    {
        var header = entry is not null ? Match.Empty : Header().Match(lines[line]);
        if (header.Success && IsTable(header.Groups[1].Value))
        {
            // The header is damaged, but its name is clear: the keys below belong to it.
            var mended = SettingDefinitions.Header(header.Groups[1].Value);
            var changed = lines[line] != mended;
            lines[line] = mended;
            return changed;
        }

        // With an unknown table its keys are removed; with an open list or text, its lines; otherwise what looks like the rest of a list.
        var goesOn = header.Success ? NotHeader() : entry is not null && IsOpen(entry.Value, line + 1) ? NotStatement() : ListRest();
        var some = false;
        for (var i = line; i < lines.Length && (i == line || goesOn.IsMatch(lines[i])); i++)
        {
            some |= lines[i].Length > 0;
            lines[i] = "";
        }

        return some;
    }

    private static bool IsTable(string name) =>
        RepeatedTable.Of(name) is var (kind, own) ? kind.ValidateName(own) is null : SettingDefinitions.IsTable(name) || RepeatedTable.IsList(name);

    private static string Sentence(string message, string line, KeyValueSyntax? entry, string name, bool here)
    {
        bool Says(string part) => message.Contains(part, StringComparison.Ordinal);

        if (Says("newline in a string") || Says("End-Of-File"))
        {
            return "the quotes are not closed; end the text with the quotes that it begins with";
        }

        if (Says("control character") || Says(@"Invalid \r"))
        {
            return "there is an invisible control character here; remove it";
        }

        if (Says("escape"))
        {
            return @"a backslash means nothing before what follows here; write \\ for a backslash, or put the text in single quotes";
        }

        if (entry is not null)
        {
            return SentenceOf(entry, name, line, here, noEquals: Says("Expecting `=` after"), noComma: Says("Missing a `,`"));
        }

        if (Header().IsMatch(line))
        {
            return $"this is not how a table begins; write its name in brackets, such as {SettingDefinitions.Header(IsTable(name) ? name : "access")}";
        }

        return Says("Unexpected token")
            ? "this is neither a key with its value nor a table; write `key = value` or `[table]`, and # before remarks"
            : $"is not TOML ({SafeText.OneLine(message)}); innkeeper.toml, which comes with Innkeeper, shows what a file looks like";
    }

    private static string SentenceOf(KeyValueSyntax entry, string name, string line, bool here, bool noEquals, bool noComma)
    {
        var key = SettingDefinitions.Find(name);
        if (noEquals && entry.Value is null)
        {
            return $"there is no = after the key; write {name[(name.LastIndexOf('.') + 1)..]} = and its value";
        }

        if (entry.Value is InlineTableSyntax)
        {
            return $"the braces are not written right; write {{ key = value, key = value }}, or [{name}] and its keys below";
        }

        if (entry.Value is ArraySyntax)
        {
            return (noComma, here) switch
            {
                (true, true) => "a comma is missing in the list; put one between its items",
                (_, false) => "the list is not written to its end; put commas between its items and close it with ]",
                _ => "something in the list is no item; write texts in quotes, commas between items, and ] at the end",
            };
        }

        var value = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(" #")[0].Trim();
        if (key is null)
        {
            return ConfigurationReader.NoSuchKey(name);
        }

        return value switch
        {
            "" => $"has no value; give {key.Expected}",
            _ when entry.Value is not null && value.Contains('=', StringComparison.Ordinal) => "more follows the value; write one key in each line",
            _ => $"{SafeText.Shorten(value)} is not valid; give {key.Expected}",
        };
    }

    /// <summary>Something like the header of a table, with its name.</summary>
    [GeneratedRegex(@"^\s*\[\[?\s*([A-Za-z_]?[A-Za-z0-9_.-]*)")]
    private static partial Regex Header();

    [GeneratedRegex(@"^(?!\s*\[)")]
    private static partial Regex NotHeader();

    [GeneratedRegex(@"^(?!\s*(\[\[?\s*[A-Za-z_]|[A-Za-z0-9_""'.-]+\s*=))")]
    private static partial Regex NotStatement();

    /// <summary>Items and ends of lists, and empty lines.</summary>
    [GeneratedRegex(@"^\s*([\]},]|[""'0-9][^=]*$|$)")]
    private static partial Regex ListRest();
}
