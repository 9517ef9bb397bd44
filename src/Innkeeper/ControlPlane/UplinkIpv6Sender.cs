using Innkeeper.Events;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Sends the gateway's own IPv6 packets to the main uplink, and counts those that could not be sent.</summary>
internal sealed class UplinkIpv6Sender(CurrentNetwork network, Counters counters)
{
    private readonly byte[] _frame = new byte[Icmp6Errors.MaxFrameSize];

    private MacAddress Mac => network.Current.UplinkMac;

    /// <summary>Asks the routers there to show themselves (RFC 4861 section 6.3.7). The answer goes to all nodes, as the question has no address (section 6.2.6).</summary>
    public void SolicitRouters()
    {
        var length = Begin(Ipv6Address.AllRouters.MulticastMac());
        Send(length + NeighborDiscoveryWriter.RouterSolicitation(_frame.AsSpan(length), Mac, Ipv6Address.Any));
    }

    /// <summary>Shows an outside address to the routers, before the first answer to it comes (RFC 9131 section 3).</summary>
    public void Introduce(Ipv6Address outside)
    {
        var length = Begin(Ipv6Address.AllRouters.MulticastMac());
        Send(length + NeighborDiscoveryWriter.NeighborAdvertisement(_frame.AsSpan(length), Mac, outside, Ipv6Address.AllRouters, NeighborBits.None));
    }

    /// <summary>Tells a host outside that its packet's hop limit was used up here, or that its packet is too long for the access side.</summary>
    /// <param name="mtu">Octets that the access side takes; null: the hop limit was used up.</param>
    public void Report(ReadOnlySpan<byte> dropped, int? mtu)
    {
        if (Icmp6Errors.Write(dropped, 0, Mac, isFromOutside: true, mtu, _frame) is var length && length > 0)
        {
            Send(length);
        }
    }

    private int Begin(MacAddress destination) => EthernetHeader.Write(_frame, destination, Mac, EtherTypes.Ipv6, 0);

    private void Send(int length)
    {
        if (!network.Current.Uplink.Socket.TrySend(_frame.AsSpan(0, length)))
        {
            counters.Add(Counter.SendFailed);
        }
    }
}
