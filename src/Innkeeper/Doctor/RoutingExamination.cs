using Innkeeper.Links;

namespace Innkeeper.Doctor;

/// <summary>Policy rules and kernel settings of other software that interfere.</summary>
internal sealed class RoutingExamination : IExamination
{
    /// <summary>The gateway's rules have the priorities from 1 to this.</summary>
    private const uint LastPriority = 9;
    private const uint LocalTable = 255;

    public string Name => "routing";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop) => Task.FromResult<IReadOnlyList<Finding>>(
    [
        JudgeRules(Netlink.ReadRules()),
        .. JudgeSettings(name => Sysctl.TryRead(name, out var value) ? value : null, examined.Config.IsOneArmed ? null : examined.Access?.Name, examined.Config.Portal.Enabled || examined.Config.Dns.Enabled),
    ]);

    internal static Finding JudgeRules(IReadOnlyList<PolicyRule> rules)
    {
        var between = rules.Where(r => r.Priority <= LastPriority && !OwnRouting.IsOwn(r) && r is not { Priority: 0, Table: LocalTable }).ToList();
        return between.Count == 0
            ? Finding.Ok("routing rules", $"no other software has rules before the gateway's (priorities 1 to {LastPriority})")
            : Finding.Warning("routing rules", $"other software has rules among the gateway's: {string.Join("; ", between.Select(r => $"`{r}`"))}", $"give them priorities above {LastPriority}: packets of devices may be led elsewhere");
    }

    /// <param name="read">A setting's value; null: there is no such setting.</param>
    /// <param name="access">The devices' side, with two arms; null: not known, or one arm.</param>
    internal static IEnumerable<Finding> JudgeSettings(Func<string, string?> read, string? access, bool hasServices)
    {
        List<Finding> found = [];
        if (hasServices && read("net/ipv4/icmp_echo_ignore_all") == "1")
        {
            found.Add(Finding.Warning("sysctl", "net.ipv4.icmp_echo_ignore_all is 1: the host answers no pings, and so devices' gateways do not", "set it to 0 (`sysctl -w net.ipv4.icmp_echo_ignore_all=0`)"));
        }

        foreach (var place in (string[])[.. access is null ? Array.Empty<string>() : [access], "all"])
        {
            if (access is not null && read($"net/ipv4/conf/{place}/proxy_arp") == "1")
            {
                found.Add(Finding.Failure("sysctl", $"net.ipv4.conf.{place}.proxy_arp is 1: the kernel itself answers devices' ARP, with other answers than the gateway's", $"set it to 0 (`sysctl -w net.ipv4.conf.{place}.proxy_arp=0`)"));
            }
        }

        if (read($"net/ipv4/conf/{InsideNetwork.EdgeEnd}/forwarding") == "0")
        {
            found.Add(Finding.Warning("sysctl", $"net.ipv4.conf.{InsideNetwork.EdgeEnd}.forwarding is 0: packets on the slow path are lost", "the gateway sets it again when it runs; find the program that clears net.ipv4.ip_forward"));
        }

        return found.Count > 0 ? found
            : [Finding.Ok("sysctl", $"nothing interferes (ip_forward {read("net/ipv4/ip_forward") ?? "?"}, rp_filter {read("net/ipv4/conf/all/rp_filter") ?? "?"}, ip_unprivileged_port_start {read("net/ipv4/ip_unprivileged_port_start") ?? "?"})")];
    }
}
