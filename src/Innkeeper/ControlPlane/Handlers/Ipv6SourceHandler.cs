using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>The first packet of an IPv6 address that has no binding: it waits until the address has one.</summary>
internal sealed class Ipv6SourceHandler(Ipv6Arrivals arrivals) : IPuntHandler
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.NewSource6];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (!Ipv6Header.TryParse(ethernet.Payload, out var header) || header.Source.IsBogus || header.Source.IsLinkLocal)
        {
            return false;
        }

        arrivals.OnPacket(new Ipv6Claim(new Station(punt.Vlan, ethernet.Source), header.Source), frame, now);
        return true;
    }
}
