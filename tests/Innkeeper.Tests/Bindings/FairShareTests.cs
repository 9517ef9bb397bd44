using Innkeeper.Bindings;

namespace Innkeeper.Tests.Bindings;

/// <summary>What greedy devices get of something scarce, and what they leave.</summary>
public sealed class FairShareTests
{
    /// <summary>All take in turn until none may have another.</summary>
    private static int[] TakeAll(int capacity, int devices, int keeps, int used = 0)
    {
        var own = new int[devices];
        for (var some = true; some;)
        {
            some = false;
            for (var i = 0; i < devices; i++)
            {
                if (FairShare.Allows(capacity, used + own.Sum(), own[i], keeps))
                {
                    own[i]++;
                    some = true;
                }
            }
        }

        return own;
    }

    [Theory]
    [InlineData(8192, 1)]
    [InlineData(8192, 16)]
    [InlineData(8192, 300)]
    [InlineData(256, 100)]
    public void GreedyDevices_GetAsMuchAsEachOther_AndLeaveSome(int capacity, int devices)
    {
        var own = TakeAll(capacity, devices, keeps: 0);
        Assert.InRange(own.Max() - own.Min(), 0, 1);
        Assert.InRange(own.Max(), (capacity / (FairShare.Part + devices)) - 1, (capacity / (FairShare.Part + devices)) + 2);
        Assert.True(FairShare.Allows(capacity, own.Sum(), 0));
    }

    [Fact]
    public void NewDevices_LeaveAPartToKnownOnes_HoweverManyTheyAre()
    {
        var used = TakeAll(1024, 2000, FairShare.NewcomerKeeps).Sum();
        Assert.Equal(1024 * 14 / 16, used);
        Assert.False(FairShare.Allows(1024, used, 0, FairShare.NewcomerKeeps));
        Assert.True(FairShare.Allows(1024, used, 0));
    }

    [Fact]
    public void IsNew_ByTheTimeSinceItsFirstPacket()
    {
        var now = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
        Assert.True(FairShare.IsNew(now, now));
        Assert.True(FairShare.IsNew(now.AddHours(5), now));
        Assert.True(FairShare.IsNew(now - FairShare.NewcomerTime + TimeSpan.FromTicks(1), now));
        Assert.False(FairShare.IsNew(now - FairShare.NewcomerTime, now));
    }
}
