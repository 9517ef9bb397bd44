using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli.Live;

/// <summary>The reports of the gateway at one moment.</summary>
internal sealed record TopSample(DateTimeOffset Time, StatusReport Status, DevicesReport Devices);

/// <summary>A device's traffic between two samples, in bit/s.</summary>
internal readonly record struct TopDevice(DeviceReport Device, double Out, double In);

/// <summary>The difference of two samples. No I/O and no clock.</summary>
/// <param name="Seconds">Between the samples.</param>
/// <param name="Drops">Dropped frames a second by reason, the most first; only those that rose.</param>
/// <param name="Refusals">New devices and conversations that were refused, each second.</param>
internal sealed record TopModel(TopSample Now, double Seconds, IReadOnlyList<TopDevice> Devices, IReadOnlyList<(string Name, double Rate)> Drops, double Refusals)
{
    public static readonly IReadOnlyList<string> Orders = ["traffic", "out", "in", "new", "name"];

    private static readonly TimeSpan s_new = TimeSpan.FromMinutes(10);

    public double Out => Devices.Sum(d => d.Out);

    public double In => Devices.Sum(d => d.In);

    /// <summary>Devices that came within the last ten minutes.</summary>
    public int New => Devices.Count(d => IsNew(d.Device));

    public bool IsNew(DeviceReport device) => device.IsSeen && Now.Time - device.FirstSeen <= s_new;

    public static TopModel Of(TopSample before, TopSample now)
    {
        var seconds = Math.Max(0.001, (now.Time - before.Time).TotalSeconds);
        var previous = before.Devices.Devices.GroupBy(d => (d.Mac, d.Vlan)).ToDictionary(g => g.Key, g => g.First());
        var devices = now.Devices.Devices.Select(d => previous.TryGetValue((d.Mac, d.Vlan), out var old)
            ? new TopDevice(d, 8 * Rise(old.BytesOut, d.BytesOut) / seconds, 8 * Rise(old.BytesIn, d.BytesIn) / seconds)
            : new TopDevice(d, 8 * d.BytesOut / seconds, 8 * d.BytesIn / seconds));
        var drops = now.Status.Drops.Select(d => (d.Key, Rate: Rise(before.Status.Drops.GetValueOrDefault(d.Key), d.Value) / seconds)).Where(d => d.Rate > 0).OrderByDescending(d => d.Rate);
        var refusals = now.Status.Counters.Where(c => c.Key.StartsWith("refused_", StringComparison.Ordinal)).Sum(c => Rise(before.Status.Counters.GetValueOrDefault(c.Key), c.Value))
            + Rise(before.Status.Napt?.Refused ?? 0, now.Status.Napt?.Refused ?? 0);
        return new TopModel(now, seconds, [.. devices], [.. drops], refusals / seconds);
    }

    public IEnumerable<TopDevice> Order(string by) => by switch
    {
        "out" => Devices.OrderByDescending(d => d.Out),
        "in" => Devices.OrderByDescending(d => d.In),
        "new" => Devices.OrderByDescending(d => d.Device.FirstSeen),
        "name" => Devices.OrderBy(d => DeviceList.LabelOf(d.Device), StringComparer.OrdinalIgnoreCase),
        _ => Devices.OrderByDescending(d => d.Out + d.In).ThenByDescending(d => d.Device.LastSeen),
    };

    /// <summary>A binding that was made again counts from 0, and a gateway that started again too.</summary>
    private static double Rise(ulong before, ulong now) => now >= before ? now - before : now;
}
