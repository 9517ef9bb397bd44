using Innkeeper.Policy;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>A binding of an earlier time.</summary>
internal sealed record RememberedBinding(ClaimedAddress Claim, Ipv4Address Legal, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary>A gateway that does not answer.</summary>
/// <param name="NextHop">The router by that name; 0.0.0.0: there was none.</param>
internal sealed record GatewayOutage(string Name, Ipv4Address NextHop, DateTimeOffset Since);

/// <summary>What outlives the process. Calls return at once; what is said may lag, and never blocks a packet.</summary>
internal interface IStateStore
{
    /// <param name="quarantined">Addresses that somebody else uses, and what is left of their time.</param>
    IReadOnlyList<RememberedBinding> Load(out IReadOnlyList<(Ipv4Address Legal, TimeSpan Left)> quarantined);

    void Save(Binding binding, DateTimeOffset seen);

    /// <summary>These were seen of late.</summary>
    void Touch(IEnumerable<Binding> bindings, DateTimeOffset seen);

    void Release(Binding binding, DateTimeOffset seen);

    /// <summary>Nothing of a claim is worth keeping.</summary>
    void Forget(ClaimedAddress claim);

    /// <summary>Where devices stand, and what the administrator said of them.</summary>
    IReadOnlyList<DeviceRecord> LoadDevices();

    void SaveDevice(DeviceRecord device);

    void ForgetDevice(MacAddress mac);

    /// <summary>Gateways that were down.</summary>
    IReadOnlyList<GatewayOutage> LoadGatewayOutages();

    void SaveGatewayOutage(GatewayOutage gateway);

    /// <summary>It answers again.</summary>
    void ForgetGatewayOutage(string name);

    void Quarantine(Ipv4Address legal, DateTimeOffset until);

    /// <summary>An event for the audit trail.</summary>
    void Note(Event entry);
}
