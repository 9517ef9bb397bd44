using Innkeeper.Configuration;
using Innkeeper.Policy;

namespace Innkeeper.Tests.Policy;

/// <summary>When volumes begin again.</summary>
public sealed class VolumePeriodsTests
{
    /// <summary>Three hours behind UTC; clocks go from midnight to 1 o'clock on 2 November, and back from midnight to 23 o'clock on 14 February.</summary>
    private static readonly TimeZoneInfo s_zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(-3), "test", "test", "test", [
        TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1), TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 0, 0, 0), 11, 2),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 0, 0, 0), 2, 15)),
    ]);

    [Theory]
    [InlineData("Day", "2026-12-31", "2026-12-31", "2027-01-01")]
    [InlineData("Week", "2026-11-30", "2026-11-30", "2026-12-07")]
    [InlineData("Week", "2026-12-06", "2026-11-30", "2026-12-07")]
    [InlineData("Week", "2027-01-01", "2026-12-28", "2027-01-04")]
    [InlineData("Month", "2028-02-29", "2028-02-01", "2028-03-01")]
    [InlineData("Month", "2026-12-01", "2026-12-01", "2027-01-01")]
    public void Period_OfADay_HasItsFirstDay_AndThatOfTheNext(string period, string day, string begin, string next)
    {
        var (kind, first) = (Enum.Parse<VolumePeriod>(period), DateOnly.Parse(begin, null));

        Assert.Equal((first, DateOnly.Parse(next, null)), (VolumePeriods.BeginOf(kind, DateOnly.Parse(day, null)), VolumePeriods.Next(kind, first)));
    }

    [Theory]
    [InlineData("2026-07-01T02:59:59Z", "2026-06-30")]
    [InlineData("2026-07-01T03:00:00Z", "2026-07-01")]
    [InlineData("2026-12-01T01:59:59Z", "2026-11-30")]
    [InlineData("2026-12-01T02:00:00Z", "2026-12-01")]
    public void Day_IsThatOfTheGatewaysZone(string time, string day) => Assert.Equal(DateOnly.Parse(day, null), VolumePeriods.DayOf(DateTimeOffset.Parse(time, null), s_zone));

    /// <summary>On 2 November the hour from midnight is left out.</summary>
    [Theory]
    [InlineData("2026-07-01", "2026-07-01T03:00:00Z")]
    [InlineData("2026-11-02", "2026-11-02T03:00:00Z")]
    [InlineData("2026-11-03", "2026-11-03T02:00:00Z")]
    [InlineData("2027-02-15", "2027-02-15T03:00:00Z")]
    public void Midnight_IsTheMomentAtWhichTheDayBegins(string day, string time)
    {
        var midnight = VolumePeriods.Midnight(DateOnly.Parse(day, null), s_zone);

        Assert.Equal(DateTimeOffset.Parse(time, null), midnight);
        Assert.Equal(DateOnly.Parse(day, null), VolumePeriods.DayOf(midnight, s_zone));
        Assert.Equal(DateOnly.Parse(day, null).AddDays(-1), VolumePeriods.DayOf(midnight.AddSeconds(-1), s_zone));
    }
}
