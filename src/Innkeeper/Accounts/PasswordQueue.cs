using System.Collections.Concurrent;
using Innkeeper.Interop;

namespace Innkeeper.Accounts;

/// <summary>
/// The thread that hashes passwords, one at a time. Each takes a processor for a tenth of a second or more: on a small machine several at once
/// would take it from DNS and DHCP. The thread begins with the first password, and is nicer than the gateway's other threads.
/// </summary>
internal sealed class PasswordQueue : IDisposable
{
    /// <summary>How many may wait.</summary>
    internal const int Capacity = 8;

    /// <summary>Of those, how many are kept for addresses that signed in with the same name before: a crowd elsewhere does not take their places.</summary>
    internal const int Reserved = 2;

    private const int Niceness = 10;

    private readonly BlockingCollection<Action> _work = new(Capacity);
    private readonly Lock _lock = new();
    private Thread? _thread;
    private int _waiting;

    /// <summary>Has work done on the thread.</summary>
    /// <param name="isKnown">It may have a reserved place.</param>
    /// <returns>Its result; null: too many wait.</returns>
    public Task<T>? TryRun<T>(Func<T> work, bool isKnown)
    {
        if (Interlocked.Increment(ref _waiting) > (isKnown ? Capacity : Capacity - Reserved))
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_work.IsAddingCompleted)
            {
                return null;
            }

            _work.Add(() => Do(work, done));
            if (_thread is null)
            {
                _thread = new Thread(Run, 256 * 1024) { Name = "passwords", IsBackground = true };
                _thread.Start();
            }
        }

        return done.Task;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _work.CompleteAdding();
        }

        _thread?.Join();
        _work.Dispose();
    }

    private void Do<T>(Func<T> work, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(work());
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private void Run()
    {
        // Of this thread alone (setpriority(2)). Where it is not permitted, the thread works as the others.
        _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, Niceness);
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
