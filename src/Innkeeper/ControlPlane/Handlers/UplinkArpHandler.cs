using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>ARP from an uplink: answers of watched gateways, and foreign hosts that use an outside address of ours.</summary>
/// <param name="routers">Null with one arm.</param>
internal sealed class UplinkArpHandler(
    GatewayHealthMonitor health, RouterGuard? routers, NaptAllocator napt, AddressPools pools, BindingService bindings, ArrivalService arrivals, PinWatch pins) : IPuntHandler
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.ArpUplink];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (!ArpMessage.TryParse(ethernet.Payload, out var message))
        {
            return false;
        }

        OnArp(message, (int)punt.Binding, now);
        return true;
    }

    public void OnArp(in ArpMessage message, int uplink, TimeSpan now)
    {
        health.OnArp(message, uplink, now);
        routers?.OnArp(message, uplink, now);
        napt.OnArp(message, uplink, now);
        if (pools.OnArp(message, uplink, now) is { } lost)
        {
            pins.OnLost(lost, message.SenderMac);
            if (bindings.GiveWay(lost, now) is { } moved)
            {
                arrivals.Serve(moved.Claim, now);
            }
        }
    }
}
