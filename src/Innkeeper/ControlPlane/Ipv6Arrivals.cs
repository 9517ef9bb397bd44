using Innkeeper.Arp;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Ipv6;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Serves claimed IPv6 addresses: gives each a binding if possible, and then sends its pending packets. Owns the packets that wait, and the verification of
/// devices by neighbour discovery.
/// </summary>
internal sealed class Ipv6Arrivals(
    AdmissionService admission, Ipv6BindingService bindings, BindingService ipv4, Ipv6Sender sender, PacketReinjector reinjector, IBindingMap ipv4Map, CurrentNetwork network, DailyEvents daily, EventLog events, Counters counters) : ITimed
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly PendingPackets<Ipv6Claim> _pending = new();
    private readonly AddressVerification<Ipv6Claim> _verification = new();
    private TimeSpan _nextSweep;

    /// <summary>A packet of an address without a binding.</summary>
    public void OnPacket(Ipv6Claim claim, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        counters.Add(Counter.FirstPacketsHeld);
        counters.Add(Counter.FirstPacketsLost, _pending.Hold(claim, frame, now));
        Serve(claim, now);
    }

    /// <summary>A station says that it has an address: that may verify a device that waits.</summary>
    public void OnAnswer(Ipv6Claim claim, TimeSpan now)
    {
        if (_verification.Answered(claim))
        {
            counters.Add(Counter.StrangersProven);
            Serve(claim, now);
        }
    }

    public TimeSpan NextDue(TimeSpan now) => _nextSweep;

    /// <summary>Every few seconds: ends bindings of silent devices, and drops packets that have waited too long.</summary>
    public void Tick(TimeSpan now)
    {
        if (now >= _nextSweep)
        {
            _nextSweep = now + s_interval;
            bindings.Sweep(network.Current.Idle, now);
            counters.Add(Counter.FirstPacketsLost, _pending.Expire(now));
        }
    }

    private void Serve(Ipv6Claim claim, TimeSpan now)
    {
        var evaluation = admission.Register(claim.Station, d => d.Uses is null ? d with { Uses = DeviceUse.Static } : d, now);
        if (evaluation.IsBlocked)
        {
            counters.Add(Counter.RefusedBlocked);
            _pending.Take(claim);
            return;
        }

        // A device that is known to exist by one address is not asked for the next.
        var isProven = _verification.Of(claim, now) == Bindings.Reachability.Given
            || ipv4.Registry.BindingsOf(claim.Station.Mac).Any(b => b.Claim.Station == claim.Station && ipv4Map.IsConfirmed(b.Number));
        var change = bindings.Arrive(claim, evaluation.Policy, isProven, now);
        if (change.Outcome == Ipv6Arrival.Unproven)
        {
            if (_verification.TryAsk(claim, now))
            {
                counters.Add(Counter.StrangersAsked);
                sender.Ask(claim.Station.Vlan, claim.Station.Mac, claim.Address);
            }

            return;
        }

        _verification.Resolve(claim);
        admission.AddIfNew(evaluation.Device, now);
        switch (change.Outcome)
        {
            case Ipv6Arrival.DeviceLimit:
                Refuse(claim, Counter.RefusedDeviceLimit);
                daily.TryAdd(new Ipv6DeviceLimitReached(claim.Station.Mac, claim.Address), now);
                break;
            case Ipv6Arrival.TableFull:
                Refuse(claim, Counter.RefusedTableFull);
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

    private void Refuse(Ipv6Claim claim, Counter counter)
    {
        counters.Add(counter);
        foreach (var frame in _pending.Take(claim))
        {
            counters.Add(Counter.FirstPacketsLost);
            sender.Refuse(claim.Station.Vlan, frame);
        }
    }
}
