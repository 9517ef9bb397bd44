using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Series;
using Innkeeper.Storage;

namespace Innkeeper.Metrics;

/// <summary>A device's traffic so far.</summary>
internal readonly record struct DeviceTotal(string Mac, long OctetsOut, long OctetsIn);

/// <summary>The gateway at one moment, as one page of metrics shows it.</summary>
/// <param name="LongestWait">Of the devices that are here and wait for a decision; zero: none waits.</param>
/// <param name="Devices">Those with the most traffic; empty unless single devices are shown.</param>
internal sealed record MetricsReading(
    StatusReport Status, ProfilesReport Profiles, StorageHealth Storage, string? SeriesFailure, TrafficTotal Traffic, TimeSpan LongestWait, IReadOnlyList<DeviceTotal> Devices);

/// <summary>Reads everything that metrics show. Any thread.</summary>
internal interface IMetricsSource
{
    MetricsReading Read();
}

/// <summary>Reads it by the operations that every front end uses.</summary>
/// <param name="longestWait">See <see cref="MetricsReading.LongestWait"/>.</param>
/// <param name="devices">Every device with traffic, in any order; null: single devices are not shown.</param>
internal sealed class MetricsSource(
    IStatusQueries status, IProfileQueries profiles, Func<StorageHealth> storage, ISeriesReader series, Func<TimeSpan> longestWait, Func<IEnumerable<DeviceTotal>>? devices) : IMetricsSource
{
    /// <summary>Devices that are shown, those with the most traffic.</summary>
    public const int MostDevices = 2000;

    private static readonly Actor s_actor = new("metrics", ActorKind.Process, Permission.Viewer);

    /// <inheritdoc/>
    public MetricsReading Read() => new(
        Demand(status.Get(s_actor)), Demand(profiles.List(s_actor)), storage(), series.Failure, series.Total, longestWait(),
        devices is null ? [] : [.. devices().OrderByDescending(d => d.OctetsIn + d.OctetsOut).ThenBy(d => d.Mac, StringComparer.Ordinal).Take(MostDevices)]);

    private static T Demand<T>(Result<T> result)
        where T : class => result.IsOk ? result.Value : throw new InvalidOperationException(result.Failure.Message);
}
