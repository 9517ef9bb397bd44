using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>What is sent back to devices, or back to the data plane.</summary>
internal sealed partial class Dispatcher
{
    private void Refuse(ClaimedAddress claim, Counter counter, byte code)
    {
        counters.Add(counter);
        foreach (var refused in _held.Take(claim))
        {
            counters.Add(Counter.FirstPacketsLost);
            SendRefusal(claim, refused, code);
        }
    }

    /// <summary>A known device's packet got no mapping, or goes where its profile does not let it.</summary>
    private void Refuse(ReadOnlySpan<byte> frame, ushort vlan, byte code)
    {
        counters.Add(code == IcmpUnreachable.AdministrativelyProhibited && refusal != code ? Counter.RefusedByProfile : Counter.RefusedMapping);
        if (EthernetPacket.TryParse(frame, out var ethernet) && Ipv4Packet.TryParse(ethernet.Payload, out var packet))
        {
            SendRefusal(new ClaimedAddress(new Station(vlan, ethernet.Source), packet.Source), frame, code);
        }
    }

    private void SendRefusal(ClaimedAddress claim, ReadOnlySpan<byte> refused, byte code)
    {
        var gateway = InferenceOf(claim).Gateway;
        var length = IcmpUnreachable.Write(
            refused, claim.Station.Vlan, _surroundings.Networks.AccessMac, gateway == Ipv4Address.Any ? _surroundings.ProbeSender : gateway, code, _frame);
        if (length > 0)
        {
            counters.Add(_surroundings.Access.TrySend(_frame.AsSpan(0, length)) ? Counter.RefusalsSent : Counter.SendFailed);
        }
    }

    private void OnEarlyFragment(in Ipv4Packet packet, ReadOnlySpan<byte> frame)
    {
        if (_early.Hold(packet, frame, Now, out var lost))
        {
            BringBack(frame);
        }
        else
        {
            counters.Add(lost ? Counter.FragmentsLost : Counter.FragmentsHeld);
        }
    }

    private void OnFirstFragment(in Ipv4Packet packet)
    {
        foreach (var frame in _early.FirstCame(packet, Now))
        {
            BringBack(frame);
        }
    }

    /// <summary>As if it came from the uplink now.</summary>
    private void BringBack(ReadOnlySpan<byte> frame)
    {
        var to = MacAddress.Read(frame);
        var port = _surroundings.Ports.FirstOrDefault(p => p?.Mac == to) ?? _surroundings.Uplink;
        counters.Add(port.Return.TrySend(frame) ? Counter.FragmentsBroughtBack : Counter.SendFailed);
    }

    private void Reset(HeldSyn syn)
    {
        var length = IcmpUnreachable.WriteReset(syn.Frame, syn.Vlan, _surroundings.Networks.AccessMac, _frame);
        if (length > 0)
        {
            counters.Add(_surroundings.Access.TrySend(_frame.AsSpan(0, length)) ? Counter.PrivateDnsReset : Counter.SendFailed);
        }
    }

    /// <summary>
    /// Back to the data plane as if it came from the wire: sent by the stack's end of the pair, where frames to the access MAC are taken for
    /// that. The copy we were given may lack its transport checksum, which a NIC would have filled in.
    /// </summary>
    private void Reinject(byte[] frame, ushort vlan)
    {
        TransportChecksum.TryComplete(frame.AsSpan(EthernetHeader.Size));
        var whole = frame.AsSpan();
        if (vlan != 0)
        {
            var tagged = new byte[frame.Length + EthernetHeader.TaggedSize - EthernetHeader.Size];
            EthernetHeader.Write(tagged, MacAddress.Read(frame), MacAddress.Read(frame.AsSpan(MacAddress.Size)), EtherTypes.Ipv4, vlan);
            frame.AsSpan(EthernetHeader.Size).CopyTo(tagged.AsSpan(EthernetHeader.TaggedSize));
            whole = tagged;
        }

        counters.Add(_surroundings.Stack.TrySend(whole) ? Counter.FirstPacketsReinjected : Counter.SendFailed);
    }
}
