using Innkeeper.Ipv6;

namespace Innkeeper.Tests.Ipv6;

/// <summary>When the uplink's routers are asked to show themselves.</summary>
public sealed class RouterSolicitationsTests
{
    private readonly RouterSolicitations _solicitations = new();

    /// <summary>The seconds at which solicitations go out, from one second to another.</summary>
    private List<int> Sent(int from, int to, bool isKnown = false) =>
        [.. Enumerable.Range(from, to - from).Where(second => _solicitations.TryTake(Seconds(second), isKnown))];

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void NoRouter_IsAskedForThreeTimes_AndThenLessAndLessOften_UpToAnHour()
    {
        Assert.Equal(TimeSpan.Zero, _solicitations.NextDue);
        Assert.Equal([0, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 7696, 11296], Sent(0, 12_000));
        Assert.Equal(Seconds(14_896), _solicitations.NextDue);
    }

    [Fact]
    public void Router_EndsTheQuestions_UntilTwelveSecondsBeforeItsEnd()
    {
        Sent(0, 1);
        _solicitations.OnRouter(Seconds(1800));
        Assert.Equal(Seconds(1788), _solicitations.NextDue);
        Assert.Equal([1788, 1792, 1796], Sent(1, 2000, isKnown: true));
        Assert.Equal(TimeSpan.MaxValue, _solicitations.NextDue);
    }

    [Fact]
    public void RouterThatAnswers_HasItsQuestionsEnded()
    {
        _solicitations.OnRouter(Seconds(1800));
        Sent(1788, 1789, isKnown: true);
        _solicitations.OnRouter(Seconds(1788 + 1800));
        Assert.Empty(Sent(1789, 3500, isKnown: true));
    }

    [Fact]
    public void Start_BeginsAnew_WithoutTheLongWaits()
    {
        Sent(0, 1100);
        _solicitations.Start(Seconds(1100));
        Assert.Equal([1100, 1104, 1108, 1116], Sent(1100, 1120));
    }

    [Fact]
    public void RouterOfShortLife_OrThatComesAndGoes_IsAskedEveryFourSecondsAtMost()
    {
        var sent = 0;
        for (var second = 0; second < 400; second++)
        {
            _solicitations.OnRouter(Seconds(second + 1));
            _solicitations.Start(Seconds(second));
            sent += Sent(second, second + 1, isKnown: true).Count;
        }

        Assert.Equal(100, sent);
    }
}
