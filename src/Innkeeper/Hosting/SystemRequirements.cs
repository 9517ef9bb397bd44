using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Innkeeper.Links;

namespace Innkeeper.Hosting;

/// <summary>The properties of this system and the rights of this process that the gateway depends on.</summary>
/// <param name="Release">The kernel's, as `uname -r` prints it.</param>
/// <param name="Capabilities">The effective ones: bit N is capability number N.</param>
/// <param name="HasOwnUsers">A user namespace other than the host's: capabilities in it do not count for BPF.</param>
/// <param name="HasJit">The kernel compiles BPF programs, as far as it says: not in every network namespace.</param>
/// <param name="HasOpenSsl">A version of it that .NET takes.</param>
/// <param name="FirstOpenPort">From here on ports need no capability.</param>
internal sealed record SystemInfo(string Release, ulong Capabilities, bool HasOwnUsers, bool HasJit, bool HasOpenSsl, int FirstOpenPort)
{
    internal const int SysAdmin = 21;
    internal const int Perfmon = 38;
    internal const int Bpf = 39;

    /// <summary>CAP_SYS_ADMIN includes CAP_BPF and CAP_PERFMON.</summary>
    public bool Has(int capability) => (Capabilities & ((1UL << capability) | (capability is Bpf or Perfmon ? 1UL << SysAdmin : 0))) != 0;

    public static SystemInfo Read() => new(
        Sysctl.TryRead("kernel/osrelease", out var release) ? release : "",
        CapabilitiesIn(File.ReadLines("/proc/self/status")),
        !MapsEveryUser(File.ReadAllText("/proc/self/uid_map")),
        !Sysctl.TryRead("net/core/bpf_jit_enable", out var jit) || jit != "0",
        ((string[])["libssl.so.3", "libssl.so.1.1"]).Any(name => NativeLibrary.TryLoad(name, out _)),
        Sysctl.TryRead("net/ipv4/ip_unprivileged_port_start", out var port) && int.TryParse(port, CultureInfo.InvariantCulture, out var first) ? first : 1024);

    /// <summary>The effective capabilities of /proc/PID/status.</summary>
    internal static ulong CapabilitiesIn(IEnumerable<string> status)
    {
        const string Label = "CapEff:";
        return status.FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal)) is { } line
            ? ulong.Parse(line.AsSpan(Label.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : 0;
    }

    /// <summary>Whether a /proc/PID/uid_map is that of the host: every user is itself.</summary>
    internal static bool MapsEveryUser(string map) => map.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
}

/// <summary>
/// The requirements of the gateway, checked before it sets anything up: the kernel's own errors say only that something is invalid or not permitted.
/// A module that is missing shows at its first use (<see cref="NetlinkException.Lacking"/>), because the kernel loads modules by itself then.
/// </summary>
internal static partial class SystemRequirements
{
    private const int NetBindService = 10;
    private const int NetAdmin = 12;
    private const int NetRaw = 13;

    private const int DnsPort = 53;

    private static readonly Version s_oldestKernel = new(5, 15);

    private static readonly Capability s_netAdmin = new(NetAdmin, "CAP_NET_ADMIN", "for interfaces, routes and the programs on interfaces");
    private static readonly Capability s_netRaw = new(NetRaw, "CAP_NET_RAW", "for packet sockets, by which ARP and DHCP are answered");
    private static readonly Capability s_bpf = new(SystemInfo.Bpf, "CAP_BPF", "to load BPF programs");
    private static readonly Capability s_perfmon = new(SystemInfo.Perfmon, "CAP_PERFMON", "for BPF programs that work with addresses of packets");
    private static readonly Capability s_sysAdmin = new(SystemInfo.SysAdmin, "CAP_SYS_ADMIN", "to find the programs of an earlier start and to unmount a bpffs");
    private static readonly Capability s_netBindService = new(NetBindService, "CAP_NET_BIND_SERVICE", "for port 53 on the uplink, [dns] serve_uplink");

    [GeneratedRegex(@"^(?<major>\d{1,4})(\.(?<minor>\d{1,4}))?", RegexOptions.ExplicitCapture)]
    private static partial Regex KernelVersion();

    /// <summary>The faults that would make `run` fail, each in one line for the administrator.</summary>
    /// <param name="servesUplink">DNS is served on the uplink.</param>
    public static IReadOnlyList<string> ToRun(SystemInfo system, bool servesUplink) =>
    [
        .. OfSystem(system),
        .. OfCapabilities(system, servesUplink && system.FirstOpenPort > DnsPort ? [s_netAdmin, s_netRaw, s_bpf, s_perfmon, s_netBindService] : [s_netAdmin, s_netRaw, s_bpf, s_perfmon]),
    ];

    /// <summary>The faults that would make `teardown` fail or, worse, miss something.</summary>
    public static IReadOnlyList<string> ToTearDown(SystemInfo system) => OfCapabilities(system, [s_netAdmin, s_sysAdmin]);

    /// <summary>The requirements that this machine does not meet, for every user.</summary>
    public static IReadOnlyList<string> OfSystem(SystemInfo system)
    {
        // A release that cannot be read may well be new enough.
        if (KernelVersion().Match(system.Release) is { Success: true } match && VersionOf(match) < s_oldestKernel)
        {
            return [$"Linux {system.Release} is too old: Innkeeper needs {s_oldestKernel} or later (Debian 12 has 6.1, Ubuntu 22.04 has 5.15)"];
        }

        var missing = new List<string>();
        if (!system.HasJit)
        {
            missing.Add("the kernel's compiler for BPF programs is off, and the data plane needs it; switch it on (`sysctl -w net.core.bpf_jit_enable=1`)");
        }

        if (system.HasOwnUsers)
        {
            missing.Add("this is a container with users of its own (a user namespace, /proc/self/uid_map), for which the kernel loads no BPF programs; run Innkeeper on the host, or in a container that has the host's users");
        }

        // .NET would end the process at its first certificate, with a message of its own.
        if (!system.HasOpenSsl)
        {
            missing.Add("OpenSSL's library libssl.so.3 is not on this system; install it (Debian, Ubuntu: apt install openssl)");
        }

        return missing;
    }

    private static Version VersionOf(Match match) => new(
        int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture),
        match.Groups["minor"] is { Success: true } minor ? int.Parse(minor.Value, CultureInfo.InvariantCulture) : 0);

    private static IReadOnlyList<string> OfCapabilities(SystemInfo system, IReadOnlyList<Capability> needed)
    {
        var missing = needed.Where(c => !system.Has(c.Number)).ToList();
        return missing.Count == 0
            ? []
            : [$"not permitted: {string.Join("; ", missing.Select(c => $"{c.Name} is missing ({c.Purpose})"))}; run as root with all capabilities, or with {string.Join(", ", needed.SkipLast(1).Select(c => c.Name))} and {needed[^1].Name}"];
    }

    private sealed record Capability(int Number, string Name, string Purpose);
}
