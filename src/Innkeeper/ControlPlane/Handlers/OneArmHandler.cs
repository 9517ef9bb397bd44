using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.OneArm;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>One arm: ARP of the LAN, and advertisements of other gateways there.</summary>
internal sealed class OneArmHandler(
    OneArmController lan, PolicyService policy, ArrivalService arrivals, StandingBindings standing, AppearanceService appearances, GatewayInferenceHandler gateways, UplinkArpHandler uplink, StationTraces traces,
    Counters counters) : IPuntHandler, ITimed
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.ArpLan, PuntReason.Peer];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (punt.Reason == PuntReason.Peer)
        {
            lan.OnPeer(ethernet, now);
            return true;
        }

        if (!ArpMessage.TryParse(ethernet.Payload, out var message))
        {
            return false;
        }

        OnArp(message, ethernet, now);
        return true;
    }

    public TimeSpan NextDue(TimeSpan now) => lan.NextDue;

    public void Tick(TimeSpan now)
    {
        foreach (var (requester, target) in lan.Tick(now))
        {
            Accept(requester, target, now);
        }
    }

    private void OnArp(in ArpMessage message, in EthernetPacket ethernet, TimeSpan now)
    {
        uplink.OnArp(message, 0, now);
        appearances.OnArp(new Station(0, ethernet.Source), message, now);
        if (message.SenderMac == ethernet.Source)
        {
            OnPresent(ClaimOf(new ArpRequester(message.SenderMac, message.SenderIp)), message, now);
        }

        var verdict = lan.OnArp(message, ethernet, now, out var misled);
        traces.OnArp(new Station(0, ethernet.Source), message, verdict, now);
        if (misled.Count > 0)
        {
            ReleaseTarget(message.SenderIp, message.SenderMac, misled);
        }

        if (verdict == ArpVerdict.Answer)
        {
            Accept(new ArpRequester(message.SenderMac, message.SenderIp), message.TargetIp, now);
        }
        else
        {
            counters.Add(verdict.ToCounter());
        }
    }

    /// <summary>On a LAN with hosts of its own, only a device that the administrator pinned is served before it asks for something.</summary>
    private void OnPresent(ClaimedAddress claim, in ArpMessage message, TimeSpan now)
    {
        standing.OnArp(claim, now);
        if (!arrivals.OnArp(claim, message, now) && policy.Find(claim.Station.Mac)?.PinnedLegal is not null)
        {
            arrivals.Announce(claim, now);
        }
    }

    private static ClaimedAddress ClaimOf(ArpRequester requester) => new(new Station(0, requester.Mac), requester.Address);

    /// <summary>
    /// The device gets its binding before its answer: only the binding shows that the frames that follow the answer are the device's own,
    /// and not frames that the router or another host forwards.
    /// </summary>
    private void Accept(ArpRequester requester, Ipv4Address target, TimeSpan now)
    {
        var claim = ClaimOf(requester);
        gateways.OnAnswered(claim, target);
        arrivals.Serve(claim, now);
        if (policy.Find(requester.Mac)?.Admission.State == AdmissionState.Blocked || arrivals.IsAwaited(claim))
        {
            return;
        }

        counters.Add(Counter.ArpAnswered);
        lan.Answer(requester, target);
    }

    /// <summary>
    /// The target has an owner: each device that got another answer is corrected, and the target is not answered for any more. Bindings stay:
    /// they make the gateway hear of a host that missed the correction, and repeat it.
    /// </summary>
    private void ReleaseTarget(Ipv4Address target, MacAddress owner, IReadOnlyCollection<ArpRequester> misled)
    {
        foreach (var requester in misled.Where(r => r.Mac != owner))
        {
            lan.Correct(requester, target, owner);
            gateways.Retract(ClaimOf(requester), target);
        }
    }
}
