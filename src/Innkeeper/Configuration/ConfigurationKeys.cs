using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

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

/// <summary>What exactly is wrong with a value.</summary>
/// <param name="Item">The item of a list that is to blame; null: the value as a whole.</param>
internal readonly record struct Fault(ConfigurationValue? Item, string Text);

/// <summary>A key: its name, and how its value changes the settings. Null instead of settings means the value is not <see cref="Expected"/>.</summary>
/// <param name="Faults">Where more can be said than that; a value with faults is not applied.</param>
internal sealed record ConfigurationKey(
    string Name, string Expected, Func<ConfigurationValue, InnkeeperConfig, InnkeeperConfig?> Apply, Func<ConfigurationValue, IEnumerable<Fault>>? Faults = null);

/// <summary>Every key there is, but those of tables that there may be several of (<see cref="TableKind"/>). innkeeper.toml documents each; a test holds the two together.</summary>
internal static class ConfigurationKeys
{
    private const int MaxInterfaceName = 15;
    private const int MaxPassed = 8;
    private const int MaxNotice = 1000;
    private const string HostPrefix = "dns.hosts.";
    private const string TimeFromOneSecond = "a time from \"1s\" to \"30d\", such as \"300s\" or \"2h\"";

    public static readonly ImmutableArray<ConfigurationKey> All =
    [
        new("access.interface", "an interface name such as \"eth1\" (up to 15 letters, digits, '.', '-', '_')",
            (v, c) => IsInterface(v.Text) ? c with { Access = c.Access with { Interface = v.Text! } } : null),
        new("access.vlans", "a list of VLAN numbers from 1 to 4094, such as [10, 20]",
            (v, c) => ListOf(v, Vlan) is { } vlans ? c with { Access = c.Access with { Vlans = vlans } } : null,
            ConfigurationFaults.OfVlans),
        new("access.address", "an address with its prefix length, such as \"192.168.77.1/24\"",
            (v, c) => Ipv4Network.TryParse(v.Text, out var n) ? c with { Access = c.Access with { Address = n } } : null, ConfigurationFaults.OfInterfaceAddress),
        new("access.pass_ethertypes", "a list of up to 8 EtherTypes other than IPv4, ARP and VLAN, such as [\"ipv6\", 0x88cc]",
            (v, c) => ListOf(v, EtherType) is { Length: <= MaxPassed } types ? c with { Access = c.Access with { PassEtherTypes = types } } : null,
            ConfigurationFaults.OfEtherTypes),
        new("access.wrong_gateways", "true or false", (v, c) => v.Flag is { } flag ? c with { Access = c.Access with { ServesWrongGateways = flag } } : null),
        new("uplink.interface", "an interface name such as \"eth0\" (up to 15 letters, digits, '.', '-', '_')",
            (v, c) => IsInterface(v.Text) ? c with { Uplink = c.Uplink with { Interface = v.Text! } } : null),
        new("uplink.address", "an address with its prefix length, such as \"137.118.199.2/24\"",
            (v, c) => Ipv4Network.TryParse(v.Text, out var n) ? c with { Uplink = c.Uplink with { Address = n } } : null, ConfigurationFaults.OfInterfaceAddress),
        new("uplink.gateway", "an address such as \"137.118.199.1\"",
            (v, c) => Ipv4Address.TryParse(v.Text, out var a) ? c with { Uplink = c.Uplink with { Gateway = a } } : null, ConfigurationFaults.OfAddress),
        new("uplink.mac", "a MAC address such as \"02:00:00:00:00:01\"",
            (v, c) => MacAddress.TryParse(v.Text, out var m) && !m.IsMulticast && m != MacAddress.Zero ? c with { Uplink = c.Uplink with { Mac = m } } : null),
        new("uplink.mtu", "a number from 576 to 65535",
            (v, c) => v.Number is >= 576 and <= 65535 ? c with { Uplink = c.Uplink with { Mtu = (int)v.Number } } : null),
        new("pool.addresses", "a list of ranges such as [\"137.118.199.50-137.118.199.99\"], none of which overlap",
            (v, c) => ListOf(v, Range) is { } ranges ? c with { Pool = c.Pool with { Addresses = ranges } } : null, ConfigurationFaults.OfPool),
        new("pool.idle", "a time from \"10s\" to \"30d\", such as \"30m\" or \"12h\"",
            (v, c) => Duration(v.Text) is { } idle ? c with { Pool = c.Pool with { Idle = idle } } : null),
        new("pool.routed", "true or false", (v, c) => v.Flag is { } flag ? c with { Pool = c.Pool with { Routed = flag } } : null),
        .. ProfileKeys.OfDefault,
        new("napt.enabled", "true or false", (v, c) => v.Flag is { } flag ? c with { Napt = c.Napt with { Enabled = flag } } : null),
        new("napt.addresses", "a list of up to 16 addresses, as ranges such as [\"137.118.199.100-137.118.199.101\"], none of which overlap",
            (v, c) => ListOf(v, Range) is { } ranges && ranges.Sum(r => r.Count) <= 16 ? c with { Napt = c.Napt with { Addresses = ranges } } : null, ConfigurationFaults.OfPool),
        new("napt.ports", "a range of at least 1024 ports within 1024-65535 such as \"10240-32767\"",
            (v, c) => PortRange.TryParse(v.Text, out var ports) && ports.First >= 1024 && ports.Last - ports.First >= 1023 ? c with { Napt = c.Napt with { Ports = ports } } : null),
        new("napt.block", "64, 128, 256 or 512", (v, c) => v.Number is 64 or 128 or 256 or 512 ? c with { Napt = c.Napt with { Block = (int)v.Number } } : null),
        new("napt.ports_per_device", "a number from 64 to 32768", (v, c) => v.Number is >= 64 and <= 32768 ? c with { Napt = c.Napt with { PortsPerDevice = (int)v.Number } } : null),
        new("napt.ids_per_device", "a number from 1 to 4096", (v, c) => v.Number is >= 1 and <= 4096 ? c with { Napt = c.Napt with { IdsPerDevice = (int)v.Number } } : null),
        new("napt.new_per_second", "a number from 0 (any number) to 1000000",
            (v, c) => v.Number is >= 0 and <= 1_000_000 ? c with { Napt = c.Napt with { NewPerSecond = (int)v.Number } } : null),
        new("napt.udp_timeout", TimeFromOneSecond, (v, c) => Duration(v.Text, 1) is { } time ? c with { Napt = c.Napt with { UdpTimeout = time } } : null),
        new("napt.tcp_timeout", TimeFromOneSecond, (v, c) => Duration(v.Text, 1) is { } time ? c with { Napt = c.Napt with { TcpTimeout = time } } : null),
        new("napt.tcp_transitory_timeout", TimeFromOneSecond,
            (v, c) => Duration(v.Text, 1) is { } time ? c with { Napt = c.Napt with { TcpTransitoryTimeout = time } } : null),
        new("napt.icmp_timeout", TimeFromOneSecond, (v, c) => Duration(v.Text, 1) is { } time ? c with { Napt = c.Napt with { IcmpTimeout = time } } : null),
        new("napt.rest", "a time from \"0s\" to \"30d\", such as \"120s\"", (v, c) => Duration(v.Text, 0) is { } time ? c with { Napt = c.Napt with { Rest = time } } : null),
        new("napt.refuse_with", "\"host-unreachable\" or \"admin-prohibited\"",
            (v, c) => v.Text is "host-unreachable" or "admin-prohibited" ? c with { Napt = c.Napt with { RefuseAsProhibited = v.Text == "admin-prohibited" } } : null),
        new("napt.log", "a full path such as \"/var/log/innkeeper/mappings.log\", \"syslog\", or \"\" for none",
            (v, c) => v.Text is "" or "syslog" || IsPath(v.Text) ? c with { Napt = c.Napt with { Log = v.Text! } } : null),
        new("peers.priority", "a number from 0 to 65535", (v, c) => v.Number is >= 0 and <= ushort.MaxValue ? c with { Peers = c.Peers with { Priority = (ushort)v.Number } } : null),
        new("inside.network", "a network from /8 to /16 such as \"100.64.0.0/10\"",
            (v, c) => Ipv4Network.TryParse(v.Text, out var n) && n.PrefixLength is >= 8 and <= 16 && n.NetworkId == n.Address ? c with { Inside = c.Inside with { Network = n } } : null),
        new("dns.enabled", "true or false", (v, c) => v.Flag is { } flag ? c with { Dns = c.Dns with { Enabled = flag } } : null),
        new("dns.upstream", "a list of servers such as [\"137.118.199.1\", \"9.9.9.9:53\", \"tls://9.9.9.9#dns.quad9.net\"]",
            (v, c) => v.List is { } list && list.Select(Upstream).ToList() is var servers && !servers.Contains(null) ? c with { Dns = c.Dns with { Upstreams = [.. servers!] } } : null,
            ConfigurationFaults.OfUpstreams),
        new("dns.zone", "a domain such as \"guest.lan\", or \"\" for none",
            (v, c) => v.Text == "" || IsDomain(v.Text) ? c with { Dns = c.Dns with { Zone = v.Text! } } : null),
        new("dns.serve_uplink", "true or false", (v, c) => v.Flag is { } flag ? c with { Dns = c.Dns with { ServeUplink = flag } } : null),
        new("dns.refuse_private", "true or false", (v, c) => v.Flag is { } flag ? c with { Dns = c.Dns with { RefusePrivate = flag } } : null),
        new("dns.cache", "a number of MiB from 1 to 1024", (v, c) => v.Number is >= 1 and <= 1024 ? c with { Dns = c.Dns with { CacheMebibytes = (int)v.Number } } : null),
        new("dns.misses_per_second", "a number from 0 (any number) to 1000000",
            (v, c) => v.Number is >= 0 and <= 1_000_000 ? c with { Dns = c.Dns with { MissesPerSecond = (int)v.Number } } : null),
        new("portal.enabled", "true or false", (v, c) => v.Flag is { } flag ? c with { Portal = c.Portal with { Enabled = flag } } : null),
        new("portal.notice", "a text of up to 1000 letters, of several lines perhaps, or \"\" for none",
            (v, c) => v.Text is { Length: <= MaxNotice } text && !text.Any(l => char.IsControl(l) && l is not ('\n' or '\r' or '\t')) ? c with { Portal = c.Portal with { Notice = text } } : null),
        new("portal.name", "a host name such as \"portal.example.com\", or \"\" for none",
            (v, c) => v.Text == "" || IsHostName(v.Text) ? c with { Portal = c.Portal with { Name = v.Text!.ToLowerInvariant() } } : null),
        new("portal.certificate", "a full path such as \"/etc/innkeeper/portal.pem\"", (v, c) => IsPath(v.Text) ? c with { Portal = c.Portal with { Certificate = v.Text! } } : null),
        new("portal.key", "a full path such as \"/etc/innkeeper/portal.key\"", (v, c) => IsPath(v.Text) ? c with { Portal = c.Portal with { Key = v.Text! } } : null),
        new("state.directory", "a full path such as \"/var/lib/innkeeper\"", (v, c) => IsPath(v.Text) ? c with { State = c.State with { Directory = v.Text! } } : null),
        new("dataplane.bpffs", "a full path such as \"/run/innkeeper/bpf\"", (v, c) => IsPath(v.Text) ? c with { DataPlane = c.DataPlane with { Bpffs = v.Text! } } : null),
        new("dataplane.bindings", "a number from 16 to 65536", (v, c) => v.Number is >= 16 and <= 65536 ? c with { DataPlane = c.DataPlane with { Bindings = (int)v.Number } } : null),
        new("dataplane.mappings", "a number from 1024 to 4194304", (v, c) => v.Number is >= 1024 and <= 4_194_304 ? c with { DataPlane = c.DataPlane with { Mappings = (int)v.Number } } : null),
        new("control.socket", "a full path of up to 100 characters such as \"/run/innkeeper/control.sock\"",
            (v, c) => IsPath(v.Text) && v.Text!.Length <= 100 ? c with { Control = c.Control with { Socket = v.Text } } : null),
        .. DhcpKeys.All,
        .. NotificationKeys.All,
    ];

    public static readonly ImmutableArray<string> Names = [.. All.Select(k => k.Name)];

    /// <summary>Every table that a key stands in, and those around it.</summary>
    public static readonly ImmutableArray<string> Tables =
    [
        .. Names.Append(HostPrefix + "*").Append(TableKind.Gateways.Name + ".*").SelectMany(n => Enumerable.Range(0, n.Length).Where(i => n[i] == '.').Select(i => n[..i])).Distinct(),
    ];

    /// <summary>By its name; below [dns.hosts] every domain is one.</summary>
    public static ConfigurationKey? Find(string name) =>
        All.FirstOrDefault(k => k.Name == name) ?? TableKind.FindKey(name) ?? (name.StartsWith(HostPrefix, StringComparison.Ordinal) ? Host(name) : null);

    /// <summary>One of <see cref="Tables"/>, or one of those that there may be several of.</summary>
    public static bool IsTable(string name) => Tables.Contains(name) || TableKind.Of(name) is not null;

    /// <summary>A table's header as it is written.</summary>
    public static string Header(string table) => TableKind.IsList(table) ? $"[[{table}]]" : $"[{table}]";

    public static UpstreamAddress? Upstream(ConfigurationValue value) => UpstreamAddress.Parse(value.Text);

    private static ConfigurationKey Host(string name) => new(
        name, "a domain's address such as \"printer.lan\" = \"192.168.1.9\", or a list of its addresses",
        (v, c) => IsDomain(name[HostPrefix.Length..]) && (v.List ?? [v]).Select(i => IPAddress.TryParse(i.Text, out var a) ? a : null).ToList() is { Count: > 0 and <= 16 } addresses
            && !addresses.Contains(null) ? c with { Dns = c.Dns with { Hosts = c.Dns.Hosts.SetItem(name[HostPrefix.Length..], [.. addresses!]) } } : null);

    public static bool IsDomain(string? name) =>
        name is { Length: > 0 } && name != "." && DnsName.TryParse(name, stackalloc byte[DnsName.MaxSize], out _);

    /// <summary>It stands in URLs and is held against certificates.</summary>
    private static bool IsHostName(string? name) =>
        IsDomain(name) && name!.Split('.') is { Length: >= 2 } labels
        && labels.All(l => l != "" && l[0] != '-' && l[^1] != '-' && l.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) && !labels[^1].All(char.IsAsciiDigit);

    public static bool IsInterface(string? name) =>
        name is { Length: >= 1 and <= MaxInterfaceName } && name is not ("." or "..") && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static bool IsPath(string? path) => path is { Length: > 1 } && path[0] == '/' && !path.Contains('\0');

    public static ImmutableArray<T>? ListOf<T>(ConfigurationValue value, Func<ConfigurationValue, T?> read)
        where T : struct
    {
        if (value.List is not { } list)
        {
            return null;
        }

        var items = list.Select(read).ToList();
        return items.Contains(null) ? null : [.. items.Select(i => i!.Value)];
    }

    public static AddressRange? Range(ConfigurationValue value) => value.Text is { } text && AddressRange.TryParse(text, out var range) ? range : null;

    public static ushort? Vlan(ConfigurationValue value) => value.Number is >= 1 and <= 4094 ? (ushort)value.Number : null;

    public static ushort? EtherType(ConfigurationValue value) => value switch
    {
        { Text: "ipv6" } => EtherTypes.Ipv6,
        { Number: >= 0x0600 and <= 0xffff and not (EtherTypes.Ipv4 or EtherTypes.Arp or EtherTypes.Vlan or 0x88a8) } => (ushort)value.Number,
        _ => null,
    };

    /// <summary>"90s", "30m", "8h" or "7d".</summary>
    /// <param name="least">Seconds.</param>
    public static TimeSpan? Duration(string? text, int least = 10, int mostDays = 30)
    {
        if (text is not { Length: >= 2 and <= 9 } || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        long? unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => null };
        return unit is null || number * unit < least || number * unit > mostDays * 86400L ? null : TimeSpan.FromSeconds(number * unit.Value);
    }
}
