using System.Buffers.Binary;
using System.Globalization;
using Innkeeper.DataPlane;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>Other programs that use the gateway's interfaces or ports: BPF programs, network managers, DNS servers.</summary>
internal sealed class OtherSoftwareExamination : IExamination
{
    private const int DnsPort = 53;
    private const string Listening = "0A";
    private static readonly string[] s_sockets = ["udp", "tcp", "udp6", "tcp6"];

    public string Name => "other software";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        var links = examined.Uplinks.Concat(examined.Access is { } access ? [access] : Array.Empty<LinkInfo>()).DistinctBy(l => l.Index).ToList();
        List<Finding> found = [.. links.SelectMany(l => JudgePrograms(l.Name, LinkFacts.Of(l).HasXdp, new LoadedPrograms(new PinFolder(examined.Config.DataPlane.Bpffs).Path).ForeignOn(l.Index)))];
        foreach (var link in examined.Links.Where(l => l.Name.StartsWith(InsideNetwork.Prefix, StringComparison.Ordinal) || (l.Name == examined.Config.Access.Interface && !examined.Config.IsOneArmed)))
        {
            found.AddRange(JudgeManagers(link.Name, TextOf($"/run/NetworkManager/devices/{link.Index}"), TextOf($"/run/systemd/netif/links/{link.Index}")));
        }

        if (examined.Config.Dns is { Enabled: true, ServeUplink: true } && examined.Running is null)
        {
            var own = examined.Network is { HasAddress: true } network ? network.UplinkAddress.Address : Ipv4Address.Any;
            found.AddRange(JudgePort(s_sockets.Where(s => TextOf($"/proc/net/{s}") is { } table && HasDnsPort(table, own, isStream: s.StartsWith("tcp", StringComparison.Ordinal))).ToList()));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(found.Count > 0 ? found : [Finding.Ok(Name, "no other program uses the gateway's interfaces or ports")]);
    }

    internal static IEnumerable<Finding> JudgePrograms(string link, bool hasXdp, IReadOnlyList<string> programs)
    {
        if (hasXdp)
        {
            yield return Finding.Warning("other software", $"an XDP program is attached to {link}: it sees packets before the gateway", $"if it is not yours, detach it: `ip link set {link} xdp off`");
        }

        if (programs.Count > 0)
        {
            yield return Finding.Warning("other software", $"other programs are attached to {link}: {string.Join(", ", programs.Select(p => SafeText.Shorten(p)))}", "find out which software attached them (`bpftool net`), and whether it must use this interface");
        }
    }

    /// <param name="networkManager">Its record of the interface; null: it does not run, or does not know it.</param>
    /// <param name="networkd">Systemd-networkd's record, likewise.</param>
    internal static IEnumerable<Finding> JudgeManagers(string link, string? networkManager, string? networkd)
    {
        if (networkManager is not null && networkManager.Split('\n').Any(l => l.Trim() is "managed=true" or "managed=1"))
        {
            yield return Finding.Warning("other software", $"NetworkManager manages {link}: it may change its addresses and routes", $"leave it alone: `nmcli device set {link} managed no`, and unmanaged-devices in its configuration");
        }

        if (networkd is not null && networkd.Split('\n').Any(l => l.StartsWith("ADMIN_STATE=", StringComparison.Ordinal) && l.Trim() is not ("ADMIN_STATE=unmanaged" or "ADMIN_STATE=pending" or "ADMIN_STATE=initialized")))
        {
            yield return Finding.Warning("other software", $"systemd-networkd manages {link}", "a file with [Link] Unmanaged=yes, or one without DHCP= and IPv6AcceptRA=, leaves it alone");
        }
    }

    internal static IEnumerable<Finding> JudgePort(IReadOnlyList<string> tables)
    {
        if (tables.Count > 0)
        {
            yield return Finding.Failure("other software", $"another program has port 53 of the uplink's address ({string.Join(", ", tables)})", "end it (`ss -lunpt 'sport = :53'` names it), or set [dns] serve_uplink = false");
        }
    }

    /// <summary>Whether a table of sockets (/proc/net/udp and its like) has port 53 at this address or at all.</summary>
    internal static bool HasDnsPort(string table, Ipv4Address own, bool isStream) => table.Split('\n').Skip(1).Any(line =>
    {
        if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [_, var local, _, var state, ..] || (isStream && state != Listening)
            || local.Split(':') is not [var address, var port] || !int.TryParse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) || number != DnsPort)
        {
            return false;
        }

        // The address is the four octets in the host's order; of IPv6, the unspecified one has IPv4's port too.
        return address.All(c => c == '0')
            || (address.Length == 8 && uint.TryParse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var raw) && BinaryPrimitives.ReverseEndianness(raw) == own.Value);
    });

    private static string? TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
