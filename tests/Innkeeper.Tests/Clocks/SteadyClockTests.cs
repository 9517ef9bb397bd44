using Innkeeper.Clocks;
using Innkeeper.Tests.ControlPlane.World;

namespace Innkeeper.Tests.Clocks;

/// <summary>Steady time against a wall clock that is set, jumps, is wrong after a boot, and is put right.</summary>
public sealed class SteadyClockTests
{
    private static readonly TimeSpan s_days = TimeSpan.FromDays(5);

    private readonly ManualClock _machine = new();

    private static DateTimeOffset Noon { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Time passes second by second, as the control loop sees it.</summary>
    private int Watch(SteadyClock clock, TimeSpan time)
    {
        var jumps = 0;
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            _machine.Advance(TimeSpan.FromSeconds(1));
            jumps += clock.Observe() is null ? 0 : 1;
        }

        return jumps;
    }

    [Fact]
    public void FirstStart_IsTheWallsTime_AndGoesOnWithIt()
    {
        var clock = new SteadyClock(_machine);

        Assert.Equal(0, Watch(clock, TimeSpan.FromHours(1)));

        Assert.Equal(Noon.AddHours(1), clock.GetUtcNow());
        Assert.Equal(Noon.AddHours(1), clock.WallNow());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void Jump_ForSeconds_MovesNothing_AndIsOneReport(int days)
    {
        var clock = new SteadyClock(_machine);
        _machine.Jump(TimeSpan.FromDays(days));
        var jumps = Watch(clock, TimeSpan.FromSeconds(4));
        Assert.Equal((Noon.AddSeconds(4), Noon.AddSeconds(4)), (clock.GetUtcNow(), clock.WallNow()));
        _machine.Jump(-TimeSpan.FromDays(days));

        jumps += Watch(clock, TimeSpan.FromSeconds(4));

        Assert.Equal((1, Noon.AddSeconds(8), Noon.AddSeconds(8)), (jumps, clock.GetUtcNow(), clock.WallNow()));
    }

    [Theory]
    [InlineData(5, true, 1)]
    [InlineData(-5, true, 1)]
    [InlineData(5, false, 10)]
    [InlineData(-5, false, 10)]
    public void Jump_ForHours_MovesOnlyWhatPeopleAreShown_AfterAWhile(int days, bool isSynchronized, int minutes)
    {
        _machine.IsSynchronized = isSynchronized;
        var clock = new SteadyClock(_machine);
        _machine.Jump(TimeSpan.FromDays(days));
        Watch(clock, TimeSpan.FromMinutes(minutes));
        Assert.Equal(clock.GetUtcNow(), clock.WallNow());
        Watch(clock, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromDays(days), clock.Shift);

        var jumps = Watch(clock, TimeSpan.FromHours(3));
        _machine.Jump(-TimeSpan.FromDays(days));
        jumps += Watch(clock, TimeSpan.FromHours(1));

        Assert.Equal((1, TimeSpan.Zero), (jumps, clock.Shift));
        Assert.Equal(_machine.Wall, clock.GetUtcNow());
    }

    /// <summary>Somebody sets the clock by an hour: rules by hours follow soon.</summary>
    [Fact]
    public void Jump_ByAnHour_IsBelievedAfterSeconds()
    {
        var clock = new SteadyClock(_machine);
        _machine.Jump(TimeSpan.FromHours(1));
        Watch(clock, TimeSpan.FromSeconds(12));
        Assert.Equal(TimeSpan.Zero, clock.Shift);

        Watch(clock, TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromHours(1), clock.Shift);
    }

    [Fact]
    public void TimeServiceThatCorrectsALittle_IsFollowedAtOnce_WithoutAReport()
    {
        var clock = new SteadyClock(_machine);
        for (var i = 0; i < 100; i++)
        {
            _machine.Jump(TimeSpan.FromMilliseconds(500));
            Assert.Equal(0, Watch(clock, TimeSpan.FromSeconds(1)));
            Assert.Equal(_machine.Wall, clock.WallNow());
        }

        Assert.Equal(Noon.AddSeconds(100), clock.GetUtcNow());
    }

    /// <summary>A board without a battery: 1970 until the time service answers.</summary>
    [Fact]
    public void FirstStart_In1970_ThenRight_ShowsTheRightTimeAtOnce_AndSteadyTimeGoesOn()
    {
        _machine.Jump(DateTimeOffset.UnixEpoch - Noon);
        var clock = new SteadyClock(_machine);
        var until = clock.GetUtcNow().AddHours(1);
        Watch(clock, TimeSpan.FromMinutes(30));

        _machine.Jump(Noon - DateTimeOffset.UnixEpoch);
        Watch(clock, TimeSpan.FromSeconds(1));

        Assert.Equal(_machine.Wall, clock.WallNow());
        Assert.Equal(TimeSpan.FromSeconds(1799), until - clock.GetUtcNow());
        Assert.Equal(Noon.AddHours(1), clock.WallAt(until));
    }

    [Fact]
    public void NextProcess_OfTheSameBoot_GoesOnExactly_WhateverTheWallSays()
    {
        var clock = new SteadyClock(_machine);
        var kept = clock.Kept;
        _machine.Advance(TimeSpan.FromMinutes(7));
        _machine.Jump(-s_days);

        var next = new SteadyClock(_machine, kept);

        Assert.Equal(Noon.AddMinutes(7), next.GetUtcNow());
        Assert.Equal(Noon.AddMinutes(7), next.WallNow());
        Assert.Equal(1, Watch(next, TimeSpan.FromMinutes(9)));
        Assert.Equal(TimeSpan.Zero, next.Shift);
    }

    [Fact]
    public void Reboot_WithATimeService_CountsTheTimeItWasOff_AtOnce()
    {
        var kept = new SteadyClock(_machine).Kept;
        _machine.Reboot(off: s_days);
        _machine.IsSynchronized = true;

        var next = new SteadyClock(_machine, kept);

        Assert.Equal((Noon.Add(s_days).AddSeconds(20), TimeSpan.Zero), (next.GetUtcNow(), next.Shift));
    }

    /// <summary>The longer a clock says it was off, the longer it must say so.</summary>
    [Theory]
    [InlineData(0.5, 10)]
    [InlineData(20, 120)]
    [InlineData(120, 720)]
    [InlineData(10_000, 1440)]
    public void Reboot_WithoutATimeService_CountsTheTimeItWasOff_WhenTheClockStaysSo(double hours, int minutes)
    {
        var kept = new SteadyClock(_machine).Kept;
        _machine.Reboot(off: TimeSpan.FromHours(hours));
        var next = new SteadyClock(_machine, kept);

        Watch(next, TimeSpan.FromMinutes(minutes) - TimeSpan.FromMinutes(1));
        Assert.Equal(Noon.AddSeconds(20).AddMinutes(minutes - 1), next.GetUtcNow());
        Watch(next, TimeSpan.FromMinutes(2));

        Assert.Equal(_machine.Wall, next.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, next.Shift);
    }

    /// <summary>The usual case in the field: the battery is dead, the clock is wrong at the boot and right when the time service answers.</summary>
    [Theory]
    [InlineData(-20_000)]
    [InlineData(-5)]
    [InlineData(5)]
    public void Reboot_WithAWrongClock_ThatIsPutRight_CountsOnlyTheTimeItWasOff(int wrong)
    {
        var kept = new SteadyClock(_machine).Kept;
        _machine.Reboot(off: TimeSpan.FromHours(2));
        var error = TimeSpan.FromDays(wrong);
        _machine.Jump(error);
        var next = new SteadyClock(_machine, kept);
        Watch(next, TimeSpan.FromMinutes(9));
        Assert.Equal(Noon.AddSeconds(20).AddMinutes(9), next.GetUtcNow());

        _machine.Jump(-error);
        _machine.IsSynchronized = true;
        Watch(next, TimeSpan.FromSeconds(1));

        Assert.Equal(_machine.Wall, next.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, next.Shift);
        Assert.Equal(0, Watch(next, TimeSpan.FromHours(1)));
    }

    /// <summary>A clock that stands before the last time seen is never taken for the time: not after an hour, and not after a day.</summary>
    [Fact]
    public void Reboot_WithAClockThatStaysBehind_GoesOnFromTheLastTimeSeen()
    {
        var kept = new SteadyClock(_machine).Kept;
        _machine.Reboot(off: -TimeSpan.FromDays(100));
        var next = new SteadyClock(_machine, kept);

        Watch(next, TimeSpan.FromDays(2));

        Assert.Equal(Noon.AddSeconds(20).AddDays(2), next.GetUtcNow());
        Assert.Equal(next.GetUtcNow(), next.WallNow());
    }

    /// <summary>A database of an earlier version kept no clock: the latest event says when it was last at work.</summary>
    [Fact]
    public void DatabaseWithoutAClock_LatestEventIsTheLastTimeSeen()
    {
        _machine.Jump(DateTimeOffset.UnixEpoch - Noon);

        var clock = new SteadyClock(_machine, kept: null, latest: Noon);

        Assert.Equal(Noon, clock.GetUtcNow());
    }

    /// <summary>An upgrade on a machine that has run for long: its uptime did not pass since that event.</summary>
    [Fact]
    public void DatabaseWithoutAClock_AndARightWallClock_IsTheWallsTime()
    {
        var clock = new SteadyClock(_machine, kept: null, latest: Noon.AddSeconds(-5));

        Assert.Equal(Noon, clock.GetUtcNow());
        Assert.Equal(Noon, clock.WallNow());
    }

    [Fact]
    public void MachinesOwnClock_IsThere()
    {
        var machine = new MachineClock();
        var before = machine.SinceBoot;

        Assert.Equal(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), machine.BootId);
        Assert.InRange((machine.SinceBoot - before).TotalSeconds, 0, 5);
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(machine.SinceBoot.TotalSeconds, uptime - 5, uptime + 5);
        Assert.Equal(DateTimeOffset.UtcNow, machine.Wall, TimeSpan.FromSeconds(5));
        _ = machine.IsSynchronized;
    }
}
