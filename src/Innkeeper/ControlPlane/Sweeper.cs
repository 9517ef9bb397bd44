using Innkeeper.Events;

namespace Innkeeper.ControlPlane;

/// <summary>Every few seconds: ends bindings, offers and leases whose time has passed.</summary>
/// <param name="dhcp">Null: DHCP is not served.</param>
internal sealed class Sweeper(
    AdmissionService admission, BindingService bindings, NaptAllocator napt, ArrivalService arrivals, DhcpServer? dhcp, AddressPools pools, PinWatch pins, CurrentNetwork network, EventLog events) : ITimed
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly PoolWatch[] _poolWatches = [.. pools.All.Select(p => new PoolWatch(p.Addresses, events))];
    private TimeSpan _next;

    public TimeSpan NextDue(TimeSpan now) => _next;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + s_interval;
        admission.Sweep(now);
        bindings.Sweep(network.Current.Idle, now);
        napt.Sweep(now);
        arrivals.Sweep(now);
        pins.Sweep(now);
        dhcp?.Sweep(now);
        Array.ForEach(_poolWatches, w => w.Look());
    }
}
