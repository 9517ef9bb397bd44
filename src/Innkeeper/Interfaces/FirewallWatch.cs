using System.Collections.Immutable;
using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>A path that a firewall of the host closes, with the commands that open it.</summary>
internal sealed record ClosedPath(StackPath Path, ImmutableArray<string> Commands)
{
    /// <summary>The interface that the packets come in by.</summary>
    public string Interface => Path == StackPath.Input ? FirewallWatch.InputInterface : InsideNetwork.EdgeEnd;
}

/// <summary>
/// Notices a firewall that swallows devices' packets between the data plane and the gateway's services, or the host's forwarding: it sends
/// packets of its own the same way, at the start, every half minute, and when the firewall's rules changed. By address all works then, and
/// no counter of ours tells.
/// Used by the control loop's thread only, except <see cref="Closed"/>.
/// </summary>
/// <param name="services">The gateway's services; each must answer.</param>
/// <param name="asked">The address that they are asked at.</param>
internal sealed class FirewallWatch(
    IPathProbe probe, IReadOnlyList<ProbedService> services, Ipv4Address asked, IFirewall firewall, EventLog events, TimeProvider clock)
{
    /// <summary>The interface by which packets for the gateway's services come in.</summary>
    public const string InputInterface = InsideNetwork.StackEnd;

    /// <summary>Between two rounds while all is well.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>How long a probe may take, and at least between two rounds: something is closed, or a firewall's rules change all the time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Rounds without an answer, one after the other, before an event: on a busy host a packet may be late.</summary>
    private const int MaxSilence = 3;

    private readonly HashSet<ProbedService> _answered = [];
    private readonly Dictionary<StackPath, int> _silence = new() { [StackPath.Input] = 0, [StackPath.Forward] = 0 };
    private bool _isForwarded;
    private bool _isAsking;
    private bool _isChanged;
    private TimeSpan _asked = -Patience;
    private TimeSpan _due;
    private InsideNetwork.Ends _ends;
    private volatile ClosedPath[] _closed = [];

    /// <summary>The paths that are closed. Read by any thread.</summary>
    public IReadOnlyList<ClosedPath> Closed => _closed;

    /// <summary>Takes the answers, and asks again when it is time. Never waits.</summary>
    /// <exception cref="NetlinkException">An end of the pair disappeared since it was read; the next call tries again.</exception>
    public void Tick(InsideNetwork.Ends ends, Ipv4Network inside)
    {
        if (ends != _ends)
        {
            probe.Bind(ends);
            (_ends, _isAsking) = (ends, false);
        }

        foreach (var answer in probe.TakeAnswers(ends, inside))
        {
            _isForwarded |= answer.Path == StackPath.Forward;
            _answered.Add(answer.Service);
        }

        var now = clock.GetElapsedTime(0);
        var isComplete = _isForwarded && services.All(_answered.Contains);
        if (_isAsking && (isComplete || now >= _due))
        {
            Judge(StackPath.Forward, _isForwarded);
            Judge(StackPath.Input, services.All(_answered.Contains));
            _isAsking = false;
            _due = isComplete ? now + Interval : now;
        }

        _isChanged |= firewall.TakeChange();
        if (!_isAsking && (now >= _due || (_isChanged && now >= _asked + Patience)))
        {
            Ask(ends, inside, now);
        }
    }

    private void Ask(InsideNetwork.Ends ends, Ipv4Network inside, TimeSpan now)
    {
        (_isAsking, _isForwarded, _isChanged, _asked, _due) = (true, false, false, now, now + Patience);
        _answered.Clear();
        probe.Forward(ends, inside);
        foreach (var service in services.Where(service => !probe.Ask(ends, inside, service, asked)))
        {
            _answered.Add(service);
        }
    }

    private void Judge(StackPath path, bool isOpen)
    {
        _silence[path] = isOpen ? 0 : _silence[path] + 1;
        var known = Closed.FirstOrDefault(c => c.Path == path);
        if (isOpen && known is not null)
        {
            _closed = [.. _closed.Where(c => c != known)];
            events.Add(new FirewallOpened(known.Interface));
        }
        else if (_silence[path] >= MaxSilence)
        {
            // Read again in each round: another firewall may have taken the first one's place.
            var closed = new ClosedPath(path, [.. FirewallChains.Openers(path, firewall.ReadChains())]);
            _closed = [.. _closed.Where(c => c != known), closed];
            if (known is null)
            {
                events.Add(new FirewallClosed(closed.Interface, path == StackPath.Input, closed.Commands));
            }
        }
    }
}
