using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Dns;

/// <summary>How many questions a device may have asked.</summary>
public sealed class BudgetTests
{
    private static readonly Ipv4Address s_device = new(0x0A000001);
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(1000)]
    public void Allows_AtOnce_AsManyAsASecondHasAndThenOneAtATime(int perSecond)
    {
        var limit = new Budget<Ipv4Address>(perSecond, TimeSpan.FromSeconds(1));
        Assert.Equal(perSecond, Enumerable.Range(0, 2 * perSecond).Count(_ => limit.TryTake(s_device, s_now)));
        var later = s_now + TimeSpan.FromTicks((TimeSpan.TicksPerSecond / perSecond) + 1);
        Assert.True(limit.TryTake(s_device, later));
        Assert.False(limit.TryTake(s_device, later));
        Assert.Equal(perSecond, Enumerable.Range(0, 2 * perSecond).Count(_ => limit.TryTake(s_device, later + TimeSpan.FromSeconds(2))));
    }

    [Fact]
    public void Allows_ForLong_IsTheRate()
    {
        var limit = new Budget<Ipv4Address>(20, TimeSpan.FromSeconds(1));
        var allowed = Enumerable.Range(0, 100_000).Count(i => limit.TryTake(s_device, s_now + TimeSpan.FromMilliseconds(i)));
        Assert.InRange(allowed, 2000, 2021);
    }

    [Fact]
    public void Allows_OtherDevice_IsUntouched()
    {
        var limit = new Budget<Ipv4Address>(1, TimeSpan.FromSeconds(1));
        Assert.True(limit.TryTake(s_device, s_now));
        Assert.False(limit.TryTake(s_device, s_now));
        Assert.True(limit.TryTake(new Ipv4Address(s_device.Value + 1), s_now));
    }

    [Fact]
    public void Allows_NoLimit_IsAlways()
    {
        var limit = new Budget<Ipv4Address>(0, TimeSpan.FromSeconds(1));
        Assert.All(new int[1000], _ => Assert.True(limit.TryTake(s_device, s_now)));
    }

    [Fact]
    public void Allows_MoreDevicesThanAnybodyHas_StillLimits()
    {
        var limit = new Budget<Ipv4Address>(1, TimeSpan.FromSeconds(1));
        for (uint i = 0; i < 70_000; i++)
        {
            Assert.True(limit.TryTake(new Ipv4Address(i), s_now));
        }

        Assert.False(limit.TryTake(new Ipv4Address(69_999), s_now));
    }
}
