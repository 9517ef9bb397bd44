using Innkeeper.Links;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Doctor;

/// <summary>The host's firewall: whether it lets devices' packets through. A running gateway has measured it; before that, the rules are read.</summary>
internal sealed class FirewallExamination : IExamination
{
    public string Name => "firewall";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        if (examined.Running is { } running)
        {
            return Task.FromResult<IReadOnlyList<Finding>>([.. JudgeMeasured(running.Firewall ?? [])]);
        }

        using var firewall = new HostFirewall();
        var hasLegacy = File.Exists("/proc/net/ip_tables_names") && examined.MayListen && File.ReadLines("/proc/net/ip_tables_names").Any(l => l.Trim() == "filter");
        return Task.FromResult<IReadOnlyList<Finding>>([.. Judge(firewall.ReadChains(), HostFirewall.ReadRules(), hasLegacy, examined.Links.Any(l => l.Name == "docker0"))]);
    }

    internal static IEnumerable<Finding> JudgeMeasured(IReadOnlyList<FirewallReport> closed) => closed.Count == 0
        ? [Finding.Ok("firewall", "the gateway's probes pass")]
        : closed.Select(c => Finding.Failure("firewall", $"it drops devices' packets that come in by {c.Interface} ({(c.Path == "input" ? "DNS, portal, pings of the gateway" : "packets that the host forwards")})", $"run {string.Join(" and ", c.Commands.Select(l => $"`{l}`"))}, and keep it in the firewall's own configuration (docs/firewall.md)"));

    /// <param name="hasLegacy">The old iptables has a table of its own, which nftables does not show.</param>
    /// <param name="hasDocker">Docker sets the policy of forwarding.</param>
    internal static IEnumerable<Finding> Judge(IReadOnlyList<FirewallChain> chains, IReadOnlyList<FirewallRule> rules, bool hasLegacy, bool hasDocker)
    {
        List<Finding> found = [];
        foreach (var path in (StackPath[])[StackPath.Input, StackPath.Forward])
        {
            if (FirewallChains.Closed(path, chains, rules) is { Count: > 0 } closed)
            {
                var (what, by) = path == StackPath.Input ? ("input", InsideNetwork.StackEnd) : ("forward", InsideNetwork.EdgeEnd);
                found.Add(Finding.Warning(
                    "firewall", $"{string.Join(", ", closed.Select(c => $"{c.Family} {c.Table} {c.Name}"))} drops packets that no rule allows{(hasDocker && path == StackPath.Forward ? " (Docker sets that)" : "")}, and no rule names {by}: devices' packets ({what}) may be lost",
                    $"allow them: {string.Join(" and ", FirewallChains.Openers(path, closed).Select(l => $"`{l}`"))}, in the firewall's own configuration (docs/firewall.md)"));
            }
        }

        if (hasLegacy)
        {
            found.Add(Finding.Warning("firewall", "the old iptables (iptables-legacy) has rules, which cannot be read here", "look at `iptables-legacy -S`; docs/firewall.md has the lines that devices need"));
        }

        return found.Count > 0 ? found : [Finding.Ok("firewall", chains.Count == 0 ? "there are no rules" : "no rule seems to keep devices' packets; the running gateway measures it")];
    }
}
