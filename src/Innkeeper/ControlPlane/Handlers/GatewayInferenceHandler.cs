using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>Follows which gateway each device uses, from its requests and packets, and from the hosts that answer it.</summary>
/// <param name="oneArm">Null with two arms.</param>
internal sealed class GatewayInferenceHandler(GatewayInferences inferences, BindingService bindings, OneArmController? oneArm) : IPuntHandler
{
    private const byte IcmpEcho = 8;

    public IReadOnlyList<PuntReason> Reasons => [PuntReason.Learn, PuntReason.Answered];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (!Ipv4Packet.TryParse(ethernet.Payload, out var packet))
        {
            return false;
        }

        if (punt.Reason == PuntReason.Learn)
        {
            OnLearn(new ClaimedAddress(new Station(punt.Vlan, ethernet.Source), packet.Source), packet, now);
        }
        else if (bindings.Registry.Bindings.TryGetValue(punt.Binding, out var binding) && inferences.Of(binding.Claim).OnAnswered(packet.Source))
        {
            Update(binding.Claim);
        }

        return true;
    }

    /// <summary>The device asked by ARP for <paramref name="target"/>, and was answered.</summary>
    public void OnAnswered(ClaimedAddress claim, Ipv4Address target)
    {
        if (inferences.Of(claim).OnArpRequest(target))
        {
            Update(claim);
        }
    }

    /// <summary>A packet of an address without a binding: the gateway that it shows counts for the binding that the address gets.</summary>
    public void OnFirstPacket(ClaimedAddress claim, in Ipv4Packet packet, TimeSpan now) => inferences.Of(claim).OnPacket(packet.Destination, IsEcho(packet), now);

    /// <summary>The device was corrected about <paramref name="target"/>: if that was taken for its gateway, the gateway is unknown again.</summary>
    public void Retract(ClaimedAddress claim, Ipv4Address target)
    {
        if (bindings.Registry.Find(claim) is { } binding && binding.Gateway == target)
        {
            inferences.Put(claim, new GatewayInference(claim.Address));
            Update(claim);
        }
    }

    private void OnLearn(ClaimedAddress claim, in Ipv4Packet packet, TimeSpan now)
    {
        if (oneArm is not null && bindings.Registry.Find(claim) is { } binding && oneArm.IsForNeighbor(binding, packet.Destination, now))
        {
            return;
        }

        if (inferences.Of(claim).OnPacket(packet.Destination, IsEcho(packet), now))
        {
            Update(claim);
        }
    }

    private void Update(ClaimedAddress claim) => bindings.UpdateGateway(claim, inferences.Of(claim));

    private static bool IsEcho(in Ipv4Packet packet) =>
        packet is { Protocol: IpProtocol.Icmp, FragmentOffset: 0, Payload.Length: > 0 } && packet.Payload[0] == IcmpEcho;
}
