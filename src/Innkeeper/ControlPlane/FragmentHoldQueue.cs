using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Fragments from the uplink that came before the first of their datagram, which alone shows the device (RFC 4787
/// REQ-14). They wait for it a few seconds. The queue is small: a flood of fragments displaces only fragments. No I/O, clock or log.
/// </summary>
internal sealed class FragmentHoldQueue
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>45 make the longest datagram, at 1,480 octets each.</summary>
    public const int MaxOfADatagram = 48;

    /// <summary>The datagrams of one remote host to one outside address.</summary>
    public const int MaxOfAPair = 96;

    public const int MaxInAll = 1024;

    private readonly Dictionary<Datagram, Waiting> _waiting = [];
    private readonly Dictionary<(Ipv4Address, Ipv4Address), int> _pairs = [];
    private readonly Queue<(TimeSpan Due, Datagram Datagram)> _due = new();
    private int _count;

    public int Count => _count;

    private readonly record struct Datagram(Ipv4Address Source, Ipv4Address Destination, byte Protocol, ushort Id);

    /// <summary>A later fragment whose first is not known.</summary>
    /// <returns>The frames to send again now: the fragment itself, if its first came meanwhile; otherwise none.</returns>
    public bool Hold(in Ipv4Packet packet, ReadOnlySpan<byte> frame, TimeSpan now, out bool lost)
    {
        Expire(now);
        var datagram = KeyOf(packet);
        var pair = (packet.Source, packet.Destination);
        var waiting = Find(datagram, now);
        lost = false;
        if (waiting.FirstCame)
        {
            return true;
        }

        if (_count == MaxInAll || waiting.Frames.Count == MaxOfADatagram || _pairs.GetValueOrDefault(pair) == MaxOfAPair)
        {
            lost = true;
            return false;
        }

        waiting.Frames.Add(frame.ToArray());
        _pairs[pair] = _pairs.GetValueOrDefault(pair) + 1;
        _count++;
        return false;
    }

    /// <summary>The first fragment came: these may follow, in the order they came.</summary>
    public IReadOnlyList<byte[]> FirstCame(in Ipv4Packet packet, TimeSpan now)
    {
        Expire(now);
        var waiting = Find(KeyOf(packet), now);
        waiting.FirstCame = true;
        var frames = waiting.Frames.ToArray();
        Drop(KeyOf(packet), waiting);
        return frames;
    }

    private static Datagram KeyOf(in Ipv4Packet packet) => new(packet.Source, packet.Destination, packet.Protocol, packet.Identification);

    private Waiting Find(Datagram datagram, TimeSpan now)
    {
        if (!_waiting.TryGetValue(datagram, out var waiting))
        {
            if (_waiting.Count == MaxInAll)
            {
                // As many datagrams as frames: the oldest goes.
                var oldest = _due.Dequeue().Datagram;
                Drop(oldest, _waiting[oldest]);
                _waiting.Remove(oldest);
            }

            _waiting[datagram] = waiting = new Waiting();
            _due.Enqueue((now + Lifetime, datagram));
        }

        return waiting;
    }

    private void Expire(TimeSpan now)
    {
        while (_due.TryPeek(out var next) && next.Due <= now)
        {
            _due.Dequeue();
            Drop(next.Datagram, _waiting[next.Datagram]);
            _waiting.Remove(next.Datagram);
        }
    }

    private void Drop(Datagram datagram, Waiting waiting)
    {
        var pair = (datagram.Source, datagram.Destination);
        _count -= waiting.Frames.Count;
        if (_pairs.TryGetValue(pair, out var held))
        {
            _pairs[pair] = held - waiting.Frames.Count;
            if (_pairs[pair] == 0)
            {
                _pairs.Remove(pair);
            }
        }

        waiting.Frames.Clear();
    }

    private sealed class Waiting
    {
        public List<byte[]> Frames { get; } = [];

        public bool FirstCame { get; set; }
    }
}
