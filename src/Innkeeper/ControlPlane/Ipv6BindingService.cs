using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Ipv6;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>The one writer of IPv6 bindings: has <see cref="Ipv6Bindings"/> decide, and brings its changes into the data plane.</summary>
/// <param name="introduce">Shows a new outside address to the routers outside.</param>
internal sealed class Ipv6BindingService(Ipv6Bindings bindings, IIpv6BindingMap map, PolicyService policy, Action<Ipv6Binding> introduce, Counters counters, TimeProvider clock)
{
    public Ipv6Bindings Bindings => bindings;

    /// <summary>A device uses an address: gives it a binding if that can be.</summary>
    public Ipv6Change Arrive(Ipv6Claim claim, BindingPolicy binding, bool isProven, TimeSpan now)
    {
        var change = bindings.Arrive(claim, binding, isProven, now, clock.GetUtcNow());
        foreach (var ended in change.Ended)
        {
            counters.Add(Counter.Ipv6BindingsReplaced);
            End(ended);
        }

        if (change is { Outcome: Ipv6Arrival.Bound, Binding: { } made })
        {
            counters.Add(Counter.Ipv6BindingsMade);
            map.Add(made, now);
            Introduce(made);
        }

        return change;
    }

    public void Release(Ipv6Binding binding)
    {
        bindings.Release(binding);
        End(binding);
    }

    /// <summary>A device's record changed: its bindings follow it. Those of a blocked one end.</summary>
    public void Apply(DeviceRecord device)
    {
        foreach (var binding in bindings.BindingsOf(device.Mac))
        {
            var evaluation = policy.Evaluate(device, binding.Claim.Station.Vlan);
            if (evaluation.Device != device)
            {
                policy.Save(device = evaluation.Device);
            }

            if (evaluation.IsBlocked)
            {
                Release(binding);
            }
            else if (evaluation.Policy != binding.Policy)
            {
                Write(binding, bindings.UpdatePolicy(binding, evaluation.Policy));
            }
        }
    }

    /// <summary>Rules, gateways or the time changed: every device's bindings follow its record, evaluated again.</summary>
    public void ReapplyAll()
    {
        foreach (var mac in bindings.All.Values.Select(b => b.Claim.Station.Mac).Distinct().ToList())
        {
            if (policy.Find(mac) is { } device)
            {
                Apply(device);
            }
        }
    }

    /// <summary>Ends the bindings of a device that is forgotten.</summary>
    public void Forget(MacAddress mac)
    {
        foreach (var binding in bindings.BindingsOf(mac))
        {
            Release(binding);
        }
    }

    /// <summary>The IPv6 outside changed. Nothing leaves meanwhile: the data plane refuses packets whose outside address is not of the prefix.</summary>
    /// <param name="mtu">Octets of the largest packet that the uplink sends.</param>
    public void Follow(Ipv6Outside? outside, int mtu)
    {
        if (outside is null)
        {
            map.WriteOutside(null, mtu);
        }

        foreach (var (before, after) in bindings.Follow(outside))
        {
            counters.Add(Counter.Ipv6BindingsMoved);
            map.Move(before, after);
            Introduce(after);
        }

        if (outside is not null)
        {
            map.WriteOutside(outside, mtu);
        }
    }

    /// <summary>A foreign host outside uses an outside address.</summary>
    public void GiveWay(Ipv6Address outside)
    {
        if (bindings.FindByOutside(outside) is { } binding)
        {
            counters.Add(Counter.Ipv6Conflicts);
            var moved = bindings.GiveWay(binding);
            map.Move(binding, moved);
            Introduce(moved);
        }
    }

    /// <summary>Ends the bindings whose devices were silent for too long.</summary>
    public void Sweep(TimeSpan idleLimit, TimeSpan now)
    {
        foreach (var binding in bindings.All.Values.Where(b => map.IdleFor(b.Number, now) >= idleLimit))
        {
            Release(binding);
        }
    }

    /// <summary>Takes over the bindings that an earlier process left, as far as the devices' records still admit them. Call it after IPv4's.</summary>
    /// <param name="isServed">Whether the settings serve a VLAN.</param>
    /// <returns>How many continue.</returns>
    public int Adopt(Func<ushort, bool> isServed)
    {
        bindings.Follow(map.ReadOutside());
        foreach (var (number, slot) in map.Read().ToList())
        {
            var claim = new Ipv6Claim(new Station(slot.Vlan, slot.Mac), slot.Claimed);
            if ((slot.Vlan == 0 || isServed(slot.Vlan)) && policy.Find(slot.Mac) is { } device && policy.Evaluate(device, slot.Vlan) is { IsBlocked: false } evaluation)
            {
                bindings.Adopt(new Ipv6Binding(number, claim, slot.Legal, clock.GetUtcNow()) { Policy = evaluation.Policy });
            }
        }

        bindings.ReserveAdopted();
        map.Rebuild([.. bindings.All.Values]);
        return bindings.All.Count;
    }

    private void Write(Ipv6Binding before, Ipv6Binding? after)
    {
        if (after is null)
        {
            End(before);
        }
        else
        {
            map.Write(after);
        }
    }

    private void End(Ipv6Binding binding)
    {
        counters.Add(Counter.Ipv6BindingsReleased);
        if (map.IdleFor(binding.Number, clock.Now()) is var idle && idle < TimeSpan.MaxValue)
        {
            policy.Devices.See(binding.Claim.Station.Mac, clock.GetUtcNow() - idle);
        }

        map.Remove(binding);
    }

    private void Introduce(Ipv6Binding binding)
    {
        if (binding.HasOutside && bindings.Outside is { IsOnLink: true })
        {
            introduce(binding);
        }
    }
}
