using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Reports that a pinned address went to a foreign host, and gives it back to its device when that host is gone: the pin is an order, and
/// another address meanwhile no more than a makeshift.
/// </summary>
internal sealed class PinWatch(PolicyService policy, BindingService bindings, ArrivalService arrivals, EventLog events)
{
    private readonly HashSet<Ipv4Address> _lost = [];

    /// <summary>A foreign host uses an outside address.</summary>
    public void OnLost(Ipv4Address address, MacAddress rival)
    {
        if (bindings.Registry.Pins.TryGetValue(address, out var mac))
        {
            _lost.Add(address);
            events.Add(new PinLost(mac, NameOf(mac), address, rival));
        }
    }

    public void Sweep(TimeSpan now)
    {
        foreach (var (address, mac) in bindings.Registry.Pins.ToList())
        {
            var own = bindings.Registry.BindingsOf(mac);
            if (own.Any(b => b.Legal == address))
            {
                if (_lost.Remove(address))
                {
                    events.Add(new PinRestored(mac, NameOf(mac), address));
                }
            }
            else if (own.FirstOrDefault(b => bindings.Registry.MayMove(b, address)) is { } makeshift && bindings.Registry.IsReady(address))
            {
                bindings.Release(makeshift, now);
                arrivals.Return(makeshift.Claim, now);
            }
        }

        _lost.IntersectWith(bindings.Registry.Pins.Keys);
    }

    private string NameOf(MacAddress mac) => policy.Find(mac)?.Name ?? "";
}
