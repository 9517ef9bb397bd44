using System.Diagnostics.CodeAnalysis;
using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>A frame that waits to be written.</summary>
/// <param name="Interface">Its number in the file.</param>
/// <param name="Time">Since 1970, ns.</param>
/// <param name="Length">Octets on the wire.</param>
/// <param name="Data">As much of it as is kept.</param>
internal sealed record CapturedFrame(int Interface, long Time, int Length, bool IsOutgoing, byte[] Data)
{
    /// <summary>Why it was dropped; null: it was not, as far as is known.</summary>
    public string? Comment { get; set; }
}

/// <summary>
/// Frames of all interfaces in the order of their times. Each waits a moment: the copies that a program of the data plane makes of frames that it drops come
/// after the frames themselves, as the kernel hands frames to captures first. No I/O, clock or log; one thread.
/// </summary>
/// <param name="mostOctets">More do not wait: the oldest frames are ready at once.</param>
internal sealed class CaptureQueue(int mostOctets)
{
    /// <summary>How long a frame waits, ns: a program may be interrupted, and its copy comes by another way.</summary>
    public const long Delay = 30_000_000;

    private readonly Dictionary<int, LinkedList<CapturedFrame>> _byInterface = [];
    private long _octets;

    public bool IsEmpty => _byInterface.Values.All(q => q.Count == 0);

    public void Add(CapturedFrame frame)
    {
        if (!_byInterface.TryGetValue(frame.Interface, out var queue))
        {
            _byInterface[frame.Interface] = queue = new LinkedList<CapturedFrame>();
        }

        // Almost always the latest.
        var before = queue.Last;
        while (before is not null && before.Value.Time > frame.Time)
        {
            before = before.Previous;
        }

        _ = before is null ? queue.AddFirst(frame) : queue.AddAfter(before, frame);
        _octets += frame.Data.Length;
    }

    /// <summary>A frame was dropped: its copy in the queue gets the comment. If there is none, as the capture lost it, this is the frame.</summary>
    /// <param name="dropped">With its comment; as the program had it, which may have changed it already.</param>
    public void AddDropped(CapturedFrame dropped)
    {
        // The copy is made after the frame came: the latest before it is the one, and the same octets say more than a resemblance.
        CapturedFrame? nearest = null, alike = null;
        for (var node = _byInterface.GetValueOrDefault(dropped.Interface)?.Last; node is not null && nearest is null && dropped.Time - node.Value.Time <= Delay; node = node.Previous)
        {
            var frame = node.Value;
            if (frame.Comment is null)
            {
                var likeness = Compare(frame, dropped);
                nearest = likeness == Likeness.Same ? frame : null;
                alike ??= likeness == Likeness.Alike && frame.Time <= dropped.Time ? frame : null;
            }
        }

        nearest ??= alike;

        if (nearest is null)
        {
            Add(dropped);
        }
        else
        {
            nearest.Comment = dropped.Comment;
        }
    }

    /// <summary>Takes the oldest frame if it has waited long enough.</summary>
    /// <param name="now">Since 1970, ns; <see cref="long.MaxValue"/>: none needs to wait.</param>
    public bool TryTake(long now, [NotNullWhen(true)] out CapturedFrame? frame)
    {
        frame = null;
        foreach (var queue in _byInterface.Values)
        {
            if (queue.First is { } first && (frame is null || first.Value.Time < frame.Time))
            {
                frame = first.Value;
            }
        }

        // A clock that was set back must not hold a frame.
        if (frame is null || (now != long.MaxValue && _octets <= mostOctets && now - frame.Time is < Delay and > -Delay))
        {
            frame = null;
            return false;
        }

        _byInterface[frame.Interface].RemoveFirst();
        _octets -= frame.Data.Length;
        return true;
    }

    private enum Likeness
    {
        None,

        /// <summary>The same packet with one of its addresses, ports and hops changed already.</summary>
        Alike,

        /// <summary>The same octets.</summary>
        Same,
    }

    private static Likeness Compare(CapturedFrame frame, CapturedFrame dropped)
    {
        if (!EthernetPacket.TryParse(frame.Data, out var one) || !EthernetPacket.TryParse(dropped.Data, out var other)
            || one.EtherType != other.EtherType || frame.Length - one.HeaderLength != dropped.Length - other.HeaderLength)
        {
            return Likeness.None;
        }

        var common = Math.Min(one.Payload.Length, other.Payload.Length);
        if (one.Source == other.Source && one.Payload[..common].SequenceEqual(other.Payload[..common]))
        {
            return Likeness.Same;
        }

        var isAlike = one.EtherType == EtherTypes.Ipv4 && CutPacket.TryParse(one.Payload, out var packet) && CutPacket.TryParse(other.Payload, out var copy)
            && (packet.Identification, packet.TotalLength, packet.IsLaterFragment) == (copy.Identification, copy.TotalLength, copy.IsLaterFragment)
            && (packet.Source == copy.Source || packet.Destination == copy.Destination);
        return isAlike ? Likeness.Alike : Likeness.None;
    }
}
