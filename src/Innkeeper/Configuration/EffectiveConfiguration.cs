using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>A setting in force.</summary>
/// <param name="Value">As TOML; null: not set, and nothing stands for it.</param>
/// <param name="Origin">"file:12" (the line), "command line", "interface eth0" or "default".</param>
internal sealed record EffectiveValue(string Key, string? Value, string Origin);

/// <summary>What is read from the interfaces where the settings leave it open, or cannot have it as they say.</summary>
internal sealed record InterfaceReadings(Ipv4Network? UplinkAddress, Ipv4Address? UplinkGateway, MacAddress? UplinkMac, int? UplinkMtu, Ipv4Network? AccessAddress);

/// <summary>
/// Every setting as it is in force, as TOML, with where it comes from. A secret is not shown: its formatter says only whether
/// there is one.
/// </summary>
internal static class EffectiveConfiguration
{
    private const string Hosts = "dns.hosts.";

    private delegate string? Formatter(InnkeeperConfig config, string key);

    /// <summary>By key; a * stands for a name that the administrator chose.</summary>
    private static readonly Dictionary<string, Formatter> s_formatters = new()
    {
        ["access.interface"] = (c, _) => Text(c.Access.Interface),
        ["access.vlans"] = (c, _) => List(c.Access.Vlans, v => $"{v}"),
        ["access.address"] = (c, _) => Text(c.Access.Address),
        ["access.pass_ethertypes"] = (c, _) => List(c.Access.PassEtherTypes, t => t == EtherTypes.Ipv6 ? Text("ipv6") : $"0x{t:x4}"),
        ["access.wrong_gateways"] = (c, _) => Flag(c.Access.ServesWrongGateways),
        ["uplink.interface"] = (c, _) => Text(c.Uplink.Interface),
        ["uplink.address"] = (c, _) => Text(c.Uplink.Address),
        ["uplink.gateway"] = (c, _) => Text(c.Uplink.Gateway),
        ["uplink.mac"] = (c, _) => Text(c.Uplink.Mac),
        ["uplink.mtu"] = (c, _) => c.Uplink.Mtu?.ToString(CultureInfo.InvariantCulture),
        ["pool.addresses"] = (c, _) => List(c.Pool.Addresses, Text),
        ["pool.idle"] = (c, _) => Time(c.Pool.Idle),
        ["pool.routed"] = (c, _) => Flag(c.Pool.Routed),
        ["profiles.*.admission"] = OfProfile((p, _) => Text(ProfileKeys.NameOf(p.Admission))),
        ["profiles.*.lifetime"] = OfProfile((p, _) => p.Lifetime is { } time ? Time(time) : Text("")),
        ["profiles.*.inbound"] = OfProfile((p, _) => Flag(p.Inbound)),
        ["profiles.*.isolate"] = OfProfile((p, _) => Flag(p.Isolate)),
        ["profiles.*.addresses"] = OfProfile((p, _) => $"{p.Addresses}"),
        ["profiles.*.legal"] = OfProfile((p, _) => Text(ProfileKeys.NameOf(p.Legal))),
        ["profiles.*.denied"] = OfProfile((p, c) => List([.. ProfileKeys.NamesOf(p.DeniedOf(c))], Text)),
        ["profiles.*.allowed"] = OfProfile((p, _) => List([.. ProfileKeys.NamesOf(p.Allowed)], Text)),
        ["profiles.*.rate_out"] = OfProfile((p, _) => Rate(p.RateOut)),
        ["profiles.*.rate_in"] = OfProfile((p, _) => Rate(p.RateIn)),
        ["profiles.*.gateway"] = OfProfile((p, _) => Text(p.Gateway)),
        ["profiles.*.fallback"] = OfProfile((p, _) => Text(p.Fallback ?? ProfileKeys.NoFallback)),
        ["gateways.*.next_hop"] = OfGateway(g => Text(g.NextHop)),
        ["gateways.*.interface"] = OfGateway(g => g.Interface is { } name ? Text(name) : null),
        ["gateways.*.address"] = OfGateway(g => Text(g.Address)),
        ["gateways.*.pool"] = OfGateway(g => List(g.Pool, Text)),
        ["gateways.*.shared"] = OfGateway(g => List(g.Shared, Text)),
        ["rules*.profile"] = OfRule(r => Text(r.Profile)),
        ["rules*.mac"] = OfRule(r => r.Mac is { } mac ? Text(RuleKeys.MacOf(mac, r.MacBits)) : null),
        ["rules*.vlan"] = OfRule(r => r.Vlan?.ToString(CultureInfo.InvariantCulture)),
        ["rules*.host"] = OfRule(r => r.HostName is { } pattern ? Text(pattern) : null),
        ["rules*.uses"] = OfRule(r => r.Uses is { } use ? Text(use == DeviceUse.Dhcp ? "dhcp" : "static") : null),
        ["rules*.hours"] = OfRule(r => r.Hours is var (from, to) ? Text($"{from / 60:00}:{from % 60:00}-{to / 60:00}:{to % 60:00}") : null),
        ["rules*.days"] = OfRule(r => r.Days.IsEmpty ? null : List(r.Days, d => Text(RuleKeys.NameOf(d)))),
        ["napt.enabled"] = (c, _) => Flag(c.Napt.Enabled),
        ["napt.addresses"] = (c, _) => List(c.Napt.Addresses, Text),
        ["napt.ports"] = (c, _) => Text(c.Napt.Ports),
        ["napt.block"] = (c, _) => $"{c.Napt.Block}",
        ["napt.ports_per_device"] = (c, _) => $"{c.Napt.PortsPerDevice}",
        ["napt.ids_per_device"] = (c, _) => $"{c.Napt.IdsPerDevice}",
        ["napt.new_per_second"] = (c, _) => $"{c.Napt.NewPerSecond}",
        ["napt.udp_timeout"] = (c, _) => Time(c.Napt.UdpTimeout),
        ["napt.tcp_timeout"] = (c, _) => Time(c.Napt.TcpTimeout),
        ["napt.tcp_transitory_timeout"] = (c, _) => Time(c.Napt.TcpTransitoryTimeout),
        ["napt.icmp_timeout"] = (c, _) => Time(c.Napt.IcmpTimeout),
        ["napt.rest"] = (c, _) => Time(c.Napt.Rest),
        ["napt.refuse_with"] = (c, _) => Text(c.Napt.RefuseAsProhibited ? "admin-prohibited" : "host-unreachable"),
        ["napt.log"] = (c, _) => Text(c.Napt.Log),
        ["peers.priority"] = (c, _) => $"{c.Peers.Priority}",
        ["inside.network"] = (c, _) => Text(c.Inside.Network),
        ["dns.enabled"] = (c, _) => Flag(c.Dns.Enabled),
        ["dns.upstream"] = (c, _) => List(c.Dns.Upstreams, Text),
        ["dns.zone"] = (c, _) => Text(c.Dns.Zone),
        ["dns.serve_uplink"] = (c, _) => Flag(c.Dns.ServeUplink),
        ["dns.refuse_private"] = (c, _) => Flag(c.Dns.RefusePrivate),
        ["dns.cache"] = (c, _) => $"{c.Dns.CacheMebibytes}",
        ["dns.misses_per_second"] = (c, _) => $"{c.Dns.MissesPerSecond}",
        ["dhcp.enabled"] = (c, _) => Flag(c.Dhcp.Enabled),
        ["dhcp.network"] = (c, _) => Text(c.Dhcp.Network),
        ["dhcp.addresses"] = (c, _) => Text(c.Dhcp.LeasesLegal ? "legal" : "private"),
        ["dhcp.lease"] = (c, _) => Time(c.Dhcp.Lease),
        ["dhcp.randomised_lease"] = (c, _) => Time(c.Dhcp.RandomisedLease),
        ["dhcp.domain"] = (c, _) => Text(c.Dhcp.Domain ?? c.Dns.Zone),
        ["dhcp.routes"] = (c, _) => List(c.Dhcp.Routes, r => Text($"{r.Destination} via {r.Router}")),
        ["dhcp.mtu"] = (c, _) => c.Dhcp.Mtu?.ToString(CultureInfo.InvariantCulture),
        ["dhcp.authoritative"] = (c, _) => Text(c.Dhcp.Authoritative switch { null => "auto", true => "yes", false => "no" }),
        ["portal.enabled"] = (c, _) => Flag(c.Portal.Enabled),
        ["portal.notice"] = (c, _) => Text(c.Portal.Notice),
        ["portal.name"] = (c, _) => Text(c.Portal.Name),
        ["portal.certificate"] = (c, _) => c.Portal.Certificate is "" ? null : Text(c.Portal.Certificate),
        ["portal.key"] = (c, _) => c.Portal.Key is "" ? null : Text(c.Portal.Key),
        ["mail.server"] = (c, _) => c.Mail.IsOn ? Text($"{c.Mail.Host}:{c.Mail.Port}") : null,
        ["mail.tls"] = OfMail(m => Text(m.Tls switch { MailTls.Implicit => "implicit", MailTls.None => "none", _ => "starttls" })),
        ["mail.user"] = (c, _) => c.Mail.User is { } user ? Text(user) : null,
        ["mail.password_file"] = (c, _) => c.Mail.Password.File is { } file ? Text(file) : null,
        ["mail.password_env"] = (c, _) => c.Mail.Password.Variable is { } variable ? Text(variable) : null,
        ["mail.from"] = (c, _) => c.Mail.From is "" ? null : Text(c.Mail.From),
        ["mail.to"] = (c, _) => c.Mail.To.IsEmpty ? null : List(c.Mail.To, Text),
        ["mail.first"] = OfMail(m => $"{m.First}"),
        ["mail.digest"] = OfMail(m => Time(m.Digest)),
        ["mail.give_up"] = OfMail(m => Time(m.GiveUp)),
        ["mail.events"] = OfMail(m => List(m.Events, Text)),
        ["mail.ca_file"] = (c, _) => c.Mail.CaFile is { } file ? Text(file) : null,
        ["webhook.url"] = (c, _) => c.Webhook.Url is { } url ? Text(url.OriginalString) : null,
        ["webhook.secret_file"] = (c, _) => c.Webhook.Secret.File is { } file ? Text(file) : null,
        ["webhook.secret_env"] = (c, _) => c.Webhook.Secret.Variable is { } variable ? Text(variable) : null,
        ["webhook.events"] = (c, _) => c.Webhook.Url is null ? null : List(c.Webhook.Events, Text),
        ["dns.hosts.*"] = (c, key) => c.Dns.Hosts.TryGetValue(key["dns.hosts.".Length..], out var addresses) ? List(addresses, Text) : null,
        ["state.directory"] = (c, _) => Text(c.State.Directory),
        ["dataplane.bpffs"] = (c, _) => Text(c.DataPlane.Bpffs),
        ["dataplane.bindings"] = (c, _) => $"{c.DataPlane.Bindings}",
        ["dataplane.mappings"] = (c, _) => $"{c.DataPlane.Mappings}",
        ["control.socket"] = (c, _) => Text(c.Control.Socket),
    };

    /// <summary>Without a server there is no mail, and nothing to be said of it.</summary>
    private static Formatter OfMail(Func<MailConfig, string?> show) => (c, _) => c.Mail.IsOn ? show(c.Mail) : null;

    /// <summary>Whether a key's value can be shown.</summary>
    public static bool Knows(string key) => Find(key) is not null;

    /// <param name="result">One with settings.</param>
    /// <param name="read">Null while the interfaces cannot be read.</param>
    public static ImmutableArray<EffectiveValue> Of(ConfigurationResult result, InterfaceReadings? read)
    {
        var config = result.Config!;
        return [.. KeysOf(result).Where(Knows).Select(key => Read(key, config, read) ?? new EffectiveValue(key, Find(key)!(config, key), OriginOf(key, result)))];
    }

    /// <summary>Those that there always are, then all of the other profiles and gateways, and those of hosts and rules that are written.</summary>
    private static IEnumerable<string> KeysOf(ConfigurationResult result)
    {
        var config = result.Config!;
        var others = config.Profiles.Keys.Where(p => p != ProfileConfig.DefaultName).Order(StringComparer.Ordinal).SelectMany(p => TableKind.Profiles.Keys.Select(k => $"{TableKind.Profiles.TableOf(p)}.{k}"))
            .Concat(config.Gateways.SelectMany(g => TableKind.Gateways.Keys.Select(k => $"{TableKind.Gateways.TableOf(g.Name)}.{k}")));
        var written = config.Dns.Hosts.Keys.Order(StringComparer.Ordinal).Select(h => Hosts + h)
            .Concat(config.Rules.SelectMany((_, i) => TableKind.Rules.Keys.Select(k => $"{TableKind.Rules.TableOf($"{i + 1}")}.{k}")).Where(result.Positions.ContainsKey));
        return ConfigurationKeys.Names.Concat(others).Concat(written);
    }

    /// <summary>Keys whose values differ, whatever they come from.</summary>
    public static ImmutableArray<string> Changed(ConfigurationResult before, ConfigurationResult after)
    {
        var old = Of(before, null).ToDictionary(v => v.Key, v => v.Value);
        var now = Of(after, null).ToDictionary(v => v.Key, v => v.Value);
        return [.. old.Keys.Union(now.Keys).Where(k => old.GetValueOrDefault(k) != now.GetValueOrDefault(k))];
    }

    /// <summary>A key as a line of TOML has it: parts that are not bare are quoted.</summary>
    public static string Quote(string key) => key.StartsWith(Hosts, StringComparison.Ordinal) ? Hosts + Text(key[Hosts.Length..]) : key;

    /// <summary>What an interface says instead of the settings.</summary>
    private static EffectiveValue? Read(string key, InnkeeperConfig config, InterfaceReadings? read)
    {
        EffectiveValue From(string name, string? value) => new(key, value, $"interface {name}");

        return key switch
        {
            "uplink.address" when config.Uplink.Address is null => From(config.Uplink.Interface, Text(read?.UplinkAddress)),
            "uplink.gateway" when config.Uplink.Gateway is null => From(config.Uplink.Interface, Text(read?.UplinkGateway)),
            "uplink.mac" when config.Uplink.Mac is null => From(config.Uplink.Interface, Text(read?.UplinkMac)),
            "uplink.mtu" when config.Uplink.Mtu is null || read?.UplinkMtu < config.Uplink.Mtu => From(config.Uplink.Interface, read?.UplinkMtu?.ToString(CultureInfo.InvariantCulture)),
            "access.address" when config.Access.Address is null && !config.IsOneArmed => From(config.Access.Interface, Text(read?.AccessAddress)),
            _ => null,
        };
    }

    /// <summary>What a profile does not say itself comes from where the default profile says it.</summary>
    private static string OriginOf(string key, ConfigurationResult result)
    {
        var told = TableKind.Of(TableKind.ParentOf(key)) is var (kind, own) && kind == TableKind.Profiles ? result.OriginOf(own, key[(key.LastIndexOf('.') + 1)..]) : key;
        return !result.Positions.TryGetValue(told, out var place) ? "default" : place.Line == 0 ? "command line" : $"file:{place.Line}";
    }

    private static Formatter? Find(string key) =>
        s_formatters.GetValueOrDefault(key) ?? s_formatters.FirstOrDefault(f => f.Key.IndexOf('*', StringComparison.Ordinal) is var star and >= 0
            && key.Length >= f.Key.Length && key.StartsWith(f.Key[..star], StringComparison.Ordinal) && key.EndsWith(f.Key[(star + 1)..], StringComparison.Ordinal)).Value;

    private static Formatter OfProfile(Func<ProfileConfig, InnkeeperConfig, string?> format) => (c, key) => c.Profiles.TryGetValue(OwnOf(key), out var profile) ? format(profile, c) : null;

    private static Formatter OfGateway(Func<GatewayConfig, string?> format) => (c, key) => c.Gateways.FirstOrDefault(g => g.Name == OwnOf(key)) is { } gateway ? format(gateway) : null;

    private static Formatter OfRule(Func<RuleConfig, string?> format) =>
        (c, key) => int.TryParse(OwnOf(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= c.Rules.Length ? format(c.Rules[number - 1]) : null;

    /// <summary>The name or number of the table that a key stands in.</summary>
    private static string OwnOf(string key)
    {
        var table = TableKind.ParentOf(key);
        return TableKind.Of(table) is var (_, own) ? own : table[(table.LastIndexOf('.') + 1)..];
    }

    private static string Flag(bool flag) => flag ? "true" : "false";

    private static string Time(TimeSpan time) => Text(time switch
    {
        { Ticks: 0 } => "0s",
        _ when time.Ticks % TimeSpan.TicksPerDay == 0 => $"{time.Ticks / TimeSpan.TicksPerDay}d",
        _ when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{time.Ticks / TimeSpan.TicksPerHour}h",
        _ when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{time.Ticks / TimeSpan.TicksPerMinute}m",
        _ => $"{time.Ticks / TimeSpan.TicksPerSecond}s",
    });

    /// <summary>Decimal units, as the keys take them.</summary>
    private static string Rate(long bits) => Text(bits switch
    {
        0 => "",
        _ when bits % 1_000_000_000 == 0 => $"{bits / 1_000_000_000}G",
        _ when bits % 1_000_000 == 0 => $"{bits / 1_000_000}M",
        _ => string.Create(CultureInfo.InvariantCulture, $"{bits / 1000m}k"),
    });

    private static string List<T>(ImmutableArray<T> items, Func<T, string> format) => $"[{string.Join(", ", items.Select(format))}]";

    private static string? Text<T>(T? value)
        where T : struct => value is { } given ? Text(given) : null;

    private static string Text<T>(T value)
        where T : notnull => Text(value.ToString()!);

    /// <summary>A basic string (TOML 1.0): quotes, backslashes and control characters escaped.</summary>
    private static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                _ when char.IsControl(c) => $"\\u{(int)c:x4}",
                _ => $"{c}",
            });
        }

        return quoted.Append('"').ToString();
    }
}
