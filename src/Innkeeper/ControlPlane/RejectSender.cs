using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Tells devices that their packets were not forwarded, so that their programs need not wait for a timeout.</summary>
internal sealed class RejectSender(CurrentNetwork network, GatewayInferences gateways, Counters counters)
{
    private readonly byte[] _frame = new byte[IcmpUnreachable.MaxFrameSize];

    /// <summary>ICMP Destination Unreachable, from the gateway that the device uses.</summary>
    public void SendUnreachable(ClaimedAddress claim, ReadOnlySpan<byte> rejected, byte code)
    {
        var gateway = gateways.Of(claim).Gateway;
        var length = IcmpUnreachable.Write(
            rejected, claim.Station.Vlan, network.Current.Networks.AccessMac, gateway == Ipv4Address.Any ? network.Current.ProbeSender : gateway, code, _frame);
        Send(length, Counter.RefusalsSent);
    }

    /// <summary>A TCP reset that answers a device's SYN.</summary>
    public void SendReset(HeldSyn syn) =>
        Send(IcmpUnreachable.WriteReset(syn.Frame, syn.Vlan, network.Current.Networks.AccessMac, _frame), Counter.PrivateDnsReset);

    private void Send(int length, Counter sent)
    {
        if (length > 0)
        {
            counters.Add(network.Current.Access.TrySend(_frame.AsSpan(0, length)) ? sent : Counter.SendFailed);
        }
    }
}
