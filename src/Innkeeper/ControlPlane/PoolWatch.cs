using Innkeeper.Addresses;
using Innkeeper.Events;

namespace Innkeeper.ControlPlane;

/// <summary>Reports once when outside addresses run low, and again only after there were enough in between.</summary>
internal sealed class PoolWatch(AddressPool pool, EventLog events)
{
    private const double Low = 0.9;
    private const double Enough = 0.8;
    private bool _isLow;

    /// <summary>Looks at the pool; cheap enough for every sweep.</summary>
    public void Look()
    {
        var taken = pool.Count(AddressState.Bound) + pool.Count(AddressState.Quarantined);
        if (!_isLow && pool.Total > 0 && taken >= Low * pool.Total)
        {
            _isLow = true;
            events.Add(new PoolLow(taken, pool.Total));
        }
        else if (_isLow && taken < Enough * pool.Total)
        {
            _isLow = false;
        }
    }
}
