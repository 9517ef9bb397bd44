using Innkeeper.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>How long clients waited, in buckets.</summary>
public sealed class AnswerTimesTests
{
    private readonly AnswerTimes _times = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 0)]
    [InlineData(51, 1)]
    [InlineData(1000, 4)]
    [InlineData(2_500_000, 13)]
    [InlineData(2_500_001, 14)]
    public void Time_IsCountedInTheFirstBucketThatHoldsIt(int microseconds, int bucket)
    {
        _times.Add(AnswerSource.Servers, TimeSpan.FromMicroseconds(microseconds), 3);

        var (counts, sum) = _times.Read(AnswerSource.Servers);
        Assert.Equal(Enumerable.Range(0, 15).Select(i => i == bucket ? 3L : 0), counts);
        Assert.Equal(TimeSpan.FromMicroseconds(3L * microseconds), sum);
        Assert.Equal(0, _times.Read(AnswerSource.Gateway).Counts.Sum());
    }

    [Fact]
    public void Bounds_Rise_AndAllButTheLastBucketHasOne()
    {
        Assert.Equal(AnswerTimes.Bounds.Order(), AnswerTimes.Bounds);
        Assert.Equal(AnswerTimes.Bounds.Count + 1, _times.Read(AnswerSource.Gateway).Counts.Count);
    }

    [Fact]
    public void Add_TakesNoMemory()
    {
        _times.Add(AnswerSource.Gateway, TimeSpan.FromMicroseconds(40));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _times.Add(AnswerSource.Gateway, TimeSpan.FromMicroseconds(i));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Answers_OfServers_AreCountedFromTheQuestionOn_ForEachClient()
    {
        var harness = new ResolverHarness("192.0.2.53");
        harness.Ask("a.example");
        harness.Ask("a.example", device: 2);
        harness.Wait(20);
        harness.Reply(harness.Last, Replies.Good(harness.Last));

        Assert.Equal((2L, TimeSpan.FromMilliseconds(40)), Servers(harness, 0.025));
        harness.Ask("a.example");
        Assert.Equal(2, harness.Resolver.Times.Read(AnswerSource.Servers).Counts.Sum());
    }

    [Fact]
    public void Answers_ThatServersOwe_AreCountedToo()
    {
        var harness = new ResolverHarness("192.0.2.53");
        harness.AssertAnswered(Failed(harness));

        var (counts, sum) = harness.Resolver.Times.Read(AnswerSource.Servers);
        Assert.Equal((1L, 1L), (counts[^1], counts.Sum()));
        Assert.InRange(sum, TimeSpan.FromSeconds(2.5), Resolver.Patience + TimeSpan.FromSeconds(1));
    }

    private static DnsClient Failed(ResolverHarness harness)
    {
        var client = harness.Ask("a.example");
        harness.Wait(Resolver.Patience + TimeSpan.FromSeconds(1));
        return client;
    }

    private static (long Answers, TimeSpan Sum) Servers(ResolverHarness harness, double bound)
    {
        var (counts, sum) = harness.Resolver.Times.Read(AnswerSource.Servers);
        return (counts[AnswerTimes.Bounds.ToList().IndexOf(bound)], sum);
    }
}
