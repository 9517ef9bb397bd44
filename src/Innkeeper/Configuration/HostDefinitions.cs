namespace Innkeeper.Configuration;

/// <summary>The settings of [portal], [state], [dataplane] and [control].</summary>
internal static class HostDefinitions
{
    private const int MaxNotice = 1000;
    private const int MaxAllowed = 100;
    private const int MaxSocketPath = 100;
    private const int MaxGroupName = 32;

    private static readonly SettingType<string> s_notice = SettingTypes.Text(
        "notice", "a text of up to 1000 letters, of several lines perhaps, or \"\" for none",
        text => text.Length <= MaxNotice && !text.Any(l => char.IsControl(l) && l is not ('\n' or '\r' or '\t')));

    private static readonly SettingType<string> s_hostName = SettingTypes.Text(
        "host-name", "a host name such as \"portal.example.com\", or \"\" for none",
        text => text == "" || IsHostName(text) ? text.ToLowerInvariant() : Parsed<string>.Invalid, text => text, "^([A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+)?$");

    private static readonly SettingType<string> s_allowed = SettingTypes.Text(
        "allowed-name", "a host name such as \"login.example.org\", or \"*.example.org\" for the names below a domain",
        text => IsHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) ? text.ToLowerInvariant() : Parsed<string>.Invalid, text => text,
        "^(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$");

    private static readonly SettingType<string> s_socket = SettingTypes.Text(
        "socket", $"a full path of up to {MaxSocketPath} characters such as \"/run/innkeeper/control.sock\"", path => SettingTypes.IsPath(path) && path.Length <= MaxSocketPath,
        $"^/[^\\u0000]{{1,{MaxSocketPath - 1}}}$");

    private static readonly SettingType<string> s_group = SettingTypes.Text(
        "group", "the name of a group of this host, or \"\"", name => name.Length <= MaxGroupName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'),
        $"^[A-Za-z0-9._-]{{0,{MaxGroupName}}}$");

    public static readonly SettingTable<PortalConfig> Portal = new(new PortalConfig())
    {
        {
            "enabled", SettingTypes.Flag, p => p.Enabled, (p, v) => p with { Enabled = v },
            "A device that waits for approval sees a page at any http address, and at the address below. docs/portal.md explains. "
            + "false: its connections are refused."
        },
        {
            "address", SettingTypes.Address("an address that no device and no LAN has, such as \"192.88.99.99\""), p => p.Address, (p, v) => p with { Address = v },
            "The page's address: http://192.88.99.99/. Devices send to it, so choose one that every system sends to and that no device, LAN or server has."
        },
        {
            "notice", s_notice, p => p.Notice, (p, v) => p with { Notice = v },
            "Plain text for that page, such as whom to ask. Several lines are possible between \"\"\" and \"\"\".",
            "\"Call the front desk, extension 9.\""
        },
        {
            "directory", SettingTypes.Path("/etc/innkeeper/portal"), p => p.Directory is "" ? null : p.Directory, (p, v) => p with { Directory = v },
            "The directory of your files for that page: logo, colours, texts, terms (docs/portal.md). Changed files are read within 10 seconds.",
            "\"/etc/innkeeper/portal\""
        },
        {
            "allow",
            SettingTypes.List("allowed-names", $"a list of up to {MaxAllowed} names such as [\"login.example.org\", \"*.example.org\"]", s_allowed, most: MaxAllowed),
            p => p.Allow, (p, v) => p with { Allow = v },
            "Names that a device may reach while it waits, such as those of a payment page. \"*.example.org\": every name below example.org, and not example.org itself. "
            + "docs/portal.md explains, and what else becomes reachable by it.",
            "[\"pay.example.org\", \"*.stripe.com\"]"
        },
        {
            "name", s_hostName, p => p.Name, (p, v) => p with { Name = v },
            "With these three settings, phones open the page by themselves (RFC 8908, which requires HTTPS). They need OpenSSL 3 on this host. "
            + "A host name of yours, which leads to the page on this LAN, wherever it leads elsewhere:",
            "\"portal.example.com\""
        },
        {
            "certificate", SettingTypes.Path("/etc/innkeeper/portal.pem"), p => p.Certificate is "" ? null : p.Certificate, (p, v) => p with { Certificate = v },
            "The certificate for that name, followed by those of its issuers (PEM). A changed file is read within a minute.",
            "\"/etc/innkeeper/portal.pem\""
        },
        {
            "key", SettingTypes.Path("/etc/innkeeper/portal.key"), p => p.Key is "" ? null : p.Key, (p, v) => p with { Key = v },
            "The private key of the certificate (PEM).",
            "\"/etc/innkeeper/portal.key\""
        },
    };

    public static readonly SettingTable<StateConfig> State = new(new StateConfig())
    {
        { "directory", SettingTypes.Path("/var/lib/innkeeper"), s => s.Directory, (s, v) => s with { Directory = v }, "The folder of the database (SQLite), which remembers devices." },
    };

    public static readonly SettingTable<DataPlaneSettings> DataPlane = new(new DataPlaneSettings())
    {
        {
            "bpffs", SettingTypes.Path("/run/innkeeper/bpf"), d => d.Bpffs, (d, v) => d with { Bpffs = v },
            "The mount point of the BPF file system for maps that outlive this process. It is mounted if necessary."
        },
        {
            "bindings", SettingTypes.Number(16, 65536), d => d.Bindings, (d, v) => d with { Bindings = v },
            "Maximum number of bindings (a device's own address with its outside address). Kernel memory is reserved for all of them."
        },
        {
            "mappings", SettingTypes.Number(1024, 4_194_304), d => d.Mappings, (d, v) => d with { Mappings = v },
            "Maximum number of mappings of shared addresses, with those whose port is not to be reused yet. Kernel memory is reserved for all of them."
        },
    };

    public static readonly SettingTable<ControlConfig> Control = new(new ControlConfig())
    {
        { "socket", s_socket, c => c.Socket, (c, v) => c with { Socket = v }, "The Unix socket by which commands such as `innkeeper status` reach the running gateway." },
        {
            "group", s_group, c => c.Group, (c, v) => c with { Group = v },
            "The group of this host whose members may use these commands, all of them, beside root and the gateway's own user. \"\": the group that has the name of "
            + "the user that the gateway runs as (\"innkeeper\", if its service runs it); a gateway that runs as root then serves root alone."
        },
    };

    /// <summary>Part of URLs and compared with the names of certificates.</summary>
    private static bool IsHostName(string name) =>
        SettingTypes.IsDomain(name) && name.Split('.') is { Length: >= 2 } labels
        && labels.All(l => l != "" && l[0] != '-' && l[^1] != '-' && l.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) && !labels[^1].All(char.IsAsciiDigit);
}
