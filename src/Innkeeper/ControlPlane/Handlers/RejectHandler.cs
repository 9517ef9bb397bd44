using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>Packets of known devices that got no mapping, or that their profile does not allow.</summary>
/// <param name="mappingCode">The ICMP code for a packet without mapping (RFC 6888 REQ-11; a setting).</param>
internal sealed class RejectHandler(RejectSender rejects, byte mappingCode, Counters counters) : IPuntHandler
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.Refused, PuntReason.Denied];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        var isDenied = punt.Reason == PuntReason.Denied;
        var code = isDenied ? IcmpUnreachable.AdministrativelyProhibited : mappingCode;
        counters.Add(isDenied && mappingCode != IcmpUnreachable.AdministrativelyProhibited ? Counter.RefusedByProfile : Counter.RefusedMapping);
        if (Ipv4Packet.TryParse(ethernet.Payload, out var packet))
        {
            rejects.SendUnreachable(new ClaimedAddress(new Station(punt.Vlan, ethernet.Source), packet.Source), frame, code);
        }

        return true;
    }
}
