using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>The status.</content>
internal static partial class Tables
{
    /// <param name="verbose">Also details that matter only when something is wrong.</param>
    public static void Write(IAnsiConsole console, StatusReport status, bool verbose = false)
    {
        WriteProblems(console, status);
        console.MarkupLineInterpolated($"[bold]Innkeeper {Plain(status.Version)}[/] {Plain(status.State)} since {Time(status.Started)}");
        if (status.Settings?.Pending is { Until: { } until, By: { } by })
        {
            Line(console, $"settings: the change of {by} waits for its confirmation until {Time(until)}; `innkeeper config confirm` keeps it, `innkeeper config rollback` undoes it");
        }

        Line(console, DevicesOf(status));
        Line(console, status.Mode == "one-armed"
            ? $"one arm: {status.Uplink} ({status.UplinkAddress}, router {status.Gateway ?? "none"})"
            : $"{status.Access} (access) -> {status.Uplink} (uplink, {status.UplinkAddress}, router {status.Gateway ?? "none"})");
        if (status.Peer is { } peer)
        {
            Line(console, $"{peer.State}: another gateway, {peer.Mac} with priority {peer.Priority}, is on this LAN");
        }

        if (verbose)
        {
            Line(console, $"taken over at start: {Count(status.Adopted.Bindings, "address", "addresses")} ({status.Adopted.Source})");
        }

        Line(console, $"pool: {Count(status.Pool.Total, "address", "addresses")}, {status.Pool.Bound} in use, {status.Pool.Ready} ready, {status.Pool.Probing} being probed, {status.Pool.Quarantined} in quarantine");
        foreach (var shared in status.Napt?.Addresses ?? [])
        {
            Line(console, $"shared: {shared.Address}, {shared.State}, {Count(shared.Devices, "device")}");
        }

        if (status.Napt is { Addresses.Count: > 0 } napt)
        {
            Line(console, $"mappings: {napt.Mappings} live and {napt.Resting} at rest of {napt.Capacity}, in {Count(napt.Blocks, "block")} of ports");
            WritePorts(console, napt, napt.Addresses.Sum(a => a.Devices));
        }

        if (status.Volumes is { Groups: > 0 } volumes)
        {
            Line(console, $"volumes: {Count(volumes.Groups, "group")} counted, {volumes.UsedUp} used up");
            foreach (var volume in volumes.Most.Where(v => v.UsedUp || verbose))
            {
                Line(console, $"  {volume.Group} (profile {volume.Profile}): {DataOf(volume.Used, volume.Limit)} this {volume.Period}, which ends {Time(volume.End)}");
            }
        }

        WriteMemory(console, status.Memory);
        foreach (var (name, outbox) in new[] { ("mail", status.Mail), ("webhook", status.Webhook) })
        {
            if (outbox is not null)
            {
                Line(console, $"{name}: {Count(outbox.Waiting, "message waits", "messages wait")}, {outbox.Sent} sent, {outbox.Dead} given up{(outbox.LastAnswer is { } answer ? $"; last answer: {answer}" : "")}");
            }
        }

        foreach (var export in status.Exports ?? [])
        {
            Line(console, $"export {export.Name}: to {export.To}, {export.Exported} sent, {Count(export.Waiting, "record waits", "records wait")}{(export.Lost > 0 ? $", {export.Lost} lost" : "")}");
        }

        if (status.Dhcp is { } dhcp)
        {
            Line(console, $"dhcp: {dhcp.Leased} of {dhcp.Total} addresses of {dhcp.Network} ({dhcp.Addresses}) leased, {dhcp.Offered} offered, {dhcp.Quarantined} in quarantine");
        }

        WriteIpv6(console, status);
        WriteDns(console, status.Dns, status.Portal?.GardenPackets ?? 0);
        if (status.Web is { } web)
        {
            Line(console, $"web console: {(web.Urls.Count == 0 ? "at none of its addresses" : string.Join(", ", web.Urls))}{(web.Fingerprint is { } print ? $"; its certificate's SHA-256 fingerprint is {print}" : "")}");
        }

        if (status is { Web: not null, Accounts: { } accounts })
        {
            Line(console, accounts.NeedsSetup
                ? "console users: no administrator yet; `innkeeper user link` prints a link to make one"
                : $"console users: {accounts.Users}, with {Count(accounts.Tokens, "API token")}");
        }

        if (!status.HasVendors)
        {
            Line(console, "vendors: not known, as this host has no list of them; install ieee-data (Debian: apt install ieee-data)");
        }

        var drops = status.Drops.Where(d => d.Value > 0).ToList();
        if (drops.Count > 0)
        {
            var table = NewTable("dropped", "frames");
            foreach (var (name, count) in drops)
            {
                AddRow(table, name, $"{count}");
            }

            console.Write(table);
        }

        foreach (var entry in status.Events.TakeLast(10))
        {
            Line(console, Line(entry));
        }
    }

    private static void WriteMemory(IAnsiConsole console, MemoryReport? memory)
    {
        if (memory is null)
        {
            return;
        }

        var line = $"memory: {memory.Used >> 20} of {memory.Limit >> 20} MiB that the control group may have";
        if (memory.IsLow)
        {
            console.MarkupLineInterpolated($"[red]{Plain(line)}[/]");
        }
        else
        {
            Line(console, line);
        }
    }

    /// <summary>Nothing where there is no IPv6 outside and no device has tried it.</summary>
    private static void WriteIpv6(IAnsiConsole console, StatusReport status)
    {
        var hidden = status.Dns?.Counters.GetValueOrDefault("ipv6_hidden") ?? 0;
        var refused = status.Counters.GetValueOrDefault("ipv6_refused");
        if (status.Ipv6 is { Prefix: { } prefix, Router: var outside })
        {
            Line(console, $"ipv6: carried; devices have addresses of {prefix} outside, by the router {outside}");
        }
        else if (hidden > 0 || refused > 0)
        {
            Line(console, $"ipv6: there is none outside; {hidden} questions for IPv6 addresses were answered with none, {refused} packets with \"no route\"");
        }

        foreach (var router in status.Ipv6?.Routers ?? [])
        {
            Line(console, $"ipv6: {router.Mac} is another router{(router.Vlan == 0 ? "" : $", in VLAN {router.Vlan}")} ({router.Address}); devices there have IPv6 by it");
        }
    }

    private static void WriteDns(IAnsiConsole console, DnsReport? dns, ulong gardenPackets)
    {
        if (dns is null)
        {
            return;
        }

        long Counted(string name) => dns.Counters.GetValueOrDefault(name);
        Line(console, $"dns: {Counted("queries")} queries, {Counted("hits")} from the cache of {dns.Cached} answers, {Counted("server_failures")} without an answer");
        if (dns.Pending > 0 || Counted("queries_over_limit") > 0)
        {
            Line(console, $"dns limits: {dns.Pending} of {dns.PendingMax} questions wait for servers, {Counted("queries_over_limit")} were refused because their device asked too much");
        }

        if (Counted("garden_answers") > 0)
        {
            Line(console, $"walled garden: {Counted("garden_answers")} answers opened {Counted("garden_addresses")} addresses to held devices, {gardenPackets} packets went there");
        }

        var servers = NewTable("dns server", "state", "latency", "queries", "timeouts", "failures");
        foreach (var server in dns.Upstreams)
        {
            AddRow(servers, server.Server, StatusProblems.IsFailing(server) && server.State != "dead" ? "failing" : server.State, $"{server.LatencyMs} ms", $"{server.Queries}", $"{server.Timeouts}", $"{server.Failures}");
        }

        console.Write(servers);
    }

    /// <summary>A line of its own, as the ports of shared addresses are what many devices use up; in red when they are low or were refused.</summary>
    private static void WritePorts(IAnsiConsole console, NaptReport napt, int devices)
    {
        if (napt.Ports == 0)
        {
            return;
        }

        var needed = napt.AddressesNeeded > napt.Addresses.Count ? $"; {devices} devices need {napt.AddressesNeeded} shared addresses like this, you have {napt.Addresses.Count} ([napt] addresses)" : "";
        var refused = napt.Refused > 0 ? $"; {napt.Refused} packets found none" : "";
        var line = $"ports: {napt.Ports - napt.PortsFree} of {napt.Ports} taken{refused}{needed}";
        if (needed != "" || 5L * napt.PortsFree < napt.Ports)
        {
            console.MarkupLineInterpolated($"[red]{Plain(line)}[/]");
        }
        else
        {
            Line(console, line);
        }
    }

    /// <summary>The first line says whether all is well. Each problem has one line, the worst first.</summary>
    private static void WriteProblems(IAnsiConsole console, StatusReport status)
    {
        IReadOnlyList<FaultReport>? faults = status.Faults ?? OfEarlierVersion(status);
        switch (faults)
        {
            case null:
                break;
            case []:
                console.MarkupLine("[green]healthy[/]");
                break;
            case [var only]:
                WriteFault(console, "", only);
                break;
            default:
                console.MarkupLineInterpolated($"[{ColourOf(faults[0])}]{Plain(faults[0].Severity)}: {faults.Count} things are wrong[/]");
                foreach (var fault in faults)
                {
                    WriteFault(console, "  ", fault);
                }

                break;
        }
    }

    /// <summary>The problems that a gateway of an earlier version reports, without their severity; null: it does not say whether all is well.</summary>
    private static List<FaultReport>? OfEarlierVersion(StatusReport status)
    {
        const string Wrong = "wrong";
        if (status.Problems is { } problems)
        {
            return [.. problems.Select(p => new FaultReport("", Wrong, p))];
        }

        string?[] all =
        [
            status.Settings?.Failure is { } settings ? $"the new settings cannot be started ({settings}); the previous settings are in force" : null,
            status.StorageFailure is { } storage ? $"state is not being written: {storage}" : null,
            .. (status.Firewall ?? []).Select(f => $"a firewall on this host drops packets that come in by {f.Interface} ({f.Path}); this opens it: {string.Join("; ", f.Commands)}"),
        ];
        return all.OfType<string>().Select(t => new FaultReport("", Wrong, t)).ToList() is { Count: > 0 } faults ? faults : null;
    }

    private static void WriteFault(IAnsiConsole console, string indent, FaultReport fault) =>
        console.MarkupLineInterpolated($"{indent}[{ColourOf(fault)}]{Plain(fault.Severity)}:[/] {Plain(fault.Text)}");

    private static string ColourOf(FaultReport fault) => fault.Severity == Problem.Degraded ? "yellow" : "red";

    private static string DevicesOf(StatusReport status)
    {
        var online = $"{Count(status.Devices, "device")} with {Count(status.Bindings, "address", "addresses")}";
        return status.Known is { } known
            ? $"{online}; known: {known.Values.Sum()} ({string.Join(", ", known.Where(k => k.Value > 0).Select(k => $"{k.Value} {k.Key}").DefaultIfEmpty("none"))})"
            : online;
    }
}
