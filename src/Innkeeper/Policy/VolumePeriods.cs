using Innkeeper.Configuration;

namespace Innkeeper.Policy;

/// <summary>The calendar of volumes. Periods are told apart by their first days: a clock that jumps into another one, either way, begins that one again. No clock.</summary>
internal static class VolumePeriods
{
    public static DateOnly DayOf(DateTimeOffset time, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);

    /// <summary>The first day of the period that a day is in.</summary>
    public static DateOnly BeginOf(VolumePeriod period, DateOnly day) => period switch
    {
        VolumePeriod.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        VolumePeriod.Month => new DateOnly(day.Year, day.Month, 1),
        _ => day,
    };

    /// <summary>The first day of the period after one.</summary>
    public static DateOnly Next(VolumePeriod period, DateOnly begin) => period switch
    {
        VolumePeriod.Week => begin.AddDays(7),
        VolumePeriod.Month => begin.AddMonths(1),
        _ => begin.AddDays(1),
    };

    /// <summary>When a day begins. Where clocks leave out its midnight, that is the moment at which they do.</summary>
    public static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
