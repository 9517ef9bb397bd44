using Innkeeper.Admission;
using Innkeeper.DataPlane;
using Innkeeper.Devices;
using Innkeeper.Dhcp;
using Innkeeper.Wire;

namespace Innkeeper.Dispatch;

/// <summary>DHCP.</summary>
internal sealed partial class Dispatcher
{
    /// <summary>Who was first seen within it is a newcomer still: a flood of new stations makes none of them known.</summary>
    private static readonly TimeSpan s_newcomer = TimeSpan.FromHours(1);

    /// <summary>Null: none is served.</summary>
    public DhcpKeeper? Dhcp { get; set; }

    /// <summary>How a station is treated by DHCP: who is blocked finds no server.</summary>
    public DhcpTreatment TreatmentOf(Station station)
    {
        var device = admission.Book.Find(station.Mac) ?? new DeviceRecord(station.Mac, clock.GetUtcNow());
        return device.Standing.State == AdmissionState.Blocked
            ? new DhcpTreatment(IsServed: false)
            : new DhcpTreatment(
                MaxAddresses: Dhcp!.Settings.LeasesLegal ? 1 : TermsOf(device, station.Vlan).Addresses, HostName: IsHostName(device.Name) ? device.Name : null,
                Address: Dhcp.Settings.LeasesLegal ? device.PinnedLegal : null);
    }

    /// <summary>Whether a station is no newcomer.</summary>
    public bool IsKnown(Station station) =>
        admission.Book.Find(station.Mac) is { } device && (device.IsDecided || clock.GetUtcNow() - device.FirstSeen >= s_newcomer);

    /// <summary>Whether an address is not to be leased: another live device of the VLAN uses it, or it is a legal one and not this device's.</summary>
    public bool IsClaimedElsewhere(Claim asked) => IsClaimedByAnother(asked) || (Dhcp!.Settings.LeasesLegal && registry.IsKeptFromLease(asked));

    /// <summary>Has leases of legal addresses hold in the registry: they are nobody else's.</summary>
    public void LeaseLegal(DhcpKeeper dhcp) => registry.LeasedTo = address => dhcp.Book.FindByAddress(address) is { State: LeaseState.Active } lease ? lease.Key.Station.Mac : null;

    /// <summary>The legal address that a device is to have: the administrator's word, or its lease.</summary>
    private Ipv4Address? LegalOf(DeviceRecord device, ushort vlan) =>
        device.PinnedLegal ?? (Dhcp is { Settings.LeasesLegal: true } dhcp ? dhcp.Book.AddressOf(new Station(vlan, device.Mac)) : null);

    private void OnDhcp(in Punt punt, in EthernetPacket frame)
    {
        if (punt.Reason == PuntReason.DhcpServer)
        {
            Dhcp?.OnServer(frame, Now);
        }

        // A device that takes our address takes us for its gateway: what it asks first is answered at once.
        else if (Dhcp?.OnClient(frame, punt.Vlan, Now) is { } claim && _beliefs.Find(claim) is null)
        {
            _beliefs.Put(claim, GatewayBelief.Inherited(claim.Address, Dhcp.Settings.Router));
        }
    }

    /// <summary>What the administrator calls a device may be a sentence; only a label is told to it (RFC 2132 section 3.14, RFC 1035 section 2.3.1).</summary>
    private static bool IsHostName(string name) =>
        name.Length is > 0 and <= 63 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && name[0] != '-' && name[^1] != '-';
}
