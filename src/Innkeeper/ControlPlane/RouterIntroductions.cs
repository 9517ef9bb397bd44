using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// When the router should be asked under which outside address. Some routers learn their neighbors from requests alone: they ignore
/// announcements and never ask, and would send an address's answers nowhere until a request carries it. So each address is in a request
/// when a device gets it, and every few minutes for as long as it has it. No I/O, clock or log; the control loop's thread only.
/// </summary>
internal sealed class RouterIntroductions
{
    /// <summary>Between two requests under one address: less than routers keep a neighbor that they do not ask for.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(3);

    /// <summary>Requests under thousands of addresses follow each other no faster: every host of the LAN hears them.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(10);

    /// <summary>Requests at once after a pause.</summary>
    public const int Burst = 50;

    private readonly Queue<Ipv4Address> _new = new();
    private readonly Queue<(TimeSpan Due, Ipv4Address Address)> _known = new();
    private readonly HashSet<Ipv4Address> _all = [];
    private TimeSpan _arrival;

    /// <summary>An address is in use from now on; one that was already is asked under in its turn.</summary>
    public void Add(Ipv4Address address)
    {
        if (_all.Add(address))
        {
            _new.Enqueue(address);
        }
    }

    /// <summary>The router or the uplink is another one: it is asked under each address again.</summary>
    public void Restart(IEnumerable<Ipv4Address> inUse)
    {
        _new.Clear();
        _known.Clear();
        _all.Clear();
        foreach (var address in inUse)
        {
            Add(address);
        }
    }

    /// <summary>Takes the next address to ask under, if one is due.</summary>
    /// <param name="isInUse">Whether a device still has an address; it is forgotten otherwise.</param>
    public bool TryTake(TimeSpan now, Func<Ipv4Address, bool> isInUse, out Ipv4Address address)
    {
        while (TryPeek(now, out address))
        {
            if (!isInUse(address))
            {
                Drop();
                _all.Remove(address);
                continue;
            }

            if (_arrival > now + ((Burst - 1) * Spacing))
            {
                return false;
            }

            _arrival = (_arrival > now ? _arrival : now) + Spacing;
            Drop();
            _known.Enqueue((now + Interval, address));
            return true;
        }

        return false;
    }

    /// <summary>When <see cref="TryTake"/> may have one.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        var allowed = _arrival - ((Burst - 1) * Spacing);
        var due = _new.Count > 0 ? now : _known.TryPeek(out var next) ? next.Due : TimeSpan.MaxValue;
        return due > allowed ? due : allowed;
    }

    private bool TryPeek(TimeSpan now, out Ipv4Address address)
    {
        if (_new.TryPeek(out address))
        {
            return true;
        }

        var isDue = _known.TryPeek(out var next) && next.Due <= now;
        address = next.Address;
        return isDue;
    }

    private void Drop()
    {
        if (!_new.TryDequeue(out _))
        {
            _known.Dequeue();
        }
    }
}
