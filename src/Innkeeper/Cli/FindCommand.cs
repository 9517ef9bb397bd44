using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Innkeeper.Configuration;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`find`: the stations on the access side, with entries to copy for those that are no machines yet.</summary>
internal static class FindCommand
{
    public static Command Of(CommandContext context)
    {
        var time = new Option<string>("--for") { Description = "How long to look, up to 30m (default 2m: enough for all usual addresses of one VLAN).", HelpName = "TIME", DefaultValueFactory = _ => "2m" };
        time.Validators.Add(result =>
        {
            if (SettingTypes.ParseDuration(result.GetValueOrDefault<string>(), least: 1) is not { } given || given > FindLimits.LongestTime)
            {
                result.AddError("--for is a time from 1s to 30m, such as 2m");
            }
        });
        var vlan = new Option<ushort?>("--vlan") { Description = "Look in this VLAN only; 0: untagged. Default: all that the gateway serves.", HelpName = "N" };
        var network = new Option<string>("--network") { Description = $"Ask for the addresses of this network, of up to {FactoryAddresses.MostOfNetwork} hosts. Default: the usual factory networks.", HelpName = "NETWORK" };
        var listen = new Option<bool>("--listen") { Description = "Send nothing: only hear the stations that speak." };
        var find = new ExplainedCommand(
            "find", "Find the stations on the access side, whatever addresses they have: listen, and ask at a gentle rate by ARP, PROFINET, EtherNet/IP and mDNS. Shows how to make each a machine.",
            "find", "find --vlan 7 --for 30s", "find --network 10.1.7.0/24", "find --listen --for 10m --json")
        {
            time, vlan, network, listen, context.Wide, context.Config, context.Socket, context.Json,
        };
        find.SetAction(parsed => context.WithGateway(parsed, gateway =>
        {
            using var interrupt = new Interrupt();
            var list = new FoundList();
            var query = $"for={parsed.GetValue(time)}&listen={(parsed.GetValue(listen) ? "true" : "false")}"
                + (parsed.GetValue(vlan) is { } number ? $"&vlan={number.ToString(CultureInfo.InvariantCulture)}" : "")
                + (parsed.GetValue(network) is { } text ? $"&network={Uri.EscapeDataString(text)}" : "");
            context.Errors.WriteLine($"{(parsed.GetValue(listen) ? "listening" : "listening and asking")} for up to {parsed.GetValue(time)}; Ctrl-C ends it and shows what was found");
            var reply = gateway.Client.Find(query, news =>
            {
                foreach (var line in list.Add(news))
                {
                    context.Errors.WriteLine(line);
                }

                return !interrupt.IsRequested;
            });
            if (gateway.FailureOf(reply) is not null)
            {
                return gateway.Show(reply, _ => { });
            }

            var report = list.Report;
            if (parsed.GetValue(context.Json))
            {
                context.Output.WriteLine(JsonSerializer.Serialize(report, ContractsContext.Default.FindReport));
                return ExitCode.Ok;
            }

            Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report);
            var taken = gateway.Client.ListMachines().Result.Value?.Machines.Select(m => m.Name) ?? [];
            foreach (var line in MachineProposals.Of(report.Stations, taken))
            {
                context.Output.WriteLine(line);
            }

            return ExitCode.Ok;
        }));
        return find;
    }
}

/// <summary>The stations of a search, as its news come.</summary>
internal sealed class FoundList
{
    private readonly Dictionary<(ushort Vlan, string Mac), FoundReport> _stations = [];
    private FindReport _last = new(1, [], 0, 0, 0, 0, 0, null);

    /// <summary>All stations, with the figures of the last news.</summary>
    public FindReport Report => _last with
    {
        Stations = [.. _stations.Values.OrderBy(s => s.Vlan).ThenBy(s => s.Mac, StringComparer.Ordinal)],
        Ended = _last.Ended ?? "it was ended",
    };

    /// <returns>A line for each station that was not there before, or had no address.</returns>
    public IReadOnlyList<string> Add(FindReport news)
    {
        var lines = new List<string>();
        foreach (var station in news.Stations)
        {
            var key = (station.Vlan, station.Mac);
            if (station.Addresses.Count > 0 && !(_stations.TryGetValue(key, out var before) && before.Addresses.Count > 0))
            {
                var what = string.Join(", ", new[] { station.Name, station.Vendor }.OfType<string>());
                lines.Add(SafeText.OneLine($"found {station.Addresses[0]} at {station.Mac}{(station.Vlan == 0 ? "" : $" in VLAN {station.Vlan}")}{(what.Length == 0 ? "" : $" ({what})")}"));
            }

            _stations[key] = station;
        }

        // The last news has all stations: one that had to make room for another is not among them.
        if (news.Ended is not null)
        {
            var kept = news.Stations.Select(s => (s.Vlan, s.Mac)).ToHashSet();
            foreach (var gone in _stations.Keys.Where(k => !kept.Contains(k)).ToList())
            {
                _stations.Remove(gone);
            }
        }

        _last = news;
        return lines;
    }
}
