using Innkeeper.Arp;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Arp;

public sealed class NeighborTableTests
{
    private const int Capacity = 8192;
    private static readonly MacAddress s_requester = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_owner = MacAddress.Parse("02:00:00:00:01:02");
    private static readonly Ipv4Address s_address = Ipv4Address.Parse("10.9.9.9");
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    private readonly NeighborTable _neighbors = new();

    private Ownership Look(TimeSpan later, ushort vlan = 0) => _neighbors.Lookup(vlan, s_address, s_requester, s_now + later);

    [Fact]
    public void Look_NothingKnown_IsUnknown()
    {
        Assert.Equal(Ownership.Unknown, Look(default));
        Assert.Null(_neighbors.OwnerOf(0, s_address, s_now));
        Assert.False(_neighbors.IsFresh(0, s_address, s_requester, s_now));
    }

    [Fact]
    public void Look_AfterAsking_IsAskingUntilTheAnswerTimeThenUnownedThenUnknown()
    {
        _neighbors.OnAsked(0, s_address, s_now);
        Assert.Equal(Ownership.Asking, Look(default));
        Assert.Equal(Ownership.Asking, Look(NeighborTable.AnswerTime - s_tick));
        Assert.Equal(Ownership.Unowned, Look(NeighborTable.AnswerTime));
        Assert.Equal(Ownership.Unowned, Look(NeighborTable.Lifetime));
        Assert.Equal(Ownership.Unknown, Look(NeighborTable.Lifetime + s_tick));
        Assert.Null(_neighbors.OwnerOf(0, s_address, s_now));
    }

    [Fact]
    public void Look_OwnerHeard_IsOwnedForItsLifetime()
    {
        _neighbors.OnHeard(0, s_address, s_owner, s_now);
        Assert.Equal(Ownership.Owned, Look(NeighborTable.Lifetime));
        Assert.Equal(s_owner, _neighbors.OwnerOf(0, s_address, s_now + NeighborTable.Lifetime));
        Assert.Equal(Ownership.Unknown, Look(NeighborTable.Lifetime + s_tick));
        Assert.Null(_neighbors.OwnerOf(0, s_address, s_now + NeighborTable.Lifetime + s_tick));
    }

    [Fact]
    public void Look_OwnerIsTheRequester_IsUnknown()
    {
        _neighbors.OnHeard(0, s_address, s_requester, s_now);
        Assert.Equal(Ownership.Unknown, Look(default));
        Assert.False(_neighbors.IsFresh(0, s_address, s_requester, s_now));
        Assert.Equal(s_requester, _neighbors.OwnerOf(0, s_address, s_now));
    }

    [Fact]
    public void IsFresh_OwnerHeard_HoldsForTheFreshness()
    {
        _neighbors.OnHeard(0, s_address, s_owner, s_now);
        Assert.True(_neighbors.IsFresh(0, s_address, s_requester, s_now + NeighborTable.Freshness));
        Assert.False(_neighbors.IsFresh(0, s_address, s_requester, s_now + NeighborTable.Freshness + s_tick));
    }

    [Fact]
    public void Look_OtherVlan_IsUnknown()
    {
        _neighbors.OnHeard(7, s_address, s_owner, s_now);
        Assert.Equal(Ownership.Unknown, Look(default));
        Assert.Equal(Ownership.Owned, Look(default, vlan: 7));
    }

    [Fact]
    public void Heard_WhileAsking_IsTheAnswer()
    {
        _neighbors.OnAsked(0, s_address, s_now);
        _neighbors.OnHeard(0, s_address, s_owner, s_now + s_tick);
        Assert.Equal(Ownership.Owned, Look(NeighborTable.AnswerTime));
    }

    [Fact]
    public void Asked_AfterAnOwnerWasHeard_ForgetsTheOwner()
    {
        _neighbors.OnHeard(0, s_address, s_owner, s_now);
        _neighbors.OnAsked(0, s_address, s_now + s_tick);
        Assert.Equal(Ownership.Asking, Look(s_tick));
        Assert.Null(_neighbors.OwnerOf(0, s_address, s_now + s_tick));
    }

    [Fact]
    public void Heard_MoreThanTheTableHolds_ForgetsTheOldestOnly()
    {
        for (var i = 0u; i <= Capacity; i++)
        {
            _neighbors.OnHeard(0, new Ipv4Address(s_address.Value + i), s_owner, s_now);
            _neighbors.OnHeard(0, new Ipv4Address(s_address.Value + i), s_owner, s_now);
        }

        Assert.Equal(Ownership.Unknown, Look(default));
        Assert.All(
            Enumerable.Range(1, Capacity),
            i => Assert.Equal(s_owner, _neighbors.OwnerOf(0, new Ipv4Address(s_address.Value + (uint)i), s_now)));
    }
}
