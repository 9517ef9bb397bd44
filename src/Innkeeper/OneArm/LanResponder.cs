using Innkeeper.Arp;
using Innkeeper.Wire;

namespace Innkeeper.OneArm;

/// <summary>The facts about the LAN that the decision depends on.</summary>
/// <param name="Mac">The gateway's MAC.</param>
/// <param name="Lan">The gateway's address in the LAN's network.</param>
/// <param name="Router">The LAN's router, if there is one.</param>
/// <param name="IsPool">Whether an address may be the outside address of a foreign device.</param>
/// <param name="ServesWrongGateways">Whether the LAN's own hosts are helped when the gateway they are set up with does not exist.</param>
internal sealed record LanParameters(MacAddress Mac, Ipv4Network Lan, Ipv4Address? Router, Func<Ipv4Address, bool> IsPool, bool ServesWrongGateways);

/// <summary>A requester and the address it asks for.</summary>
internal readonly record struct ArpRequester(MacAddress Mac, Ipv4Address Address);

/// <summary>
/// The network determination of the patent (figures 9-11, 23 and 24) on a LAN of others: which requests are answered, when, and for which targets.
/// No I/O, clock or log: messages and time in, verdicts out. Bounded: the oldest findings go, and asking finds them again.
/// </summary>
/// <remarks>
/// A foreign device (its address lies outside the LAN) asks for a target outside the LAN: the gateway asks the wire itself, and answers
/// when the device asks again and no owner has answered. A host of the LAN is left alone, unless it asks three times in vain for what must
/// be a missing gateway: a host that ever asked for the real router has a gateway that works. An owner that is heard gets its address at once.
/// </remarks>
internal sealed class LanResponder(LanParameters parameters)
{
    /// <summary>A host of the LAN is answered at the request with this number: a host makes three before it gives up.</summary>
    public const int RequestsInVain = 3;

    /// <summary>Requests of a host of the LAN that are further apart than this do not belong to one attempt.</summary>
    public static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);

    /// <summary>How long a target is left alone that turned out to be a neighbor that is off, and no gateway; twice as long each time.</summary>
    public static readonly TimeSpan RetractionTime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// While packets for a neighbor reach the gateway, it asks the wire this often: hosts that were answered in error must hear when the
    /// neighbor is back.
    /// </summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The gateway's questions are broadcasts, and a host that floods the LAN with requests must not multiply them: up to this many at once,
    /// and 500 a second.
    /// </summary>
    public const int QuestionBurst = 1000;

    private static readonly TimeSpan s_questionInterval = TimeSpan.FromMilliseconds(2);

    private const int Capacity = 8192;
    private const int MaxAnswered = 65536;

    private readonly NeighborTable _neighbors = new();
    private readonly BoundedMap<(ArpRequester Requester, Ipv4Address Target), RequestHistory> _histories = new(Capacity);
    private readonly Queue<(TimeSpan Due, ArpRequester Requester, Ipv4Address Target)> _due = new();
    private readonly BoundedMap<Ipv4Address, HashSet<ArpRequester>> _answered = new(Capacity);
    private readonly BoundedMap<MacAddress, bool> _regulars = new(Capacity);
    private readonly BoundedMap<(MacAddress Mac, Ipv4Address Neighbor), (TimeSpan Until, TimeSpan Next)> _retracted = new(1024);
    private int _answers;
    private TimeSpan _nextQuestion;

    /// <summary>The interface's address or the router's may change.</summary>
    public LanParameters Parameters { get; set; } = parameters;

    /// <summary>Another gateway serves this LAN: no request is answered.</summary>
    public bool IsPassive { get; set; }

    /// <summary>Another gateway may still answer devices it knows: then only repeated requests are answered, whatever is known.</summary>
    public bool IsCautious { get; set; }

    /// <summary>Whether an address is one of the LAN's own.</summary>
    public bool IsLocal(Ipv4Address address) => Parameters.Lan.Contains(address);

    /// <summary>
    /// Whether an address can only be a neighbor's on the LAN: packets for the router, the gateway or the pool reach the gateway rightly.
    /// </summary>
    public bool IsNeighbor(Ipv4Address address) => IsLocal(address) && address != Parameters.Lan.Address && !Parameters.IsPool(address);

    /// <summary>Whether a station was heard to use an address of the LAN's own.</summary>
    public bool IsOfLan(MacAddress mac) => _regulars.Contains(mac);

    /// <summary>Decides about a message. <see cref="ArpVerdict.AskFirst"/>: ask the wire for the target, now.</summary>
    public ArpVerdict Decide(in ArpMessage message, MacAddress frameDestination, MacAddress frameSource, TimeSpan now)
    {
        var (requester, target) = (new ArpRequester(message.SenderMac, message.SenderIp), message.TargetIp);
        if (message.Operation != ArpOperation.Request)
        {
            return ArpVerdict.NotARequest;
        }

        if (message.SenderMac != frameSource)
        {
            return ArpVerdict.SenderNotFrameSource;
        }

        // RFC 5227: an answer would make the host give up its own address.
        if (requester.Address == Ipv4Address.Any)
        {
            return ArpVerdict.Probe;
        }

        if (requester.Address == target)
        {
            return ArpVerdict.Announcement;
        }

        if (requester.Address.IsBogus || target.IsBogus)
        {
            return ArpVerdict.BogusAddress;
        }

        if (_neighbors.OwnerOf(0, target, now) == requester.Mac)
        {
            return ArpVerdict.OwnAddress;
        }

        if (!frameDestination.IsMulticast && frameDestination != Parameters.Mac)
        {
            return ArpVerdict.UnicastToOther;
        }

        var verdict = IsLocal(requester.Address) ? DecideForLocal(requester, target, now) : DecideForForeign(requester, target, frameDestination == Parameters.Mac, now);
        if (IsPassive && verdict is ArpVerdict.Answer or ArpVerdict.AskFirst or ArpVerdict.StillAsking)
        {
            return ArpVerdict.Passive;
        }

        switch (verdict)
        {
            case ArpVerdict.AskFirst when !MayAsk(now):
                return ArpVerdict.QuestionLimit;
            case ArpVerdict.AskFirst:
                _neighbors.OnAsked(0, target, now);
                break;
            case ArpVerdict.Answer:
                Answered(requester, target);
                break;
        }

        return verdict;
    }

    /// <summary>Learns the sender's address from any message, whatever its purpose.</summary>
    /// <returns>The stations that were answered for this address: it is the sender's, and they must be corrected.</returns>
    public IReadOnlyCollection<ArpRequester> Heard(in ArpMessage message, MacAddress frameSource, TimeSpan now)
    {
        if (message.SenderIp == Ipv4Address.Any || message.SenderMac != frameSource || message.SenderMac.IsMulticast || message.SenderMac == Parameters.Mac)
        {
            return [];
        }

        _neighbors.OnHeard(0, message.SenderIp, message.SenderMac, now);
        if (IsLocal(message.SenderIp))
        {
            // Whether the host has a gateway that works: it asked for the router.
            var works = message.Operation == ArpOperation.Request && message.TargetIp == Parameters.Router;
            _regulars.Put(message.SenderMac, works || (_regulars.TryGet(message.SenderMac, out var before) && before));
        }

        if (!_answered.Remove(message.SenderIp, out var requesters))
        {
            return [];
        }

        _answers -= requesters.Count;
        return requesters;
    }

    /// <summary>Requesters that asked again while the gateway was still asking, and may be answered now.</summary>
    public IReadOnlyList<(ArpRequester Requester, Ipv4Address Target)> TakeDue(TimeSpan now)
    {
        List<(ArpRequester, Ipv4Address)>? due = null;
        while (_due.TryPeek(out var next) && next.Due <= now)
        {
            _due.Dequeue();
            if (!IsPassive && !IsLeftAlone(next.Requester, next.Target, now) && _neighbors.Lookup(0, next.Target, next.Requester.Mac, now) == Ownership.Unowned)
            {
                Answered(next.Requester, next.Target);
                (due ??= []).Add((next.Requester, next.Target));
            }
        }

        return due ?? [];
    }

    /// <summary>When <see cref="TakeDue"/> has something to do.</summary>
    public TimeSpan? NextDue => _due.TryPeek(out var next) ? next.Due : null;

    /// <summary>
    /// Whether a station is a host of the LAN. Foreign sources in its frames belong to hosts that it forwards for, except an address
    /// that it claims by ARP.
    /// </summary>
    public bool Forwards(ArpRequester sender, TimeSpan now) =>
        _regulars.Contains(sender.Mac) && _neighbors.OwnerOf(0, sender.Address, now) != sender.Mac;

    /// <summary>A host of the LAN sent a packet for the target itself: a neighbor that is off, no gateway. It was answered in error.</summary>
    public void RetractAnswer(MacAddress host, Ipv4Address neighbor, TimeSpan now)
    {
        var isKnown = _retracted.TryGet((host, neighbor), out var before);
        if (!isKnown || now >= before.Until)
        {
            var time = isKnown ? before.Next : RetractionTime;
            _retracted.Put((host, neighbor), (now + time, time * 2 > TimeSpan.FromHours(1) ? TimeSpan.FromHours(1) : time * 2));
        }
    }

    /// <summary>A host of the LAN sends a packet for a target on the LAN to the gateway's MAC: some answer misled it.</summary>
    /// <returns>Whether to ask the wire for the target now. Its owner's answer comes to <see cref="Heard"/>, which corrects the host.</returns>
    public bool OnMisdirectedPacket(ArpRequester host, Ipv4Address target, TimeSpan now)
    {
        if (_neighbors.WasAsked(0, target, now - AskAgain) || !MayAsk(now))
        {
            return false;
        }

        Answered(host, target);
        _neighbors.OnAsked(0, target, now);
        return true;
    }

    /// <summary>An earlier process answered it.</summary>
    public void Adopt(ArpRequester requester, Ipv4Address gateway)
    {
        if (gateway != Ipv4Address.Any)
        {
            Answered(requester, gateway);
        }
    }

    private ArpVerdict DecideForForeign(ArpRequester requester, Ipv4Address target, bool isToUs, TimeSpan now)
    {
        // The LAN's own hosts answer for themselves, and the data plane answers for pool addresses in use.
        if (IsLocal(target))
        {
            return ArpVerdict.UplinkNetwork;
        }

        var ownership = _neighbors.Lookup(0, target, requester.Mac, now);
        if (isToUs && ownership != Ownership.Owned && WasAnswered(requester, target))
        {
            // It checks that its gateway is still there (RFC 1122, 2.3.2.1).
            return ArpVerdict.Answer;
        }

        var requests = Count(requester, target, now);
        if (_neighbors.IsFresh(0, target, requester.Mac, now))
        {
            return ArpVerdict.LiveOwner;
        }

        switch (ownership)
        {
            case Ownership.Unowned:
                return requests > 1 || !IsCautious ? ArpVerdict.Answer : ArpVerdict.StillAsking;
            case Ownership.Asking:
                Await(requester, target, requests > 1, now);
                return ArpVerdict.StillAsking;
            default:
                Await(requester, target, requests > 1, now);
                return ArpVerdict.AskFirst;
        }
    }

    private ArpVerdict DecideForLocal(ArpRequester requester, Ipv4Address target, TimeSpan now)
    {
        if (IsLeftAlone(requester, target, now))
        {
            return ArpVerdict.RegularHost;
        }

        var ownership = _neighbors.Lookup(0, target, requester.Mac, now);
        if (ownership == Ownership.Owned)
        {
            // A device that was there a minute ago may be there again.
            return ArpVerdict.LiveOwner;
        }

        if (WasAnswered(requester, target) && !_retracted.Contains((requester.Mac, target)))
        {
            return ArpVerdict.Answer;
        }

        // A host that finds its neighbor asks once. The gateway asks only after that: a neighbor that was found need not answer the gateway too.
        var requests = Count(requester, target, now);
        if (requests < 2)
        {
            return ArpVerdict.RegularHost;
        }

        switch (ownership)
        {
            case Ownership.Unowned:
                return requests >= RequestsInVain ? ArpVerdict.Answer : ArpVerdict.StillAsking;
            case Ownership.Asking:
                Await(requester, target, requests >= RequestsInVain, now);
                return ArpVerdict.StillAsking;
            default:
                Await(requester, target, requests >= RequestsInVain, now);
                return ArpVerdict.AskFirst;
        }
    }

    /// <summary>The requester is a host of the LAN that needs no help, or the target is no missing gateway.</summary>
    private bool IsLeftAlone(ArpRequester requester, Ipv4Address target, TimeSpan now)
    {
        if (!IsLocal(requester.Address))
        {
            return false;
        }

        var hasGateway = _regulars.TryGet(requester.Mac, out var works) && works;
        return !Parameters.ServesWrongGateways || Parameters.Router is null || hasGateway || target == Parameters.Router || target == Parameters.Lan.Address || Parameters.IsPool(target)
            || (_retracted.TryGet((requester.Mac, target), out var neighbor) && now < neighbor.Until);
    }

    /// <summary>How often it has asked for this; a host of the LAN, in vain, within one attempt.</summary>
    private int Count(ArpRequester requester, Ipv4Address target, TimeSpan now)
    {
        var isOneMore = _histories.TryGet((requester, target), out var history)
            && (!IsLocal(requester.Address) || (now - history.Last <= Attempt && !_neighbors.WasHeard(0, target, history.First)));
        history = isOneMore ? new RequestHistory(history.Requests + 1, history.First, now) : new RequestHistory(1, now, now);
        _histories.Put((requester, target), history);
        return history.Requests;
    }

    /// <summary>A requester that asks in vain is answered when the wire had its time, even if it does not ask once more.</summary>
    private void Await(ArpRequester requester, Ipv4Address target, bool isInVain, TimeSpan now)
    {
        if (isInVain && _due.Count < Capacity)
        {
            _due.Enqueue((now + NeighborTable.AnswerTime, requester, target));
        }
    }

    /// <summary>Generic cell rate algorithm (ITU-T I.371).</summary>
    private bool MayAsk(TimeSpan now)
    {
        var earliest = _nextQuestion > now ? _nextQuestion : now;
        if (earliest - now > s_questionInterval * (QuestionBurst - 1))
        {
            return false;
        }

        _nextQuestion = earliest + s_questionInterval;
        return true;
    }

    private bool WasAnswered(ArpRequester requester, Ipv4Address target) => _answered.TryGet(target, out var requesters) && requesters.Contains(requester);

    private void Answered(ArpRequester requester, Ipv4Address target)
    {
        if (!_answered.TryGet(target, out var requesters))
        {
            _answers -= _answered.Put(target, requesters = [])?.Count ?? 0;
        }

        if (_answers < MaxAnswered && requesters.Add(requester))
        {
            _answers++;
        }
    }

    private readonly record struct RequestHistory(int Requests, TimeSpan First, TimeSpan Last);
}
