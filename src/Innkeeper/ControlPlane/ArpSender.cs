using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Sends ARP messages, and counts those that could not be sent.</summary>
internal sealed class ArpSender(CurrentNetwork network, Counters counters)
{
    private readonly byte[] _frame = new byte[64];
    private bool _isMute;

    /// <summary>Whether the access side gets no answers, as it is not a LAN of our own. Known devices are still asked whether they are there.</summary>
    public void MuteAnswers(bool isMute) => _isMute = isMute;

    /// <summary>To the access side, from the gateway's MAC there.</summary>
    public void SendToAccess(ushort vlan, MacAddress destination, ArpMessage message)
    {
        if (!_isMute || message.Operation != ArpOperation.Reply)
        {
            Send(network.Current.Access, vlan, destination, network.Current.Networks.AccessMac, message);
        }
    }

    /// <summary>Asks a device, or all hosts of its VLAN, for an address. The sender is never 0.0.0.0: Windows takes that for a conflict.</summary>
    public void AskAccess(ushort vlan, MacAddress destination, Ipv4Address target) =>
        SendToAccess(vlan, destination, ArpMessage.Request(network.Current.Networks.AccessMac, network.Current.ProbeSender, target));

    public void Send(IFrameSender link, ushort vlan, MacAddress destination, MacAddress source, ArpMessage message)
    {
        var length = ArpFrame.Write(_frame, destination, source, vlan, message);
        if (!link.TrySend(_frame.AsSpan(0, length)))
        {
            counters.Add(Counter.SendFailed);
        }
    }
}
