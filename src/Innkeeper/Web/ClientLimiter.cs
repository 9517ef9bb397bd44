using System.Net;
using Innkeeper.Management;

namespace Innkeeper.Web;

/// <summary>
/// Limits connections, in total and of each client, so that one client cannot keep the others out. Here a long connection is no fault: a page follows
/// the events by one. So a connection too many is refused, where the portal's limiter ends the oldest.
/// </summary>
internal sealed class ClientLimiter
{
    /// <summary>A browser has up to six at once, and one more for the events of each page; several people may come from one address (a proxy's).</summary>
    public const int MostOfOne = 128;

    public const int Most = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _counts = [];
    private int _all;

    public int Taken
    {
        get
        {
            lock (_lock)
            {
                return _all;
            }
        }
    }

    /// <returns>Whether the connection may stay: then <see cref="Leave"/> is to be called at its end.</returns>
    public bool TryEnter(IPAddress client)
    {
        var key = Place.NetworkOf(client);
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(key);
            if (count >= MostOfOne || _all >= Most)
            {
                return false;
            }

            _counts[key] = count + 1;
            _all++;
            return true;
        }
    }

    public void Leave(IPAddress client)
    {
        var key = Place.NetworkOf(client);
        lock (_lock)
        {
            _all--;
            if (--_counts[key] == 0)
            {
                _counts.Remove(key);
            }
        }
    }
}
