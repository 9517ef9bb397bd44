using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Serves a claimed address: gives it a binding if possible, and then sends its pending packets. Owns the packets that wait, and the
/// verification of devices by ARP.
/// </summary>
/// <param name="leases">Null: DHCP is not served.</param>
internal sealed class ArrivalService(
    AdmissionService admission, BindingService bindings, MachineService machines, GatewayInferences gateways, LeaseDatabase? leases, ArpSender arp, PacketReinjector reinjector,
    RejectSender rejects, PortReclaimer reclaimer, Counters counters, EventLog events, DailyEvents daily, StationTraces traces)
{
    private readonly PendingPackets<ClaimedAddress> _pending = new();
    private readonly AddressVerification<ClaimedAddress> _verification = new();

    /// <summary>Claimed addresses that their devices announced, or took a lease for, and that wait for an outside address without a packet.</summary>
    private readonly BoundedMap<ClaimedAddress, Cause> _expected = new(PendingPackets<ClaimedAddress>.MaxClaims);

    /// <summary>Claimed addresses that records say must have a binding, and that wait for an outside address. As many as records.</summary>
    private readonly Dictionary<ClaimedAddress, Cause> _owed = [];

    /// <summary>How many packets wait for a binding.</summary>
    public int PendingFrames => _pending.Frames;

    /// <summary>Whether the address's device was asked whether it exists and has not answered: nothing is done for it until then.</summary>
    public bool IsAwaited(ClaimedAddress claim) => _verification.IsAwaited(claim);

    /// <summary>A packet of an address without a binding waits for one.</summary>
    public void Hold(ClaimedAddress claim, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        counters.Add(Counter.FirstPacketsHeld);
        counters.Add(Counter.FirstPacketsLost, _pending.Hold(claim, frame, now));
    }

    /// <summary>A device whose binding ended by a change of settings gets another, although it may be silent.</summary>
    public void Return(ClaimedAddress claim, TimeSpan now) => Serve(claim, Cause.Return, now);

    /// <summary>Serves a claimed address now, or as soon as possible.</summary>
    public void Serve(ClaimedAddress claim, TimeSpan now) => Serve(claim, Cause.Packet, now);

    /// <summary>A device without a binding announced its address: it is served before its first packet, as hosts outside may speak first.</summary>
    public void Announce(ClaimedAddress claim, TimeSpan now)
    {
        if (!claim.Address.IsBogus && bindings.Registry.Find(claim) is null)
        {
            Serve(claim, Cause.Announcement, now);
        }
    }

    /// <summary>
    /// A device took a lease: it is served before its first packet. Before that packet the lease is no proof that the device exists, because a host that
    /// invents devices takes leases too; among many such devices it waits for its packet.
    /// </summary>
    public void Lease(ClaimedAddress claim, TimeSpan now)
    {
        if (bindings.Registry.Find(claim) is null)
        {
            Serve(claim, Cause.Lease, now);
        }
    }

    /// <summary>A device is known by records, and hosts outside must reach it whether it was heard or not.</summary>
    public void Restore(ClaimedAddress claim, TimeSpan now)
    {
        if (bindings.Registry.Find(claim) is null)
        {
            Serve(claim, Cause.Record, now);
        }
    }

    private void Serve(ClaimedAddress claim, Cause cause, TimeSpan now)
    {
        if (cause is Cause.Record or Cause.Return && !admission.IsKnown(claim.Station.Mac))
        {
            // It was forgotten while its address was probed.
            Forget(claim);
            return;
        }

        if (cause is not (Cause.Record or Cause.Return))
        {
            machines.OnHeard(claim, now);
        }

        var isLeased = leases?.IsLeased(claim.Station, claim.Address) == true;
        DeviceRecord Learn(DeviceRecord d) => d with { Uses = isLeased ? DeviceUse.Dhcp : DeviceUse.Static };

        var evaluation = cause == Cause.Record ? admission.Update(claim.Station, d => d, now) : admission.Register(claim.Station, Learn, now);
        if (evaluation.IsBlocked)
        {
            counters.Add(Counter.RefusedBlocked);
            _pending.Take(claim);
            Forget(claim);
            return;
        }

        var reachability = cause == Cause.Record ? Reachability.Recorded
            : cause == Cause.Return || _owed.ContainsKey(claim) || (isLeased && cause == Cause.Packet) ? Reachability.Given : _verification.Of(claim, now);
        var change = bindings.Arrive(claim, gateways.Of(claim), evaluation.Policy, reachability, now);
        if (cause is not (Cause.Record or Cause.Return))
        {
            traces.OnArrival(claim, change.Outcome, now);
        }

        if (change.Outcome == Arrival.Unproven)
        {
            if (cause != Cause.Lease)
            {
                Ask(claim, now);
            }

            return;
        }

        _verification.Resolve(claim);
        if (change.Outcome == Arrival.Waiting)
        {
            Expect(claim, cause);
            return;
        }

        Forget(claim);
        if (cause == Cause.Record && change.Binding is null)
        {
            // The device asked for nothing, so nothing is refused.
            return;
        }

        admission.AddIfNew(evaluation.Device, now);
        Finish(claim, change.Outcome, evaluation.Policy, now);
    }

    /// <summary>An ARP message claims an address for its sender: that may verify a device that waits.</summary>
    /// <returns>Whether the device was served for it.</returns>
    public bool OnArp(ClaimedAddress claim, in ArpMessage message, TimeSpan now)
    {
        reclaimer.OnHeard(claim);
        if (message.Operation != ArpOperation.Reply || !_verification.Answered(claim))
        {
            return false;
        }

        counters.Add(Counter.StrangersProven);
        Serve(claim, now);
        return true;
    }

    /// <summary>An outside address became ready: the addresses that wait for one are served.</summary>
    public void ServeWaiting(TimeSpan now)
    {
        foreach (var (claim, cause) in _owed.ToList())
        {
            Serve(claim, cause, now);
        }

        foreach (var claim in _pending.Claims.Where(c => !_verification.IsAwaited(c)).ToList())
        {
            Serve(claim, now);
        }

        foreach (var (claim, cause) in _expected.Entries.Where(e => !_verification.IsAwaited(e.Key)).ToList())
        {
            _expected.Remove(claim, out _);
            Serve(claim, cause, now);
        }
    }

    /// <summary>Drops packets that have waited too long.</summary>
    public void Sweep(TimeSpan now) => counters.Add(Counter.FirstPacketsLost, _pending.Expire(now));

    /// <summary>Why a claimed address is served.</summary>
    private enum Cause
    {
        Packet,
        Announcement,
        Lease,

        /// <summary>It was not heard since the start.</summary>
        Record,

        /// <summary>It was heard, and its binding ended.</summary>
        Return,
    }

    private void Expect(ClaimedAddress claim, Cause cause)
    {
        if (cause is Cause.Record or Cause.Return)
        {
            _owed[claim] = cause;
        }
        else if (cause != Cause.Packet)
        {
            _expected.Put(claim, cause);
        }
    }

    private void Forget(ClaimedAddress claim)
    {
        _owed.Remove(claim);
        _expected.Remove(claim, out _);
    }

    private void Finish(ClaimedAddress claim, Arrival outcome, BindingPolicy policy, TimeSpan now)
    {
        admission.OnServed(claim.Station.Mac, RefusalOf(outcome));
        switch (outcome)
        {
            case Arrival.DeviceLimit:
                Reject(claim, Counter.RefusedDeviceLimit, IcmpUnreachable.AdministrativelyProhibited);
                daily.TryAdd(new DeviceLimitReached(claim.Station.Mac, claim.Address, policy.Addresses), now);
                break;
            case Arrival.PoolExhausted:
                Reject(claim, Counter.RefusedPoolExhausted, IcmpUnreachable.HostUnreachable);
                events.Add(new PoolExhausted(claim.Station.Mac, claim.Address));
                break;
            case Arrival.TableFull:
                Reject(claim, Counter.RefusedTableFull, IcmpUnreachable.HostUnreachable);
                events.Add(new BindingTableFull());
                break;
            default:
                foreach (var frame in _pending.Take(claim))
                {
                    reinjector.FromAccess(frame, claim.Station.Vlan);
                }

                break;
        }
    }

    private static ServiceRefusal? RefusalOf(Arrival outcome) => outcome switch
    {
        Arrival.DeviceLimit => ServiceRefusal.DeviceLimit,
        Arrival.PoolExhausted => ServiceRefusal.PoolExhausted,
        Arrival.TableFull => ServiceRefusal.TableFull,
        _ => null,
    };

    private void Reject(ClaimedAddress claim, Counter counter, byte code)
    {
        counters.Add(counter);
        foreach (var rejected in _pending.Take(claim))
        {
            counters.Add(Counter.FirstPacketsLost);
            rejects.SendUnreachable(claim, rejected, code);
        }
    }

    /// <summary>Asks a device for the address that it claims: a host that invented the device does not hear the question.</summary>
    private void Ask(ClaimedAddress claim, TimeSpan now)
    {
        if (_verification.TryAsk(claim, now))
        {
            counters.Add(Counter.StrangersAsked);
            arp.AskAccess(claim.Station.Vlan, claim.Station.Mac, claim.Address);
        }
    }
}
