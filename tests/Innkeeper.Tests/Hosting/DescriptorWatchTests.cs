using Innkeeper.Events;
using Innkeeper.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Hosting;

/// <summary>A process without a file descriptor left says once what does not work, and once that it works again.</summary>
public sealed class DescriptorWatchTests
{
    [Fact]
    public void Descriptors_ThatRunOut_AreAnEventOnce_AndAgainWhenThereAreSome()
    {
        var clock = new TickingClock();
        var events = new EventLog(clock);
        var hasRoom = true;
        using var watch = new DescriptorWatch(() => hasRoom, events, clock, NullLogger.Instance);
        clock.Tick();
        Assert.Empty(events.Latest());

        hasRoom = false;
        clock.Tick();
        clock.Tick();
        hasRoom = true;
        clock.Tick();
        clock.Tick();

        Assert.Equal([new DescriptorsExhausted(), new DescriptorsRestored()], events.Latest().Select(e => e.What));
    }

    [Fact]
    public void CanOpenOne_InAProcessWithRoom_IsTrue_AndTakesNone()
    {
        var before = Directory.GetFiles("/proc/self/fd").Length;
        for (var i = 0; i < 100; i++)
        {
            Assert.True(DescriptorWatch.CanOpenOne());
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 50);
    }

    /// <summary>Calls its one timer when the test says.</summary>
    private sealed class TickingClock : TimeProvider
    {
        private TimerCallback? _callback;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return new NoTimer();
        }

        public void Tick() => _callback!(null);

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                // Nothing runs.
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
