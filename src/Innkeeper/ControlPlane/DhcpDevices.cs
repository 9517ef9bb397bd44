using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Dhcp;
using Innkeeper.Policy;

namespace Innkeeper.ControlPlane;

/// <summary>The facts about devices that the DHCP server needs, and the facts that it learns.</summary>
internal interface IDhcpDevices
{
    /// <summary>A client sent a message. Evaluates the rules, once for the message.</summary>
    DeviceEvaluation OnHeard(Station station, DhcpClientInfo info, TimeSpan now);

    /// <summary>A station sent a message for another client, which says nothing about the station itself. Stores nothing.</summary>
    DeviceEvaluation EvaluateSender(Station station);

    /// <summary>How the messages of a device are treated.</summary>
    DhcpClientPolicy PolicyOf(DeviceEvaluation evaluation);

    /// <summary>A client was given an address: it is known from now on.</summary>
    /// <param name="evaluation">As <see cref="OnHeard"/> returned it for the client's message.</param>
    void OnLeased(DeviceEvaluation evaluation, TimeSpan now);

    /// <summary>A client could not be given an address: none is left.</summary>
    void OnExhausted(Station station);

    /// <summary>Whether a station is not new: a flood of new stations makes none of them known.</summary>
    bool IsKnown(Station station);

    /// <summary>Whether an address must not be leased to a station.</summary>
    bool IsClaimedElsewhere(ClaimedAddress asked, TimeSpan now);
}

/// <param name="captivePortal">The portal's API for devices that are held (RFC 8910); null: they get none.</param>
/// <param name="leasesLegal">Leases are of outside addresses.</param>
internal sealed class DhcpDevices(
    PolicyService policy, AdmissionService admission, BindingService bindings, LeaseDatabase leases, string? captivePortal, bool leasesLegal, TimeProvider clock) : IDhcpDevices
{
    /// <summary>A device that was first seen within this time is new.</summary>
    private static readonly TimeSpan s_newDeviceTime = TimeSpan.FromHours(1);

    /// <summary>An unknown device gets no record by asking: a host that invents MACs would fill the database.</summary>
    public DeviceEvaluation OnHeard(Station station, DhcpClientInfo info, TimeSpan now) =>
        admission.Register(station, d => d with { Uses = DeviceUse.Dhcp, HostName = HostNameOf(d, station, info) }, now);

    /// <summary>A blocked device gets no answer.</summary>
    public DhcpClientPolicy PolicyOf(DeviceEvaluation evaluation)
    {
        var (device, profile) = (evaluation.Device, evaluation.Profile);
        return evaluation.IsBlocked
            ? DhcpClientPolicy.NotServed
            : new DhcpClientPolicy(
                true, leasesLegal && !profile.Extender ? 1 : profile.Addresses, captivePortal, IsHostName(device.Name) && !profile.Extender ? device.Name : null, leasesLegal ? device.PinnedLegal : null,
                device.PinnedLegal is not null, profile.Extender);
    }

    public DeviceEvaluation EvaluateSender(Station station) => policy.Evaluate(station, d => d);

    public void OnLeased(DeviceEvaluation evaluation, TimeSpan now) => admission.AddIfNew(evaluation.Device, now);

    public void OnExhausted(Station station) => admission.OnServed(station.Mac, ServiceRefusal.LeasesExhausted);

    public bool IsKnown(Station station) =>
        policy.Find(station.Mac) is { } device && (device.IsDecided || clock.GetUtcNow() - device.FirstSeen >= s_newDeviceTime);

    /// <summary>Another live device of the VLAN uses it, or it is an outside address and not this device's.</summary>
    public bool IsClaimedElsewhere(ClaimedAddress asked, TimeSpan now) =>
        bindings.IsClaimedByAnother(asked, now) || (leasesLegal && bindings.Registry.IsKeptFromLease(asked));

    /// <summary>
    /// The name that the client sent last. A renewal may leave it out, and a device's record may be lost before its lease: then the lease has it.
    /// </summary>
    private string HostNameOf(DeviceRecord device, Station station, DhcpClientInfo info) =>
        !info.HostName.IsEmpty ? info.HostName.ToString() : device.HostName.Length > 0 ? device.HostName : leases.ClientInfoOf(station)?.HostName.ToString() ?? "";

    /// <summary>
    /// The administrator's name for a device may be a sentence; the device gets only a label (RFC 2132 section 3.14, RFC 1035 section 2.3.1).
    /// </summary>
    private static bool IsHostName(string name) =>
        name.Length is > 0 and <= 63 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && name[0] != '-' && name[^1] != '-';
}
