namespace Innkeeper.Devices;

/// <summary>Which stations are no newcomers.</summary>
internal sealed partial class Registry
{
    /// <summary>Who comes and goes within it is a newcomer still: a flood of new stations makes none of them known.</summary>
    public static readonly TimeSpan ProbationTime = TimeSpan.FromHours(1);

    private readonly Dictionary<Station, DateTimeOffset> _firstSeen = [];

    public bool IsKnown(Station station, DateTimeOffset wall) => _firstSeen.TryGetValue(station, out var seen) && wall - seen >= ProbationTime;

    private void Seen(Station station, DateTimeOffset firstSeen)
    {
        if (!_firstSeen.TryGetValue(station, out var before) || firstSeen < before)
        {
            _firstSeen[station] = firstSeen;
        }
    }
}
