using System.Collections.Immutable;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Innkeeper.Configuration;

/// <summary>Settings, or every error found; never both, never an exception.</summary>
internal sealed record ConfigurationResult(string File, InnkeeperConfig? Config, ImmutableArray<ConfigurationError> Errors, IReadOnlyDictionary<string, (int Line, int Column)> Positions)
{
    /// <summary>An error about a key, with its place in the file when it stands there.</summary>
    public ConfigurationError ErrorAt(string key, string text)
    {
        var (line, column) = Positions.GetValueOrDefault(key);
        return new ConfigurationError(File, line, column, key, text);
    }
}

/// <summary>Reads innkeeper.toml (TOML 1.0) into settings.</summary>
internal static class ConfigurationFile
{
    private const long MaxSize = 1024 * 1024;

    public static ConfigurationResult Load(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxSize })
            {
                return Failed(path, $"is larger than {MaxSize} octets; this is no configuration file");
            }

            var text = File.ReadAllText(path);
            return text.Contains('\0') || text.Contains('\ufffd')
                ? Failed(path, "is not UTF-8 text; this is no configuration file")
                : Parse(text, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Failed(path, e is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file; give its path with --config, or use --access, --uplink and --pool"
                : $"cannot be read: {e.Message}");
        }
    }

    public static ConfigurationResult Parse(string text, string file)
    {
        DocumentSyntax document;
        try
        {
            document = SyntaxParser.Parse(text, file, true);
        }
        catch (TomlException)
        {
            // Tomlyn's limit on nesting is the one thing that it throws for.
            return Failed(file, "is nested deeper than any configuration is; see innkeeper.toml for what a file looks like");
        }

        var errors = new List<ConfigurationError>();
        foreach (var diagnostic in document.Diagnostics.Where(d => d.Kind == DiagnosticMessageKind.Error))
        {
            // One for each line: what follows the first is mostly its consequence.
            if (errors.Exists(e => e.Line == diagnostic.Span.Start.Line + 1))
            {
                continue;
            }

            errors.Add(new ConfigurationError(file, diagnostic.Span.Start.Line + 1, diagnostic.Span.Start.Column + 1, "syntax", OneLine(diagnostic.Message)));
        }

        var positions = new Dictionary<string, (int, int)>();
        if (errors.Count > 0)
        {
            return new ConfigurationResult(file, null, [.. errors], positions);
        }

        var config = new InnkeeperConfig();
        foreach (var (name, value, span) in Entries(document))
        {
            var (line, column) = (span.Start.Line + 1, span.Start.Column + 1);
            var key = ConfigurationKeys.All.FirstOrDefault(k => k.Name == name);
            if (key is null)
            {
                errors.Add(new ConfigurationError(file, line, column, name, $"there is no such key; {Suggest(name)}"));
            }
            else if (!positions.TryAdd(name, (line, column)))
            {
                errors.Add(new ConfigurationError(file, line, column, name, $"is set twice, first in line {positions[name].Item1}; keep one"));
            }
            else if (key.Apply(Read(value), config) is { } changed)
            {
                config = changed;
            }
            else
            {
                errors.Add(new ConfigurationError(file, line, column, name, $"{Shorten(value.ToString().Trim())} will not do; give {key.Expected}"));
            }
        }

        var result = new ConfigurationResult(file, config, [], positions);
        foreach (var (key, empty) in (ReadOnlySpan<(string, bool)>)[("access.interface", config.AccessInterface == ""), ("uplink.interface", config.UplinkInterface == "")])
        {
            if (empty && !positions.ContainsKey(key))
            {
                errors.Add(result.ErrorAt(key, $"is missing; give {ConfigurationKeys.All.First(k => k.Name == key).Expected}"));
            }
        }

        if (errors.Count == 0)
        {
            errors.AddRange(ConfigurationCheck.Static(result));
        }

        return errors.Count == 0 ? result : result with { Config = null, Errors = [.. errors] };
    }

    private static ConfigurationResult Failed(string path, string text) =>
        new(path, null, [new ConfigurationError(path, 0, 0, "file", text)], new Dictionary<string, (int, int)>());

    /// <summary>Every key of the file by its full name, however it was written: in a table, dotted, or in an inline table.</summary>
    private static IEnumerable<(string Name, ValueSyntax Value, SourceSpan Span)> Entries(DocumentSyntax document)
    {
        foreach (var entry in document.KeyValues.SelectMany(kv => Flatten("", kv)))
        {
            yield return entry;
        }

        foreach (var table in document.Tables)
        {
            foreach (var entry in table.Items.SelectMany(kv => Flatten(NameOf(table.Name), kv)))
            {
                yield return entry;
            }
        }
    }

    private static IEnumerable<(string Name, ValueSyntax Value, SourceSpan Span)> Flatten(string prefix, KeyValueSyntax entry)
    {
        var name = prefix == "" ? NameOf(entry.Key) : $"{prefix}.{NameOf(entry.Key)}";
        return entry.Value switch
        {
            InlineTableSyntax inner => inner.Items.Where(i => i.KeyValue is not null).SelectMany(i => Flatten(name, i.KeyValue!)),
            { } value => [(name, value, entry.Key!.Span)],
            _ => [],
        };
    }

    private static string NameOf(KeySyntax? key) =>
        key is null ? "" : string.Join('.', key.DotKeys.Select(d => PartOf(d.Key)).Prepend(PartOf(key.Key)));

    private static string PartOf(BareKeyOrStringValueSyntax? part) =>
        Shorten(part switch
        {
            BareKeySyntax bare => bare.Key?.Text ?? "",
            StringValueSyntax text => text.Value ?? "",
            _ => "",
        });

    private static ConfigurationValue Read(ValueSyntax? value) => new(value switch
    {
        StringValueSyntax text => text.Value,
        IntegerValueSyntax number => number.Value,
        BooleanValueSyntax flag => flag.Value,
        ArraySyntax array => array.Items.Select(i => Read(i.Value)).ToList(),
        _ => null,
    });

    private static string Suggest(string name)
    {
        var nearest = ConfigurationKeys.All.MinBy(k => Distance(k.Name, name))!;
        return Distance(nearest.Name, name) <= 3
            ? $"did you mean {nearest.Name}?"
            : "innkeeper.toml, which comes with Innkeeper, names them all";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }

    private static string Shorten(string text) => OneLine(text.Length > 60 ? text[..57] + "..." : text);

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
