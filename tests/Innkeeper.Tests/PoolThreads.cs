using System.Runtime.CompilerServices;

namespace Innkeeper.Tests;

/// <summary>
/// Makes the pool's threads when the tests begin. A thread is born in the network namespace of the thread that made it: one that a thread of
/// <see cref="Links.PrivateNetwork"/> made would stay there, and the sockets of the tests that it runs later would reach nothing.
/// </summary>
internal static class PoolThreads
{
    // Not disposed of: the last thread may still be between the two.
    private static readonly CountdownEvent s_begun = new(1);
    private static readonly ManualResetEventSlim s_end = new();

    [ModuleInitializer]
    internal static void Make()
    {
        ThreadPool.GetMinThreads(out var count, out _);
        s_begun.Reset(count);
        for (var i = 0; i < count; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    s_begun.Signal();
                    s_end.Wait();
                },
                null);
        }

        s_begun.Wait();
        s_end.Set();
    }
}
