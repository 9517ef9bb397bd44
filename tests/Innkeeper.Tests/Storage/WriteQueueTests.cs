using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Storage;

/// <summary>The rows that wait: merged, bounded, leases first.</summary>
public sealed class WriteQueueTests
{
    private readonly WriteQueue _queue = new(bound: 2_000);
    private readonly List<PendingWrite> _group = [];

    private static SaveLease Lease(uint number)
    {
        var client = new ClientId("01");
        return new SaveLease(
            new StoredLease(new LeaseKey(new Station(7, Samples.Mac(number)), client), new Ipv4Address(number), Samples.Noon, Samples.Noon, false, new DhcpClientInfo(default, default, client)),
            new LeaseRow(), null);
    }

    private bool Add(PendingWrite write) => _queue.TryAdd(write, out _);

    private List<PendingWrite> TakeGroup()
    {
        _group.Clear();
        _queue.TakeGroup(_group);
        return _group;
    }

    [Fact]
    public void TryAdd_TheSameRowAgain_MergesAndKeepsItsPlace()
    {
        Assert.True(_queue.TryAdd(new SaveBinding(Samples.Binding(1)), out var isNewRow) && isNewRow);
        Assert.True(Add(new SaveBinding(Samples.Binding(2))));
        Assert.True(_queue.TryAdd(new TouchBinding(Samples.Binding(1).Claim, Samples.Noon.AddHours(1)), out isNewRow) && !isNewRow);

        Assert.Equal(2, _queue.Count);
        Assert.Equal<PendingWrite>([new SaveBinding(Samples.Binding(1) with { LastSeen = Samples.Noon.AddHours(1) }), new SaveBinding(Samples.Binding(2))], TakeGroup());
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void TryAdd_ATouchOfABindingThatIsForgotten_LeavesItForgotten()
    {
        Add(new SaveBinding(Samples.Binding(1)));
        Add(new ForgetBinding(Samples.Binding(1).Claim));
        Add(new TouchBinding(Samples.Binding(1).Claim, Samples.Noon.AddHours(1)));

        Assert.Equal(new ForgetBinding(Samples.Binding(1).Claim), Assert.Single(TakeGroup()));
    }

    [Fact]
    public void TryAdd_RowsOfDifferentTablesWithTheSameMac_StaySeparate()
    {
        Add(new SaveDevice(Samples.Device(1)));
        Add(new SaveBinding(Samples.Binding(1)));
        Add(new SaveNotifiedDevice(Samples.Mac(1), Samples.Noon));
        Add(Lease(1));
        Add(new AddEvent(Samples.Noon, "a", "b", 1));
        Add(new AddEvent(Samples.Noon, "a", "b", 2));

        Assert.Equal(6, _queue.Count);
    }

    [Fact]
    public void TryAdd_BeyondTheBounds_IsRefused_AndWhatWaitsStays()
    {
        for (var i = 0; i < WriteQueue.EventBound; i++)
        {
            Assert.True(Add(new AddEvent(Samples.Noon, "a", "b", (ulong)i)));
        }

        Assert.False(Add(new AddEvent(Samples.Noon, "a", "b", ulong.MaxValue)));
        for (uint i = 0; i < 2_000 - WriteQueue.EventBound; i++)
        {
            Assert.True(Add(new SaveBinding(Samples.Binding(i))));
        }

        Assert.False(Add(new SaveBinding(Samples.Binding(5_000))));
        Assert.True(Add(Lease(1)));
        Assert.Equal(2_001, _queue.Count);

        // Events that were taken make room for others.
        TakeGroup();
        Assert.True(Add(new AddEvent(Samples.Noon, "a", "b", ulong.MaxValue)));
    }

    [Fact]
    public void TakeGroup_LeasesFirst_WithAFewOthersBeside()
    {
        for (uint i = 0; i < 500; i++)
        {
            Add(new SaveBinding(Samples.Binding(i)));
        }

        for (uint i = 0; i < 10; i++)
        {
            Add(Lease(i));
        }

        var group = TakeGroup();
        Assert.All(group.Take(10), write => Assert.IsType<SaveLease>(write));
        Assert.Equal(10 + 64, group.Count);
        Assert.False(_queue.HasLeases);
        Assert.Equal(WriteQueue.GroupSize, TakeGroup().Count);
    }
}
