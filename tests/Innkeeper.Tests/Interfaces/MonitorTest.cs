using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Tests.Events;

namespace Innkeeper.Tests.Interfaces;

/// <summary>A monitor on a scripted host.</summary>
public abstract class MonitorTest
{
    private protected readonly RecordingDataPlane _plane = new();
    private protected readonly List<(string Kind, string Text)> _events = [];
    private protected readonly SteppedClock _clock = new();
    private protected ScriptedHost _host = new();
    private protected int _remade;

    /// <summary>Started and attached, with the first look behind it.</summary>
    private protected InterfaceMonitor Start(string settings = Given.TwoArms, params LinkInfo[] links)
    {
        var monitor = Make(settings, links);
        monitor.Start();
        monitor.Attach();
        Assert.Null(monitor.Follow());
        Assert.Empty(_events);
        return monitor;
    }

    private protected InterfaceMonitor Make(string settings, params LinkInfo[] links)
    {
        links = links.Length == 0 ? [Given.Access, Given.Uplink] : links;
        _host = new ScriptedHost(links);
        var configuration = Given.Settings(settings);
        var network = Given.Network(configuration.Config!, links);
        return new InterfaceMonitor(
            configuration, network, Given.Inside, _host, new LinkSockets(configuration.Config!, null, (mark, group) => new RecordingSocket(mark, group)),
            new DataPlaneProgrammer(configuration.Config!, network, Given.Inside, _plane, null, []), new ProgramAttachments(_plane),
            EventLogs.HeardBy(e => _events.Add((e.Kind, e.Text)), new LeapingClock()), _clock, () => _remade++);
    }

    private protected string OnlyEvent()
    {
        var (kind, text) = Assert.Single(_events);
        Assert.Equal("interfaces", kind);
        _events.Clear();
        return text;
    }

    /// <summary>So much later each time that the log leaves out no event as a repetition.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromMinutes(1);
    }

    /// <summary>Time that passes when the test says so.</summary>
    private protected sealed class SteppedClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private protected static int IndexOf(IFrameSender sender) => Assert.IsType<RecordingSocket>(sender).Index;
}
