using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>A setting in force.</summary>
/// <param name="Value">As TOML; null: not set, and without a default.</param>
/// <param name="Origin">"file:12" (the line), "command line", "interface eth0" or "default".</param>
internal sealed record EffectiveValue(string Key, string? Value, string Origin);

/// <summary>Values read from the interfaces, for settings that are not set or cannot be met.</summary>
internal sealed record InterfaceReadings(Ipv4Network? UplinkAddress, Ipv4Address? UplinkGateway, MacAddress? UplinkMac, int? UplinkMtu, Ipv4Network? AccessAddress);

/// <summary>
/// Every setting in force, as TOML, with its origin. Secrets are not shown: the configuration does not hold them, only where they are.
/// </summary>
internal static class EffectiveConfiguration
{
    /// <param name="result">One with settings.</param>
    /// <param name="read">Null while the interfaces cannot be read.</param>
    public static ImmutableArray<EffectiveValue> Of(ConfigurationResult result, InterfaceReadings? read)
    {
        var config = result.Config!;
        return [.. KeysOf(result).Select(key => Read(key, config, read) ?? new EffectiveValue(key, SettingDefinitions.Find(key)!.Show(config), OriginOf(key, result)))];
    }

    /// <summary>The settings of tables that always exist, then all settings of other profiles and gateways, then the settings of hosts, rules, machines, forwards and exports that the file has.</summary>
    private static IEnumerable<string> KeysOf(ConfigurationResult result)
    {
        var config = result.Config!;
        var others = config.Profiles.Keys.Where(p => p != ProfileConfig.DefaultName).Order(StringComparer.Ordinal).SelectMany(p => RepeatedTable.Profiles.Keys.Select(k => $"{RepeatedTable.Profiles.TableOf(p)}.{k}"))
            .Concat(config.Gateways.SelectMany(g => RepeatedTable.Gateways.Keys.Select(k => $"{RepeatedTable.Gateways.TableOf(g.Name)}.{k}")));
        var written = config.Dns.Hosts.Keys.Order(StringComparer.Ordinal).Select(h => DnsDefinitions.HostPrefix + h)
            .Concat(Listed(RepeatedTable.Rules, config.Rules.Length).Concat(Listed(RepeatedTable.Machines, config.Machines.Length)).Concat(Listed(RepeatedTable.Forwards, config.Forwards.Length)).Concat(Listed(RepeatedTable.Exports, config.Exports.Length)).Where(result.Positions.ContainsKey));
        return SettingDefinitions.Names.Concat(others).Concat(written);
    }

    private static IEnumerable<string> Listed(RepeatedTable kind, int count) =>
        Enumerable.Range(1, count).SelectMany(i => kind.Keys.Select(k => $"{kind.TableOf($"{i}")}.{k}"));

    /// <summary>Keys whose values differ, whatever their origin.</summary>
    public static ImmutableArray<string> Changed(ConfigurationResult before, ConfigurationResult after)
    {
        var old = Of(before, null).ToDictionary(v => v.Key, v => v.Value);
        var now = Of(after, null).ToDictionary(v => v.Key, v => v.Value);
        return [.. old.Keys.Union(now.Keys).Where(k => old.GetValueOrDefault(k) != now.GetValueOrDefault(k))];
    }

    /// <summary>A key as a line of TOML has it: parts that are not bare are quoted.</summary>
    public static string Quote(string key) => key.StartsWith(DnsDefinitions.HostPrefix, StringComparison.Ordinal) ? DnsDefinitions.HostPrefix + TomlText.Text(key[DnsDefinitions.HostPrefix.Length..]) : key;

    /// <summary>The value of an interface, where it replaces the setting.</summary>
    private static EffectiveValue? Read(string key, InnkeeperConfig config, InterfaceReadings? read)
    {
        EffectiveValue From(string name, string? value) => new(key, value, $"interface {name}");

        return key switch
        {
            "uplink.address" when config.Uplink.Address is null => From(config.Uplink.Interface, Text(read?.UplinkAddress)),
            "uplink.gateway" when config.Uplink.Gateway is null => From(config.Uplink.Interface, Text(read?.UplinkGateway)),
            "uplink.mac" when config.Uplink.Mac is null => From(config.Uplink.Interface, Text(read?.UplinkMac)),
            "uplink.mtu" when config.Uplink.Mtu is null || read?.UplinkMtu < config.Uplink.Mtu => From(config.Uplink.Interface, read?.UplinkMtu is { } mtu ? TomlText.Number(mtu) : null),
            "access.address" when config.Access.Address is null && !config.IsOneArmed => From(config.Access.Interface, Text(read?.AccessAddress)),
            _ => null,
        };
    }

    /// <summary>A setting that a profile leaves out has the origin of the default profile's.</summary>
    private static string OriginOf(string key, ConfigurationResult result)
    {
        var told = RepeatedTable.Of(RepeatedTable.ParentOf(key)) is var (kind, own) && kind == RepeatedTable.Profiles ? result.OriginOf(own, key[(key.LastIndexOf('.') + 1)..]) : key;
        return !result.Positions.TryGetValue(told, out var place) ? "default" : place.Line == 0 ? "command line" : $"file:{place.Line}";
    }

    private static string? Text<T>(T? value)
        where T : struct => value is { } given ? TomlText.Text($"{given}") : null;
}
