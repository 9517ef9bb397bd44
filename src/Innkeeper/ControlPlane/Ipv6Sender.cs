using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Sends the gateway's own IPv6 packets to the access side, and counts those that could not be sent. Its address there is made of its MAC (RFC 4291 appendix A).</summary>
internal sealed class Ipv6Sender(CurrentNetwork network, Counters counters)
{
    private readonly byte[] _frame = new byte[Icmp6Errors.MaxFrameSize];

    public Ipv6Address Address => Ipv6Address.LinkLocalOf(Mac);

    private MacAddress Mac => network.Current.Networks.AccessMac;

    /// <summary>Asks the wire for an address, or the hosts of its VLAN that may have it.</summary>
    public void Ask(ushort vlan, Ipv6Address target)
    {
        var length = Begin(vlan, target.SolicitedNode().MulticastMac());
        Send(length + NeighborDiscoveryWriter.NeighborSolicitation(_frame.AsSpan(length), Mac, Address, target));
    }

    /// <summary>Asks one station for an address that it says it has: a host that invented the station does not hear the question.</summary>
    public void Ask(ushort vlan, MacAddress station, Ipv6Address target)
    {
        var length = Begin(vlan, station);
        Send(length + NeighborDiscoveryWriter.NeighborSolicitation(_frame.AsSpan(length), Mac, Address, target));
    }

    /// <summary>
    /// Tells a station that the target is here. R stays set, or the station would forget its router (RFC 4861 section 7.2.5); O does not: an owner that answers
    /// late must not be overridden (section 7.2.8).
    /// </summary>
    public void Answer(NeighborAsker asker)
    {
        var length = Begin(asker.Station.Vlan, asker.Station.Mac);
        Send(length + NeighborDiscoveryWriter.NeighborAdvertisement(_frame.AsSpan(length), Mac, asker.Target, asker.Source, NeighborBits.Router | NeighborBits.Solicited));
    }

    /// <summary>Tells a device that its packet leads nowhere, or that its router is here.</summary>
    /// <returns>False for a packet that gets no answer.</returns>
    public bool Refuse(ushort vlan, ReadOnlySpan<byte> refused)
    {
        var length = Icmp6Errors.Refuse(refused, vlan, Mac, _frame);
        return length > 0 && Send(length);
    }

    /// <summary>Tells a device that its packet's hop limit was used up here, or that its packet is too long for the way out.</summary>
    /// <param name="mtu">Octets that the way out takes; null: the hop limit was used up.</param>
    public void Report(ushort vlan, ReadOnlySpan<byte> dropped, int? mtu)
    {
        if (Icmp6Errors.Write(dropped, vlan, Mac, isFromOutside: false, mtu, _frame) is var length && length > 0)
        {
            Send(length);
        }
    }

    /// <summary>Asks which groups have listeners: a switch that snoops sends all groups to where the question came from.</summary>
    public void Query(ushort vlan)
    {
        var length = Begin(vlan, Ipv6Address.AllNodes.MulticastMac());
        Send(length + RouterPortPackets.MldQuery(_frame.AsSpan(length), Address));
    }

    /// <summary>The same where another router asks that question.</summary>
    public void AdvertiseRouter(ushort vlan)
    {
        var length = Begin(vlan, Ipv6Address.AllSnoopers.MulticastMac());
        Send(length + RouterPortPackets.MulticastRouterAdvertisement(_frame.AsSpan(length), Address));
    }

    /// <summary>Tells a device, or all nodes of a VLAN, that their router is here.</summary>
    public void Advertise(ushort vlan, MacAddress to, Ipv6Address destination, AccessAdvertisement advertisement)
    {
        var length = Begin(vlan, to);
        Send(length + advertisement.Write(_frame.AsSpan(length), Mac, destination));
    }

    /// <summary>Answers a device that asks for settings by DHCPv6.</summary>
    /// <param name="request">Its packet, from the IPv6 header on.</param>
    /// <returns>False for a packet that gets no answer.</returns>
    public bool Inform(Station station, ReadOnlySpan<byte> request, AdvertisedNetwork network)
    {
        var length = Begin(station.Vlan, station.Mac);
        var reply = InformationReply.Write(request, network, Mac, _frame.AsSpan(length));
        return reply > 0 && Send(length + reply);
    }

    private int Begin(ushort vlan, MacAddress destination) => EthernetHeader.Write(_frame, destination, Mac, EtherTypes.Ipv6, vlan);

    private bool Send(int length)
    {
        var isSent = network.Current.Access.TrySend(_frame.AsSpan(0, length));
        if (!isSent)
        {
            counters.Add(Counter.SendFailed);
        }

        return isSent;
    }
}
