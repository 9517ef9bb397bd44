using System.Text.Json;
using FsCheck.Xunit;
using Innkeeper.Events;
using Innkeeper.Notifications;

namespace Innkeeper.Tests.Notifications;

/// <summary>How many messages a flood becomes.</summary>
public sealed class NotificationThrottleTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);
    private static readonly DateTimeOffset Noon = NotificationSamples.Noon;

    /// <summary>What the notifier does with a device: one message, or none.</summary>
    private static int Arrive(NotificationThrottle throttle, NewDevice device, DateTimeOffset now)
    {
        if (throttle.TryTake(now, isArrival: true))
        {
            return 1;
        }

        throttle.Gather(device, now);
        return 0;
    }

    [Fact]
    public void Arrivals_TenThousandAtOnce_AreFiveMessagesAndOneDigestThatStatesTheNumber()
    {
        var throttle = new NotificationThrottle(5, Interval);
        var single = 0;
        for (uint i = 0; i < 10_000; i++)
        {
            // A third has made up addresses; all come within a minute.
            single += Arrive(throttle, i % 3 == 0 ? NotificationSamples.Randomised(i) : NotificationSamples.Device(i), Noon.AddMilliseconds(i * 6));
        }

        Assert.Equal(5, single);
        Assert.Null(throttle.TakeDigest(Noon + Interval));
        var due = throttle.DueAt(Noon)!.Value;
        var digest = throttle.TakeDigest(due)!;
        Assert.Equal((9_995, 5, 3_332), (digest.Arrivals, digest.ToldSingly, digest.Randomised));
        Assert.Equal(Digest.MostDevices, digest.Devices.Count);
        Assert.DoesNotContain(digest.Devices, d => d.IsRandomised);

        // Nothing more comes: the next interval ends it, and the first five go at once again.
        Assert.Null(throttle.TakeDigest(due + Interval));
        Assert.Null(throttle.DueAt(due + Interval));
        Assert.True(throttle.TryTake(due + Interval, isArrival: true));
    }

    [Fact]
    public void Arrivals_ThatGoOnForADay_AreADigestEachInterval()
    {
        var throttle = new NotificationThrottle(5, Interval);
        var (single, digests, counted) = (0, 0, 0);
        for (uint second = 0; second < 86_400; second += 10)
        {
            var now = Noon.AddSeconds(second);
            if (throttle.TakeDigest(now) is { } digest)
            {
                digests++;
                counted += digest.Arrivals;
            }

            single += Arrive(throttle, NotificationSamples.Device(second), now);
        }

        Assert.Equal(5, single);
        Assert.Equal(95, digests);
        Assert.Equal(8_640 - 5, counted + throttle.State.Open!.Arrivals);
    }

    [Fact]
    public void Arrivals_OneEachTenMinutes_AreToldOneByOne()
    {
        var throttle = new NotificationThrottle(5, Interval);

        Assert.All(Enumerable.Range(0, 500), i => Assert.True(throttle.TryTake(Noon.AddMinutes(10 * i), isArrival: true)));
    }

    [Fact]
    public void First_None_GathersEverything()
    {
        var throttle = new NotificationThrottle(0, Interval);

        Assert.Equal(0, Arrive(throttle, NotificationSamples.Device(), Noon));
        var digest = throttle.TakeDigest(Noon + Interval)!;
        Assert.Equal((1, 0), (digest.Arrivals, digest.ToldSingly));
    }

    [Fact]
    public void Events_AndArrivals_ShareTheMessages_AndAreCountedByKind()
    {
        var throttle = new NotificationThrottle(2, Interval);
        Assert.True(throttle.TryTake(Noon, isArrival: false));
        Assert.True(throttle.TryTake(Noon, isArrival: true));
        for (var i = 0; i < 30; i++)
        {
            Assert.False(throttle.TryTake(Noon, isArrival: false));
            throttle.Gather(NotificationSamples.Event(i % 2 == 0 ? new AddressDefended(default, default) : new StorageRestored("state.db"), $"number {i}"), Noon);
        }

        throttle.GatherMissed(100, new Dictionary<string, int> { ["conflict"] = 7 }, Noon);

        var digest = throttle.TakeDigest(Noon + Interval)!;
        Assert.Equal((22, 15, 100, 1), (digest.Counts["conflict"], digest.Counts["storage"], digest.Arrivals, digest.ToldSingly));
        Assert.Equal(Digest.MostEvents, digest.Events.Count);
    }

    [Fact]
    public void Digest_WithoutRoomForIt_GathersOn()
    {
        var throttle = new NotificationThrottle(0, Interval);
        Arrive(throttle, NotificationSamples.Device(1), Noon);
        throttle.PutOff(Noon + Interval);
        Arrive(throttle, NotificationSamples.Device(2), Noon + Interval);

        Assert.Null(throttle.TakeDigest(Noon + Interval));
        Assert.Equal(2, throttle.TakeDigest(Noon + (Interval * 2))!.Arrivals);
    }

    [Fact]
    public void State_WrittenAndRead_GoesOnWhereItWas()
    {
        var before = new NotificationThrottle(1, Interval);
        Arrive(before, NotificationSamples.Device(1), Noon);
        Arrive(before, NotificationSamples.Device(2), Noon);
        before.Gather(NotificationSamples.Event(new AddressDefended(default, default), "two of them"), Noon);
        var text = JsonSerializer.Serialize(before.State, NotificationContext.Default.ThrottleState);

        var after = new NotificationThrottle(1, Interval, JsonSerializer.Deserialize(text, NotificationContext.Default.ThrottleState));

        Assert.False(after.TryTake(Noon.AddMinutes(1), isArrival: true));
        var digest = after.TakeDigest(Noon + Interval)!;
        Assert.Equal((1, 1, 1), (digest.Arrivals, digest.ToldSingly, digest.Counts["conflict"]));
        Assert.Equal(NotificationSamples.Device(2).Mac, Assert.Single(digest.Devices).Mac);
        Assert.Equal(NotificationSamples.Device(2).Lan, digest.Devices[0].Lan);
    }

    [Fact]
    public void Clock_SetBackByAYear_DoesNotHoldTheDigestBack()
    {
        var throttle = new NotificationThrottle(0, Interval);
        Arrive(throttle, NotificationSamples.Device(1), Noon);
        var earlier = Noon.AddYears(-1);

        Assert.Equal(1, throttle.TakeDigest(earlier)!.Arrivals);
        Assert.False(throttle.TryTake(earlier, isArrival: true));
    }

    /// <summary>However things come, there are no more messages than the settings say, and none is lost from the counts.</summary>
    [Property(MaxTest = 300)]
    public void Messages_OfAnySequence_StayWithinTheBounds_AndNothingIsLost(ushort[] pauses, byte first)
    {
        var most = first % 10;
        var throttle = new NotificationThrottle(most, Interval);
        var now = Noon;
        var (single, counted) = (0, 0);
        List<DateTimeOffset> messages = [];
        foreach (var pause in pauses)
        {
            now += TimeSpan.FromSeconds(pause % 1200);
            if (throttle.TakeDigest(now) is { } digest)
            {
                messages.Add(now);
                counted += digest.Arrivals;
            }

            var told = Arrive(throttle, NotificationSamples.Device((uint)messages.Count), now);
            single += told;
            messages.AddRange(Enumerable.Repeat(now, told));
        }

        Assert.Equal(pauses.Length, single + counted + (throttle.State.Open?.Arrivals ?? 0));

        // A full bucket, what flows into it in an interval, and a digest.
        Assert.All(messages, start => Assert.InRange(messages.Count(m => m >= start && m < start + Interval), 0, (2 * most) + 1));
    }
}
