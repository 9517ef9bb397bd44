using System.Text.Json.Nodes;

namespace Innkeeper.Configuration;

/// <summary>The settings of [napt].</summary>
internal static class NaptDefinitions
{
    private static readonly SettingType<TimeSpan> s_timeout = SettingTypes.Duration("1s", "\"300s\" or \"2h\"");

    private static readonly SettingType<PortRange> s_ports = SettingTypes.Text(
        "ports", "a range of at least 1024 ports within 1024-65535 such as \"10240-32767\"",
        text => PortRange.TryParse(text, out var ports) && ports.First >= 1024 && ports.Last - ports.First >= 1023 ? ports : Parsed<PortRange>.Invalid, ports => ports.ToString(),
        "^[0-9]+-[0-9]+$");

    private static readonly SettingType<int> s_block = new(
        "block", "64, 128, 256 or 512", v => v.Number is 64 or 128 or 256 or 512 ? (int)v.Number : Parsed<int>.Invalid, n => TomlText.Number(n), () => new JsonObject { ["enum"] = new JsonArray(64, 128, 256, 512) });

    private static readonly SettingType<string> s_log = SettingTypes.Text(
        "log", "a full path such as \"/var/log/innkeeper/mappings.log\", \"syslog\", or \"\" for none", text => text is "" or "syslog" || SettingTypes.IsPath(text), "^(syslog|/[^\\u0000]+)?$");

    public static readonly SettingTable<NaptConfig> All = new(new NaptConfig())
    {
        {
            "enabled", SettingTypes.Flag, n => n.Enabled, (n, v) => n with { Enabled = v },
            "Devices share outside addresses by ports, as behind a home router, but endpoint-independent (RFC 4787): any host can reach a mapped port. docs/napt.md explains. "
            + "false: addresses are never shared."
        },
        {
            "addresses", SettingTypes.Ranges("a list of up to 16 addresses, as ranges such as [\"137.118.199.100-137.118.199.101\"], none of which overlap", 16),
            n => n.Addresses, (n, v) => n with { Addresses = v },
            "Free addresses of the uplink subnet to share, up to 16, none of them in [pool]. If empty, devices share the uplink's own address.",
            "[\"137.118.199.100-137.118.199.101\"]"
        },
        {
            "ports", s_ports, n => n.Ports, (n, v) => n with { Ports = v },
            "Ports of the uplink's own address that devices may use. The range must not overlap the ports of this host's own connections (net.ipv4.ip_local_port_range). "
            + "Of other shared addresses, all ports are used."
        },
        {
            "block", s_block, n => n.Block, (n, v) => n with { Block = v },
            "Ports are given to a device in blocks of this size: 64, 128, 256 or 512. A device can have up to 64 blocks."
        },
        {
            "ports_per_device", SettingTypes.Number(64, 32768), n => n.PortsPerDevice, (n, v) => n with { PortsPerDevice = v },
            "Maximum number of ports of one device, each for TCP and for UDP."
        },
        {
            "ids_per_device", SettingTypes.Number(1, 4096), n => n.IdsPerDevice, (n, v) => n with { IdsPerDevice = v },
            "Maximum number of pings of one device at a time, and of hosts that it talks to by protocols without ports (GRE, ESP)."
        },
        {
            "new_per_second", SettingTypes.NumberOrUnlimited(1_000_000), n => n.NewPerSecond, (n, v) => n with { NewPerSecond = v },
            "New mappings of one device each second, with bursts of up to five seconds' worth. 0: unlimited."
        },
        {
            "udp_timeout", s_timeout, n => n.UdpTimeout, (n, v) => n with { UdpTimeout = v },
            "How long a mapping without traffic is kept. Shorter values than these violate RFC 4787, 5382 and 5508. For UDP:"
        },
        { "tcp_timeout", s_timeout, n => n.TcpTimeout, (n, v) => n with { TcpTimeout = v }, "For established TCP connections:" },
        { "tcp_transitory_timeout", s_timeout, n => n.TcpTransitoryTimeout, (n, v) => n with { TcpTransitoryTimeout = v }, "For TCP connections that are being opened or closed:" },
        { "icmp_timeout", s_timeout, n => n.IcmpTimeout, (n, v) => n with { IcmpTimeout = v }, "For pings:" },
        { "rest", SettingTypes.Duration("0s", "\"120s\""), n => n.Rest, (n, v) => n with { Rest = v }, "How long a port stays unused after it was freed." },
        {
            "refuse_with", SettingTypes.OneOf(("host-unreachable", false), ("admin-prohibited", true)), n => n.RefuseAsProhibited, (n, v) => n with { RefuseAsProhibited = v },
            "The ICMP error sent when a device cannot get a port: \"host-unreachable\" (type 3, code 1) or \"admin-prohibited\" (type 3, code 13)."
        },
        {
            "log", s_log, n => n.Log, (n, v) => n with { Log = v },
            "A log of which device had which ports, and when: a file, or \"syslog\". \"\": no log.",
            "\"/var/log/innkeeper/mappings.log\""
        },
    };
}
