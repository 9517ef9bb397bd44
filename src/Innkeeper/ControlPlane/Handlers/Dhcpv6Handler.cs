using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>Two arms: devices that ask by DHCPv6 for settings. Addresses are not given by it: devices make theirs of the advertised prefix.</summary>
/// <param name="network">The settings that devices are to know now; null: the gateway advertises none.</param>
/// <param name="isServedByAnother">Whether another router advertises in a VLAN.</param>
internal sealed class Dhcpv6Handler(Ipv6Sender sender, Func<AdvertisedNetwork>? network, Func<ushort, bool> isServedByAnother, Counters counters) : IPuntHandler
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.Dhcp6];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (network is not null && !isServedByAnother(punt.Vlan) && sender.Inform(new Station(punt.Vlan, ethernet.Source), ethernet.Payload, network()))
        {
            counters.Add(Counter.Dhcpv6Informed);
        }

        return true;
    }
}
