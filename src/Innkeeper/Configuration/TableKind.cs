using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>A key of a kind of tables: as <see cref="ConfigurationKey"/>, but it changes what one of them says.</summary>
/// <param name="Name">Without the table's.</param>
internal sealed record TableKey<T>(string Name, string Expected, Func<ConfigurationValue, T, T?> Apply, Func<ConfigurationValue, IEnumerable<Fault>>? Faults = null)
    where T : class
{
    public ConfigurationKey In(string table, Func<InnkeeperConfig, T> get, Func<InnkeeperConfig, T, InnkeeperConfig> set) =>
        new($"{table}.{Name}", Expected, (v, c) => Apply(v, get(c)) is { } changed ? set(c, changed) : null, Faults);
}

/// <summary>
/// A kind of tables that there may be several of: [profiles.NAME] (beside [profiles.default], which always is), [gateways.NAME]
/// and [[rules]]. In errors a rule is named by its number, from 1: rules[2].
/// </summary>
/// <param name="What">One of them, in words.</param>
/// <param name="Most">How many there may be.</param>
/// <param name="Taken">Names that mean something else; a list's tables have none.</param>
/// <param name="Keys">Their names.</param>
/// <param name="KeyOf">By the table, the table's own name (or number) and the key's name, which is one of <paramref name="Keys"/>.</param>
/// <param name="Begin">The settings with a table in which nothing stands yet, by its own name.</param>
internal sealed record TableKind(
    string Name, string What, int Most, bool IsNumbered, ImmutableArray<string> Taken, ImmutableArray<string> Keys,
    Func<string, string, string, ConfigurationKey> KeyOf, Func<string, InnkeeperConfig, InnkeeperConfig> Begin)
{
    public const int MaxName = 32;

    public static readonly TableKind Profiles = new(
        "profiles", "a profile", 63, false, [], [.. ProfileKeys.All.Select(k => k.Name)], ProfileKeys.Key, (own, c) => c with { Profiles = c.Profiles.SetItem(own, ProfileKeys.Get(c, own)) });

    public static readonly TableKind Gateways = new(
        "gateways", "a gateway", 7, false, [GatewayConfig.MainName, ProfileKeys.NoFallback], [.. GatewayKeys.All.Select(k => k.Name)], GatewayKeys.Key,
        (own, c) => c with { Gateways = c.Gateways.Add(new GatewayConfig { Name = own }) });

    public static readonly TableKind Rules = new(
        "rules", "a rule", 256, true, [], [.. RuleKeys.All.Select(k => k.Name)], RuleKeys.Key, (_, c) => c with { Rules = c.Rules.Add(new RuleConfig { Profile = "" }) });

    public static readonly ImmutableArray<TableKind> All = [Profiles, Gateways, Rules];

    /// <summary>How a header of this kind is written.</summary>
    public string Example => IsNumbered ? $"[[{Name}]]" : $"[{Name}.NAME]";

    /// <summary>A table's name in errors and among places, by its own name or number.</summary>
    public string TableOf(string own) => IsNumbered ? $"{Name}[{own}]" : $"{Name}.{own}";

    /// <summary>The kind of a table and the table's own name, such as "guests" of profiles.guests and "2" of rules[2].</summary>
    public static (TableKind Kind, string Own)? Of(string table)
    {
        foreach (var kind in All)
        {
            var rest = table.StartsWith(kind.Name, StringComparison.Ordinal) ? table.AsSpan(kind.Name.Length) : "";
            if (kind.IsNumbered ? rest is ['[', .., ']'] : rest is ['.', ..] && !rest[1..].Contains('.') && rest[1..] is not ProfileConfig.DefaultName)
            {
                return (kind, kind.IsNumbered ? rest[1..^1].ToString() : rest[1..].ToString());
            }
        }

        return null;
    }

    /// <summary>Whether a name is that of a list of tables.</summary>
    public static bool IsList(string name) => All.Any(k => k.IsNumbered && k.Name == name);

    public static ConfigurationKey? FindKey(string name) =>
        Of(ParentOf(name)) is var (kind, own) && kind.Keys.Contains(name[(name.LastIndexOf('.') + 1)..])
            ? kind.KeyOf(ParentOf(name), own, name[(name.LastIndexOf('.') + 1)..])
            : null;

    /// <summary>The table that a key stands in; "" for none.</summary>
    public static string ParentOf(string name) => name[..Math.Max(0, name.LastIndexOf('.'))];

    /// <summary>What is wrong with a table's own name, or null.</summary>
    public string? Complaint(string own) =>
        IsNumbered ? null
        : Taken.Contains(own) ? $"\"{own}\" means something else where {What} is named; give it another name"
        : IsName(own) ? null
        : $"{What}'s name has up to {MaxName} lower-case letters, digits and '-', and begins with a letter; give it one like that";

    public static bool IsName(string? name) =>
        name is { Length: >= 1 and <= MaxName } && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
