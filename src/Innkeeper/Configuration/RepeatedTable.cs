using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>
/// A table that a file may have several of: [profiles.NAME] (beside [profiles.default], which always exists), [gateways.NAME],
/// [[rules]], [[machines]], [[forwards]] and [[exports]]. In errors a rule is named by its number, from 1: rules[2].
/// </summary>
/// <param name="What">One of them, in words.</param>
/// <param name="Most">Maximum number.</param>
/// <param name="Taken">Names with another meaning; tables of a list have no names.</param>
/// <param name="Keys">The names of its settings.</param>
/// <param name="SettingOf">By the table, the table's own name (or number) and the name of the setting, which is one of <paramref name="Keys"/>.</param>
/// <param name="Begin">Adds a table that sets nothing yet to the configuration, by its own name.</param>
internal sealed record RepeatedTable(
    string Name, string What, int Most, bool IsNumbered, ImmutableArray<string> Taken, ImmutableArray<string> Keys,
    Func<string, string, string, SettingDefinition> SettingOf, Func<string, InnkeeperConfig, InnkeeperConfig> Begin)
{
    public const int MaxName = 32;

    /// <summary>The names of tables as a regular expression.</summary>
    public const string NamePattern = "^[a-z][a-z0-9-]{0,31}$";

    public static readonly RepeatedTable Profiles = new(
        "profiles", "a profile", 63, false, [], [.. ProfileDefinitions.All.Select(k => k.Name)], ProfileDefinitions.Definition, (own, c) => c with { Profiles = c.Profiles.SetItem(own, ProfileDefinitions.Get(c, own)) });

    public static readonly RepeatedTable Gateways = new(
        "gateways", "a gateway", 7, false, [GatewayConfig.MainName, ProfileDefinitions.NoFallback], [.. GatewayDefinitions.All.Select(k => k.Name)], GatewayDefinitions.Definition,
        (own, c) => c with { Gateways = c.Gateways.Add(new GatewayConfig { Name = own }) });

    public static readonly RepeatedTable Rules = new(
        "rules", "a rule", 256, true, [], [.. RuleDefinitions.All.Select(k => k.Name)], RuleDefinitions.Definition, (_, c) => c with { Rules = c.Rules.Add(new RuleConfig { Profile = "" }) });

    public static readonly RepeatedTable Machines = new(
        "machines", "a machine", MachineDefinitions.Most, true, [], [.. MachineDefinitions.All.Select(k => k.Name)], MachineDefinitions.Definition, (_, c) => c with { Machines = c.Machines.Add(new MachineConfig()) })
    {
        Inline = "{ name = \"press-1\", vlan = 10 }",
    };

    public static readonly RepeatedTable Forwards = new(
        "forwards", "a forward", ForwardDefinitions.Most, true, [], [.. ForwardDefinitions.All.Select(k => k.Name)], ForwardDefinitions.Definition, (_, c) => c with { Forwards = c.Forwards.Add(new ForwardConfig()) })
    {
        Inline = "{ protocol = \"tcp\", port = 8080, to = \"press-3\" }",
    };

    public static readonly RepeatedTable Exports = new(
        "exports", "an export", 8, true, [], [.. ExportDefinitions.All.Select(k => k.Name)], ExportDefinitions.Definition, (_, c) => c with { Exports = c.Exports.Add(new ExportConfig()) })
    {
        Inline = "{ name = \"siem\", to = \"udp://192.0.2.7\" }",
    };

    public static readonly ImmutableArray<RepeatedTable> All = [Profiles, Gateways, Rules, Machines, Forwards, Exports];

    /// <summary>Of a numbered kind: one table between the brackets of a list.</summary>
    public string Inline { get; init; } = "{ profile = \"guests\", vlan = 10 }";

    /// <summary>How a header of this kind is written.</summary>
    public string Example => IsNumbered ? $"[[{Name}]]" : $"[{Name}.NAME]";

    /// <summary>A table's name in errors and in the source map, by its own name or number.</summary>
    public string TableOf(string own) => IsNumbered ? $"{Name}[{own}]" : $"{Name}.{own}";

    /// <summary>The kind of a table and the table's own name, such as "guests" of profiles.guests and "2" of rules[2].</summary>
    public static (RepeatedTable Kind, string Own)? Of(string table)
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

    public static SettingDefinition? FindSetting(string name) =>
        Of(ParentOf(name)) is var (kind, own) && kind.Keys.Contains(name[(name.LastIndexOf('.') + 1)..])
            ? kind.SettingOf(ParentOf(name), own, name[(name.LastIndexOf('.') + 1)..])
            : null;

    /// <summary>The table that contains a key; "" for none.</summary>
    public static string ParentOf(string name) => name[..Math.Max(0, name.LastIndexOf('.'))];

    /// <summary>The error in a table's own name, or null.</summary>
    public string? ValidateName(string own) =>
        IsNumbered ? null
        : Taken.Contains(own) ? $"\"{own}\" means something else where {What} is named; give it another name"
        : IsName(own) ? null
        : $"{What}'s name has up to {MaxName} lower-case letters, digits and '-', and begins with a letter; give it one like that";

    public static bool IsName(string? name) =>
        name is { Length: >= 1 and <= MaxName } && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
