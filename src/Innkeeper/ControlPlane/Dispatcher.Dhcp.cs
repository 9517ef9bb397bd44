using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>DHCP.</summary>
internal sealed partial class Dispatcher
{
    /// <summary>Who was first seen within it is a newcomer still: a flood of new stations makes none of them known.</summary>
    private static readonly TimeSpan s_newcomer = TimeSpan.FromHours(1);

    /// <summary>Null: none is served.</summary>
    public DhcpServer? Dhcp { get; set; }

    /// <summary>Where devices that are held are told of the portal (RFC 8910); null: they are not.</summary>
    public string? CaptivePortal { get; set; }

    /// <summary>
    /// How a station's messages are treated: who is blocked finds no server. Who was never here gets no record by asking: whoever invents
    /// MACs would fill the database.
    /// </summary>
    public DhcpClientPolicy TreatmentOf(Station station)
    {
        var device = admission.Book.Find(station.Mac) ?? new DeviceRecord(station.Mac, clock.GetUtcNow()) { Uses = DeviceUse.Dhcp };
        if (device.Admission.State == AdmissionState.Blocked)
        {
            return new DhcpClientPolicy(IsServed: false);
        }

        var isLegal = Dhcp!.Settings.LeasesLegal;
        var profile = admission.AdmissionPolicy.ProfileOf(device, station.Vlan, clock.GetUtcNow(), out _);
        return new DhcpClientPolicy(true, isLegal ? 1 : profile.Addresses, CaptivePortal, IsHostName(device.Name) ? device.Name : null, isLegal ? device.PinnedLegal : null);
    }

    /// <summary>What a device says of itself by DHCP; of one that is known.</summary>
    public void Heard(Station station, DhcpClientInfo facts)
    {
        if (admission.Book.Find(station.Mac) is not null)
        {
            Learn(station, facts);
        }
    }

    /// <summary>Whether a station is no newcomer.</summary>
    public bool IsKnown(Station station) =>
        admission.Book.Find(station.Mac) is { } device && (device.IsDecided || clock.GetUtcNow() - device.FirstSeen >= s_newcomer);

    /// <summary>Whether an address is not to be leased: another live device of the VLAN uses it, or it is a legal one and not this device's.</summary>
    public bool IsClaimedElsewhere(ClaimedAddress asked) => IsClaimedByAnother(asked) || (Dhcp!.Settings.LeasesLegal && registry.IsKeptFromLease(asked));

    /// <summary>Has leases of legal addresses hold in the registry: they are nobody else's.</summary>
    public void LeaseLegal(DhcpServer dhcp) => registry.LeasedTo = address => dhcp.Book.FindByAddress(address) is { State: LeaseState.Active } lease ? lease.Key.Station.Mac : null;

    /// <summary>The legal address that a device is to have: the administrator's word, or its lease.</summary>
    private Ipv4Address? LegalOf(DeviceRecord device, ushort vlan) =>
        device.PinnedLegal ?? (Dhcp is { Settings.LeasesLegal: true } dhcp ? dhcp.Book.AddressOf(new Station(vlan, device.Mac)) : null);

    private void OnDhcp(in Punt punt, in EthernetPacket frame)
    {
        if (punt.Reason == PuntReason.DhcpServer)
        {
            Dhcp?.OnServer(frame, Now);
        }
        else if (Dhcp?.OnClient(frame, punt.Vlan, Now) is { } claim)
        {
            OnLeased(claim);
        }
    }

    /// <summary>A device that takes our address is known from now on, and takes us for its gateway: what it asks first is answered at once.</summary>
    private void OnLeased(ClaimedAddress claim)
    {
        if (Dhcp!.Book.FactsOf(claim.Station) is { } facts)
        {
            Learn(claim.Station, facts);
        }

        if (_beliefs.Find(claim) is null)
        {
            _beliefs.Put(claim, GatewayInference.Inherited(claim.Address, Dhcp.Settings.Router));
        }
    }

    private void Learn(Station station, DhcpClientInfo facts) =>
        Meet(station, d => d with { Uses = DeviceUse.Dhcp, HostName = facts.HostName.IsEmpty ? d.HostName : facts.HostName.ToString() });

    /// <summary>What the administrator calls a device may be a sentence; only a label is told to it (RFC 2132 section 3.14, RFC 1035 section 2.3.1).</summary>
    private static bool IsHostName(string name) =>
        name.Length is > 0 and <= 63 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && name[0] != '-' && name[^1] != '-';
}
