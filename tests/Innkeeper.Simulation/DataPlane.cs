using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Simulation.World;
using Innkeeper.Wire;

namespace Innkeeper.Simulation;

/// <summary>
/// What the programs in bpf/ do with a frame, as far as the control plane notices: whom they know, what they count, what they punt. It works
/// from the maps alone, whether a process runs or not.
/// </summary>
/// <param name="isOutsideSilent">No host outside ever answers, so that no binding is confirmed.</param>
internal sealed class DataPlaneModel(Gateway gateway, Random random, bool isOutsideSilent)
{
    /// <summary>What leaves by the uplinks, as outside address and the number of the binding that it stands for.</summary>
    public event Action<Ipv4Address, uint>? Left;

    /// <summary>A frame from the access side.</summary>
    public void FromAccess(byte[] frame, ushort vlan)
    {
        if (!EthernetPacket.TryParse(frame, out var ethernet) || ethernet.Source.IsMulticast || gateway.Blocked.Blocked.Contains(ethernet.Source))
        {
            return;
        }

        if (vlan != 0 && !gateway.Settings.Config.Access.Vlans.Contains(vlan))
        {
            return;
        }

        if (ethernet.EtherType == EtherTypes.Arp)
        {
            gateway.Punts.Add(gateway.IsOneArmed ? PuntReason.ArpLan : PuntReason.ArpAccess, frame, vlan, 0);
        }
        else if (ethernet.EtherType == EtherTypes.Ipv4 && Ipv4Packet.TryParse(ethernet.Payload, out var ip))
        {
            FromDevice(frame, new Station(vlan, ethernet.Source), ip);
        }
        else if (gateway.IsOneArmed && ethernet.Destination == Advertisement.Group)
        {
            gateway.Punts.Add(PuntReason.Peer, frame, 0, 0);
        }
    }

    /// <summary>ARP that a host of an uplink's LAN broadcasts.</summary>
    public void FromUplink(int uplink, byte[] arp)
    {
        if (gateway.IsOneArmed)
        {
            FromAccess(arp, 0);
        }
        else
        {
            gateway.Punts.Add(PuntReason.ArpUplink, arp, 0, (uint)uplink);
        }
    }

    private void FromDevice(byte[] frame, Station station, in Ipv4Packet ip)
    {
        if (ip.Protocol == IpProtocol.Udp && UdpPacket.TryParse(ip.Payload, out var datagram) && datagram.DestinationPort == 67)
        {
            if (!gateway.IsOneArmed)
            {
                gateway.Punts.Add(PuntReason.Dhcp, frame, station.Vlan, 0);
            }

            return;
        }

        var claim = new ClaimedAddress(station, ip.Source);
        if (!gateway.Map.Claims.TryGetValue(claim, out var number) || !gateway.Map.Slots.TryGetValue(number, out var slot))
        {
            gateway.Punts.Add(PuntReason.NewSource, frame, station.Vlan, 0);
            return;
        }

        gateway.Map.CountOut(number, gateway.Now);
        if (slot.Flags.HasFlag(BindingFlags.Learn))
        {
            gateway.Punts.Add(PuntReason.Learn, frame, station.Vlan, number);
        }

        if (slot.Flags.HasFlag(BindingFlags.Held))
        {
            gateway.Punts.Add(PuntReason.Denied, frame, station.Vlan, number);
            return;
        }

        Forward(number, slot, ip.Destination, station, frame);
    }

    private void Forward(uint number, in BindingSlot slot, Ipv4Address destination, Station station, byte[] frame)
    {
        var outside = slot.Legal.Raw != 0 ? slot.Legal : slot.Shared;
        if (outside.Raw == 0)
        {
            gateway.Punts.Add(PuntReason.Refused, frame, station.Vlan, number);
            return;
        }

        if (slot.Legal.Raw == 0)
        {
            gateway.Shared.UsePorts(slot.Share);
        }

        Left?.Invoke(outside, number);
        if (random.Next(4) == 0 || isOutsideSilent)
        {
            return;
        }

        // A host outside answers.
        gateway.Map.CountIn(number, gateway.Now);
        if (slot.Flags.HasFlag(BindingFlags.Learn))
        {
            gateway.Punts.Add(PuntReason.Answered, Packets.Udp(station.Mac, Gateway.RouterMac, destination, slot.Claimed), station.Vlan, number);
        }
    }
}
