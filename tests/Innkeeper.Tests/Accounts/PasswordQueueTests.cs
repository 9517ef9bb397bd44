using Innkeeper.Accounts;

namespace Innkeeper.Tests.Accounts;

/// <summary>One hash at a time, few that wait, and places kept for those who were here before.</summary>
public sealed class PasswordQueueTests : IDisposable
{
    private readonly PasswordQueue _queue = new();
    private readonly ManualResetEventSlim _go = new();

    public void Dispose()
    {
        _go.Set();
        _queue.Dispose();
        _go.Dispose();
    }

    [Fact]
    public async Task Work_IsDoneOneAtATime_OnOneNiceThread()
    {
        var (running, most) = (0, 0);
        var tasks = Enumerable.Range(0, PasswordQueue.Capacity - PasswordQueue.Reserved).Select(_ => _queue.TryRun(() =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Thread.Yield();
            Interlocked.Decrement(ref running);
            return (Environment.CurrentManagedThreadId, NicenessOfThisThread());
        }, isKnown: false)!).ToList();

        var threads = await Task.WhenAll(tasks);

        Assert.Equal(1, most);
        Assert.Equal(10, Assert.Single(threads.Distinct()).Item2);
    }

    [Fact]
    public async Task Crowd_LeavesPlacesForKnownAddresses()
    {
        Task<int>? Add(bool isKnown) => _queue.TryRun(() =>
        {
            _go.Wait();
            return 1;
        }, isKnown);

        var crowd = Enumerable.Range(0, 20).Select(_ => Add(isKnown: false)).ToList();
        var known = Enumerable.Range(0, 3).Select(_ => Add(isKnown: true)).ToList();

        Assert.Equal((6, 2), (crowd.Count(t => t is not null), known.Count(t => t is not null)));
        _go.Set();
        await Task.WhenAll(crowd.Concat(known).OfType<Task>());
        Assert.NotNull(_queue.TryRun(() => 1, isKnown: false));
    }

    [Fact]
    public async Task Work_ThatFails_FailsAlone()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _queue.TryRun<int>(() => throw new InvalidOperationException(), isKnown: false)!);
        Assert.Equal(7, await _queue.TryRun(() => 7, isKnown: false)!);
    }

    [Fact]
    public void Queue_ThatHasEnded_TakesNoWork()
    {
        var queue = new PasswordQueue();
        queue.Dispose();

        Assert.Null(queue.TryRun(() => 1, isKnown: true));
    }

    /// <summary>The 19th field of /proc/thread-self/stat; the second one is a name in parentheses (proc(5)).</summary>
    private static int NicenessOfThisThread() => int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(") ")[1].Split(' ')[16]);
}
