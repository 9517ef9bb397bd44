using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>Fragments from the uplink that came before the first of their datagram: they wait for it.</summary>
internal sealed class FragmentHandler(PacketReinjector reinjector, Counters counters) : IPuntHandler
{
    private readonly FragmentHoldQueue _waiting = new();

    public IReadOnlyList<PuntReason> Reasons => [PuntReason.Fragment, PuntReason.FragmentFirst];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (!Ipv4Packet.TryParse(ethernet.Payload, out var packet))
        {
            return false;
        }

        if (punt.Reason == PuntReason.FragmentFirst)
        {
            foreach (var waiting in _waiting.FirstCame(packet, now))
            {
                reinjector.FromUplink(waiting);
            }
        }
        else if (_waiting.Hold(packet, frame, now, out var isLost))
        {
            reinjector.FromUplink(frame);
        }
        else
        {
            counters.Add(isLost ? Counter.FragmentsLost : Counter.FragmentsHeld);
        }

        return true;
    }
}
