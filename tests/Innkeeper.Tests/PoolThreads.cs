using System.Runtime.CompilerServices;

namespace Innkeeper.Tests;

/// <summary>
/// Makes the pool's threads when the tests begin. A thread is born in the network namespace of the thread that made it: one that a thread of
/// <see cref="Links.PrivateNetwork"/> made would stay there, and the sockets of the tests that it runs later would reach nothing.
/// </summary>
internal static class PoolThreads
{
    [ModuleInitializer]
    internal static void Make()
    {
        // Not disposed of: the last thread may still be between the two. Not static: other threads wait for a module's statics until its initializer has ended.
        ThreadPool.GetMinThreads(out var count, out _);
        var (begun, end) = (new CountdownEvent(count), new ManualResetEventSlim());
        for (var i = 0; i < count; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    begun.Signal();
                    end.Wait();
                },
                null);
        }

        begun.Wait();
        end.Set();
    }
}
