using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>
/// Places for connections, in all and of each device. Who comes when they are taken gets the place of the oldest: of the same device's
/// oldest, or of all. A request is over within milliseconds, so whoever holds a place for long is no loss, and cannot keep anybody else out.
/// </summary>
/// <param name="total">Places in all.</param>
/// <param name="ofOne">Places of one device.</param>
internal sealed class ConnectionLimiter(int total, int ofOne)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Ipv4Address, List<Place>> _perDevice = [];
    private readonly List<Place> _all = [];

    /// <summary>A connection's place.</summary>
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

    /// <summary>Takes a place, from the oldest if need be.</summary>
    /// <param name="displaced">Whether somebody lost theirs.</param>
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
