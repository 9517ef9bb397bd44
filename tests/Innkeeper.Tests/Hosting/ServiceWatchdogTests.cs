using Innkeeper.Hosting;

namespace Innkeeper.Tests.Hosting;

/// <summary>systemd gets a sign of life only while every thread that serves turns.</summary>
public sealed class ServiceWatchdogTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(12);

    private int _signs;

    [Fact]
    public void StartLimit_IsThatOfTheUnit() =>
        Assert.Contains($"\nTimeoutStartSec={ServiceWatchdog.StartLimit.TotalSeconds}\n", Repository.Checkout.Read("packaging/innkeeper.service"), StringComparison.Ordinal);

    [Fact]
    public void Tick_WhileBothTurn_GivesFourSignsWithinTheLimit()
    {
        var turns = 0L;
        var watchdog = new ServiceWatchdog(s_limit, () => turns, () => _signs++);
        for (var now = TimeSpan.Zero; now < s_limit; now += TimeSpan.FromSeconds(1), turns++)
        {
            watchdog.Tick(now);
        }

        Assert.Equal(4, _signs);
    }

    [Fact]
    public void Tick_WhileTheDnsThreadHangs_GivesNone_UntilItTurnsAgain()
    {
        var turns = 7L;
        var watchdog = new ServiceWatchdog(s_limit, () => turns, () => _signs++);
        for (var now = TimeSpan.Zero; now < s_limit * 3; now += TimeSpan.FromSeconds(1))
        {
            watchdog.Tick(now);
        }

        Assert.Equal(1, _signs);
        turns++;
        watchdog.Tick(s_limit * 3);
        Assert.Equal(2, _signs);
    }

    [Fact]
    public void Tick_WithoutDns_GivesThemAll()
    {
        var watchdog = new ServiceWatchdog(s_limit, turns: null, () => _signs++);
        watchdog.Tick(TimeSpan.Zero);
        watchdog.Tick(s_limit / 4);
        Assert.Equal(2, _signs);
    }

    /// <summary>The control loop sleeps until the next thing due: a hung DNS thread must not keep it awake.</summary>
    [Fact]
    public void NextDue_WhileTheDnsThreadHangs_IsAhead()
    {
        var watchdog = new ServiceWatchdog(s_limit, () => 0, () => _signs++);
        watchdog.Tick(TimeSpan.Zero);
        watchdog.Tick(s_limit);
        Assert.Equal(s_limit + (s_limit / 4), watchdog.NextDue(s_limit));
    }

    [Theory]
    [InlineData("15000000", null, 15.0)]
    [InlineData("15000000", "", 15.0)]
    [InlineData("1500000", "42", 1.5)]
    [InlineData("15000000", "43", null)]
    [InlineData("0", "42", null)]
    [InlineData("-1", "42", null)]
    [InlineData("soon", "42", null)]
    [InlineData(null, null, null)]
    public void Limit_IsWhatSystemdDemandsOfThisProcess(string? limit, string? process, double? seconds) => Assert.Equal(
        seconds is { } expected ? TimeSpan.FromSeconds(expected) : null,
        ServiceWatchdog.Read(42, name => name == "WATCHDOG_USEC" ? limit : name == "WATCHDOG_PID" ? process : null));
}
