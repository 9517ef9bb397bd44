namespace Innkeeper.Configuration;

/// <summary>The settings of [ipv6].</summary>
internal static class Ipv6Definitions
{
    private static readonly SettingType<Ipv6Mode> s_mode = SettingTypes.OneOf(("auto", Ipv6Mode.Auto), ("refuse", Ipv6Mode.Refuse), ("off", Ipv6Mode.Off));

    private static readonly SettingType<Ipv6Translation> s_translation = SettingTypes.OneOf(("foreign", Ipv6Translation.Foreign), ("always", Ipv6Translation.Always));

    public static readonly SettingTable<Ipv6Config> All = new(
        new Ipv6Config(),
        "IPv6 of devices (docs/ipv6.md). With one arm, for now, Innkeeper leaves IPv6 alone whatever is set here. With \"ipv6\" among [access] pass_ethertypes this host's own network stack has it, and "
        + "these settings do nothing.")
    {
        {
            "mode", s_mode, i => i.Mode, (i, v) => i with { Mode = v },
            "\"auto\": devices reach hosts outside by IPv6 where the uplink's router advertises a network, or prefix is set; elsewhere as \"refuse\". \"refuse\": devices learn at once that IPv6 "
            + "leads nowhere, so their programs take IPv4: names have no IPv6 addresses, and packets are answered by \"no route\". \"off\": their IPv6 packets are dropped without an answer."
        },
        {
            "prefix", SettingTypes.Ipv6Network("2001:db8:77::/56", 48, 64), i => i.Prefix, (i, v) => i with { Prefix = v },
            "With mode \"auto\": a network from /48 to /64 that the router outside sends to this host, for the devices' outside addresses. If not set, they are of the network that the uplink's router "
            + "advertises on its link.",
            "\"2001:db8:77::/56\""
        },
        {
            "translate", s_translation, i => i.Translate, (i, v) => i with { Translate = v },
            "\"foreign\": a device that has an address of prefix keeps it outside, and other addresses are translated. \"always\": every device appears outside under an address that it does not know."
        },
        {
            "addresses", SettingTypes.Number(1, 64), i => i.Addresses, (i, v) => i with { Addresses = v },
            "Maximum number of IPv6 addresses that one device may use at a time, from 1 to 64. Phones and computers change theirs each day and keep the old ones for a week. "
            + "One more takes the place of the one that was silent longest."
        },
        {
            "ra", SettingTypes.Flag, i => i.Advertises, (i, v) => i with { Advertises = v },
            "true: while there is IPv6 outside, the gateway shows itself to devices by router advertisements, and they make addresses for themselves. false: only devices that have IPv6 addresses already are served."
        },
    };
}
