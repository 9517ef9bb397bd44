using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Wakes one device by Wake-on-LAN, in its VLAN.</summary>
/// <param name="network">The interfaces now.</param>
/// <param name="vlans">The VLANs that are served, beside untagged frames.</param>
/// <param name="sender">The gateway's address on the access side.</param>
internal sealed class DeviceWaking(DeviceDirectory directory, CommandJournal journal, Func<NetworkState> network, IReadOnlyCollection<ushort> vlans, Func<Ipv4Address> sender) : IDeviceWaking
{
    /// <inheritdoc/>
    public Result<WakeReport> Wake(Actor actor, string device)
    {
        if (actor.Lacks(Permission.Operator) is { } refusal)
        {
            return refusal;
        }

        // A MAC that was never here is right: a machine that is off has not spoken yet.
        var found = MacText.TryParse(device, out _) ? directory.Identify(device) : directory.Find(device);
        if (!found.IsOk)
        {
            return found.Failure;
        }

        var mac = found.Value.Mac;
        var record = directory.RecordOf(mac);
        var sent = VlansOf(mac, record?.Machine is { } machine ? machine.Vlan ?? 0 : null);
        try
        {
            Send(mac, sent);
        }
        catch (NetlinkException e)
        {
            return new Unavailable($"{network().Access.Name} cannot be used: {e.Message}");
        }

        journal.Add(actor, new DeviceWoken(new DeviceSnapshot(mac, record?.Name ?? "", DeviceQueries.NameOf(record?.Admission.State ?? Policy.AdmissionState.New)), actor.Name), record, record);
        return new WakeReport(1, mac.ToString(), sent);
    }

    /// <summary>Where it is, or is to be; all that are served where neither is known: only its card takes the frame for itself.</summary>
    private ushort[] VlansOf(MacAddress mac, ushort? ofMachine)
    {
        ushort[] here = [.. directory.Of(mac).Where(d => !d.Bindings.IsEmpty).Select(d => d.Station.Vlan)];
        return here.Length > 0 ? here : ofMachine is { } vlan ? [vlan] : [0, .. vlans.Order()];
    }

    /// <exception cref="NetlinkException">The interface is gone, or takes no frame now.</exception>
    private void Send(MacAddress mac, ushort[] to)
    {
        var link = network().Access;
        using var socket = PacketSocket.Open();
        socket.Bind(link.Index);
        Span<byte> frame = stackalloc byte[WakeFrame.MaxSize];
        foreach (var vlan in to)
        {
            Send(socket, frame[..WakeFrame.WriteEthernet(frame, link.Mac, vlan, mac)]);
            Send(socket, frame[..WakeFrame.WriteUdp(frame, link.Mac, sender(), vlan, mac)]);
        }
    }

    private static void Send(PacketSocket socket, ReadOnlySpan<byte> frame)
    {
        if (!socket.TrySend(frame, out var errno))
        {
            throw new NetlinkException("send a frame", errno);
        }
    }
}
