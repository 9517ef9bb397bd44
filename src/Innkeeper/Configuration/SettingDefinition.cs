using System.Collections;
using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Innkeeper.Configuration;

/// <summary>One value of the file: text, whole number, yes or no, or a list of values.</summary>
/// <param name="Source">As it is written, in one short line.</param>
internal readonly record struct ConfigurationValue(object? Raw, string Source, (int Line, int Column) Place)
{
    public string? Text => Raw as string;

    public long? Number => Raw as long?;

    public bool? Flag => Raw as bool?;

    public IReadOnlyList<ConfigurationValue>? List => Raw as IReadOnlyList<ConfigurationValue>;
}

/// <summary>The exact fault of a value.</summary>
/// <param name="Item">The item of a list that is wrong; null: the value as a whole.</param>
internal readonly record struct ValidationError(ConfigurationValue? Item, string Text);

/// <summary>The description of a setting for people and editors.</summary>
/// <param name="Kind">The kind of its <see cref="SettingType{T}"/>.</param>
/// <param name="Documentation">One or more sentences, the comment in the sample file.</param>
/// <param name="Sample">The value in the sample file, as TOML: the default, or an example where there is no default.</param>
/// <param name="Schema">The JSON schema of the value.</param>
internal sealed record SettingDescription(string Kind, string Documentation, string Sample, Func<JsonObject> Schema);

/// <summary>A setting by its full name, such as pool.idle or rules[2].vlan: how it changes the configuration, and how it is shown.</summary>
/// <param name="Apply">The configuration with this value; null: the value is not what is <paramref name="Expected"/>.</param>
/// <param name="Validate">More exact errors; a value that has any is not applied.</param>
/// <param name="Show">The value in force as TOML; null: not set, and without a default.</param>
internal sealed record SettingDefinition(
    string Name, string Expected, Func<ConfigurationValue, InnkeeperConfig, InnkeeperConfig?> Apply, Func<ConfigurationValue, IEnumerable<ValidationError>> Validate,
    Func<InnkeeperConfig, string?> Show, SettingDescription Description);

/// <summary>A table of the file with its settings.</summary>
internal sealed record SettingGroup(string Name, string Documentation, ImmutableArray<SettingDefinition> Settings);

/// <summary>A setting by its name within a table, without the table's.</summary>
/// <typeparam name="TTable">The record of the table.</typeparam>
internal sealed record TableSetting<TTable>(
    string Name, string Expected, Func<ConfigurationValue, TTable, TTable?> Apply, Func<ConfigurationValue, IEnumerable<ValidationError>> Validate,
    Func<TTable, InnkeeperConfig, string?> Show, SettingDescription Description)
    where TTable : class
{
    /// <summary>The same setting as part of the whole configuration.</summary>
    public SettingDefinition In(string table, Func<InnkeeperConfig, TTable> get, Func<InnkeeperConfig, TTable, InnkeeperConfig> set) => new(
        $"{table}.{Name}", Expected, (v, c) => Apply(v, get(c)) is { } changed ? set(c, changed) : null, Validate, c => Show(get(c), c), Description);
}

/// <summary>The settings of a table: the one place where each of them is written.</summary>
/// <remarks>The reader, `config show`, the sample file and the JSON schema are all made from these lists.</remarks>
/// <param name="defaults">The record of a table that sets nothing.</param>
/// <param name="documentation">The purpose of the table; may be empty.</param>
internal sealed class SettingTable<TTable>(TTable defaults, string documentation = "") : IEnumerable<TableSetting<TTable>>
    where TTable : class
{
    private readonly List<TableSetting<TTable>> _settings = [];

    public string Documentation => documentation;

    /// <summary>The same table as part of the whole configuration.</summary>
    public SettingGroup In(string name, Func<InnkeeperConfig, TTable> get, Func<InnkeeperConfig, TTable, InnkeeperConfig> set) =>
        new(name, documentation, [.. _settings.Select(s => s.In(name, get, set))]);

    /// <summary>Adds a setting to the table.</summary>
    /// <param name="name">Within the table.</param>
    /// <param name="get">The value in the record; null: not set.</param>
    /// <param name="set">The record with a value.</param>
    /// <param name="documentation">The comment in the sample file.</param>
    /// <param name="sample">As TOML, where the default is not a good sample.</param>
    /// <param name="effective">The value used in place of null.</param>
    /// <param name="isShown">Whether `config show` lists the value; always when left out.</param>
    public void Add<T>(
        string name, SettingType<T> type, Func<TTable, T?> get, Func<TTable, T, TTable> set, string documentation, string? sample = null,
        Func<TTable, InnkeeperConfig, T>? effective = null, Func<TTable, bool>? isShown = null) =>
        Add(
            name, type, (t, c) => isShown?.Invoke(t) == false ? null : get(t) is { } value ? type.Format(value) : effective is null ? null : type.Format(effective(t, c)),
            set, documentation, sample);

    /// <summary>A setting whose record property is a nullable value.</summary>
    public void Add<T>(string name, SettingType<T> type, Func<TTable, T?> get, Func<TTable, T, TTable> set, string documentation, string? sample = null)
        where T : struct =>
        Add(name, type, (t, _) => get(t) is { } value ? type.Format(value) : null, set, documentation, sample);

    public IEnumerator<TableSetting<TTable>> GetEnumerator() => _settings.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Add<T>(string name, SettingType<T> type, Func<TTable, InnkeeperConfig, string?> show, Func<TTable, T, TTable> set, string documentation, string? sample) =>
        _settings.Add(new TableSetting<TTable>(
            name, type.Expected, (v, t) => type.Parse(v) is { IsValid: true, Value: { } value } ? set(t, value) : null, type.Validate, show,
            new SettingDescription(type.Kind, documentation, sample ?? show(defaults, new InnkeeperConfig()) ?? throw new ArgumentException($"{name} has no default; give a sample"), type.Schema)));
}
