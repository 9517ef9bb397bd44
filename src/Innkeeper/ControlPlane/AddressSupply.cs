namespace Innkeeper.ControlPlane;

/// <summary>Has outside addresses probed, and serves the devices that wait for one when some are ready.</summary>
internal sealed class AddressSupply(AddressPools pools, NaptAllocator napt, ArrivalService arrivals) : ITimed, INetworkListener
{
    public TimeSpan NextDue(TimeSpan now) => pools.NextDue(now) is var own && napt.NextDue(now) is var shared && own < shared ? own : shared;

    public void Tick(TimeSpan now)
    {
        if (pools.Tick(now) | napt.Tick(now))
        {
            arrivals.ServeWaiting(now);
        }
    }

    public void OnNetworkChanged(Interfaces.NetworkContext network, TimeSpan now)
    {
        pools.OnNetworkChanged(now);
        napt.OnNetworkChanged(now);
    }
}
