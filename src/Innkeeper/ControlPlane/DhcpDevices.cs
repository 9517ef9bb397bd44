using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Dhcp;
using Innkeeper.Policy;

namespace Innkeeper.ControlPlane;

/// <summary>The facts about devices that the DHCP server needs, and the facts that it learns.</summary>
internal interface IDhcpDevices
{
    /// <summary>How a station's messages are treated, at this moment.</summary>
    DhcpClientPolicy PolicyOf(Station station);

    /// <summary>A client sent facts about itself.</summary>
    void OnHeard(Station station, DhcpClientInfo info, TimeSpan now);

    /// <summary>A client was given an address: it is known from now on.</summary>
    void OnLeased(Station station, DhcpClientInfo info, TimeSpan now);

    /// <summary>Whether a station is not new: a flood of new stations makes none of them known.</summary>
    bool IsKnown(Station station);

    /// <summary>Whether an address must not be leased to a station.</summary>
    bool IsClaimedElsewhere(ClaimedAddress asked, TimeSpan now);
}

/// <param name="captivePortal">The portal's API for devices that are held (RFC 8910); null: they get none.</param>
/// <param name="leasesLegal">Leases are of outside addresses.</param>
internal sealed class DhcpDevices(
    PolicyService policy, AdmissionService admission, BindingService bindings, string? captivePortal, bool leasesLegal, TimeProvider clock) : IDhcpDevices
{
    /// <summary>A device that was first seen within this time is new.</summary>
    private static readonly TimeSpan s_newDeviceTime = TimeSpan.FromHours(1);

    /// <summary>
    /// A blocked device gets no answer. An unknown device gets no record by asking: a host that invents MACs would fill the database.
    /// </summary>
    public DhcpClientPolicy PolicyOf(Station station)
    {
        var device = policy.Find(station.Mac) ?? new DeviceRecord(station.Mac, clock.GetUtcNow()) { Uses = DeviceUse.Dhcp };
        return device.Admission.State == AdmissionState.Blocked
            ? new DhcpClientPolicy(IsServed: false)
            : new DhcpClientPolicy(
                true, leasesLegal ? 1 : policy.ProfileOf(device, station.Vlan).Addresses, captivePortal, IsHostName(device.Name) ? device.Name : null,
                leasesLegal ? device.PinnedLegal : null);
    }

    public void OnHeard(Station station, DhcpClientInfo info, TimeSpan now)
    {
        if (policy.Find(station.Mac) is not null)
        {
            OnLeased(station, info, now);
        }
    }

    public void OnLeased(Station station, DhcpClientInfo info, TimeSpan now) =>
        admission.Register(station, d => d with { Uses = DeviceUse.Dhcp, HostName = info.HostName.IsEmpty ? d.HostName : info.HostName.ToString() }, now);

    public bool IsKnown(Station station) =>
        policy.Find(station.Mac) is { } device && (device.IsDecided || clock.GetUtcNow() - device.FirstSeen >= s_newDeviceTime);

    /// <summary>Another live device of the VLAN uses it, or it is an outside address and not this device's.</summary>
    public bool IsClaimedElsewhere(ClaimedAddress asked, TimeSpan now) =>
        bindings.IsClaimedByAnother(asked, now) || (leasesLegal && bindings.Registry.IsKeptFromLease(asked));

    /// <summary>
    /// The administrator's name for a device may be a sentence; the device gets only a label (RFC 2132 section 3.14, RFC 1035 section 2.3.1).
    /// </summary>
    private static bool IsHostName(string name) =>
        name.Length is > 0 and <= 63 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && name[0] != '-' && name[^1] != '-';
}
