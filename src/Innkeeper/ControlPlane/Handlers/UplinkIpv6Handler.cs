using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>Neighbour discovery on the main uplink: routers that show themselves, and hosts that have an outside address of a device's.</summary>
internal sealed class UplinkIpv6Handler(UplinkIpv6 uplink, Ipv6BindingService bindings) : IPuntHandler
{
    /// <summary>Other uplinks have no IPv6 yet.</summary>
    private const uint MainUplink = 0;

    public IReadOnlyList<PuntReason> Reasons => [PuntReason.Router, PuntReason.Legal6];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (punt.Reason == PuntReason.Router)
        {
            var advertisement = RouterAdvertisement.Parse(ethernet.Payload);
            if (advertisement is not null && punt.Binding == MainUplink)
            {
                uplink.OnAdvertisement(advertisement, now);
            }

            return advertisement is not null;
        }

        if (!NeighborDiscoveryMessage.TryParse(ethernet.Payload, out var message) || message.Kind != NeighborDiscoveryKind.NeighborAdvertisement)
        {
            return false;
        }

        bindings.GiveWay(message.Target);
        return true;
    }
}
