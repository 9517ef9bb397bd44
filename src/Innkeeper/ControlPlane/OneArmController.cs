using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.OneArm;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Another gateway on the LAN, and which of the two serves.</summary>
/// <param name="IsPassive">Whether the other one serves.</param>
internal sealed record PeerState(bool IsPassive, MacAddress Mac, ushort Priority);

/// <summary>
/// One arm: handles ARP for the targets of foreign devices, for the router's address and the gateway's own, and the election among gateways.
/// Decides nothing: <see cref="LanResponder"/>, <see cref="ArpSpoofGuard"/> and <see cref="GatewayElection"/> do. The control loop's thread only,
/// except <see cref="Peer"/>.
/// </summary>
/// <param name="knownRouter">The router's station as an earlier process knew it, or null.</param>
internal sealed class OneArmController(
    CurrentNetwork network, LanResponder responder, GatewayElection election, IStationKinds stations, MacAddress? knownRouter, IOneArmProgrammer programmer, Counters counters, EventLog events)
    : INetworkListener
{
    /// <summary>While the router has not been heard, it is asked for this often.</summary>
    private static readonly TimeSpan s_routerInterval = TimeSpan.FromSeconds(5);

    private readonly byte[] _frame = new byte[Advertisement.FrameSize];
    private NetworkContext _network = network.Current;
    private ArpSpoofGuard _guard = GuardOf(network.Current);
    private TimeSpan _nextRouterAsk;
    private TimeSpan _ready;
    private volatile PeerState? _peer;

    public LanResponder Responder => responder;

    /// <summary>Null while no other gateway is heard. Read by any thread.</summary>
    public PeerState? Peer => _peer;

    private MacAddress Mac => _network.UplinkMac;

    /// <summary>How a station of the LAN is treated; null: as a device.</summary>
    public StationKind? KindOf(MacAddress mac) => _guard.IsSpoofer(mac) ? StationKind.Impostor : responder.IsOfLan(mac) ? StationKind.Regular : null;

    /// <summary>Whether other gateways may still answer the first advertisement.</summary>
    public bool IsHearing(TimeSpan now) => now < _ready;

    /// <summary>Advertises this gateway and asks the others to answer.</summary>
    public void Start(TimeSpan now)
    {
        _ready = now + GatewayElection.Hearing;
        if (knownRouter is { } mac)
        {
            _guard.Know(mac);
        }

        // Stations that an earlier process isolated: those that still claim another's address are found again.
        stations.Clear();

        Advertise(isAsking: true, isLeaving: false);
    }

    /// <summary>Other gateways need not wait to be sure.</summary>
    public void Leave() => Advertise(isAsking: false, isLeaving: true);

    public void OnNetworkChanged(NetworkContext next, TimeSpan now)
    {
        var before = _network;
        _network = next;
        responder.Parameters = responder.Parameters with { Mac = next.UplinkMac, Lan = next.Networks.UplinkNetwork, Router = next.Router };
        if (before.Router != next.Router || before.Networks.UplinkNetwork != next.Networks.UplinkNetwork || before.UplinkMac != next.UplinkMac)
        {
            _guard = GuardOf(next);
            _nextRouterAsk = default;
        }
    }

    /// <summary>Learns, asks the wire, corrects. The caller answers, as it must know the device first.</summary>
    /// <param name="givenBack">The stations that were answered for the sender's address.</param>
    public ArpVerdict OnArp(in ArpMessage message, in EthernetPacket frame, TimeSpan now, out IReadOnlyCollection<ArpRequester> givenBack)
    {
        givenBack = [];
        if (message.SenderMac == frame.Source)
        {
            Act(_guard.OnArp(message, now));
        }

        // Answers to a spoofer's requests under another address would be in vain: it is isolated.
        if (_guard.IsSpoofer(message.SenderMac) || (_guard.OwnerOf(message.SenderIp) is { } owner && owner != message.SenderMac))
        {
            return ArpVerdict.Impostor;
        }

        givenBack = responder.Heard(message, frame.Source, now);
        var verdict = responder.Decide(message, frame.Destination, frame.Source, now);
        if (verdict == ArpVerdict.AskFirst)
        {
            Ask(message.TargetIp);
        }

        return verdict;
    }

    /// <summary>The host takes the gateway for the target, which may be there again: the wire is asked.</summary>
    private void AskAgain(ArpRequester host, Ipv4Address target, TimeSpan now)
    {
        if (responder.OnMisdirectedPacket(host, target, now))
        {
            Ask(target);
        }
    }

    /// <summary>The target is at our MAC.</summary>
    public void Answer(ArpRequester requester, Ipv4Address target) => Send(requester.Mac, ArpMessage.Reply(Mac, target, requester.Mac, requester.Address));

    /// <summary>The target has an owner elsewhere: sends an announcement, which every stack accepts at once, to this device alone.</summary>
    public void Correct(ArpRequester requester, Ipv4Address target, MacAddress owner)
    {
        counters.Add(Counter.ArpGivenBack);
        Send(requester.Mac, ArpMessage.Announcement(owner, target));
    }

    /// <summary>
    /// A host of the LAN that sends packets for a neighbor to the gateway took it for that neighbor, which is off and no gateway. While that
    /// lasts the wire is asked for the neighbor, so that its first answer corrects the host.
    /// </summary>
    /// <returns>Whether the packet shows nothing about a gateway.</returns>
    public bool IsForNeighbor(Binding binding, Ipv4Address destination, TimeSpan now)
    {
        var isProven = binding.GatewayProven && binding.Gateway == destination;
        if (!binding.IsLocal || isProven || !responder.IsLocal(destination))
        {
            return false;
        }

        if (!responder.IsNeighbor(destination))
        {
            return true;
        }

        AskAgain(new ArpRequester(binding.Claim.Station.Mac, binding.Claim.Address), destination, now);

        // An administrator tests by these whether the gateway is there.
        var isLikelyGateway = !binding.GatewayProven && (byte)destination.Value is 1 or 254;
        if (!isLikelyGateway)
        {
            responder.RetractAnswer(binding.Claim.Station.Mac, destination, now);
        }

        return !isLikelyGateway;
    }

    /// <summary>Whether the sender of a packet is a host of the LAN that forwards it; then the data plane leaves all its frames alone.</summary>
    public bool LeaveForwarderAlone(ArpRequester sender, TimeSpan now)
    {
        if (!responder.Forwards(sender, now))
        {
            return false;
        }

        LeaveAlone(sender.Mac);
        return true;
    }

    /// <summary>It forwards others' packets: from now on the data plane leaves all of its frames alone.</summary>
    private void LeaveAlone(MacAddress mac) => stations.Set(mac, StationKind.Regular);

    public void OnPeer(in EthernetPacket frame, TimeSpan now)
    {
        if (!Advertisement.TryParse(frame.Payload, out var advertisement))
        {
            counters.Add(Counter.PuntsMalformed);
            return;
        }

        if (election.OnAdvertisement(frame.Source, advertisement, now))
        {
            Advertise(isAsking: false, isLeaving: false);
        }

        Elect();
    }

    /// <summary>Does what is due.</summary>
    /// <returns>The requesters that may be answered now.</returns>
    public IReadOnlyList<(ArpRequester Requester, Ipv4Address Target)> Tick(TimeSpan now)
    {
        Act(_guard.Tick(now, out var freed));
        foreach (var mac in freed)
        {
            stations.Delete(mac);
        }

        if (_guard.RouterMac is null && _network.Router is { } router && now >= _nextRouterAsk)
        {
            _nextRouterAsk = now + s_routerInterval;
            Ask(router);
        }

        if (election.Tick(now))
        {
            Advertise(isAsking: false, isLeaving: false);
        }

        Elect();
        return responder.TakeDue(now);
    }

    /// <summary>When <see cref="Tick"/> has something to do next.</summary>
    public TimeSpan NextDue
    {
        get
        {
            var due = election.NextDue;
            due = _guard.NextDue is { } guard && guard < due ? guard : due;
            return responder.NextDue is { } answer && answer < due ? answer : due;
        }
    }

    private static ArpSpoofGuard GuardOf(NetworkContext context) =>
        new(context.UplinkMac, context.Networks.UplinkNetwork.Address, context.Router);

    private void Act(GuardAction action)
    {
        switch (action)
        {
            case GuardAction.RouterKnown:
                var mac = _guard.RouterMac!.Value;
                programmer.SetRouter(mac);
                LeaveAlone(mac);

                // If the router moved, the host's stack did not hear of it: now it may.
                ReinjectFromUplink(ArpMessage.Announcement(mac, _guard.Router!.Value));
                break;
            case GuardAction.Contested:
                events.Add(new RouterContested(_guard.Router!.Value, [.. _guard.Contenders]));
                break;
            case GuardAction.AskRouter:
                Send(_guard.RouterMac!.Value, ArpMessage.Request(Mac, _network.ProbeSender, _guard.Router!.Value));
                break;
            case GuardAction.Correct or GuardAction.LeaveUncorrected:
                var (spoofer, claimed) = _guard.Spoofer;
                var isIsolated = _guard.IsSpoofer(spoofer);
                if (isIsolated)
                {
                    stations.Set(spoofer, StationKind.Impostor);
                }

                var owner = _guard.OwnerOf(claimed)!.Value;
                if (action == GuardAction.Correct)
                {
                    counters.Add(Counter.ArpRepaired);
                    Send(MacAddress.Broadcast, ArpMessage.Announcement(owner, claimed));
                }

                events.Add(new AddressSpoofed(spoofer, claimed, claimed == _guard.Router ? owner : null, isIsolated, spoofer == _guard.RouterMac));
                break;
        }
    }

    private void Elect()
    {
        var before = _peer;
        var state = election.Best is { } best ? new PeerState(election.Leader is not null, best.Mac, best.Priority) : null;
        responder.IsCautious = election.HeardAny;
        if (state == before)
        {
            return;
        }

        _peer = state;
        var isPassive = state is { IsPassive: true };
        if (isPassive != responder.IsPassive)
        {
            responder.IsPassive = isPassive;
            programmer.SetPassive(isPassive);
        }

        events.Add(state is null ? new PeerLost() : new PeerFound(state.Mac, state.Priority, election.Priority, state.IsPassive));
    }

    private void Advertise(bool isAsking, bool isLeaving)
    {
        var length = new Advertisement(election.Priority, isAsking, isLeaving).Write(_frame, Mac);
        Send(length);
    }

    private void Ask(Ipv4Address target) => Send(MacAddress.Broadcast, ArpMessage.Request(Mac, _network.ProbeSender, target));

    private void Send(MacAddress destination, ArpMessage message) => Send(ArpFrame.Write(_frame, destination, Mac, 0, message));

    private void Send(int length)
    {
        if (!_network.Access.TrySend(_frame.AsSpan(0, length)))
        {
            counters.Add(Counter.SendFailed);
        }
    }

    private void ReinjectFromUplink(ArpMessage message)
    {
        var length = ArpFrame.Write(_frame, MacAddress.Broadcast, message.SenderMac, 0, message);
        if (!_network.Uplink.Return.TrySend(_frame.AsSpan(0, length)))
        {
            counters.Add(Counter.SendFailed);
        }
    }
}
