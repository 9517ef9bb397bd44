using Innkeeper.Guests;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Guests;

/// <summary>How many guesses devices have, alone and together.</summary>
public sealed class CodeGuardTests
{
    private readonly ManualClock _clock = new(ManagementFixture.Start);
    private readonly CodeGuard _guard;

    public CodeGuardTests() => _guard = new CodeGuard(_clock);

    private bool Guess(int device) => _guard.Begin(GuestFixture.Mac(device)) is null && _guard.Fail(GuestFixture.Mac(device)) is var _;

    /// <summary>Guesses of devices that try again every second.</summary>
    private int GuessesIn(TimeSpan time, IEnumerable<int> devices)
    {
        var (count, end) = (0, _clock.Now + time);
        for (; _clock.Now < end; _clock.Now += TimeSpan.FromSeconds(1))
        {
            count += devices.Count(Guess);
        }

        return count;
    }

    [Fact]
    public void Device_HasFiveFree_ThenWaitsTwiceAsLongEachTime()
    {
        Assert.Equal(CodeGuard.Free, Enumerable.Range(0, 20).Count(_ => Guess(1)));

        foreach (var wait in (int[])[30, 60, 120, 240, 480, 900, 900, 900])
        {
            Assert.Equal(TimeSpan.FromSeconds(wait), _guard.Begin(GuestFixture.Mac(1)));
            _clock.Now += TimeSpan.FromSeconds(wait) - TimeSpan.FromMilliseconds(1);
            Assert.False(Guess(1));
            _clock.Now += TimeSpan.FromMilliseconds(1);
            Assert.True(Guess(1));
        }
    }

    [Fact]
    public void RightCode_CostsNothing()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.Null(_guard.Begin(GuestFixture.Mac(1)));
            _guard.Succeed(GuestFixture.Mac(1));
        }
    }

    [Fact]
    public void TriesSideBySide_DoNotSlipThrough()
    {
        var passed = 0;
        Parallel.For(0, 200, _ => Interlocked.Add(ref passed, _guard.Begin(GuestFixture.Mac(1)) is null ? 1 : 0));

        Assert.Equal(CodeGuard.Free, passed);
    }

    [Fact]
    public void WrongCodes_AreForgottenAfterADay()
    {
        for (var i = 0; i < 12; i++)
        {
            Guess(1);
        }

        _clock.Now += CodeGuard.Memory + TimeSpan.FromSeconds(1);

        Assert.Equal(CodeGuard.Free, Enumerable.Range(0, 20).Count(_ => Guess(1)));
    }

    /// <summary>docs/security.md has these figures.</summary>
    [Fact]
    public void FiftyDevices_GetFewGuesses()
    {
        var (first, day) = (GuessesIn(TimeSpan.FromMinutes(1), Enumerable.Range(0, 50)), GuessesIn(TimeSpan.FromHours(1), Enumerable.Range(0, 50)));

        Assert.InRange(first, 100, 200);
        Assert.InRange(day, 50, 50 * 10);
    }

    /// <summary>Invented devices do not keep a guest out, who has not tried before.</summary>
    [Fact]
    public void ManyDevices_NeverKeepOutFirstTries()
    {
        // The first twenty use the bucket up; the others have two each.
        var guesses = Enumerable.Range(0, 1000).Sum(device => Enumerable.Range(0, 10).Count(_ => Guess(device)));
        Assert.Equal(CodeGuard.Bucket + ((1000 - (CodeGuard.Bucket / CodeGuard.Free)) * CodeGuard.FreeInSpell), guesses);

        Assert.Null(_guard.Begin(GuestFixture.Mac(5000)));
        Assert.Null(_guard.Begin(GuestFixture.Mac(5000)));
        Assert.NotNull(_guard.Begin(GuestFixture.Mac(5000)));
    }

    [Fact]
    public void Spell_IsReportedOnce_AndAgainAfterAPause()
    {
        var reports = new List<GuessingSpell>();
        void Try(int device)
        {
            if (_guard.Begin(GuestFixture.Mac(device)) is null && _guard.Fail(GuestFixture.Mac(device)) is { } spell)
            {
                reports.Add(spell);
            }
        }

        for (var i = 0; i < 20; i++)
        {
            Try(1);
            Try(2);
        }

        var report = Assert.Single(reports);
        Assert.Equal((GuestFixture.Mac(1), 2, 9), (report.Devices[0], report.Count, report.Wrong));
        _clock.Now += CodeGuard.Memory + TimeSpan.FromMinutes(1);
        for (var i = 0; i < 20; i++)
        {
            Try(3);
        }

        Assert.Equal([GuestFixture.Mac(3)], reports[1].Devices);
        Assert.Equal(2, reports.Count);
    }

    [Fact]
    public void ManyDevices_AreReportedTogether_NamedByFive()
    {
        var reports = Enumerable.Range(0, 200).Select(device => _guard.Begin(GuestFixture.Mac(device)) is null ? _guard.Fail(GuestFixture.Mac(device)) : null).OfType<GuessingSpell>().ToList();

        var report = Assert.Single(reports);
        Assert.Equal((5, CodeGuard.Bucket), (report.Devices.Length, report.Count));
    }
}
