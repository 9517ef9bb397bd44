using Innkeeper.Admission;
using Innkeeper.Configuration;
using Innkeeper.Devices;
using Innkeeper.Dhcp;
using Innkeeper.Wire;

namespace Innkeeper.Dispatch;

/// <summary>DHCP.</summary>
internal sealed partial class Dispatcher
{
    /// <summary>Null: none is served.</summary>
    public DhcpKeeper? Dhcp { get; set; }

    /// <summary>Where devices that are held are told of the portal (RFC 8910); null: they are not.</summary>
    public string? CaptivePortal { get; set; }

    /// <summary>Whether another live device of the VLAN uses an address: it is not to be leased.</summary>
    public bool IsInUse(Claim asked) => IsClaimedByAnother(asked);

    /// <summary>
    /// How a station's messages are treated. Who was never here gets no record by asking: whoever invents MACs would fill the database.
    /// </summary>
    public DhcpTreatment TreatmentOf(Station station)
    {
        var device = admission.Book.Find(station.Mac) ?? new DeviceRecord(station.Mac, clock.GetUtcNow()) { Uses = DeviceUse.Dhcp };
        var profile = admission.Reception.ProfileOf(device, station.Vlan, clock.GetUtcNow(), out _);
        return new DhcpTreatment(
            device.Standing.State != AdmissionState.Blocked, profile.Addresses, CaptivePortal, device.Name.Length > 0 ? device.Name : null);
    }

    /// <summary>What a device says of itself by DHCP; of one that is known.</summary>
    public void Heard(Station station, DhcpFacts facts)
    {
        if (admission.Book.Find(station.Mac) is not null)
        {
            Learn(station, facts);
        }
    }

    /// <summary>A device that takes our address takes us for its gateway: what it asks first is answered at once.</summary>
    private void OnDhcpClient(in EthernetPacket frame, ushort vlan)
    {
        if (Dhcp?.OnClient(frame, vlan, Now) is not { } claim)
        {
            return;
        }

        if (Dhcp.Book.FactsOf(claim.Station) is { } facts)
        {
            Learn(claim.Station, facts);
        }

        if (_beliefs.Find(claim) is null)
        {
            _beliefs.Put(claim, GatewayBelief.Inherited(claim.Address, Dhcp.Settings.Server));
        }
    }

    private void Learn(Station station, DhcpFacts facts) =>
        Meet(station, d => d with { Uses = DeviceUse.Dhcp, HostName = facts.HostName.IsEmpty ? d.HostName : facts.HostName.ToString() });
}
