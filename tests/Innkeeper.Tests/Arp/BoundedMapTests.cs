using FsCheck.Xunit;
using Innkeeper.Arp;

namespace Innkeeper.Tests.Arp;

public sealed class BoundedMapTests
{
    [Fact]
    public void Put_BeyondTheCapacity_LosesTheOldest_AndAnOldKeyKeepsItsAge()
    {
        var map = new BoundedMap<int, string>(2);
        map.Put(1, "a");
        map.Put(2, "b");
        map.Put(1, "c");
        map.Put(3, "d");
        Assert.False(map.TryGet(1, out _));
        Assert.Equal([(2, "b"), (3, "d")], map.Entries.Select(e => (e.Key, e.Value)).Order());
    }

    [Fact]
    public void Remove_MakesRoom()
    {
        var map = new BoundedMap<int, string>(1);
        map.Put(1, "a");
        Assert.True(map.Remove(1, out var value));
        Assert.Equal("a", value);
        Assert.False(map.Remove(1, out _));
        map.Put(2, "b");
        Assert.True(map.Contains(2));
    }

    [Property]
    public void Count_OfAnything_StaysWithinTheCapacity(sbyte[] keys)
    {
        var map = new BoundedMap<int, int>(16);
        foreach (var key in keys)
        {
            if (key < 0 && key % 2 == 0)
            {
                map.Remove(-key, out _);
            }
            else
            {
                map.Put(key, key);
            }

            Assert.InRange(map.Count, 0, 16);
            Assert.Equal(map.Count, map.Entries.Count());
        }
    }
}
