using Innkeeper.Bindings;

namespace Innkeeper.Dns;

/// <summary>Places that all devices need, such as those of questions that wait. Each device has its fair share. No I/O, clock or log; one thread.</summary>
internal sealed class SharedPlaces(int capacity)
{
    private readonly Dictionary<Station, int> _own = [];

    /// <summary>May be lowered while more are in use.</summary>
    public int Capacity { get; set; } = capacity;

    public int Used { get; private set; }

    public int UsedBy(Station station) => _own.GetValueOrDefault(station);

    /// <summary>The device that has most; null: none has any.</summary>
    public (Station Station, int Count)? Most => _own.Count == 0 ? null : _own.Select(o => (o.Key, o.Value)).MaxBy(o => o.Value);

    public bool TryTake(in DnsAsker asker)
    {
        var own = UsedBy(asker.Station);
        if (!FairShare.Allows(Capacity, Used, own, asker.Keeps))
        {
            return false;
        }

        _own[asker.Station] = own + 1;
        Used++;
        return true;
    }

    public void Return(Station station)
    {
        Used--;
        if (_own[station] == 1)
        {
            _own.Remove(station);
        }
        else
        {
            _own[station]--;
        }
    }
}
