using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>Two arms: IPv6 packets of devices to hosts outside, where there is no IPv6 outside.</summary>
internal sealed class Ipv6RefusalHandler(Ipv6Sender sender, Counters counters) : IPuntHandler
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.NoIpv6];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (sender.Refuse(punt.Vlan, frame))
        {
            counters.Add(Counter.Ipv6Refused);
        }

        return true;
    }
}
