using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Innkeeper.Wire;
using Tomlyn.Syntax;

namespace Innkeeper.Configuration;

/// <summary>Reads the keys of a document one by one into a configuration, and collects an error for each that is wrong.</summary>
internal sealed partial class ConfigurationReader(string file, SourceMap sourceMap)
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<string> _invalid = [];

    /// <summary>How many tables of each kind were begun.</summary>
    private readonly Dictionary<string, int> _begun = [];

    /// <summary>Names that misspelt names probably meant. No error says that these are missing.</summary>
    private readonly HashSet<string> _suppressed = [];

    /// <summary>Applied at the end: profiles begin as a copy of [profiles.default], which may follow them in the file.</summary>
    private readonly List<Action> _deferred = [];

    public InnkeeperConfig Config { get; private set; } = new();

    public SourceMap SourceMap => sourceMap;

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public ImmutableHashSet<string> InvalidKeys => [.. _invalid, .. _suppressed.Where(m => !sourceMap.Keys.ContainsKey(m))];

    /// <param name="document">One without syntax errors.</param>
    public void Read(DocumentSyntax document)
    {
        foreach (var entry in document.KeyValues)
        {
            Take("", entry);
        }

        foreach (var (name, table) in TablesOf(document))
        {
            Take(name, table);
        }

        _deferred.ForEach(apply => apply());
        foreach (var diagnostic in document.Diagnostics.Where(d => d.Kind == DiagnosticMessageKind.Error))
        {
            // The parser also finds duplicates that keys do not show: two [pool], or [pool] after pool.idle.
            var (line, column) = PlaceOf(diagnostic.Span);
            if (!_errors.Exists(e => e.Line == line))
            {
                var twice = Twice().Match(diagnostic.Message);
                Add((line, column), twice.Success ? SafeText.Shorten(twice.Groups[1].Value) : "syntax", twice.Success
                    ? $"stands twice, first in line {twice.Groups[2].Value}; put all of it in one place"
                    : $"is not TOML ({SafeText.OneLine(diagnostic.Message)}); innkeeper.toml, which comes with Innkeeper, shows what a file looks like");
            }
        }
    }

    public static string NameOf(KeySyntax? key) =>
        key is null ? "" : string.Join('.', key.DotKeys.Select(d => PartOf(d.Key)).Prepend(PartOf(key.Key)));

    /// <summary>The tables of a document, those of lists by their numbers: rules[1], rules[2].</summary>
    public static IEnumerable<(string Name, TableSyntaxBase Table)> TablesOf(DocumentSyntax document)
    {
        var numbers = new Dictionary<string, int>();
        foreach (var table in document.Tables)
        {
            var name = NameOf(table.Name);
            if (table is TableArraySyntax && RepeatedTable.IsList(name))
            {
                name = $"{name}[{numbers[name] = numbers.GetValueOrDefault(name) + 1}]";
            }

            yield return (name, table);
        }
    }

    /// <summary>The error for a name that is no setting, or that is a table.</summary>
    public static string NoSuchKey(string name)
    {
        if (RepeatedTable.IsList(name) || SettingDefinitions.IsTable(name))
        {
            return IsATable(name);
        }

        var nearest = NearestKey(name);
        return "there is no such key; " + (nearest is not null ? $"did you mean {nearest}?" : "innkeeper.toml, which comes with Innkeeper, names them all");
    }

    private static string? NearestKey(string name) => Suggest.Nearest(
        name, RepeatedTable.Of(RepeatedTable.ParentOf(name)) is var (kind, own) ? kind.Keys.Select(k => $"{kind.TableOf(own)}.{k}") : SettingDefinitions.Names);

    private static string IsATable(string name) =>
        RepeatedTable.IsList(name) ? $"is a list of tables; write {SettingDefinitions.Header(name)} and the keys below, once for each"
        : RepeatedTable.Of(name) is var (kind, own) && kind.Keys.Contains(own) ? $"is a key of {kind.What}; write it below {kind.Example}"
        : $"is a table, not a value; write [{name}] and its keys below";

    /// <summary>The table most like a name. Of a table that the user names, only the first part is corrected.</summary>
    private static string? NearestTable(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return Suggest.Nearest(name, SettingDefinitions.Tables.Concat(RepeatedTable.All.Select(k => k.IsNumbered ? k.Name : k.TableOf(dot < 0 ? "" : name[(dot + 1)..]))));
    }

    private void Take(string name, TableSyntaxBase table)
    {
        var place = PlaceOf(table.OpenBracket?.Span ?? table.Span);
        if (RepeatedTable.IsList(name))
        {
            Add(place, name, IsATable(name));
            return;
        }

        if (!SettingDefinitions.IsTable(name))
        {
            // Its keys are wrong for the same reason, so one error is enough.
            var nearest = NearestTable(name);
            if (nearest is not null)
            {
                _suppressed.UnionWith(SettingDefinitions.Names.Where(n => n.StartsWith(nearest + ".", StringComparison.Ordinal)).Append(nearest));
            }

            Add(place, name, "there is no such table; " + (nearest is not null
                ? $"did you mean {SettingDefinitions.Header(nearest)}?"
                : $"there are {string.Join(", ", SettingDefinitions.Tables.Select(t => $"[{t}]").Concat(RepeatedTable.All.Select(k => k.Example)))}"));
            return;
        }

        if (table is TableArraySyntax && RepeatedTable.Of(name) is not { Kind.IsNumbered: true })
        {
            Add(place, name, $"is a list of tables here; there is one only, write [{name}]");
        }

        if (Begin(name, place))
        {
            foreach (var entry in table.Items)
            {
                Take(name, entry);
            }
        }
    }

    /// <summary>Called at the first header or key of a table. False: the table is wrong, and its keys are skipped.</summary>
    private bool Begin(string name, (int Line, int Column) place)
    {
        if (!sourceMap.Tables.TryAdd(name, place))
        {
            return !_invalid.Contains(name);
        }

        if (RepeatedTable.Of(name) is not var (kind, own))
        {
            return true;
        }

        if (kind.ValidateName(own) is { } error)
        {
            _invalid.Add(name);
            Add(place, name, error);
            return false;
        }

        var begun = _begun.GetValueOrDefault(kind.Name);
        if (begun == kind.Most)
        {
            // Only the first one too many is reported.
            sourceMap.Tables.Remove(name);
            if (_invalid.Add(kind.Name))
            {
                Add(place, name, $"is one too many: up to {kind.Most} {kind.Name} are possible; give fewer");
            }

            return false;
        }

        _begun[kind.Name] = begun + 1;
        _deferred.Add(() => Config = kind.Begin(own, Config));
        return true;
    }

    /// <summary>A key, however it is written: in a table, dotted, or in an inline table.</summary>
    private void Take(string table, KeyValueSyntax entry)
    {
        var name = table == "" ? NameOf(entry.Key) : $"{table}.{NameOf(entry.Key)}";
        var place = PlaceOf(entry.Key!.Span);
        if (RepeatedTable.IsList(name) && entry.Value is ArraySyntax list)
        {
            TakeList(name, list);
        }
        else if (RepeatedTable.IsList(name) || RepeatedTable.IsList(RepeatedTable.ParentOf(name)))
        {
            name = RepeatedTable.IsList(name) ? name : RepeatedTable.ParentOf(name);
            Add(place, name, IsATable(name));
        }
        else if (!SettingDefinitions.IsTable(name))
        {
            if (RepeatedTable.Of(RepeatedTable.ParentOf(name)) is null || Begin(RepeatedTable.ParentOf(name), place))
            {
                Take(name, place, ReadValue(entry.Value));
            }
        }
        else if (entry.Value is InlineTableSyntax inner)
        {
            TakeInline(name, place, inner);
        }
        else
        {
            _suppressed.UnionWith(SettingDefinitions.Names.Where(n => n.StartsWith(name + ".", StringComparison.Ordinal)).Append(name));
            Add(place, name, IsATable(name));
        }
    }

    private void TakeInline(string name, (int Line, int Column) place, InlineTableSyntax table)
    {
        if (Begin(name, place))
        {
            foreach (var item in table.Items.Where(i => i.KeyValue is not null))
            {
                Take(name, item.KeyValue!);
            }
        }
    }

    /// <summary>Tables in a list's brackets: rules = [{ profile = "guests", vlan = 10 }].</summary>
    private void TakeList(string name, ArraySyntax list)
    {
        var number = 0;
        foreach (var value in list.Items.Select(i => i.Value))
        {
            var (table, place) = ($"{name}[{++number}]", value is null ? default : PlaceOf(value.Span));
            if (value is InlineTableSyntax inner)
            {
                TakeInline(table, place, inner);
            }
            else
            {
                Add(place, table, $"{SafeText.Shorten(value?.ToString().Trim() ?? "")} is not valid; give a table, such as {RepeatedTable.All.First(k => k.Name == name).Inline}");
            }
        }
    }

    private void Take(string name, (int Line, int Column) place, ConfigurationValue value)
    {
        if (SettingDefinitions.Find(name) is not { } key)
        {
            _suppressed.Add(NearestKey(name) ?? name);
            Add(place, name, NoSuchKey(name));
        }
        else if (!sourceMap.Keys.TryAdd(name, place))
        {
            _invalid.Add(name);
            Add(place, name, $"is set twice, first in line {sourceMap.Keys[name].Line}; keep one");
        }
        else
        {
            for (var i = 0; i < value.List?.Count; i++)
            {
                sourceMap.Items[(name, i)] = value.List[i].Place;
            }

            if (RepeatedTable.Of(RepeatedTable.ParentOf(name)) is null)
            {
                Set(key, place, value);
            }
            else
            {
                _deferred.Add(() => Set(key, place, value));
            }
        }
    }

    private void Set(SettingDefinition key, (int Line, int Column) place, ConfigurationValue value)
    {
        var errors = key.Validate(value).ToList();
        if (errors.Count == 0 && key.Apply(value, Config) is { } changed)
        {
            Config = changed;
            return;
        }

        _invalid.Add(key.Name);
        foreach (var error in errors)
        {
            Add(error.Item?.Place ?? place, key.Name, error.Text);
        }

        if (errors.Count == 0)
        {
            Add(place, key.Name, $"{value.Source} is not valid; give {key.Expected}");
        }
    }

    private void Add((int Line, int Column) place, string key, string text) => _errors.Add(new ConfigurationError(file, place.Line, place.Column, key, text));

    private static (int Line, int Column) PlaceOf(SourceSpan span) => (span.Start.Line + 1, span.Start.Column + 1);

    public static ConfigurationValue ReadValue(ValueSyntax? value) => new(
        value switch
        {
            StringValueSyntax text => text.Value,
            IntegerValueSyntax number => number.Value,
            BooleanValueSyntax flag => flag.Value,
            ArraySyntax array => array.Items.Select(i => ReadValue(i.Value)).ToList(),
            _ => null,
        },
        SafeText.Shorten(value?.ToString().Trim() ?? ""),
        value is null ? default : PlaceOf(value.Span));

    private static string PartOf(BareKeyOrStringValueSyntax? part) =>
        SafeText.Shorten(part switch
        {
            BareKeySyntax bare => bare.Key?.Text ?? "",
            // Brackets are reserved: they number tables.
            StringValueSyntax { Value: { } text } => text.Contains('[', StringComparison.Ordinal) ? $"'{text}'" : text,
            _ => "",
        });

    [GeneratedRegex(@"^The key `(.+?)` is already defined at \((\d+),")]
    private static partial Regex Twice();
}
