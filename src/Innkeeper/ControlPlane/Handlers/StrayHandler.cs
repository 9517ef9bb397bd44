using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>Two arms: frames with the gateway's own MAC as source, and frames to MACs that are not the gateway's.</summary>
internal sealed class StrayHandler(Beacon beacon, StrayFrames strays, StationTraces traces) : IPuntHandler
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.OwnMac, PuntReason.Stray];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (punt.Reason == PuntReason.OwnMac)
        {
            beacon.OnOwnMac(ethernet, punt.Vlan, now);
        }
        else
        {
            var sender = new Station(punt.Vlan, ethernet.Source);
            traces.OnHeard(sender, now);
            strays.OnFrame(sender, ethernet.Destination, now);
        }

        return true;
    }
}
