using Innkeeper.Clocks;
using Innkeeper.DataPlane;
using Innkeeper.Links;

using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>Punts that the test queues; they are handed over when the control loop polls.</summary>
internal sealed class ScriptedPunts : IPuntSource
{
    private readonly Queue<(Punt Punt, byte[] Frame)> _queue = [];

    public int Wakes { get; private set; }

    /// <summary>How long the loop was willing to wait, each time.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public void Add(PuntReason reason, byte[] frame, ushort vlan = 0, uint binding = 0) =>
        _queue.Enqueue((new Punt { Reason = reason, Vlan = vlan, Binding = binding, Length = (uint)frame.Length, Captured = (uint)frame.Length }, frame));

    public void Poll(TimeSpan timeout, IPuntReceiver receiver)
    {
        Waits.Add(timeout);
        while (_queue.TryDequeue(out var next))
        {
            receiver.OnPunt(next.Punt, next.Frame);
        }
    }

    public void Wake() => Wakes++;
}

/// <summary>Keeps the frames that were sent by it.</summary>
internal sealed class RecordingSender : IFrameSender
{
    private readonly List<byte[]> _frames = [];

    /// <summary>Frames cannot be sent: the interface is down.</summary>
    public bool IsDown { get; set; }

    public IReadOnlyList<byte[]> Frames => _frames;

    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        if (IsDown)
        {
            return false;
        }

        _ = EthernetPacket.TryParse(frame, out var ethernet);
        (ethernet.Destination == BeaconFrame.Group ? Beacons : ethernet.EtherType == EtherTypes.Ipv6 ? Ipv6 : _frames).Add(frame.ToArray());
        return true;
    }

    /// <summary>The gateway's beacons, which go on all the time; apart from the other frames.</summary>
    public List<byte[]> Beacons { get; } = [];

    /// <summary>Frames of IPv6, which a gateway of two arms sends of itself too; apart from the other frames.</summary>
    public List<byte[]> Ipv6 { get; } = [];

    /// <summary>The frames since the last call.</summary>
    public IReadOnlyList<byte[]> Take()
    {
        var taken = _frames.ToArray();
        _frames.Clear();
        return taken;
    }
}

/// <summary>Both clocks, set by the test: monotonic since the machine's start, and the wall's, which may jump.</summary>
internal sealed class ManualClock : TimeProvider, IMachineClock
{
    private DateTimeOffset _wall = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>Each boot has another.</summary>
    public string BootId { get; private set; } = "boot 1";

    public TimeSpan SinceBoot { get; private set; } = TimeSpan.FromHours(1);

    public TimeSpan Monotonic => Now;

    public DateTimeOffset Wall => _wall;

    public bool IsSynchronized { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => _wall;

    public void Advance(TimeSpan time)
    {
        Now += time;
        SinceBoot += time;
        _wall += time;
    }

    /// <summary>The administrator, or NTP, sets the wall's clock.</summary>
    public void Jump(TimeSpan time) => _wall += time;

    /// <summary>The machine was off, and is on again; what its clock says then is another matter.</summary>
    /// <param name="off">Passes on the wall's clock.</param>
    public void Reboot(TimeSpan off)
    {
        BootId += "+";
        SinceBoot = TimeSpan.FromSeconds(20);
        _wall += off + SinceBoot;
        Now += SinceBoot;
    }
}
