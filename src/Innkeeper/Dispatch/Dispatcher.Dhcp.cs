using Innkeeper.Devices;
using Innkeeper.Wire;

namespace Innkeeper.Dispatch;

/// <summary>DHCP.</summary>
internal sealed partial class Dispatcher
{
    /// <summary>Null: none is served.</summary>
    public DhcpKeeper? Dhcp { get; set; }

    /// <summary>Whether another live device of the VLAN uses an address: it is not to be leased.</summary>
    public bool IsInUse(Claim asked) => IsClaimedByAnother(asked);

    /// <summary>A device that takes our address takes us for its gateway: what it asks first is answered at once.</summary>
    private void OnDhcpClient(in EthernetPacket frame, ushort vlan)
    {
        if (Dhcp?.OnClient(frame, vlan, Now) is { } claim && _beliefs.Find(claim) is null)
        {
            _beliefs.Put(claim, GatewayBelief.Inherited(claim.Address, Dhcp.Settings.Server));
        }
    }
}
