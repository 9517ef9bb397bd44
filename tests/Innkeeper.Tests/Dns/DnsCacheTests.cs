using Innkeeper.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What the cache holds, and what goes first.</summary>
public sealed class DnsCacheTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private static byte[] Key(int number) => [(byte)(number >> 8), (byte)number];

    private static CachedAnswer Answer(int number, int size = 100, TimeSpan? lifetime = null) =>
        new(Key(number), new byte[size], s_now, lifetime ?? TimeSpan.FromMinutes(1));

    [Fact]
    public void Add_MoreThanFits_DropsTheLeastRecentlyUsed()
    {
        var size = Answer(0).Size;
        var cache = new DnsCache(3 * size);
        Assert.All(Enumerable.Range(1, 3), i => cache.Add(Answer(i)));
        Assert.NotNull(cache.Find(Key(1), s_now));
        cache.Add(Answer(4));
        Assert.Equal([true, false, true, true], Enumerable.Range(1, 4).Select(i => cache.Find(Key(i), s_now) is not null));
        Assert.Equal((3, 3L * size), (cache.Count, cache.Size));
    }

    [Fact]
    public void Add_SameQuestion_Replaces()
    {
        var cache = new DnsCache(10_000);
        cache.Add(Answer(1));
        var other = Answer(1, 300);
        cache.Add(other);
        Assert.Same(other, cache.Find(Key(1), s_now));
        Assert.Equal((1, (long)other.Size), (cache.Count, cache.Size));
    }

    [Fact]
    public void Add_LargerThanTheCache_IsNotKeptNorIsWhatItReplaces()
    {
        var cache = new DnsCache(1000);
        cache.Add(Answer(1));
        cache.Add(Answer(2));
        cache.Add(Answer(1, 1000));
        Assert.Null(cache.Find(Key(1), s_now));
        Assert.NotNull(cache.Find(Key(2), s_now));
    }

    [Fact]
    public void Find_Age_IsFreshThenStaleThenGone()
    {
        var cache = new DnsCache(10_000);
        cache.Add(Answer(1));
        var end = s_now + TimeSpan.FromMinutes(1);
        var tick = TimeSpan.FromTicks(1);
        Assert.True(cache.Find(Key(1), end - tick)!.IsFresh(end - tick));
        Assert.False(cache.Find(Key(1), end)!.IsFresh(end));
        Assert.NotNull(cache.Find(Key(1), end + DnsCache.MaxStale - tick));
        Assert.Null(cache.Find(Key(1), end + DnsCache.MaxStale));
        Assert.Equal((0, 0L), (cache.Count, cache.Size));
    }

    [Fact]
    public void Clear_All_IsEmptyAndUsable()
    {
        var cache = new DnsCache(10_000);
        cache.Add(Answer(1));
        cache.Clear();
        Assert.Equal((0, 0L), (cache.Count, cache.Size));
        Assert.Null(cache.Find(Key(1), s_now));
        cache.Add(Answer(1));
        Assert.NotNull(cache.Find(Key(1), s_now));
    }

    [Fact]
    public void Find_Anything_AllocatesNothing()
    {
        var cache = new DnsCache(100_000);
        Assert.All(Enumerable.Range(0, 50), i => cache.Add(Answer(i)));
        var key = new byte[2];
        var found = 0;
        long before = 0;
        for (var i = 0; i < 20_000; i++)
        {
            // The first half warms up.
            before = i == 10_000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            key[1] = (byte)(i % 100);
            found += cache.Find(key, s_now) is null ? 0 : 1;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10_000, found);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Cache_AnyOperations_DoesAsAListWould(int seed)
    {
        const int Capacity = 5000;
        var random = new Random(seed);
        var cache = new DnsCache(Capacity);
        var model = new List<CachedAnswer>();
        var now = s_now;
        for (var step = 0; step < 10_000; step++)
        {
            var number = random.Next(40);
            var kept = model.Find(a => a.Key.AsSpan().SequenceEqual(Key(number)));
            now += TimeSpan.FromSeconds(random.Next(random.Next(50) == 0 ? 60_000 : 10));
            if (random.Next(2) == 0)
            {
                var answer = new CachedAnswer(Key(number), new byte[random.Next(100) == 0 ? Capacity : random.Next(900)], now, TimeSpan.FromSeconds(random.Next(1, 10_000)));
                cache.Add(answer);
                model.Remove(kept!);
                if (answer.Size <= Capacity)
                {
                    model.Insert(0, answer);
                    while (model.Sum(a => a.Size) > Capacity)
                    {
                        model.RemoveAt(model.Count - 1);
                    }
                }
            }
            else
            {
                model.Remove(kept!);
                if (kept?.IsUsable(now) == true)
                {
                    model.Insert(0, kept);
                    Assert.Same(kept, cache.Find(Key(number), now));
                }
                else
                {
                    Assert.Null(cache.Find(Key(number), now));
                }
            }

            Assert.Equal((model.Count, (long)model.Sum(a => a.Size)), (cache.Count, cache.Size));
        }
    }
}
