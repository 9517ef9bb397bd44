using Innkeeper.Wire;

namespace Innkeeper.Series;

/// <summary>The traffic of all devices, as far as it was observed.</summary>
internal sealed record TrafficTotal(long OctetsOut, long OctetsIn, long PacketsOut, long PacketsIn);

/// <summary>Reads what was observed. Any thread.</summary>
internal interface ISeriesReader
{
    /// <summary>Why the file cannot be written now; null: it is written.</summary>
    string? Failure { get; }

    /// <summary>Since the process began.</summary>
    TrafficTotal Total { get; }

    /// <summary>The gateway's intervals, oldest first; one that was not observed is missing.</summary>
    IReadOnlyList<SeriesRow> Read(Resolution resolution);

    /// <summary>A device's intervals (<see cref="Resolution.Device"/>), oldest first; without traffic: null.</summary>
    IReadOnlyList<(long Start, double Seconds, DeviceTraffic? Traffic)> Read(MacAddress mac);

    /// <summary>Seconds of steady time since 1970.</summary>
    long Now { get; }

    /// <summary>The time that the wall clock shows at an interval's start.</summary>
    DateTimeOffset WallOf(long start);
}
