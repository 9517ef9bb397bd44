using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>
/// Limits connections, in total and of each device. When a limit is reached, a new connection displaces the oldest one: that of the same
/// device, or of all. A request takes milliseconds, so a connection that stays long is no loss, and cannot keep other clients out.
/// </summary>
/// <param name="total">Maximum number of connections in total.</param>
/// <param name="ofOne">Maximum number of connections of one device.</param>
internal sealed class ConnectionLimiter(int total, int ofOne)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Ipv4Address, List<Place>> _perDevice = [];
    private readonly List<Place> _all = [];

    /// <summary>A connection's slot.</summary>
    /// <param name="end">Ends the connection; called by any thread, at most once, and not within the lock.</param>
    internal sealed class Place(Ipv4Address device, Action end)
    {
        public Ipv4Address Device => device;

        public bool IsLost { get; internal set; }

        internal void End() => end();
    }

    public int Taken
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>Takes a slot, displacing the oldest connection if need be.</summary>
    /// <param name="displaced">Whether a connection was displaced.</param>
    public Place Enter(Ipv4Address device, Action end, out bool displaced)
    {
        var place = new Place(device, end);
        Place? oldest = null;
        lock (_lock)
        {
            if (_perDevice.TryGetValue(device, out var own) && own.Count >= ofOne)
            {
                oldest = own[0];
            }
            else if (_all.Count >= total)
            {
                oldest = _all[0];
            }

            if (oldest is not null)
            {
                oldest.IsLost = true;
                Remove(oldest);
            }

            if (!_perDevice.TryGetValue(device, out own))
            {
                _perDevice[device] = own = [];
            }

            own.Add(place);
            _all.Add(place);
        }

        oldest?.End();
        displaced = oldest is not null;
        return place;
    }

    /// <summary>The connection is over.</summary>
    public void Leave(Place place)
    {
        lock (_lock)
        {
            if (!place.IsLost)
            {
                Remove(place);
            }
        }
    }

    private void Remove(Place place)
    {
        _all.Remove(place);
        var own = _perDevice[place.Device];
        own.Remove(place);
        if (own.Count == 0)
        {
            _perDevice.Remove(place.Device);
        }
    }
}
