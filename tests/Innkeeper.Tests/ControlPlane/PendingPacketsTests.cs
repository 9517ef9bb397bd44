using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane;

public sealed class PendingPacketsTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private readonly PendingPackets<ClaimedAddress> _pending = new();

    private static ClaimedAddress ClaimOf(int device) => new(new Station(0, new MacAddress(0x020000000000UL + (ulong)device)), Ipv4Address.Parse("10.0.0.1"));

    [Fact]
    public void Frames_OfAClaim_ComeBackInOrder_Once()
    {
        Assert.Equal(0, _pending.Hold(ClaimOf(1), [1], s_now));
        Assert.Equal(0, _pending.Hold(ClaimOf(2), [9], s_now));
        Assert.Equal(0, _pending.Hold(ClaimOf(1), [2], s_now));
        Assert.Equal([[1], [2]], _pending.Take(ClaimOf(1)));
        Assert.Empty(_pending.Take(ClaimOf(1)));
        Assert.Equal([ClaimOf(2)], _pending.Claims);
    }

    [Fact]
    public void NinthFrame_OfAClaim_IsLost()
    {
        for (byte frame = 0; frame < 8; frame++)
        {
            Assert.Equal(0, _pending.Hold(ClaimOf(1), [frame], s_now));
        }

        Assert.Equal(1, _pending.Hold(ClaimOf(1), [8], s_now));
        Assert.Equal(8, _pending.Take(ClaimOf(1)).Count);
    }

    [Fact]
    public void Claim_BeyondTheLast_CostsTheOldestItsFrames()
    {
        _pending.Hold(ClaimOf(0), [1], s_now);
        var lost = Enumerable.Range(0, 1025).Sum(device => _pending.Hold(ClaimOf(device), [2], s_now));
        Assert.Equal(2, lost);
        Assert.Empty(_pending.Take(ClaimOf(0)));
        Assert.Single(_pending.Take(ClaimOf(1024)));
    }

    [Fact]
    public void Claim_ThatWaitedTooLong_IsGivenUp()
    {
        _pending.Hold(ClaimOf(1), [1], s_now);
        _pending.Hold(ClaimOf(2), [1], s_now + TimeSpan.FromSeconds(1));
        Assert.Equal(0, _pending.Expire(s_now + PendingPackets<ClaimedAddress>.Patience));
        Assert.Equal(1, _pending.Expire(s_now + PendingPackets<ClaimedAddress>.Patience + TimeSpan.FromTicks(1)));
        Assert.Equal([ClaimOf(2)], _pending.Claims);
    }
}
