using System.Diagnostics;
using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>ARP of two arms, and what the uplink's says of the pool.</summary>
internal sealed partial class Dispatcher
{
    private void OnArpFromAccess(in ArpMessage message, in EthernetPacket frame, ushort vlan)
    {
        var now = Now;
        var verdict = ArpResponder.Decide(
            message, frame.Destination, frame.Source, vlan, _surroundings.Networks, _owners, c => registry.Find(c) is not null, IsClaimedByAnother, now, IsIsolated(new Station(vlan, frame.Source)));
        var claim = new ClaimedAddress(new Station(vlan, message.SenderMac), message.SenderIp);
        switch (verdict)
        {
            case ArpVerdict.Answer:
                counters.Add(Counter.ArpAnswered);
                SendArp(_surroundings.Access, vlan, frame.Source, _surroundings.Networks.AccessMac,
                    ArpMessage.Reply(_surroundings.Networks.AccessMac, message.TargetIp, message.SenderMac, message.SenderIp));
                if (InferenceOf(claim).Asked(message.TargetIp))
                {
                    UpdateGateway(claim);
                }

                break;
            case ArpVerdict.AskFirst:
                counters.Add(Counter.ArpAskedFirst);
                _owners.Asked(vlan, message.TargetIp, now);
                SendArp(_surroundings.Access, vlan, MacAddress.Broadcast, _surroundings.Networks.AccessMac,
                    ArpMessage.Request(_surroundings.Networks.AccessMac, _surroundings.ProbeSender, message.TargetIp));
                break;
            default:
                counters.Add(CounterOf(verdict));
                break;
        }

        // What the frame's own station says of itself is learnt, whatever it asked.
        if (message.SenderIp != Ipv4Address.Any && message.SenderMac == frame.Source && !message.SenderMac.IsMulticast)
        {
            _owners.Heard(vlan, message.SenderIp, message.SenderMac, now);
            Prove(claim, message);
        }
    }

    /// <summary>Asks a stranger for the address that it claims: who invented it does not hear that.</summary>
    private void AskForProof(ClaimedAddress claim, TimeSpan now)
    {
        if (_proofs.TryAsk(claim, now))
        {
            counters.Add(Counter.StrangersAsked);
            SendArp(_surroundings.Access, claim.Station.Vlan, claim.Station.Mac, _surroundings.Networks.AccessMac,
                ArpMessage.Request(_surroundings.Networks.AccessMac, _surroundings.ProbeSender, claim.Address));
        }
    }

    private void Prove(ClaimedAddress claim, in ArpMessage message)
    {
        if (message.Operation == ArpOperation.Reply && _proofs.Answered(claim))
        {
            counters.Add(Counter.StrangersProven);
            Serve(claim, InferenceOf(claim));
        }
    }

    private void OnArpFromUplink(in ArpMessage message, int uplink)
    {
        OnGatewayReply(message, uplink);
        sharing.OnArp(message, uplink, Now);
        if (legal.OnArp(message, uplink, Now) is { } lost && registry.Conflict(lost, Now) is { } displaced)
        {
            table.Remove(displaced);
            counters.Add(Counter.BindingsMoved);
            Released?.Invoke(displaced);
            memory.Release(displaced, clock.GetUtcNow());
            Serve(displaced.Claim, InferenceOf(displaced.Claim));
        }
    }

    private bool IsIsolated(Station station) =>
        (admission.Book.Find(station.Mac) is { } device ? admission.AdmissionPolicy.ProfileOf(device, station.Vlan, clock.GetUtcNow(), out _) : admission.Config.DefaultProfile).Isolate;

    private bool IsClaimedByAnother(ClaimedAddress asked) =>
        registry.ClaimedByOthers(asked.Station, asked.Address).Any(b => IdleFor(b.Number, Now) < s_liveness);

    private void SendArp(IFrameSender socket, ushort vlan, MacAddress destination, MacAddress source, ArpMessage message)
    {
        var length = ArpFrame.Write(_frame, destination, source, vlan, message);
        if (!socket.TrySend(_frame.AsSpan(0, length)))
        {
            counters.Add(Counter.SendFailed);
        }
    }

    private static Counter CounterOf(ArpVerdict verdict) => verdict switch
    {
        ArpVerdict.StillAsking => Counter.ArpStillAsking,
        ArpVerdict.NotARequest => Counter.ArpNotARequest,
        ArpVerdict.SenderNotFrameSource => Counter.ArpSenderNotFrameSource,
        ArpVerdict.Probe => Counter.ArpProbe,
        ArpVerdict.Announcement => Counter.ArpAnnouncement,
        ArpVerdict.OwnAddress => Counter.ArpOwnAddress,
        ArpVerdict.UnicastToOther => Counter.ArpUnicastToOther,
        ArpVerdict.UplinkNetwork => Counter.ArpUplinkNetwork,
        ArpVerdict.AccessNetwork => Counter.ArpAccessNetwork,
        ArpVerdict.LiveOwner => Counter.ArpLiveOwner,
        ArpVerdict.AskFirst => Counter.ArpAskedFirst,
        ArpVerdict.BogusAddress => Counter.ArpBogusAddress,
        ArpVerdict.RegularHost => Counter.ArpRegularHost,
        ArpVerdict.Passive => Counter.ArpPassive,
        ArpVerdict.Impostor => Counter.ArpImpostor,
        ArpVerdict.QuestionLimit => Counter.ArpQuestionLimit,
        _ => throw new UnreachableException(),
    };
}
