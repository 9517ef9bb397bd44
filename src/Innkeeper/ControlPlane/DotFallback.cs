using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>A SYN that waits for its server's answer.</summary>
internal readonly record struct HeldSyn(byte[] Frame, ushort Vlan);

/// <summary>
/// Infers which servers of DNS over TLS answer, from devices' packets and the replies. An opportunistic client
/// (RFC 7858 section 4.1) whose connection is refused asks by port 53; one that gets no reply waits for minutes. No I/O, clock or log.
/// </summary>
internal sealed class DotFallback
{
    /// <summary>A server that has not answered by then is silent: the client sends its SYN again after as long (RFC 6298).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long a server is taken to be silent.</summary>
    public static readonly TimeSpan SilenceTime = TimeSpan.FromMinutes(1);

    private const int MaxTrials = 256;
    private const int MaxSyns = 8;

    private readonly Dictionary<Ipv4Address, List<HeldSyn>> _trials = [];
    private readonly Queue<(TimeSpan Due, Ipv4Address Server)> _due = new();

    /// <summary>When <see cref="TakeSilent"/> has something next; null: no server's reply is waited for.</summary>
    public TimeSpan? NextDue => _due.TryPeek(out var next) ? next.Due : null;

    /// <summary>A device tries a server; its SYN was forwarded.</summary>
    public void Tried(Ipv4Address server, HeldSyn syn, TimeSpan now)
    {
        if (!_trials.TryGetValue(server, out var syns))
        {
            if (_trials.Count == MaxTrials)
            {
                return;
            }

            _trials[server] = syns = new List<HeldSyn>(1);
            _due.Enqueue((now + Patience, server));
        }

        if (syns.Count < MaxSyns)
        {
            syns.Add(syn);
        }
    }

    /// <summary>The server answered some device.</summary>
    public void Answered(Ipv4Address server) => _trials.Remove(server);

    /// <summary>A server that was tried and has not answered in time, and the SYNs that wait for it.</summary>
    /// <returns>False when there is none (more).</returns>
    public bool TakeSilent(TimeSpan now, out Ipv4Address server, out IReadOnlyList<HeldSyn> syns)
    {
        while (_due.TryPeek(out var next) && next.Due <= now)
        {
            _due.Dequeue();
            if (_trials.Remove(next.Server, out var held))
            {
                (server, syns) = (next.Server, held);
                return true;
            }
        }

        (server, syns) = (default, []);
        return false;
    }
}
