using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Innkeeper.Addresses;
using Innkeeper.Policy;
using Innkeeper.Arp;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.Links;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.ControlPlane;

/// <summary>What the dispatcher acts with.</summary>
/// <param name="Router">The main gateway.</param>
/// <param name="ProbeSender">The address our questions to devices come from: never 0.0.0.0 (a conflict probe to Windows).</param>
/// <param name="Ports">Every uplink by its index; null: the interface is not there. The main one always has a place.</param>
internal sealed record NetworkContext(
    ArpNetworks Networks, Ipv4Address ProbeSender, Ipv4Address? Router, TimeSpan Idle, IFrameSender Access, IFrameSender Stack, ImmutableArray<UplinkLink?> Ports)
{
    public UplinkLink Uplink => Ports[0]!;

    public MacAddress UplinkMac => Uplink.Mac;

    /// <summary>An uplink's own address, where devices share it.</summary>
    public Ipv4Address? OwnOn(int uplink) => Ports[uplink]?.Shared;
}

/// <summary>What is needed to speak on an uplink.</summary>
/// <param name="Mac">Ours there.</param>
/// <param name="Address">Ours there.</param>
/// <param name="Shared">The same, where devices share it.</param>
/// <param name="Return">Brings frames back as if they came from this uplink.</param>
internal sealed record UplinkLink(MacAddress Mac, Ipv4Address Address, Ipv4Address? Shared, IFrameSender Socket, IFrameSender Return);

/// <summary>
/// The control plane's one thread: takes punts, lets the responders and the registry decide, and does what they decided.
/// Nothing here blocks: the database lags behind by its own thread, sends are to raw sockets.
/// </summary>
internal sealed partial class Dispatcher(
    NetworkContext surroundings, Registry registry, AddressPools legal, NaptAllocator sharing, AdmissionOffice admission, BindingTable table, IStateStore memory,
    Counters counters, EventLog events, byte refusal, OneArmController? lan, TimeProvider clock, ILogger<Dispatcher> log) : IControlInbox, IDeviceDecisions
{
    /// <summary>A device counts as live, and its address as taken, for this long after its last packet.</summary>
    private static readonly TimeSpan s_liveness = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(5);

    /// <summary>How far "last seen" in the database may lag.</summary>
    private static readonly TimeSpan s_touchInterval = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Who was heard a moment ago is not listened to again (LEARN_INTERVAL, and a step of the data plane's clock). What follows the binding
    /// is: with one arm that is made for an ARP request, and the first packet, which says what gateway that was for, is yet to come.
    /// </summary>
    internal static readonly TimeSpan JustBefore = TimeSpan.FromMilliseconds(50);

    private const byte IcmpEcho = 8;

    private readonly PoolWatch[] _poolWatches = [.. legal.All.Select(p => new PoolWatch(p.Addresses, events))];
    private readonly NeighborTable _owners = new();
    private readonly GatewayInferences _beliefs = new((int)table.Capacity);
    private readonly List<Binding> _active = [];
    private readonly PendingPackets _held = new();
    private readonly AddressVerification _proofs = new();
    private readonly DotFallback _privateDns = new();
    private readonly FragmentHoldQueue _early = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly byte[] _frame = new byte[IcmpUnreachable.MaxFrameSize];
    private NetworkContext _surroundings = surroundings;
    private TimeSpan _nextSweep;
    private TimeSpan _nextTouch;

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Called for every binding that ends.</summary>
    public Action<Binding>? Released { get; set; }

    /// <summary>Serves until stopped. Waits in the kernel for the next punt or the next thing due, a second at most.</summary>
    /// <param name="ring">Where punts come from.</param>
    /// <param name="changed">The surroundings when they changed since last asked, else null.</param>
    /// <param name="stop">Ends it.</param>
    public void Run(PuntRing ring, Func<NetworkContext?> changed, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (changed() is { } surroundings)
            {
                MoveTo(surroundings, Now);
            }

            var wait = NextDue(Now) - Now;
            ring.Poll(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait + TimeSpan.FromMilliseconds(1));
            Tick(Now);
        }

        // The next process does not know that they are new.
        Introduce(TimeSpan.MaxValue);
    }

    /// <summary>The first stock of addresses is probed before the gateway says it is ready: newcomers do not wait for it.</summary>
    public void Prepare(PuntRing ring)
    {
        lan?.Start(Now);
        do
        {
            Tick(Now);
            ring.Poll(TimeSpan.FromMilliseconds(10));
        }
        while (legal.Count(AddressState.Probing) > 0 || sharing.IsExpecting || lan?.IsHearing(Now) == true);
    }

    public void OnPunt(in Punt punt, ReadOnlySpan<byte> frame)
    {
        counters.Add(Counter.Punts);
        if (punt.Reason == PuntReason.Ports)
        {
            if (System.Runtime.InteropServices.MemoryMarshal.TryRead<PortsRecord>(frame, out var record))
            {
                sharing.OnPorts(record, Now);
            }

            return;
        }

        if (!EthernetPacket.TryParse(frame, out var ethernet))
        {
            counters.Add(Counter.PuntsMalformed);
            return;
        }

        switch (punt.Reason)
        {
            case PuntReason.ArpAccess when ArpMessage.TryParse(ethernet.Payload, out var message):
                OnArpFromAccess(message, ethernet, punt.Vlan);
                break;
            case PuntReason.ArpUplink when ArpMessage.TryParse(ethernet.Payload, out var message):
                OnArpFromUplink(message, (int)punt.Binding);
                break;
            case PuntReason.ArpLan when ArpMessage.TryParse(ethernet.Payload, out var message):
                OnArpFromLan(message, ethernet);
                break;
            case PuntReason.Peer:
                lan!.OnPeer(ethernet, Now);
                break;
            case PuntReason.Dhcp or PuntReason.DhcpServer:
                OnDhcp(punt, ethernet);
                break;
            case PuntReason.NewSource when Ipv4Packet.TryParse(ethernet.Payload, out var packet):
                OnNewSource(new ClaimedAddress(new Station(punt.Vlan, ethernet.Source), packet.Source), packet, frame);
                break;
            case PuntReason.Learn when Ipv4Packet.TryParse(ethernet.Payload, out var packet):
                OnLearn(new ClaimedAddress(new Station(punt.Vlan, ethernet.Source), packet.Source), packet);
                break;
            case PuntReason.Answered when Ipv4Packet.TryParse(ethernet.Payload, out var packet):
                OnAnswered(packet.Source, punt.Binding);
                break;
            case PuntReason.Refused:
                Refuse(frame, punt.Vlan, refusal);
                break;
            case PuntReason.Denied:
                Refuse(frame, punt.Vlan, IcmpUnreachable.AdministrativelyProhibited);
                break;
            case PuntReason.Fragment when Ipv4Packet.TryParse(ethernet.Payload, out var packet):
                OnEarlyFragment(packet, frame);
                break;
            case PuntReason.FragmentFirst when Ipv4Packet.TryParse(ethernet.Payload, out var packet):
                OnFirstFragment(packet);
                break;
            case PuntReason.PrivateDns when Ipv4Packet.TryParse(ethernet.Payload, out var packet):
                _privateDns.Tried(packet.Destination, new HeldSyn(frame.ToArray(), punt.Vlan), Now);
                break;
            case PuntReason.PrivateDnsAnswer when Ipv4Packet.TryParse(ethernet.Payload, out var packet):
                _privateDns.Answered(packet.Source);
                break;
            case PuntReason.PrivateDnsSilent:
                Reset(new HeldSyn(frame.ToArray(), punt.Vlan));
                break;
            default:
                counters.Add(Counter.PuntsMalformed);
                break;
        }
    }

    /// <summary>Interfaces changed.</summary>
    private void MoveTo(NetworkContext surroundings, TimeSpan now)
    {
        _surroundings = surroundings;
        registry.Lan = lan is null ? null : surroundings.Networks.UplinkNetwork;
        lan?.MoveTo(surroundings);
        Dhcp?.MoveTo(surroundings);
        legal.MoveTo(surroundings, now);
        sharing.MoveTo(surroundings, now);
    }

    private void OnNewSource(ClaimedAddress claim, in Ipv4Packet packet, ReadOnlySpan<byte> frame)
    {
        if (IsForwarded(claim, frame))
        {
            return;
        }

        var belief = InferenceOf(claim);
        belief.Sent(packet.Destination, IsEcho(packet), Now);
        counters.Add(Counter.FirstPacketsHeld);
        counters.Add(Counter.FirstPacketsLost, _held.Hold(claim, frame, Now));
        Serve(claim, belief);
    }

    private void OnLearn(ClaimedAddress claim, in Ipv4Packet packet)
    {
        if (registry.Find(claim) is { } binding && Regret(binding, packet.Destination))
        {
            return;
        }

        if (InferenceOf(claim).Sent(packet.Destination, IsEcho(packet), Now))
        {
            UpdateGateway(claim);
        }
    }

    private void OnAnswered(Ipv4Address source, uint number)
    {
        if (registry.Bindings.TryGetValue(number, out var binding) && InferenceOf(binding.Claim).Answered(source))
        {
            UpdateGateway(binding.Claim);
        }
    }

    private static bool IsEcho(in Ipv4Packet packet) =>
        packet is { Protocol: IpProtocol.Icmp, FragmentOffset: 0, Payload.Length: > 0 } && packet.Payload[0] == IcmpEcho;

    /// <summary>Gives the claim its binding if that can be, and lets its held packets go.</summary>
    private void Serve(ClaimedAddress claim, GatewayInference belief)
    {
        var now = Now;
        var isLeased = Dhcp?.Book.IsLeased(claim.Station, claim.Address) == true;
        DeviceRecord Learn(DeviceRecord d) => d with { Uses = isLeased ? DeviceUse.Dhcp : DeviceUse.Static };

        // Who is new is written down when it is served: or a flood would fill the book, and the administrator's mail.
        var isNew = admission.Book.Find(claim.Station.Mac) is null;
        var device = isNew ? RecordOf(claim.Station, Learn) : Meet(claim.Station, Learn);
        if (device.Admission.State == AdmissionState.Blocked)
        {
            counters.Add(Counter.RefusedBlocked);
            _held.Take(claim);
            return;
        }

        var arrival = registry.Arrive(claim, belief, TermsOf(device, claim.Station.Vlan), now, clock.GetUtcNow(), out var binding, isLeased ? Reachability.Given : _proofs.Of(claim, now));
        foreach (var replaced in registry.Replaced)
        {
            Forget(replaced);
        }

        registry.Replaced.Clear();
        sharing.DesertShares();
        if (arrival == Arrival.Unproven)
        {
            AskForProof(claim, now);
            return;
        }

        _proofs.Settle(claim);
        if (arrival == Arrival.Waiting)
        {
            return;
        }

        if (isNew)
        {
            Meet(claim.Station, Learn);
        }

        switch (arrival)
        {
            case Arrival.Bound:
                sharing.OpenShares();
                table.Add(binding!, now - JustBefore);
                counters.Add(Counter.BindingsMade);
                if (binding!.IsPooled)
                {
                    legal.Bound(binding.Legal, now);
                }

                Remember(binding);
                log.BindingMade(claim.Station.Mac.ToString(), claim.Station.Vlan, claim.Address.ToString(), binding.Outside.ToString());
                break;
            case Arrival.DeviceLimit:
                Refuse(claim, Counter.RefusedDeviceLimit, IcmpUnreachable.AdministrativelyProhibited);
                return;
            case Arrival.PoolExhausted:
                Refuse(claim, Counter.RefusedPoolExhausted, IcmpUnreachable.HostUnreachable);
                events.Add("pool-exhausted", $"no legal address is left for {claim.Station.Mac} ({claim.Address}); add addresses to [pool] or lower [pool] idle");
                return;
            case Arrival.TableFull:
                Refuse(claim, Counter.RefusedTableFull, IcmpUnreachable.HostUnreachable);
                events.Add("table-full", "all bindings are in use; raise [dataplane] bindings");
                return;
        }

        foreach (var frame in _held.Take(claim))
        {
            Reinject(frame, claim.Station.Vlan);
        }
    }

    private GatewayInference InferenceOf(ClaimedAddress claim)
    {
        if (_beliefs.Find(claim) is { } known)
        {
            return known;
        }

        var gateway = registry.GatewayOf(claim.Station);
        var belief = gateway == Ipv4Address.Any ? new GatewayInference(claim.Address) : GatewayInference.Inherited(claim.Address, gateway);
        _beliefs.Put(claim, belief);
        return belief;
    }

    private void UpdateGateway(ClaimedAddress claim)
    {
        if (registry.Find(claim) is { } binding)
        {
            var updated = registry.UpdateGateway(binding, InferenceOf(claim));
            table.Write(updated);
            Remember(updated);
        }
    }

    private void Tick(TimeSpan now)
    {
        RunPosted();
        TickAdmission(now);
        var isNews = legal.Tick(now) | sharing.Tick(now);
        if (isNews)
        {
            // Who is asked for a proof does not wait for an address.
            foreach (var claim in _held.Claims.Where(c => !_proofs.IsAwaited(c)).ToList())
            {
                Serve(claim, InferenceOf(claim));
            }
        }

        foreach (var (asker, target) in lan?.Tick(now) ?? [])
        {
            Welcome(asker, target);
        }

        Dhcp?.Tick(now);
        while (_privateDns.TakeSilent(now, out var server, out var syns))
        {
            counters.Add(Counter.PrivateDnsSilent);
            table.MarkSilent(server, now + DotFallback.SilenceTime);
            foreach (var syn in syns)
            {
                Reset(syn);
            }
        }

        if (now >= _nextSweep)
        {
            _nextSweep = now + s_sweepInterval;
            Sweep(now);
            Array.ForEach(_poolWatches, w => w.Look());
        }
    }

    private TimeSpan NextDue(TimeSpan now)
    {
        var due = legal.NextDue(now);
        foreach (var other in (ReadOnlySpan<TimeSpan>)[sharing.NextDue(now), admission.Health.NextDue, _newcomers.TryPeek(out var newcomer) ? newcomer.Due : TimeSpan.MaxValue])
        {
            due = other < due ? other : due;
        }

        due = lan is not null && lan.NextDue < due ? lan.NextDue : due;
        if (_privateDns.NextDue is { } trial && trial < due)
        {
            due = trial;
        }

        return _nextSweep < due ? _nextSweep : due;
    }

    private void Sweep(TimeSpan now)
    {
        SweepAdmission();
        _active.Clear();
        foreach (var binding in registry.Bindings.Values)
        {
            var idle = IdleFor(binding.Number, now);
            if (idle < s_touchInterval)
            {
                _active.Add(binding);
            }

            if (idle >= _surroundings.Idle && !sharing.IsInUse(binding))
            {
                registry.Release(binding, now);
                Forget(binding);
                log.BindingReleased(binding.Claim.Station.Mac.ToString(), binding.Claim.Address.ToString(), binding.Outside.ToString());
            }
        }

        foreach (var promoted in sharing.Sweep(now))
        {
            counters.Add(Counter.BindingsMoved);
            legal.Bound(promoted.Legal, now);
            Remember(promoted);
            log.BindingMade(promoted.Claim.Station.Mac.ToString(), promoted.Claim.Station.Vlan, promoted.Claim.Address.ToString(), promoted.Legal.ToString());
        }

        counters.Add(Counter.FirstPacketsLost, _held.Expire(now));
        Dhcp?.Sweep(now);
        if (now >= _nextTouch)
        {
            _nextTouch = now + s_touchInterval;
            memory.Touch(_active.Where(b => !b.IsLocal), clock.GetUtcNow());
        }
    }

    private void Forget(Binding binding)
    {
        var isConfirmed = table.IsConfirmed(binding.Number);
        table.Remove(binding);
        counters.Add(Counter.BindingsReleased);
        Released?.Invoke(binding);
        if (!binding.IsLocal)
        {
            memory.Release(binding, clock.GetUtcNow());
            if (!isConfirmed)
            {
                Disregard(binding);
            }
        }
    }

    /// <summary>Hosts of the LAN that we help are not ours to remember.</summary>
    private void Remember(Binding binding)
    {
        if (!binding.IsLocal)
        {
            memory.Save(binding, clock.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        Wake?.Invoke();
    }

    /// <summary>Ends the wait for punts.</summary>
    public Action? Wake { get; set; }

    private void RunPosted()
    {
        while (_posted.TryDequeue(out var action))
        {
            action();
        }
    }

    public TimeSpan IdleFor(uint number, TimeSpan now) => now - TimeSpan.FromTicks((long)(table.TrafficOf(number).LastOut / 100));
}
