using System.Buffers.Binary;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Gives packets back to the data plane, which sees them a second time.</summary>
internal sealed class PacketReinjector(CurrentNetwork network, Counters counters)
{
    /// <summary>
    /// As if a device had sent it now: through the stack's end of the pair, where frames to the access MAC count as a device's. The data
    /// plane's copy may lack its transport checksum, which a NIC would have filled in.
    /// </summary>
    public void FromAccess(byte[] frame, ushort vlan)
    {
        // The frame may be to a gateway that this one replaced: the data plane knows by our MAC that the frame is a device's.
        network.Current.Networks.AccessMac.Write(frame);
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(EthernetHeader.Size - sizeof(ushort)));
        if (type == EtherTypes.Ipv6)
        {
            TransportChecksum.TryCompleteIpv6(frame.AsSpan(EthernetHeader.Size));
        }
        else
        {
            TransportChecksum.TryComplete(frame.AsSpan(EthernetHeader.Size));
        }

        var whole = frame.AsSpan();
        if (vlan != 0)
        {
            var tagged = new byte[frame.Length + EthernetHeader.TaggedSize - EthernetHeader.Size];
            EthernetHeader.Write(tagged, MacAddress.Read(frame), MacAddress.Read(frame.AsSpan(MacAddress.Size)), type, vlan);
            frame.AsSpan(EthernetHeader.Size).CopyTo(tagged.AsSpan(EthernetHeader.TaggedSize));
            whole = tagged;
        }

        counters.Add(network.Current.Stack.TrySend(whole) ? Counter.FirstPacketsReinjected : Counter.SendFailed);
    }

    /// <summary>As if it had come from the uplink now.</summary>
    public void FromUplink(ReadOnlySpan<byte> frame)
    {
        var to = MacAddress.Read(frame);
        var current = network.Current;
        var uplink = current.Ports.FirstOrDefault(p => p?.Mac == to) ?? current.Uplink;
        counters.Add(uplink.Return.TrySend(frame) ? Counter.FragmentsBroughtBack : Counter.SendFailed);
    }
}
