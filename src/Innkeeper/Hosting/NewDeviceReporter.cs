using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Dns;
using Innkeeper.Management;
using Innkeeper.Notifications;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>Notifies the administrator of new devices. Looks vendors up on another thread: the first look-up reads the whole listing.</summary>
/// <param name="infoOf">The facts about a device that are not in its record. Called on the control loop's thread.</param>
internal sealed class NewDeviceReporter(Notifier notifier, ArrivalComposer composer, Func<DeviceRecord, ArrivalInfo> infoOf) : IArrivalListener
{
    private Task _last = Task.CompletedTask;

    public void OnArrival(DeviceRecord device)
    {
        var arrival = composer.Compose(device, infoOf(device));
        _last = _last.ContinueWith(_ => notifier.Arrived(composer.WithVendor(arrival)), TaskScheduler.Default);
    }

    /// <summary>In turn: earlier arrivals are reported first.</summary>
    public void OnEnded(MacAddress mac) => _last = _last.ContinueWith(_ => notifier.Ended(mac), TaskScheduler.Default);

    /// <summary>Waits until the notifier knows of every device so far: the next process does not know that they are new.</summary>
    public void Finish() => _last.Wait();
}

/// <summary>The DNS service forgets which servers a device asked when its binding ends.</summary>
/// <param name="inside">The inside network now.</param>
internal sealed class ObservedServersCleaner(ObservedDnsServers observed, Func<Ipv4Network> inside) : IBindingListener
{
    public void OnEnded(Binding binding) => observed.Forget(inside().AddressOf(binding));
}
