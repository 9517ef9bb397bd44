using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Is notified of devices that were never seen before.</summary>
internal interface IArrivalListener
{
    /// <summary>Called on the control loop's thread, which must not wait.</summary>
    void OnArrival(DeviceRecord device);

    /// <summary>The device was forgotten, or its admission ended: when it comes again, that is news again. Called as <see cref="OnArrival"/>.</summary>
    void OnEnded(MacAddress mac);
}

/// <summary>Reports each new device some seconds after it came: by then it has shown its host name, gateway and servers.</summary>
internal sealed class ArrivalNotices(DeviceStore devices, IReadOnlyList<IArrivalListener> listeners) : ITimed
{
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(10);

    private readonly Queue<(TimeSpan Due, MacAddress Mac)> _waiting = new();
    private readonly HashSet<MacAddress> _known = [];

    /// <summary>A device came that was not here before, or that asks again after its admission ended.</summary>
    public void Add(MacAddress mac, TimeSpan now)
    {
        if (_known.Add(mac))
        {
            _waiting.Enqueue((now + s_delay, mac));
        }
    }

    /// <summary>Whether there is a listener.</summary>
    public bool IsWanted => listeners.Count > 0;

    /// <inheritdoc cref="IArrivalListener.OnEnded"/>
    public void End(MacAddress mac)
    {
        foreach (var listener in listeners)
        {
            listener.OnEnded(mac);
        }
    }

    public TimeSpan NextDue(TimeSpan now) => _waiting.TryPeek(out var next) ? next.Due : TimeSpan.MaxValue;

    public void Tick(TimeSpan now)
    {
        while (_waiting.TryPeek(out var next) && next.Due <= now)
        {
            _waiting.Dequeue();
            _known.Remove(next.Mac);
            if (devices.Find(next.Mac) is { } device)
            {
                foreach (var listener in listeners)
                {
                    listener.OnArrival(device);
                }
            }
        }
    }

    /// <summary>Reports all that still wait: the next process does not know that they are new.</summary>
    public void Flush() => Tick(TimeSpan.MaxValue);
}
