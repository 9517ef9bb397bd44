using Innkeeper.Bindings;

namespace Innkeeper.Tests.Bindings;

public sealed class RecentTableTests
{
    private readonly RecentTable<int, long> _table = new(3);

    private IEnumerable<int> Keys => _table.Entries.Select(e => e.Key);

    [Fact]
    public void Touch_OfANewKey_IsEmpty_AndTheLatest()
    {
        _table.Touch(1) = 10;
        _table.Touch(2) = 20;
        Assert.Equal([2, 1], Keys);
        Assert.True(_table.TryGet(1, out var value));
        Assert.Equal(10, value);
        Assert.Equal(20, _table.Touch(2));
        Assert.False(_table.TryGet(3, out _));
    }

    [Fact]
    public void Touch_WhenFull_DisplacesTheEntryThatWasUnusedForLongest_AndStartsEmpty()
    {
        foreach (var key in new[] { 1, 2, 3 })
        {
            _table.Touch(key) = key;
        }

        _table.Touch(1)++;
        Assert.Equal(0, _table.Touch(4));
        Assert.Equal([4, 1, 3], Keys);
        Assert.Equal(3, _table.Count);
        _table.Touch(3);
        _table.Touch(5);
        Assert.Equal([5, 3, 4], Keys);
    }

    [Fact]
    public void Clear_LeavesNothing_AndTheTableIsUsable()
    {
        _table.Touch(1) = 1;
        _table.Clear();
        Assert.Empty(_table.Entries);
        Assert.Equal(0, _table.Touch(1));
        Assert.Equal([1], Keys);
    }

    /// <summary>A station that floods costs time, and no memory.</summary>
    [Fact]
    public void Touch_AllocatesNothing()
    {
        var table = new RecentTable<int, long>(1000);
        void Flood()
        {
            for (var key = 0; key < 5000; key++)
            {
                table.Touch(key)++;
            }
        }

        Flood();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Flood();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
    }
}
