using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The settings of [profiles.NAME]. Settings that a named profile leaves out are taken from [profiles.default], wherever in the file that table is.</summary>
internal static class ProfileDefinitions
{
    /// <summary>As a fallback: the devices wait for their gateway.</summary>
    public const string NoFallback = "none";

    private const int MaxNetworks = 256;
    private const long LeastRate = 8_000;
    private const long MostRate = 100_000_000_000;
    private const string Network = "a network such as \"10.0.0.0/8\" or \"fc00::/7\", an address, or \"uplink\"";

    private static readonly SettingType<AdmissionMode> s_admission = SettingTypes.OneOf(("auto", AdmissionMode.Auto), ("approve", AdmissionMode.Approve), ("closed", AdmissionMode.Closed));

    private static readonly SettingType<WayIn> s_way = SettingTypes.OneOf(("terms", WayIn.Terms), ("code", WayIn.Code), ("ask", WayIn.Ask));

    private static readonly SettingType<ImmutableArray<WayIn>> s_wayList = SettingTypes.List(
        "ways-in", "a list of one to three of \"terms\", \"code\" and \"ask\", each once, such as [\"code\", \"ask\"]", s_way, least: 1, most: 3);

    private static readonly SettingType<WayList> s_ways = new(
        s_wayList.Kind, s_wayList.Expected,
        v => s_wayList.Parse(v) is { IsValid: true, Value: var ways } && ways.Distinct().Count() == ways.Length ? new WayList(ways) : Parsed<WayList>.Invalid,
        ways => s_wayList.Format(ways.Ways), s_wayList.Schema)
    {
        Validate = s_wayList.Validate,
    };

    private static readonly SettingType<LegalPreference> s_legal = SettingTypes.OneOf(("own", LegalPreference.Own), ("shared", LegalPreference.Shared), ("own-only", LegalPreference.OwnOnly));

    public static readonly SettingType<CallerAppearance> Appearance = SettingTypes.OneOf(("own", CallerAppearance.Own), ("local", CallerAppearance.Local));

    /// <summary>Zero: without end.</summary>
    private static readonly SettingType<TimeSpan> s_lifetime = SettingTypes.Text(
        "lifetime", "a time from \"1s\" to \"366d\", such as \"8h\" or \"7d\", or \"\" for without end",
        text => text == "" ? TimeSpan.Zero : SettingTypes.ParseDuration(text, 1, 366) is { } time ? time : Parsed<TimeSpan>.Invalid, _ => "", "^([0-9]{1,8}[smhd])?$") with
    {
        Format = time => time == TimeSpan.Zero ? TomlText.Text("") : TomlText.Duration(time),
    };

    private static readonly SettingType<long> s_rate = SettingTypes.Text(
        "rate", "bits a second from \"8k\" to \"100G\", such as \"512k\" or \"20M\", or \"\" for any number", text => ParseRate(text) is { } rate ? rate : Parsed<long>.Invalid, _ => "",
        "^([0-9]*\\.?[0-9]* *[kMG] *(bit/s|bps|bit)?)?$") with
    {
        Format = TomlText.Rate,
    };

    private static readonly SettingType<long> s_volume = SettingTypes.Text(
        "volume", $"{SettingTypes.DataExpected}, or \"\" or \"0\" for any amount", text => text is "" or "0" ? 0 : SettingTypes.ParseData(text) is { } octets ? octets : Parsed<long>.Invalid, _ => "",
        "^([0-9]*\\.?[0-9]*[kMGT]|0)?$") with
    {
        Format = TomlText.Data,
    };

    private static readonly SettingType<VolumePeriod> s_volumePeriod = SettingTypes.OneOf(("day", VolumePeriod.Day), ("week", VolumePeriod.Week), ("month", VolumePeriod.Month));

    private static readonly SettingType<LimitsPer> s_limitsPer =
        SettingTypes.OneOf(("device", LimitsPer.Device), ("code", LimitsPer.Code), ("tag", LimitsPer.Tag), ("vlan", LimitsPer.Vlan));

    private static readonly SettingType<DestinationList> s_destinations = new(
        "destinations", $"a list of up to {MaxNetworks}, each {Network}",
        v => v.List is { Count: <= MaxNetworks } list
            ? new DestinationList([.. list.Select(NetworkOf).OfType<Ipv4Network>()], list.Any(IsUplinks)) { Ipv6Networks = [.. list.Select(Ipv6NetworkOf).OfType<Ipv6Network>()] }
            : Parsed<DestinationList>.Invalid,
        list => TomlText.List(NamesOf(list).Select(TomlText.Text)),
        () => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["pattern"] = $"^({ProfileConfig.UplinkWord}|[0-9A-Fa-f:.]+(/[0-9]+)?)$" }, ["maxItems"] = MaxNetworks })
    {
        Validate = OfDestinations,
    };

    private static readonly SettingType<string> s_gateway = SettingTypes.Text(
        "gateway-name", "\"main\" or the name of one of [gateways.NAME]", text => RepeatedTable.IsName(text) && text != NoFallback, RepeatedTable.NamePattern);

    private static readonly SettingType<string> s_fallback = SettingTypes.Text(
        "fallback-name", "\"none\", \"main\" or the name of one of [gateways.NAME]", RepeatedTable.IsName, RepeatedTable.NamePattern);

    public static readonly SettingTable<ProfileConfig> All = new(
        new ProfileConfig { Name = ProfileConfig.DefaultName },
        "A profile says what a class of devices may do (docs/profiles.md). A device has the profile that you gave it. Without one, it has the profile of the first rule that matches it. If no rule matches, it has this profile.")
    {
        {
            "admission", s_admission, p => p.Admission, (p, v) => p with { Admission = v },
            "How a new device is admitted. \"auto\": it gets access. \"approve\": it waits until you approve it. \"closed\": it waits, and you are not asked. "
            + "Note: with \"auto\", a device that was given a wrong gateway on purpose (a camera you want offline) would get online. "
            + "The profile \"static\" and its rule below hold devices that have an address of their own."
        },
        {
            "lifetime", s_lifetime, p => p.Lifetime ?? TimeSpan.Zero, (p, v) => p with { Lifetime = v == TimeSpan.Zero ? null : v },
            "How long access lasts, from \"1s\" to \"366d\". \"\": without end. Afterwards the device is held and asks you again, also if admission is \"auto\" (but see readmit)."
        },
        {
            "readmit", SettingTypes.Flag, p => p.Readmit, (p, v) => p with { Readmit = v },
            "true: with admission \"auto\", a device whose access ended gets access again at once. false: it is held until you admit it."
        },
        {
            "ways_in", s_ways, p => p.WaysIn, (p, v) => p with { WaysIn = v },
            "With admission \"approve\": what the portal's page offers to a guest. \"terms\": the guest accepts your terms and is in. \"code\": the guest gives the code of a voucher or room. "
            + "\"ask\": you are asked. The page offers them in this order (docs/guests.md)."
        },
        {
            "vouchers", SettingTypes.Flag, p => p.Vouchers, (p, v) => p with { Vouchers = v },
            "true: the front desk (role operator) may make vouchers and room codes that give this profile. An admin may for every profile."
        },
        {
            "inbound", SettingTypes.Flag, p => p.Inbound, (p, v) => p with { Inbound = v },
            "true: hosts outside may open connections to a device, at its outside address. false: they may only answer it."
        },
        { "isolate", SettingTypes.Flag, p => p.Isolate, (p, v) => p with { Isolate = v }, "true: devices cannot reach each other through the gateway." },
        { "addresses", SettingTypes.Number(1, 64), p => p.Addresses, (p, v) => p with { Addresses = v }, "Maximum number of own addresses that one device may use at a time, from 1 to 64." },
        {
            "extender", SettingTypes.Flag, p => p.Extender, (p, v) => p with { Extender = v },
            "true: these devices are extenders or bridges whose clients all appear under one MAC address. DHCP answers the clients behind them, up to the number of addresses above."
        },
        {
            "legal", s_legal, p => p.Legal, (p, v) => p with { Legal = v },
            "\"own\": a device has an outside address to itself; while none is free, it shares one. \"shared\": always share. \"own-only\": never share; refused if no address is free."
        },
        {
            "appear", Appearance, p => p.Appear, (p, v) => p with { Appear = v },
            "As which address a host outside appears to a device. \"own\": its own. \"local\": a free address of the device's own subnet, for devices that have no gateway set "
            + "and answer only there (docs/machines.md)."
        },
        {
            "denied", s_destinations, p => p.Denied, (p, v) => p with { Denied = v },
            "Networks and addresses that devices cannot reach, of IPv4 and IPv6, up to 256. \"uplink\" stands for the subnets of all uplinks. "
            + "\"0.0.0.0/0\" denies all of IPv6 too, unless \"::/0\" is in one of the two lists. If not set: [\"uplink\"] with two arms, [] with one. An empty list opens the uplink LAN.",
            "[\"uplink\"]", (p, config) => p.DeniedOf(config)
        },
        {
            "allowed", s_destinations, p => p.Allowed, (p, v) => p with { Allowed = v },
            "Exceptions from denied. The longest match decides; if both lists have the same network, this one."
        },
        {
            "rate_out", s_rate, p => p.RateOut, (p, v) => p with { RateOut = v },
            "How fast one device may send, in bits a second: \"512k\", \"20M\" or \"1G\", from \"8k\" to \"100G\". \"\": unlimited."
        },
        { "rate_in", s_rate, p => p.RateIn, (p, v) => p with { RateIn = v }, "How fast one device may receive." },
        {
            "volume", s_volume, p => p.Volume, (p, v) => p with { Volume = v },
            "How much data one device may send and receive together in each volume_period: \"500M\" or \"2G\", from \"1k\" to \"1000T\". When it is used up, the device is held until the period "
            + "ends. \"\": any amount."
        },
        {
            "volume_period", s_volumePeriod, p => p.VolumePeriod, (p, v) => p with { VolumePeriod = v },
            "When a volume begins again, by this host's local time. \"day\": at midnight. \"week\": on Monday. \"month\": on the first."
        },
        {
            "limits_per", s_limitsPer, p => p.LimitsPer, (p, v) => p with { LimitsPer = v },
            "\"device\": each device has rate_out, rate_in and volume for itself. Or these devices have them together: \"code\": all that one voucher or one room's code let in; "
            + "\"tag\": all with the same tag (of several, the first in the alphabet counts); \"vlan\": all of one VLAN. A device without a code or tag has them for itself."
        },
        {
            "gateway", s_gateway, p => p.Gateway, (p, v) => p with { Gateway = v },
            "The gateway that these devices use: \"main\" is the [uplink] router with [pool], others are defined in [gateways.NAME]."
        },
        {
            "fallback", s_fallback, p => p.Fallback ?? NoFallback, (p, v) => p with { Fallback = v == NoFallback ? null : v },
            "The backup gateway. \"none\": no Internet while the gateway is down."
        },
    };

    /// <summary>The profile that always exists.</summary>
    public static SettingGroup Default => All.In(
        $"profiles.{ProfileConfig.DefaultName}", c => c.DefaultProfile, (c, p) => c with { Profiles = c.Profiles.SetItem(ProfileConfig.DefaultName, p) });

    public static SettingDefinition Definition(string table, string profile, string key) =>
        All.First(k => k.Name == key).In(table, c => Get(c, profile), (c, p) => c with { Profiles = c.Profiles.SetItem(profile, p) });

    /// <summary>A profile as it is, or as it begins: a copy of [profiles.default].</summary>
    public static ProfileConfig Get(InnkeeperConfig config, string name) => config.Profiles.GetValueOrDefault(name) ?? config.DefaultProfile with { Name = name };

    /// <summary>A network without bits beyond its prefix, or an address.</summary>
    private static Ipv4Network? NetworkOf(ConfigurationValue value) =>
        Ipv4Address.TryParse(value.Text, out var address) ? new Ipv4Network(address, 32)
        : Ipv4Network.TryParse(value.Text, out var network) && network.NetworkId == network.Address ? network
        : null;

    /// <inheritdoc cref="NetworkOf"/>
    private static Ipv6Network? Ipv6NetworkOf(ConfigurationValue value) =>
        Ipv6Address.TryParse(value.Text, out var address) ? new Ipv6Network(address, 128)
        : Ipv6Network.TryParse(value.Text, out var network) && network.NetworkId == network.Address ? network
        : null;

    public static string NameOf(AdmissionMode mode) => mode switch
    {
        AdmissionMode.Auto => "auto",
        AdmissionMode.Approve => "approve",
        _ => "closed",
    };

    public static string NameOf(LimitsPer per) => per switch
    {
        LimitsPer.Code => "code",
        LimitsPer.Tag => "tag",
        LimitsPer.Vlan => "vlan",
        _ => "device",
    };

    public static string NameOf(VolumePeriod period) => period switch
    {
        VolumePeriod.Week => "week",
        VolumePeriod.Month => "month",
        _ => "day",
    };

    public static string NameOf(LegalPreference legal) => legal switch
    {
        LegalPreference.Own => "own",
        LegalPreference.Shared => "shared",
        _ => "own-only",
    };

    public static string NameOf(CallerAppearance appearance) => appearance == CallerAppearance.Local ? "local" : "own";

    public static bool TryAppearance(string text, out CallerAppearance appearance)
    {
        appearance = text == NameOf(CallerAppearance.Local) ? CallerAppearance.Local : CallerAppearance.Own;
        return text == NameOf(appearance);
    }

    /// <summary>A list's items as they are written.</summary>
    public static IEnumerable<string> NamesOf(DestinationList list) =>
        [.. list.Networks.Select(n => n.ToString()), .. list.Ipv6Networks.Select(n => n.ToString()), .. (string[])(list.Uplinks ? [ProfileConfig.UplinkWord] : [])];

    private static IEnumerable<ValidationError> OfDestinations(ConfigurationValue value)
    {
        var seen = new HashSet<object>();
        foreach (var item in value.List ?? [])
        {
            object? destination = IsUplinks(item) ? ProfileConfig.UplinkWord : NetworkOf(item) is { } network ? network : Ipv6NetworkOf(item);
            if (destination is null)
            {
                yield return new ValidationError(item, WholeNetworkOf(item) is { } whole
                    ? $"{item.Source} has bits beyond its prefix; give \"{whole}\", or another prefix"
                    : $"{item.Source} is not valid; give {Network}");
            }
            else if (!seen.Add(destination))
            {
                yield return new ValidationError(item, $"{item.Source} is there twice; keep one");
            }
        }
    }

    /// <summary>The network of an address with its prefix length.</summary>
    private static string? WholeNetworkOf(ConfigurationValue value) =>
        Ipv4Network.TryParse(value.Text, out var network) ? $"{network.NetworkId}/{network.PrefixLength}"
        : Ipv6Network.TryParse(value.Text, out var ipv6) ? $"{ipv6.NetworkId}/{ipv6.PrefixLength}"
        : null;

    private static bool IsUplinks(ConfigurationValue value) => value.Text == ProfileConfig.UplinkWord;

    /// <summary>"512k", "2.5G", "20 Mbit/s": decimal units (IEC 80000-13), not those of memory. "": 0, which is unlimited.</summary>
    private static long? ParseRate(string text)
    {
        if (text == "")
        {
            return 0;
        }

        var unitless = ((string[])["bit/s", "bps", "bit"]).FirstOrDefault(u => text.EndsWith(u, StringComparison.Ordinal)) is { } spelled ? text[..^spelled.Length] : text;
        var number = unitless.TrimEnd(' ');
        long? unit = number is [.., var letter] ? letter switch { 'k' => 1_000, 'M' => 1_000_000, 'G' => 1_000_000_000, _ => null } : null;
        return unit is { } factor && number.Length <= 12 && decimal.TryParse(number[..^1].TrimEnd(' '), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var many)
            && many * factor is >= LeastRate and <= MostRate
                ? (long)(many * factor)
                : null;
    }
}
