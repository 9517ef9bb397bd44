using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>
/// Every setting there is, but those of tables that may be repeated (<see cref="RepeatedTable"/>). Each is written once, in the list of its table;
/// the reader, `config show`, the sample file and the JSON schema are made from these lists.
/// </summary>
internal static class SettingDefinitions
{
    /// <summary>In the order in which `config show` lists them.</summary>
    public static readonly ImmutableArray<SettingGroup> Groups =
    [
        InterfaceDefinitions.Access.In("access", c => c.Access, (c, t) => c with { Access = t }),
        InterfaceDefinitions.Uplink.In("uplink", c => c.Uplink, (c, t) => c with { Uplink = t }),
        InterfaceDefinitions.Pool.In("pool", c => c.Pool, (c, t) => c with { Pool = t }),
        ProfileDefinitions.Default,
        NaptDefinitions.All.In("napt", c => c.Napt, (c, t) => c with { Napt = t }),
        InterfaceDefinitions.Peers.In("peers", c => c.Peers, (c, t) => c with { Peers = t }),
        InterfaceDefinitions.Inside.In("inside", c => c.Inside, (c, t) => c with { Inside = t }),
        Ipv6Definitions.All.In("ipv6", c => c.Ipv6, (c, t) => c with { Ipv6 = t }),
        DnsDefinitions.All.In("dns", c => c.Dns, (c, t) => c with { Dns = t }),
        HostDefinitions.Portal.In("portal", c => c.Portal, (c, t) => c with { Portal = t }),
        HostDefinitions.State.In("state", c => c.State, (c, t) => c with { State = t }),
        RetentionDefinitions.All.In("retention", c => c.Retention, (c, t) => c with { Retention = t }),
        HostDefinitions.DataPlane.In("dataplane", c => c.DataPlane, (c, t) => c with { DataPlane = t }),
        HostDefinitions.Control.In("control", c => c.Control, (c, t) => c with { Control = t }),
        WebDefinitions.All.In("web", c => c.Web, (c, t) => c with { Web = t }),
        DhcpDefinitions.All.In("dhcp", c => c.Dhcp, (c, t) => c with { Dhcp = t }),
        NotificationDefinitions.Mail.In("mail", c => c.Mail, (c, t) => c with { Mail = t }),
        NotificationDefinitions.Webhook.In("webhook", c => c.Webhook, (c, t) => c with { Webhook = t }),
    ];

    public static readonly ImmutableArray<SettingDefinition> All = [.. Groups.SelectMany(g => g.Settings)];

    public static readonly ImmutableArray<string> Names = [.. All.Select(k => k.Name)];

    /// <summary>Every table that has settings or other tables in it, but repeated ones.</summary>
    public static readonly ImmutableArray<string> Tables =
    [
        .. Names.Append(DnsDefinitions.HostPrefix + "*").Append(RepeatedTable.Gateways.Name + ".*").SelectMany(n => Enumerable.Range(0, n.Length).Where(i => n[i] == '.').Select(i => n[..i])).Distinct(),
    ];

    /// <summary>By its full name; below [dns.hosts] every domain is a setting.</summary>
    public static SettingDefinition? Find(string name) =>
        All.FirstOrDefault(k => k.Name == name) ?? RepeatedTable.FindSetting(name)
        ?? (name.StartsWith(DnsDefinitions.HostPrefix, StringComparison.Ordinal) ? DnsDefinitions.Host(name) : null);

    /// <summary>One of <see cref="Tables"/>, or a repeated one.</summary>
    public static bool IsTable(string name) => Tables.Contains(name) || RepeatedTable.Of(name) is not null;

    /// <summary>A table's header as it is written.</summary>
    public static string Header(string table) => RepeatedTable.IsList(table) ? $"[[{table}]]" : $"[{table}]";
}
