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
    AdmissionService admission, BindingService bindings, GatewayInferences gateways, LeaseDatabase? leases, ArpSender arp, PacketReinjector reinjector,
    RejectSender rejects, PortReclaimer reclaimer, Counters counters, EventLog events)
{
    private readonly PendingPackets _pending = new();
    private readonly AddressVerification _verification = new();

    /// <summary>Devices that are known to exist and wait for a binding without having sent a packet.</summary>
    private readonly HashSet<ClaimedAddress> _returning = [];

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
    public void Return(ClaimedAddress claim, TimeSpan now)
    {
        _returning.Add(claim);
        Serve(claim, now);
    }

    /// <summary>Serves a claimed address now, or as soon as possible.</summary>
    public void Serve(ClaimedAddress claim, TimeSpan now)
    {
        var isLeased = leases?.IsLeased(claim.Station, claim.Address) == true;
        DeviceRecord Learn(DeviceRecord d) => d with { Uses = isLeased ? DeviceUse.Dhcp : DeviceUse.Static };

        var evaluation = admission.Register(claim.Station, Learn, now);
        if (evaluation.IsBlocked)
        {
            counters.Add(Counter.RefusedBlocked);
            _pending.Take(claim);
            _returning.Remove(claim);
            return;
        }

        var change = bindings.Arrive(claim, gateways.Of(claim), evaluation.Policy, isLeased || _returning.Contains(claim) ? Reachability.Given : _verification.Of(claim, now), now);
        if (change.Outcome == Arrival.Unproven)
        {
            Ask(claim, now);
            return;
        }

        _verification.Resolve(claim);
        if (change.Outcome == Arrival.Waiting)
        {
            return;
        }

        _returning.Remove(claim);
        admission.AddIfNew(evaluation.Device, now);
        Finish(claim, change.Outcome);
    }

    /// <summary>An ARP message claims an address for its sender: that may verify a device that waits.</summary>
    public void OnArp(ClaimedAddress claim, in ArpMessage message, TimeSpan now)
    {
        reclaimer.OnHeard(claim);
        if (message.Operation == ArpOperation.Reply && _verification.Answered(claim))
        {
            counters.Add(Counter.StrangersProven);
            Serve(claim, now);
        }
    }

    /// <summary>An outside address became ready: the addresses that wait for one are served.</summary>
    public void ServeWaiting(TimeSpan now)
    {
        foreach (var claim in _pending.Claims.Union(_returning).Where(c => !_verification.IsAwaited(c)).ToList())
        {
            Serve(claim, now);
        }
    }

    /// <summary>Drops packets that have waited too long.</summary>
    public void Sweep(TimeSpan now) => counters.Add(Counter.FirstPacketsLost, _pending.Expire(now));

    private void Finish(ClaimedAddress claim, Arrival outcome)
    {
        switch (outcome)
        {
            case Arrival.DeviceLimit:
                Reject(claim, Counter.RefusedDeviceLimit, IcmpUnreachable.AdministrativelyProhibited);
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
