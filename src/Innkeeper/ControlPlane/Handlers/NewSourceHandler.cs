using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.OneArm;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>The first packet of an address that has no binding: it waits until the address has one.</summary>
/// <param name="oneArm">Null with two arms.</param>
internal sealed class NewSourceHandler(ArrivalService arrivals, GatewayInferenceHandler gateways, OneArmController? oneArm, PacketReinjector reinjector) : IPuntHandler
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.NewSource];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (!Ipv4Packet.TryParse(ethernet.Payload, out var packet))
        {
            return false;
        }

        var claim = new ClaimedAddress(new Station(punt.Vlan, ethernet.Source), packet.Source);
        if (oneArm?.LeaveForwarderAlone(new ArpRequester(ethernet.Source, packet.Source), now) == true)
        {
            // A host of the LAN forwards it: it is left alone, like all frames of that host from now on.
            reinjector.FromAccess(frame.ToArray(), 0);
            return true;
        }

        gateways.OnFirstPacket(claim, packet, now);
        arrivals.Hold(claim, frame, now);
        arrivals.Serve(claim, now);
        return true;
    }
}
