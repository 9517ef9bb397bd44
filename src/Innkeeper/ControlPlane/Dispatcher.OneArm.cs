using Innkeeper.Policy;
using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.OneArm;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>One arm: interlopers among hosts that are none of our business.</summary>
internal sealed partial class Dispatcher
{
    private void OnArpFromLan(in ArpMessage message, in EthernetPacket frame)
    {
        var now = Now;
        OnArpFromUplink(message, 0);
        if (message.SenderMac == frame.Source)
        {
            Prove(new ClaimedAddress(new Station(0, message.SenderMac), message.SenderIp), message);
        }

        var verdict = lan!.OnArp(message, frame, now, out var givenBack);
        if (givenBack.Count > 0)
        {
            GiveBack(message.SenderIp, message.SenderMac, givenBack);
        }

        if (verdict == ArpVerdict.Answer)
        {
            Welcome(new ArpRequester(message.SenderMac, message.SenderIp), message.TargetIp);
        }
        else
        {
            counters.Add(CounterOf(verdict));
        }
    }

    /// <summary>
    /// The device gets its binding before its answer: to a frame of its that follows the answer only the binding says that it is its own, and
    /// not one that the router or another host forwards.
    /// </summary>
    private void Welcome(ArpRequester asker, Ipv4Address target)
    {
        var claim = new ClaimedAddress(new Station(0, asker.Mac), asker.Address);
        var belief = InferenceOf(claim);
        if (belief.Asked(target))
        {
            UpdateGateway(claim);
        }

        Serve(claim, belief);
        if (admission.Book.Find(asker.Mac)?.Admission.State == AdmissionState.Blocked || _proofs.IsAwaited(claim))
        {
            return;
        }

        counters.Add(Counter.ArpAnswered);
        lan!.Answer(asker, target);
    }

    /// <summary>
    /// The target has an owner: everybody who was told otherwise is told so, and we answer for it no more. Bindings stay: by them we hear of a
    /// host that did not get the word, and tell it again.
    /// </summary>
    private void GiveBack(Ipv4Address target, MacAddress owner, IReadOnlyCollection<ArpRequester> askers)
    {
        foreach (var asker in askers.Where(a => a.Mac != owner))
        {
            lan!.Correct(asker, target, owner);
            var claim = new ClaimedAddress(new Station(0, asker.Mac), asker.Address);
            if (registry.Find(claim) is { } binding && binding.Gateway == target)
            {
                _beliefs.Put(claim, new GatewayInference(claim.Address));
                UpdateGateway(claim);
            }
        }
    }

    /// <summary>
    /// A host of the LAN that sends us what is for a neighbour took us for it: the neighbour is off, and no gateway. While that lasts the wire
    /// is asked for the neighbour, so that its first answer puts the host right.
    /// </summary>
    /// <returns>Whether the packet says nothing of a gateway.</returns>
    private bool Regret(Binding binding, Ipv4Address destination)
    {
        var isProven = binding.GatewayProven && binding.Gateway == destination;
        if (!binding.IsLocal || isProven || !lan!.Responder.IsLocal(destination))
        {
            return false;
        }

        if (!lan.Responder.IsNeighbour(destination))
        {
            return true;
        }

        lan.AskAgain(new ArpRequester(binding.Claim.Station.Mac, binding.Claim.Address), destination, Now);

        // By these an administrator tries whether the gateway is there.
        var isLikelyGateway = !binding.GatewayProven && (byte)destination.Value is 1 or 254;
        if (!isLikelyGateway)
        {
            lan.Responder.Regretted(binding.Claim.Station.Mac, destination, Now);
        }

        return !isLikelyGateway;
    }

    /// <summary>Whether the packet is one that a host of the LAN forwards; then it goes its way, and so do all that follow it.</summary>
    private bool IsForwarded(ClaimedAddress claim, ReadOnlySpan<byte> frame)
    {
        if (lan is null || !lan.Responder.Forwards(new ArpRequester(claim.Station.Mac, claim.Address), Now))
        {
            return false;
        }

        lan.LeaveAlone(claim.Station.Mac);
        Reinject(frame.ToArray(), 0);
        return true;
    }
}
