using Innkeeper.DataPlane;
using Innkeeper.Links;
using Innkeeper.Tests.ControlPlane.World;

namespace Innkeeper.Simulation.World;

/// <summary>A socket of the gateway: keeps what was sent until the driver takes it.</summary>
/// <param name="inspect">Looks at each frame at the moment at which it is sent.</param>
internal sealed class SimulatedLink(CrashPoint crash, Action<byte[]>? inspect = null) : IFrameSender
{
    private List<byte[]> _sent = [];

    /// <summary>The interface is down: nothing can be sent.</summary>
    public bool IsDown { get; set; }

    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        crash.Pass();
        if (IsDown)
        {
            return false;
        }

        var copy = frame.ToArray();
        inspect?.Invoke(copy);
        _sent.Add(copy);
        return true;
    }

    /// <summary>The frames since the last call.</summary>
    public List<byte[]> Take()
    {
        var taken = _sent;
        _sent = [];
        return taken;
    }
}

/// <summary>The ring of punts, which drops what does not fit, and the loop's wait, which lets virtual time pass.</summary>
internal sealed class SimulatedPunts(CrashPoint crash, ManualClock clock, int capacity) : IPuntSource
{
    private readonly Queue<(Punt Punt, byte[] Frame)> _ring = [];

    public void Add(PuntReason reason, byte[] frame, ushort vlan, uint binding)
    {
        if (_ring.Count < capacity)
        {
            _ring.Enqueue((new Punt { Reason = reason, Vlan = vlan, Binding = binding, Length = (uint)frame.Length, Captured = (uint)frame.Length }, frame));
        }
    }

    public void Poll(TimeSpan timeout, IPuntReceiver receiver)
    {
        clock.Advance(timeout);
        while (_ring.TryDequeue(out var next))
        {
            crash.Pass();
            receiver.OnPunt(next.Punt, next.Frame);
        }
    }

    public void Wake()
    {
        // The driver turns the loop by itself.
    }

    /// <summary>What a dead process did not read is lost to the next.</summary>
    public void Clear() => _ring.Clear();
}

/// <summary>Time between the two ends of a wire: frames are lost, doubled and overtaken.</summary>
internal sealed class Cable(Random random, TimeProvider clock, Func<double> loss)
{
    private readonly PriorityQueue<Action, (long Due, long Order)> _flying = new();
    private long _order;

    public int Count => _flying.Count;

    /// <param name="arrive">What happens when the frame is there.</param>
    public void Send(Action arrive)
    {
        if (random.NextDouble() < loss())
        {
            return;
        }

        Launch(arrive);
        if (random.NextDouble() < loss() / 2)
        {
            Launch(arrive);
        }
    }

    /// <summary>Delivers what is due, in the order of arrival.</summary>
    public void Deliver()
    {
        while (_flying.TryPeek(out _, out var place) && place.Due <= clock.GetTimestamp())
        {
            _flying.Dequeue()();
        }
    }

    private void Launch(Action arrive)
    {
        // Mostly in order and at once; now and then a frame takes long enough for others to overtake it.
        var delay = random.Next(10) == 0 && loss() > 0 ? TimeSpan.FromMilliseconds(random.Next(2000)) : TimeSpan.Zero;
        _flying.Enqueue(arrive, (clock.GetTimestamp() + delay.Ticks, _order++));
    }
}
