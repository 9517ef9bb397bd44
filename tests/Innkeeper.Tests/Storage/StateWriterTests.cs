using System.Diagnostics;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Storage;

public sealed class StateWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Flush_TenThousandBindings_AllOnDisk()
    {
        using var directory = new TemporaryDirectory();
        using (var store = StateStore.Open(directory.Path, out _))
        using (var writer = new StateWriter(store))
        {
            for (uint i = 0; i < 10_000; i++)
            {
                writer.Enqueue(new SaveDevice(Samples.Device(i)));
                writer.Enqueue(new SaveBinding(Samples.Binding(i)));
            }

            Assert.True(writer.Flush(Patience));
            Assert.True(writer.Health.IsOk);
            Assert.Equal(0, writer.Health.Pending);
            Assert.Equal(0, writer.Health.Lost);
        }

        using var again = StateStore.Open(directory.Path, out _);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => Samples.Binding((uint)i)), again.LoadBindings());
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => Samples.Device((uint)i)), again.LoadDevices());
    }

    [Fact]
    public void Changes_OfOneBinding_FoldInOrder()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        var binding = Samples.Binding(1);
        writer.Enqueue(new SaveDevice(Samples.Device(1)));
        writer.Enqueue(new SaveBinding(binding));
        writer.Enqueue(new TouchBinding(binding.Claim, Samples.Noon.AddHours(1)));
        writer.Enqueue(new TouchBinding(binding.Claim, Samples.Noon.AddHours(2)));
        Assert.True(writer.Flush(Patience));
        Assert.Equal(binding with { LastSeen = Samples.Noon.AddHours(2) }, Assert.Single(store.LoadBindings()));
        Assert.Equal(Samples.Device(1), Assert.Single(store.LoadDevices()));

        writer.Enqueue(new TouchBinding(binding.Claim, Samples.Noon.AddHours(3)));
        writer.Enqueue(new SaveBinding(binding with { Legal = Ipv4Address.Of(192, 0, 2, 9) }));
        writer.Enqueue(new SaveQuarantine(new StoredQuarantine(binding.Legal, Samples.Noon)));
        writer.Enqueue(new EndQuarantine(binding.Legal));
        writer.Enqueue(new SaveQuarantine(new StoredQuarantine(Ipv4Address.Of(192, 0, 2, 1), Samples.Noon)));
        writer.AddEvent(Samples.Noon, "moved", "from one address to another");
        Assert.True(writer.Flush(Patience));
        Assert.Equal(binding with { Legal = Ipv4Address.Of(192, 0, 2, 9) }, Assert.Single(store.LoadBindings()));
        Assert.Equal(Ipv4Address.Of(192, 0, 2, 1), Assert.Single(store.LoadQuarantines()).Legal);
        Assert.Equal("moved", Assert.Single(store.ReadEvents(9)).Kind);
    }

    [Fact]
    public void Enqueue_FromManyThreads_NothingLost()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 500; i++)
            {
                var number = (uint)((thread * 500) + i);
                writer.Enqueue(new SaveBinding(Samples.Binding(number)));
                writer.Enqueue(new TouchBinding(Samples.Binding(number).Claim, Samples.Noon.AddHours(1)));
                if (i % 100 == 0)
                {
                    writer.AddEvent(Samples.Noon, "test", $"{number}");
                    Assert.True(writer.Flush(Patience));
                }
            }
        });
        Assert.True(writer.Flush(Patience));
        var bindings = store.LoadBindings();
        Assert.Equal(4000, bindings.Length);
        Assert.All(bindings, binding => Assert.Equal(Samples.Noon.AddHours(1), binding.LastSeen));
        Assert.Equal(40, store.ReadEvents(100).Length);
        Assert.Equal(0, writer.Health.Lost);
    }

    [Fact]
    public void Writer_DatabaseLocked_SaysSoNeverBlocksAndRecovers()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        var told = new RecordedState();
        using var writer = new StateWriter(store, [told], bound: 100);
        using var held = new DatabaseLock(directory.Database);

        writer.Enqueue(new SaveBinding(Samples.Binding(0)));
        Wait.For(() => !writer.Health.IsOk);
        var clock = Stopwatch.StartNew();
        for (uint i = 1; i <= 150; i++)
        {
            writer.Enqueue(new SaveBinding(Samples.Binding(i)));
            writer.Enqueue(new TouchBinding(Samples.Binding(1).Claim, Samples.Noon.AddHours(i)));
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1));
        var health = writer.Health;
        Assert.False(health.IsOk);
        Assert.Contains("locked", health.Reason, StringComparison.Ordinal);
        Assert.Equal(directory.Database, health.Path);
        Assert.Equal(101, health.Pending);
        Assert.Equal(50, health.Lost);
        Assert.False(writer.Flush(TimeSpan.FromMilliseconds(50)));

        held.Release();
        Assert.True(writer.Flush(Patience));
        Assert.True(writer.Health.IsOk);
        Assert.Null(writer.Health.Reason);
        var bindings = store.LoadBindings();
        Assert.Equal(101, bindings.Length);
        Assert.Equal(Samples.Noon.AddHours(150), bindings[1].LastSeen);
        Wait.For(() => told.Changes.Count == 2);
        Assert.Equal([false, true], told.Changes.Select(c => c.IsOk));
    }

    [Fact]
    public void Writer_DiskFull_SaysSoAndRecoversAlone()
    {
        using var directory = new TemporaryDirectory();
        var state = Path.Combine(directory.Path, "small");
        Directory.CreateDirectory(state);
        Assert.SkipUnless(Run("mount", "-t tmpfs -o size=512k innkeeper-test " + state), "Needs the right to mount (root).");
        try
        {
            using var store = StateStore.Open(state, out _);
            using var writer = new StateWriter(store);
            writer.Enqueue(new SaveBinding(Samples.Binding(0)));
            Assert.True(writer.Flush(Patience));

            var ballast = Path.Combine(state, "ballast");
            FillUp(ballast);
            for (uint i = 1; i < 1000; i++)
            {
                writer.Enqueue(new SaveBinding(Samples.Binding(i)));
            }

            Assert.False(writer.Flush(TimeSpan.FromMilliseconds(300)));
            Assert.Contains("full", writer.Health.Reason, StringComparison.Ordinal);
            Assert.Equal(Samples.Binding(0), store.LoadBindings()[0]);

            File.Delete(ballast);
            Assert.True(writer.Flush(Patience));
            Assert.True(writer.Health.IsOk);
            Assert.Equal(1000, store.LoadBindings().Length);
        }
        finally
        {
            Run("umount", state);
        }
    }

    [Fact]
    public void Dispose_ChangesWaiting_Written()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using (var writer = new StateWriter(store))
        {
            writer.Enqueue(new SaveBinding(Samples.Binding(1)));
        }

        Assert.Single(store.LoadBindings());
    }

    [Fact]
    public void Event_MoreThanMayWait_BindingsStillTaken()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var held = new DatabaseLock(directory.Database);
        using var writer = new StateWriter(store);
        for (var i = 0; i < 5000; i++)
        {
            writer.AddEvent(Samples.Noon, "test", $"{i}");
        }

        Assert.True(writer.Health.Pending <= WriteQueue.EventBound + WriteQueue.GroupSize);
        Assert.True(writer.Health.Lost > 3000);
        writer.Enqueue(new SaveBinding(Samples.Binding(1)));
        held.Release();
        Assert.True(writer.Flush(Patience));
        Assert.Single(store.LoadBindings());
    }

    private static void FillUp(string path)
    {
        using var file = File.Create(path, 1);
        try
        {
            while (true)
            {
                file.Write(new byte[1024]);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    private static bool Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), $"{program} {arguments} does not end");
        return process.ExitCode == 0;
    }
}
