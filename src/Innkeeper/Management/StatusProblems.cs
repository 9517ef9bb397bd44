using Innkeeper.Configuration;
using Innkeeper.Dns;
using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>Finds the present problems. No I/O, clock or log.</summary>
internal static class StatusProblems
{
    /// <param name="attention">Problems that parts of the gateway see themselves.</param>
    /// <param name="down">Gateways that do not answer ARP, by name and address.</param>
    /// <returns>The worst first.</returns>
    public static IReadOnlyList<Problem> Of(StatusReport status, NetworkState network, IEnumerable<(string Name, string NextHop)> down, params IEnumerable<Problem> attention) =>
        [.. attention.Concat(OfNetwork(status, network, down)).Concat(OfState(status)).Concat(OfHost(status)).Concat(OfServices(status)).Concat(OfExports(status)).OrderBy(p => p.Severity != Problem.Broken)];

    private static IEnumerable<Problem> OfNetwork(StatusReport status, NetworkState network, IEnumerable<(string Name, string NextHop)> down)
    {
        foreach (var link in new[] { network.Access, network.Uplink }.DistinctBy(l => l.Name).Where(l => !l.IsUp || !l.HasCarrier))
        {
            yield return new(ProblemKind.InterfaceDown, $"interface {link.Name} {(link.IsUp ? "has no carrier" : "is down")}: no device is served there; "
                + (link.IsUp ? "check its cable and the port at the other end" : $"run `ip link set {link.Name} up`"));
        }

        if (status.Gateway is null && network.HasAddress)
        {
            yield return new(ProblemKind.NoRouter, $"{status.Uplink} has no router: devices reach only its own network; set [uplink] gateway");
        }

        foreach (var (name, nextHop) in down)
        {
            // Without a carrier or a router, that is the problem.
            if (name != GatewayConfig.MainName)
            {
                yield return new(ProblemKind.GatewayDown, $"gateway {name} ({nextHop}) does not answer ARP: the devices that use it have no Internet, or their fallback; check that router and its cable");
            }
            else if (status.Gateway is not null && network.Uplink.HasCarrier)
            {
                yield return new(ProblemKind.RouterDown, $"gateway {name} ({nextHop}) does not answer ARP: the devices that use it have no Internet; check the router and the cable of {status.Uplink}");
            }
        }
    }

    private static IEnumerable<Problem> OfState(StatusReport status)
    {
        if (status.Settings?.Failure is { } failure)
        {
            yield return new(ProblemKind.SettingsFailed, $"the new settings cannot be started ({failure}); the previous settings are in force. Fix the cause, and run `innkeeper config reload`");
        }

        if (status.StorageFailure is { } storage)
        {
            yield return new(ProblemKind.Storage, $"state is not being written: {storage}; fix the disk, as a restart would lose what is not written");
        }

        if (status.Accounts?.Failure is { } accounts)
        {
            yield return new(ProblemKind.Accounts, $"{accounts}: no user or token can be changed, and what is done is not in the audit trail until you fix that");
        }
    }

    private static IEnumerable<Problem> OfHost(StatusReport status)
    {
        foreach (var closed in status.Firewall ?? [])
        {
            yield return new(closed.Path == FirewallReport.Input ? ProblemKind.FirewallInput : ProblemKind.FirewallForward,
                $"a firewall on this host drops packets that come in by {closed.Interface} ({closed.Path}); this opens it: {string.Join("; ", closed.Commands)}");
        }

        if (status.Memory is { IsLow: true } memory)
        {
            yield return new(ProblemKind.MemoryLow, $"the gateway comes near its memory limit of {memory.Limit >> 20} MiB and keeps less: give its control group more");
        }

        if (status.Napt is { Ports: > 0, PortsFree: 0 } napt)
        {
            yield return new(ProblemKind.PortsExhausted, $"all {napt.Ports} ports of the shared addresses are taken: add addresses to [napt]");
        }
    }

    private static IEnumerable<Problem> OfServices(StatusReport status)
    {
        if (status.Dns is { } dns && dns.Upstreams.All(IsFailing))
        {
            yield return dns.Upstreams.Count == 0
                ? new(ProblemKind.DnsUnset, "there is no DNS server to ask; set [dns] upstream")
                : new(ProblemKind.DnsDown, "no DNS server answers: devices can resolve no names that are not in the cache; check that this host reaches the servers, or set [dns] upstream");
        }

        if (status.Dhcp is { } dhcp && dhcp.Total > 0 && dhcp.Leased >= dhcp.Total)
        {
            yield return new(ProblemKind.LeasesExhausted, $"all {dhcp.Total} addresses of {dhcp.Network} are leased: give [dhcp] a larger network, or a shorter lease");
        }

        if (status.Pool is { Total: > 0 } pool && pool.Bound + pool.Quarantined >= pool.Total && status.Napt is null or { Addresses.Count: 0 })
        {
            yield return new(ProblemKind.PoolExhausted, $"all {pool.Total} outside addresses are in use or in quarantine: add addresses to [pool]");
        }

        foreach (var (kind, name, outbox) in new[] { (ProblemKind.MailWaits, "mail", status.Mail), (ProblemKind.WebhookWaits, "webhook", status.Webhook) })
        {
            if (outbox is { Waiting: > 0, LastTaken: false })
            {
                yield return new(kind, $"{outbox.Waiting} {(outbox.Waiting == 1 ? "message waits" : "messages wait")} for the {name} server: {outbox.LastAnswer}; correct [{name}], or wait for the server");
            }
        }
    }

    private static IEnumerable<Problem> OfExports(StatusReport status)
    {
        foreach (var export in status.Exports ?? [])
        {
            if (export.Failure is { } failure)
            {
                yield return new(ProblemKind.ExportWaits, $"the export {export.Name} to {export.To} fails ({failure}): {export.Waiting} {(export.Waiting == 1 ? "record waits" : "records wait")}"
                    + $"{(export.Lost > 0 ? $", and {export.Lost} were lost" : "")}; repair the collector or the way to it, or correct [[exports]]");
            }
            else if (export.SpoolFailure is { } disk)
            {
                yield return new(ProblemKind.ExportWaits, $"records of the export {export.Name} cannot wait on disk ({disk}): a restart would lose those that the collector has not taken; make room or repair the disk");
            }
        }
    }

    /// <summary>It is dead, or all that it was asked failed.</summary>
    public static bool IsFailing(UpstreamReport server) => Upstream.IsUseless(server.State == "dead", server.Queries, server.Timeouts + server.Failures);
}
