namespace Innkeeper.Management.Contracts;

/// <summary>A series for a chart.</summary>
/// <param name="Name">Such as "octets_in".</param>
/// <param name="Unit">Such as "octets/s"; a unit without "/s" is a number in the interval, or its mean.</param>
/// <param name="Values">One for each interval; null: it was not observed.</param>
internal sealed record SeriesValues(string Name, string Unit, IReadOnlyList<double?> Values);

/// <summary>Series at intervals of one length. "in" is towards devices, "out" from them.</summary>
/// <param name="Start">When the first interval begins: the oldest that was observed.</param>
/// <param name="StepS">How long each interval is, in seconds; the last one goes on.</param>
internal sealed record SeriesReport(int Schema, DateTimeOffset Start, int StepS, IReadOnlyList<SeriesValues> Series);
