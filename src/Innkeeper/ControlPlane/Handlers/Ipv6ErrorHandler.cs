using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>IPv6 packets that the data plane could not forward: their senders get an ICMPv6 error. IPv6 routers do not fragment (RFC 8200 section 5).</summary>
internal sealed class Ipv6ErrorHandler(Ipv6Sender access, UplinkIpv6Sender uplink, CurrentNetwork network, Func<int?> uplinkMtu) : IPuntHandler
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.HopLimit, PuntReason.TooLong];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        var isTooLong = punt.Reason == PuntReason.TooLong;
        if (punt.Binding == 0)
        {
            access.Report(punt.Vlan, frame, isTooLong ? Math.Min(network.Current.Uplink.Mtu, uplinkMtu() ?? int.MaxValue) : null);
        }
        else
        {
            uplink.Report(frame, isTooLong ? network.Current.AccessMtu : null);
        }

        return true;
    }
}
