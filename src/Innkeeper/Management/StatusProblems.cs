using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>The present problems, one sentence for each, with a remedy. No I/O, clock or log.</summary>
internal static class StatusProblems
{
    /// <summary>A server that failed this often without an exception fails.</summary>
    public const int ManyQueries = 10;

    /// <param name="down">Gateways that do not answer ARP, by name and address.</param>
    public static IEnumerable<string> Of(StatusReport status, NetworkState network, IEnumerable<(string Name, string NextHop)> down)
    {
        foreach (var link in new[] { network.Access, network.Uplink }.DistinctBy(l => l.Name).Where(l => !l.IsUp || !l.HasCarrier))
        {
            yield return $"interface {link.Name} {(link.IsUp ? "has no carrier" : "is down")}: no device is served there";
        }

        if (status.Gateway is null && network.HasAddress)
        {
            yield return $"{status.Uplink} has no router: devices reach only its own network; set [uplink] gateway";
        }

        foreach (var (name, nextHop) in down)
        {
            yield return $"gateway {name} ({nextHop}) does not answer ARP: the devices that use it have no Internet";
        }

        if (status.Settings?.Failure is { } failure)
        {
            yield return $"the new settings cannot be started ({failure}); the previous settings are in force. Fix the cause, and run `innkeeper config reload`";
        }

        if (status.StorageFailure is { } storage)
        {
            yield return $"state is not being written: {storage}";
        }

        foreach (var problem in OfHost(status).Concat(OfServices(status)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> OfHost(StatusReport status)
    {
        foreach (var closed in status.Firewall ?? [])
        {
            yield return $"a firewall on this host drops packets that come in by {closed.Interface} ({closed.Path}); this opens it: {string.Join("; ", closed.Commands)}";
        }

        if (status.Memory is { IsLow: true } memory)
        {
            yield return $"the gateway comes near its memory limit of {memory.Limit >> 20} MiB and keeps less: give its control group more";
        }

        if (status.Napt is { Ports: > 0, PortsFree: 0 } napt)
        {
            yield return $"all {napt.Ports} ports of the shared addresses are taken: add addresses to [napt]";
        }
    }

    private static IEnumerable<string> OfServices(StatusReport status)
    {
        if (status.Dns is { } dns && dns.Upstreams.All(IsFailing))
        {
            yield return dns.Upstreams.Count == 0 ? "there is no DNS server to ask; set [dns] upstream" : "no DNS server answers: devices can resolve no names that are not in the cache";
        }

        if (status.Dhcp is { } dhcp && dhcp.Total > 0 && dhcp.Leased >= dhcp.Total)
        {
            yield return $"all {dhcp.Total} addresses of {dhcp.Network} are leased: give [dhcp] a larger network, or a shorter lease";
        }

        if (status.Pool is { Total: > 0 } pool && pool.Bound + pool.Quarantined >= pool.Total && status.Napt is null or { Addresses.Count: 0 })
        {
            yield return $"all {pool.Total} outside addresses are in use or in quarantine: add addresses to [pool]";
        }

        foreach (var (name, outbox) in new[] { ("mail", status.Mail), ("webhook", status.Webhook) })
        {
            if (outbox is { Waiting: > 0, LastTaken: false })
            {
                yield return $"{outbox.Waiting} {(outbox.Waiting == 1 ? "message waits" : "messages wait")} for the {name} server: {outbox.LastAnswer}";
            }
        }
    }

    /// <summary>It is dead, or all that it was asked failed.</summary>
    public static bool IsFailing(UpstreamReport server) => server.State == "dead" || (server.Queries >= ManyQueries && server.Timeouts + server.Failures >= server.Queries);
}
