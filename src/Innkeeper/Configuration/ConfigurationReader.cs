using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Tomlyn.Syntax;

namespace Innkeeper.Configuration;

/// <summary>Takes the keys of a document one by one into settings, and notes every one that is wrong.</summary>
internal sealed partial class ConfigurationReader(string file, ConfigurationPlaces places)
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<string> _bad = [];

    /// <summary>What misspelt names were probably meant to be.</summary>
    private readonly HashSet<string> _meant = [];

    public InnkeeperConfig Config { get; private set; } = new();

    public ConfigurationPlaces Places => places;

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public ImmutableHashSet<string> Bad => [.. _bad, .. _meant.Where(m => !places.Keys.ContainsKey(m))];

    /// <param name="document">One without syntax errors.</param>
    public void Read(DocumentSyntax document)
    {
        foreach (var entry in document.KeyValues)
        {
            Take("", entry);
        }

        foreach (var table in document.Tables)
        {
            Take(table);
        }

        foreach (var diagnostic in document.Diagnostics.Where(d => d.Kind == DiagnosticMessageKind.Error))
        {
            // The parser sees what stands twice in ways that keys alone do not show: two [pool], or [pool] after pool.idle.
            var (line, column) = PlaceOf(diagnostic.Span);
            if (!_errors.Exists(e => e.Line == line))
            {
                var twice = Twice().Match(diagnostic.Message);
                Add((line, column), twice.Success ? Wording.Shorten(twice.Groups[1].Value) : "syntax", twice.Success
                    ? $"stands twice, first in line {twice.Groups[2].Value}; put all of it in one place"
                    : $"is not TOML ({Wording.OneLine(diagnostic.Message)}); innkeeper.toml, which comes with Innkeeper, shows what a file looks like");
            }
        }
    }

    public static string NameOf(KeySyntax? key) =>
        key is null ? "" : string.Join('.', key.DotKeys.Select(d => PartOf(d.Key)).Prepend(PartOf(key.Key)));

    /// <summary>What is said of a key that there is not.</summary>
    public static string NoSuchKey(string name) => "there is no such key; " + (Wording.Nearest(name, ConfigurationKeys.Names) is { } nearest
        ? $"did you mean {nearest}?"
        : "innkeeper.toml, which comes with Innkeeper, names them all");

    private void Take(TableSyntaxBase table)
    {
        var name = NameOf(table.Name);
        var place = PlaceOf(table.OpenBracket?.Span ?? table.Span);
        if (!ConfigurationKeys.Tables.Contains(name))
        {
            // Its keys are wrong for the same reason: one error is enough.
            var nearest = Wording.Nearest(name, ConfigurationKeys.Tables);
            _meant.UnionWith(ConfigurationKeys.Names.Where(n => nearest is not null && n.StartsWith(nearest + ".", StringComparison.Ordinal)));
            Add(place, name, "there is no such table; " + (nearest is not null
                ? $"did you mean [{nearest}]?"
                : $"there are {string.Join(", ", ConfigurationKeys.Tables.Select(t => $"[{t}]"))}"));
            return;
        }

        if (table is TableArraySyntax)
        {
            Add(place, name, $"is a list of tables here; there is one only, write [{name}]");
        }

        places.Tables.TryAdd(name, place);
        foreach (var entry in table.Items)
        {
            Take(name, entry);
        }
    }

    /// <summary>A key, however it is written: in a table, dotted, or in an inline table.</summary>
    private void Take(string table, KeyValueSyntax entry)
    {
        var name = table == "" ? NameOf(entry.Key) : $"{table}.{NameOf(entry.Key)}";
        var place = PlaceOf(entry.Key!.Span);
        if (!ConfigurationKeys.Tables.Contains(name))
        {
            Take(name, place, Read(entry.Value));
        }
        else if (entry.Value is InlineTableSyntax inner)
        {
            places.Tables.TryAdd(name, place);
            foreach (var item in inner.Items.Where(i => i.KeyValue is not null))
            {
                Take(name, item.KeyValue!);
            }
        }
        else
        {
            _meant.UnionWith(ConfigurationKeys.Names.Where(n => n.StartsWith(name + ".", StringComparison.Ordinal)));
            Add(place, name, $"is a table, not a value; write [{name}] and its keys below");
        }
    }

    private void Take(string name, (int Line, int Column) place, ConfigurationValue value)
    {
        if (ConfigurationKeys.Find(name) is not { } key)
        {
            if (Wording.Nearest(name, ConfigurationKeys.Names) is { } nearest)
            {
                _meant.Add(nearest);
            }

            Add(place, name, NoSuchKey(name));
        }
        else if (!places.Keys.TryAdd(name, place))
        {
            _bad.Add(name);
            Add(place, name, $"is set twice, first in line {places.Keys[name].Line}; keep one");
        }
        else
        {
            for (var i = 0; i < value.List?.Count; i++)
            {
                places.Items[(name, i)] = value.List[i].Place;
            }

            Set(key, place, value);
        }
    }

    private void Set(ConfigurationKey key, (int Line, int Column) place, ConfigurationValue value)
    {
        var faults = key.Faults?.Invoke(value).ToList() ?? [];
        if (faults.Count == 0 && key.Apply(value, Config) is { } changed)
        {
            Config = changed;
            return;
        }

        _bad.Add(key.Name);
        foreach (var fault in faults)
        {
            Add(fault.Item?.Place ?? place, key.Name, fault.Text);
        }

        if (faults.Count == 0)
        {
            Add(place, key.Name, $"{value.Source} will not do; give {key.Expected}");
        }
    }

    private void Add((int Line, int Column) place, string key, string text) => _errors.Add(new ConfigurationError(file, place.Line, place.Column, key, text));

    private static (int Line, int Column) PlaceOf(SourceSpan span) => (span.Start.Line + 1, span.Start.Column + 1);

    private static ConfigurationValue Read(ValueSyntax? value) => new(
        value switch
        {
            StringValueSyntax text => text.Value,
            IntegerValueSyntax number => number.Value,
            BooleanValueSyntax flag => flag.Value,
            ArraySyntax array => array.Items.Select(i => Read(i.Value)).ToList(),
            _ => null,
        },
        Wording.Shorten(value?.ToString().Trim() ?? ""),
        value is null ? default : PlaceOf(value.Span));

    private static string PartOf(BareKeyOrStringValueSyntax? part) =>
        Wording.Shorten(part switch
        {
            BareKeySyntax bare => bare.Key?.Text ?? "",
            StringValueSyntax text => text.Value ?? "",
            _ => "",
        });

    [GeneratedRegex(@"^The key `(.+?)` is already defined at \((\d+),")]
    private static partial Regex Twice();
}
