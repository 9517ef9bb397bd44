using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>Two arms: ARP from the access side. Owns the table of neighbors there. <see cref="ArpResponder"/> decides.</summary>
internal sealed class AccessArpHandler(
    CurrentNetwork network, PolicyService policy, BindingService bindings, ArrivalService arrivals, MachineService machines, StandingBindings standing, AppearanceService appearances, GatewayInferenceHandler gateways, ArpSender arp,
    GatewayRepairs repairs, StrayFrames strays, StationTraces traces, Counters counters) : IPuntHandler
{
    private readonly NeighborTable _neighbors = new();

    public IReadOnlyList<PuntReason> Reasons => [PuntReason.ArpAccess];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (!ArpMessage.TryParse(ethernet.Payload, out var message))
        {
            return false;
        }

        var station = new Station(punt.Vlan, ethernet.Source);
        strays.OnHeard(station, now);
        appearances.OnArp(station, message, now);
        var target = new ClaimedAddress(station, message.TargetIp);
        var verdict = ArpResponder.Decide(
            message, ethernet.Destination, station, network.Current.Networks, _neighbors, isOwn: bindings.Registry.Find(target) is not null,
            isLive: bindings.IsClaimedByAnother(target, now), isIsolated: message.Operation == ArpOperation.Request && policy.IsIsolated(station), now,
            mayReach: message.Operation == ArpOperation.Request && network.Current.Networks.UplinkNetwork.Contains(message.TargetIp) && policy.MayReach(station, message.TargetIp));
        traces.OnArp(station, message, verdict, now);
        Act(verdict, message, ethernet, punt.Vlan, now);

        // The frame's own station is learnt from every message, whatever it asks.
        if (message.SenderIp != Ipv4Address.Any && message.SenderMac == ethernet.Source && !message.SenderMac.IsMulticast)
        {
            _neighbors.OnHeard(punt.Vlan, message.SenderIp, message.SenderMac, now);
            OnPresent(ClaimOf(message, punt.Vlan), message, now);
            repairs.OnClaim(ClaimOf(message, punt.Vlan), now);
        }

        return true;
    }

    /// <summary>An announcement, or an answer to a question of ours, is a device's first sign as much as a packet is. Of a pinned device, any message is.</summary>
    private void OnPresent(ClaimedAddress claim, in ArpMessage message, TimeSpan now)
    {
        standing.OnArp(claim, now);
        machines.OnHeard(claim, now);
        var isSign = message.Operation == ArpOperation.Reply || message.SenderIp == message.TargetIp || bindings.Registry.HasPin(claim.Station.Mac);
        if (!arrivals.OnArp(claim, message, now) && isSign)
        {
            arrivals.Announce(claim, now);
        }
    }

    private static ClaimedAddress ClaimOf(in ArpMessage message, ushort vlan) => new(new Station(vlan, message.SenderMac), message.SenderIp);

    private void Act(ArpVerdict verdict, in ArpMessage message, in EthernetPacket ethernet, ushort vlan, TimeSpan now)
    {
        counters.Add(verdict.ToCounter());
        switch (verdict)
        {
            case ArpVerdict.Answer:
                arp.SendToAccess(vlan, ethernet.Source, ArpMessage.Reply(network.Current.Networks.AccessMac, message.TargetIp, message.SenderMac, message.SenderIp));
                gateways.OnAnswered(ClaimOf(message, vlan), message.TargetIp);
                break;
            case ArpVerdict.AskFirst:
                _neighbors.OnAsked(vlan, message.TargetIp, now);
                arp.AskAccess(vlan, MacAddress.Broadcast, message.TargetIp);
                break;
        }
    }
}
