using Innkeeper.Policy;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>A binding that the store remembers.</summary>
internal sealed record RememberedBinding(ClaimedAddress Claim, Ipv4Address Legal, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary>A gateway that does not answer.</summary>
/// <param name="NextHop">The router by that name; 0.0.0.0: there was none.</param>
internal sealed record GatewayOutage(string Name, Ipv4Address NextHop, DateTimeOffset Since);

/// <summary>
/// The store of the control plane's state, which outlives the process. Calls return at once; writes may lag, and never block a packet.
/// </summary>
internal interface IStateStore
{
    /// <summary>Whether all that was remembered is loaded. Otherwise the data plane may know more of devices than the store does.</summary>
    bool IsWhole { get; }

    /// <summary>The devices that the data plane knows are saved: the next process finds a store that is whole.</summary>
    void Settle();

    /// <param name="quarantined">Addresses that another host uses, and the rest of their quarantine.</param>
    IReadOnlyList<RememberedBinding> Load(out IReadOnlyList<(Ipv4Address Legal, TimeSpan Left)> quarantined);

    void Save(Binding binding, DateTimeOffset seen);

    /// <summary>Notes that these devices were seen recently.</summary>
    void Touch(IEnumerable<Binding> bindings, DateTimeOffset seen);

    void Release(Binding binding, DateTimeOffset seen);

    /// <summary>Deletes a claimed address.</summary>
    void Forget(ClaimedAddress claim);

    /// <summary>Device records: their admission, and the administrator's settings for them.</summary>
    IReadOnlyList<DeviceRecord> LoadDevices();

    /// <param name="isArrival">The administrator is still to be notified of it; kept until <see cref="LoadArrivals"/>, or until that is done.</param>
    void SaveDevice(DeviceRecord device, bool isArrival = false);

    void ForgetDevice(MacAddress mac);

    /// <summary>Devices that came, and of which the administrator was not notified before the earlier process ended.</summary>
    IReadOnlyList<MacAddress> LoadArrivals();

    /// <summary>Gateways that were down.</summary>
    IReadOnlyList<GatewayOutage> LoadGatewayOutages();

    void SaveGatewayOutage(GatewayOutage gateway);

    /// <summary>It answers again.</summary>
    void ForgetGatewayOutage(string name);

    void Quarantine(Ipv4Address legal, DateTimeOffset until);

    /// <summary>An event for the audit trail.</summary>
    void Note(Event entry);
}
