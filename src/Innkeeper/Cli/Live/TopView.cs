using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli.Live;

/// <summary>The live table as text. Lines fit the width; rows fill the height.</summary>
internal static class TopView
{
    private const int HeaderLines = 6;
    private const int MostHeldNamed = 3;

    /// <param name="height">Rows; null: all devices.</param>
    public static string Text(TopModel model, string order, int width, int? height)
    {
        var (status, now) = (model.Now.Status, model.Now.Time);
        var known = status.Known ?? new Dictionary<string, int>();
        var held = model.Devices.Where(d => d.Device.State == "held").OrderByDescending(d => d.Device.FirstSeen).ToList();
        string[] head =
        [
            $"Innkeeper {LocalTime.Text(now, TimeZoneInfo.Local)}  {HealthOf(status)}",
            $"traffic  out {Rate(model.Out)}, in {Rate(model.In)}",
            $"devices  {status.Devices} online, {known.Values.Sum()} known, {model.New} new in 10 min",
            $"waiting  {(held.Count == 0 ? "none" : $"{held.Count}: {string.Join(", ", held.Take(MostHeldNamed).Select(d => $"{DeviceList.LabelOf(d.Device)} ({LocalTime.Ago(d.Device.FirstSeen, now)})"))}{(held.Count > MostHeldNamed ? ", …" : "")}")}",
            $"refused  {PerSecond(model.Refusals)}; dropped {PerSecond(model.Drops.Sum(d => d.Rate))}{(model.Drops.Count == 0 ? "" : $": {string.Join(", ", model.Drops.Take(4).Select(d => $"{d.Name} {PerSecond(d.Rate)}"))}")}",
            "",
        ];
        TextColumn[] columns =
        [
            new(order == "name" ? "device ▼" : "device", 24), new("VLAN", 4, IsRight: true), new("own address", 15), new("state"), new(order == "out" ? "out ▼" : "out", IsRight: true),
            new(order == "in" ? "in ▼" : order == "traffic" ? "in+out ▼" : "in", IsRight: true), new(order == "new" ? "came ▼" : "seen", IsRight: true),
        ];
        var rows = model.Order(order).Take(height is null ? int.MaxValue : Math.Max(1, height.Value - HeaderLines - 2)).Select(d => (string[])
        [
            DeviceList.LabelOf(d.Device), d.Device.Vlan == 0 ? "" : $"{d.Device.Vlan}", OwnOf(d.Device), d.Device.State, Rate(d.Out), Rate(d.In),
            !d.Device.IsSeen ? "never" : LocalTime.Ago(order == "new" ? d.Device.FirstSeen : d.Device.LastSeen, now),
        ]).ToList();
        var foot = height is null ? [] : (string[])[TextColumns.Fit($"q: quit  s: sort (now by {order})", width).TrimEnd()];
        return string.Concat(head.Select(l => TextColumns.Fit(l, width).TrimEnd()).Concat(TextColumns.Lines(columns, rows, width)).Concat(foot).Select(l => l + "\n"));
    }

    /// <summary>Such as "12.3 Mbit/s".</summary>
    internal static string Rate(double bits) => bits switch
    {
        0 => "0",
        < 1000 => $"{bits:0} bit/s",
        < 1_000_000 => $"{bits / 1000:0.0} kbit/s",
        < 1_000_000_000 => $"{bits / 1_000_000:0.0} Mbit/s",
        _ => $"{bits / 1_000_000_000:0.0} Gbit/s",
    };

    private static string PerSecond(double rate) => rate is 0 ? "0/s" : rate < 10 ? $"{rate:0.0}/s" : $"{rate:0}/s";

    private static string HealthOf(StatusReport status) =>
        status.Faults is [var worst, ..] ? SafeText.OneLine($"{worst.Severity}: {worst.Text}") : status.Health ?? "";

    private static string OwnOf(DeviceReport device) => device.Bindings.Count switch
    {
        0 => "",
        1 => device.Bindings[0].Claimed,
        var count => $"{device.Bindings[0].Claimed} +{count - 1}",
    };
}
