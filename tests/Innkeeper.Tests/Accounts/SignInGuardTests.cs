using System.Net;
using Innkeeper.Accounts;
using Innkeeper.Management;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Accounts;

/// <summary>How long clients wait after wrong passwords, and whom that does not concern.</summary>
public sealed class SignInGuardTests
{
    private static readonly Place s_desk = Place.Of(AccountFixture.Desk);
    private static readonly Place s_neighbour = Place.Of(IPAddress.Parse("192.0.2.8"));
    private static readonly Place s_elsewhere = Place.Of(AccountFixture.Elsewhere);

    private readonly ManualClock _clock = new(ManagementFixture.Start);
    private readonly SignInGuard _guard;

    public SignInGuardTests() => _guard = new SignInGuard(_clock);

    private double? Try(Place place, string name = "anna", bool isKnown = false) => _guard.Begin(place, name, isKnown)?.TotalSeconds;

    /// <returns>The waits that the guard demanded, each waited for.</returns>
    private List<double> Fail(int times, Place place, bool isKnown = false)
    {
        var waits = new List<double>();
        for (var i = 0; i < times; i++)
        {
            while (Try(place, isKnown: isKnown) is { } wait)
            {
                waits.Add(wait);
                _clock.Now += TimeSpan.FromSeconds(wait);
            }
        }

        return waits;
    }

    [Fact]
    public void Waits_DoubleAfterThreeFailures_UpToFiveMinutes() => Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], Fail(14, s_desk));

    [Fact]
    public void Wait_IsTheSame_ForOtherHostsOfTheBlock_AndNoneElsewhere()
    {
        Fail(6, s_desk);

        Assert.NotNull(Try(s_desk));
        Assert.NotNull(Try(s_neighbour));
        Assert.Null(Try(s_elsewhere));
        Assert.Null(Try(s_neighbour, "ben"));
    }

    /// <summary>Neighbours cost a known address nothing; an attacker behind the same address costs the user seconds.</summary>
    [Fact]
    public void KnownAddress_IsCountedByItself_AndWaitsFiveSecondsAtMost()
    {
        Fail(14, s_neighbour);
        Assert.Null(Try(s_desk, isKnown: true));
        Fail(14, s_desk, isKnown: true);

        Assert.Equal(5, Try(s_desk, isKnown: true));
        _clock.Now += TimeSpan.FromSeconds(5);
        Assert.Null(Try(s_desk, isKnown: true));
    }

    [Fact]
    public void Names_FromOneAddress_AreCountedTogether()
    {
        for (var i = 0; i < SignInGuard.FreeForHost; i++)
        {
            Assert.Null(Try(s_desk, $"user{i}"));
        }

        Assert.Equal(1, Try(s_desk, "yet-another"));
        Assert.Null(Try(s_neighbour, "yet-another"));
    }

    [Fact]
    public void Success_ForgetsTheFailuresOfTheName_AndNotThoseOfOthers()
    {
        Fail(3, s_desk);
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Null(Try(s_desk));
        _guard.Succeed(s_desk, "ANNA", isKnown: false);

        Assert.Equal(0, _guard.FailuresOf(s_desk, "anna", isKnown: false));
        Assert.Null(Try(s_desk));

        // An own account does not wash the address clean: 6 failures and 4 names more are ten.
        foreach (var name in new[] { "a", "b", "c", "d", "e", "f" })
        {
            Assert.Null(Try(s_desk, name));
        }

        Assert.Equal(1, Try(s_desk, "g"));
    }

    [Fact]
    public void Withdrawal_CountsAsNoFailure_AndForgetsNone()
    {
        Fail(2, s_desk);
        Assert.Null(Try(s_desk));
        _guard.Withdraw(s_desk, "anna", isKnown: false);

        Assert.Equal(2, _guard.FailuresOf(s_desk, "anna", isKnown: false));
    }

    [Fact]
    public void Failures_AreForgottenAfterAnHour()
    {
        Fail(14, s_desk);
        _clock.Now += SignInGuard.Memory + TimeSpan.FromSeconds(1);

        Assert.Equal([1], Fail(4, s_desk));
    }

    /// <summary>Attempts side by side count before any of them is judged.</summary>
    [Fact]
    public async Task Attempts_SideBySide_AreNoMoreThanOneAfterTheOther()
    {
        var begun = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Try(s_desk))));

        Assert.Equal(SignInGuard.FreeForName, begun.Count(wait => wait is null));
    }

    [Fact]
    public void Tables_AreBounded_AndTheOldestGoes()
    {
        Fail(14, s_desk);
        for (var i = 0; i < SignInGuard.Capacity; i++)
        {
            Assert.Null(Try(Place.Of(IPAddress.Parse($"10.{i >> 8}.{i & 255}.1"))));
        }

        Assert.Equal(0, _guard.FailuresOf(s_desk, "anna", isKnown: false));
        Assert.Equal(1, _guard.FailuresOf(Place.Of(IPAddress.Parse("10.0.0.1")), "anna", isKnown: false));
    }
}
