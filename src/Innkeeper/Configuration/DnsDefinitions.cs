using System.Collections.Immutable;
using System.Net.Sockets;
using System.Net;
using System.Text.Json.Nodes;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The settings of [dns] and [dns.hosts].</summary>
internal static class DnsDefinitions
{
    /// <summary>Before the name of each setting of [dns.hosts], which the administrator chooses.</summary>
    public const string HostPrefix = "dns.hosts.";

    private const int MaxAddresses = 16;

    private static readonly SettingType<UpstreamAddress> s_upstream = SettingTypes.Text(
        "upstream", "an address, with a port if it is not 53, or \"tls://ADDRESS#NAME\"", text => UpstreamAddress.Parse(text) is { } server ? server : Parsed<UpstreamAddress>.Invalid,
        server => server.ToString());

    private static readonly SettingType<IPEndPoint> s_fallback = SettingTypes.Text(
        "fallback", "the IPv4 address of another host, with a port if it is not 53, such as \"9.9.9.9\"",
        text => UpstreamAddress.Parse(text) is { TlsName: null, EndPoint: { AddressFamily: AddressFamily.InterNetwork } server } && !Ipv4Address.Read(server.Address.GetAddressBytes()).IsBogus
            ? server : Parsed<IPEndPoint>.Invalid,
        server => server.ToString());

    private static readonly SettingType<IPAddress> s_address = SettingTypes.Text(
        "ip-address", "an IP address", text => IPAddress.TryParse(text, out var address) ? address : Parsed<IPAddress>.Invalid, address => address.ToString());

    /// <summary>One address, or a list of them; written as a list.</summary>
    private static readonly SettingType<ImmutableArray<IPAddress>> s_addresses = new(
        "ip-addresses", "a domain's address such as \"printer.lan\" = \"192.168.1.9\", or a list of its addresses",
        v => (v.List ?? [v]).Select(s_address.Parse).ToList() is { Count: > 0 and <= MaxAddresses } addresses && addresses.TrueForAll(a => a.IsValid)
            ? addresses.Select(a => a.Value!).ToImmutableArray()
            : Parsed<ImmutableArray<IPAddress>>.Invalid,
        addresses => TomlText.List(addresses.Select(s_address.Format)),
        () => new JsonObject
        {
            ["anyOf"] = new JsonArray(s_address.Schema(), new JsonObject { ["type"] = "array", ["items"] = s_address.Schema(), ["minItems"] = 1, ["maxItems"] = MaxAddresses }),
        });

    public static readonly SettingTable<DnsConfig> All = new(new DnsConfig())
    {
        {
            "enabled", SettingTypes.Flag, d => d.Enabled, (d, v) => d with { Enabled = v },
            "true: Innkeeper answers every DNS query of a device (port 53), whichever server it is sent to, in the name of that server. false: queries pass like other packets."
        },
        {
            "upstream",
            SettingTypes.List("upstreams", "a list of servers such as [\"137.118.199.1\", \"9.9.9.9:53\", \"tls://9.9.9.9#dns.quad9.net\"]", s_upstream),
            d => d.Upstreams, (d, v) => d with { Upstreams = v },
            "The servers to query: an address, with its port if that is not 53, or \"tls://9.9.9.9#dns.quad9.net\" for DNS over TLS (needs OpenSSL 3 on this host). "
            + "If empty, the servers that this host itself uses (resolv.conf, those of systemd-resolved).",
            "[\"137.118.199.1\", \"9.9.9.9:53\"]"
        },
        {
            "fallback", s_fallback, d => d.Fallback, (d, v) => d with { Fallback = v },
            "The resolver that devices' queries go to, without Innkeeper's process, while that process is stopped or hangs. docs/dns.md explains. "
            + "If not set: the best of the servers above that have an IPv4 address and speak plain DNS.",
            "\"9.9.9.9\""
        },
        {
            "zone", SettingTypes.DomainOrNone("guest.lan"), d => d.Zone, (d, v) => d with { Zone = v },
            "Each device has a name in this zone, which leads to its outside address: \"d-\", its MAC address with dashes, and \"-v\" with its VLAN if it has one. \"\": no names."
        },
        {
            "serve_uplink", SettingTypes.Flag, d => d.ServeUplink, (d, v) => d with { ServeUplink = v },
            "true: hosts on the uplink LAN may query this host (port 53) for these names and those of [dns.hosts], and for nothing else."
        },
        {
            "refuse_private", SettingTypes.Flag, d => d.RefusePrivate, (d, v) => d with { RefusePrivate = v },
            "true: private addresses are removed from answers for public names, against DNS rebinding. Some intranets and captive portals need such answers."
        },
        {
            "private_reverse", SettingTypes.OneOf(("here", true), ("upstream", false)), d => d.AnswersPrivateReverse, (d, v) => d with { AnswersPrivateReverse = v },
            "Which server answers for the names of private addresses (RFC 6303: 10.in-addr.arpa and others). \"here\": Innkeeper, with the names it knows. "
            + "\"upstream\": the servers above, for networks whose own name servers know these names."
        },
        { "cache", SettingTypes.Number(1, 1024, "a number of MiB from 1 to 1024"), d => d.CacheMebibytes, (d, v) => d with { CacheMebibytes = v }, "Memory for cached answers, in MiB." },
        {
            "misses_per_second", SettingTypes.NumberOrUnlimited(1_000_000), d => d.MissesPerSecond, (d, v) => d with { MissesPerSecond = v },
            "Queries of one device that are sent to the servers each second. Answers from the cache are not limited. 0: unlimited."
        },
    };

    public static SettingDescription Hosts { get; } = new("ip-addresses", "Names that Innkeeper answers itself, each with one address or a list.", "\"137.118.199.9\"", s_addresses.Schema);

    /// <param name="name">The full name of the setting, which begins with <see cref="HostPrefix"/>.</param>
    public static SettingDefinition Host(string name)
    {
        var host = name[HostPrefix.Length..];
        return new SettingDefinition(
            name, s_addresses.Expected,
            (v, c) => SettingTypes.IsDomain(host) && s_addresses.Parse(v) is { IsValid: true, Value: var addresses } ? c with { Dns = c.Dns with { Hosts = c.Dns.Hosts.SetItem(host, addresses) } } : null,
            s_addresses.Validate, c => c.Dns.Hosts.TryGetValue(host, out var addresses) ? s_addresses.Format(addresses) : null, Hosts);
    }
}
