using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Asks the gateways by ARP whether they are there, and moves devices when one goes down or comes back.</summary>
internal sealed class GatewayHealthMonitor(
    GatewayHealth health, GatewayDirectory gateways, CurrentNetwork network, AdmissionService admission, ArpSender arp, IStateStore store, EventLog events, TimeProvider clock) : ITimed
{
    public TimeSpan NextDue(TimeSpan now) => health.NextDue;

    public void Tick(TimeSpan now)
    {
        var (ask, wentDown) = health.Tick(now, clock.GetUtcNow(), g => network.Current.Ports[gateways.UplinkOf(g)] is not null && gateways.NextHopOf(g) is not null);
        foreach (var gateway in ask)
        {
            var uplink = network.Current.Ports[gateways.UplinkOf(gateway)]!;
            arp.Send(uplink.Socket, 0, MacAddress.Broadcast, uplink.Mac, ArpMessage.Request(uplink.Mac, uplink.Address, gateways.NextHopOf(gateway)!.Value));
        }

        foreach (var gateway in wentDown)
        {
            events.Add(new GatewayDown(gateways.NameOf(gateway), gateways.NextHopOf(gateway), gateway == 0));
            store.SaveGatewayOutage(new GatewayOutage(gateways.NameOf(gateway), gateways.NextHopOf(gateway) ?? Ipv4Address.Any, health.Since(gateway)!.Value));
        }

        if (wentDown.Count > 0)
        {
            admission.FollowGateways(now);
        }
    }

    /// <summary>ARP of an uplink; a gateway may have answered.</summary>
    public void OnArp(in ArpMessage message, int uplink, TimeSpan now)
    {
        if (message.Operation != ArpOperation.Reply)
        {
            return;
        }

        for (var gateway = 0; gateway < health.Count; gateway++)
        {
            if (gateways.UplinkOf(gateway) == uplink && gateways.NextHopOf(gateway) == message.SenderIp && health.Answered(gateway, now, clock.GetUtcNow()))
            {
                events.Add(new GatewayUp(gateways.NameOf(gateway), message.SenderIp));
                store.ForgetGatewayOutage(gateways.NameOf(gateway));
                admission.FollowGateways(now);
            }
        }
    }
}
