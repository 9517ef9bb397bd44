using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli;

/// <summary>Devices as a list for a terminal: one line for each of a device's addresses.</summary>
internal static class DeviceList
{
    /// <summary>Columns that a wider terminal has room for, the most important first.</summary>
    private static readonly (TextColumn Column, Func<DeviceReport, BindingReport?, string> Cell)[] s_more =
    [
        (new("MAC"), (d, _) => LabelOf(d) == d.Mac ? "" : d.Mac),
        (new("profile", 16), (d, _) => d.Profile ?? ""),
        (new("vendor", 24), (d, _) => d.Vendor ?? (d.Randomised ? "(randomised)" : "")),
        (new("out", 8, IsRight: true), (_, b) => b is null ? "" : Tables.Size(b.BytesOut)),
        (new("in", 8, IsRight: true), (_, b) => b is null ? "" : Tables.Size(b.BytesIn)),
        (new("gateway it uses", 15), (_, b) => b?.Gateway ?? ""),
    ];

    /// <returns>The lines; below the list, the number of devices by state.</returns>
    public static IEnumerable<string> Lines(DevicesReport report, int width, DateTimeOffset now)
    {
        if (report.Devices.Count == 0)
        {
            return ["no devices"];
        }

        var hasVlans = report.Devices.Any(d => d.Vlan != 0);
        var entries = report.Devices.SelectMany(d => d.Bindings.Select(b => ((DeviceReport Device, BindingReport? Binding, bool IsFirst))(d, b, b == d.Bindings[0])).DefaultIfEmpty((d, null, true))).ToList();
        var columns = new List<TextColumn> { new("state"), new("device", 30), new("VLAN", 4, IsRight: true), new("own address → outside"), new("seen", IsRight: true) };
        var rows = entries.Select(e => new List<string>
        {
            e.IsFirst ? e.Device.State : "", e.IsFirst ? LabelOf(e.Device) : "", e.Device.Vlan == 0 ? "" : $"{e.Device.Vlan}", AddressesOf(e.Binding),
            !e.Device.IsSeen ? "never" : LocalTime.Ago(e.Binding?.LastSeen ?? e.Device.LastSeen, now),
        }).ToList();
        if (!hasVlans)
        {
            columns.RemoveAt(2);
            rows.ForEach(r => r.RemoveAt(2));
        }

        foreach (var (column, cell) in s_more)
        {
            var wider = rows.Select((r, i) => (string[])[.. r, cell(entries[i].Device, entries[i].Binding)]).ToList();
            if (wider.TrueForAll(r => r[^1].Length == 0))
            {
                continue;
            }

            if (TextColumns.WidthOf([.. columns, column], wider) > width)
            {
                break;
            }

            columns.Add(column);
            rows = [.. wider.Select(r => r.ToList())];
        }

        return TextColumns.Lines(columns, [.. rows.Select(r => r.ToArray())], width).Concat(FootOf(report, width));
    }

    /// <summary>The name that the administrator gave it, its own host name in quotes, or its MAC.</summary>
    public static string LabelOf(DeviceReport device) => device.GivenName ?? (device.HostName is { } own ? $"\"{own}\"" : device.Mac);

    private static string AddressesOf(BindingReport? binding) => binding is null ? "" : $"{binding.Claimed} → {OutsideOf(binding)}";

    private static string OutsideOf(BindingReport binding) =>
        binding.Legal == "0.0.0.0" ? "none" : binding.Shared?.Address == binding.Legal ? $"{binding.Legal}*" : binding.Legal;

    private static string CountOf(DevicesReport report)
    {
        var states = report.Devices.CountBy(d => d.State).ToDictionary();
        var counts = DevicesReport.States.Where(states.ContainsKey).Select(s => $"{states[s]} {s}");
        return $"{Tables.Count(report.Devices.Count, "device")}: {string.Join(", ", counts)}";
    }

    private static IEnumerable<string> FootOf(DevicesReport report, int width)
    {
        const string Hint = " (--wide shows everything)";
        var count = CountOf(report);
        yield return count.Length + Hint.Length > width ? TextColumns.Fit(count, width).TrimEnd() : count + Hint;
        if (report.Devices.Any(d => d.Bindings.Any(b => b.Shared?.Address == b.Legal)))
        {
            yield return "* shared with other devices";
        }
    }
}
