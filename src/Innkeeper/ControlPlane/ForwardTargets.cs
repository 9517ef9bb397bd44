using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Finds the binding that a forward leads to: of the device that its name stands for, the address that it uses. A silent device that records know gets its
/// binding again.
/// </summary>
internal sealed class ForwardTargets(PolicyService policy, BindingService bindings, StandingBindings standing, AddressDoubts doubts)
{
    private Tuple<ImmutableDictionary<MacAddress, DeviceRecord>, ILookup<string, MacAddress>>? _names;

    private Registry Registry => bindings.Registry;

    private MachineRoster Machines => policy.Devices.Machines;

    /// <summary>The device that a name stands for.</summary>
    /// <param name="isRefused">Whether the reason must be removed by the administrator.</param>
    /// <returns>Null, with the reason: none, or not one.</returns>
    public MacAddress? DeviceOf(string name, out string? reason, out bool isRefused)
    {
        (reason, isRefused) = (null, false);
        if (ForwardDefinitions.IsMac(name))
        {
            return MacAddress.Parse(name);
        }

        if (Machines.All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase)) is { } machine)
        {
            reason = Machines.DeviceOf(machine) is null ? "the machine is not found yet" : null;
            return Machines.DeviceOf(machine);
        }

        var named = NamesNow()[name].Take(2).ToList();
        isRefused = named.Count > 1;
        reason = named.Count switch { 0 => "no machine or device has this name", 1 => null, _ => "several devices have this name; give the MAC of one" };
        return named.Count == 1 ? named[0] : null;
    }

    /// <summary>The binding of a device that a forward leads to from now on. Ask every second.</summary>
    /// <param name="holder">The one that it leads to now; null: none.</param>
    /// <param name="reason">Why there is none.</param>
    /// <param name="expect">Called with the device's address before a binding is made for it.</param>
    public Binding? BindingOf(MacAddress mac, Binding? holder, Action<ClaimedAddress> expect, TimeSpan now, out string? reason)
    {
        reason = null;
        if (holder is not null)
        {
            // Where a pin leads to the device, the pin follows it, and its binding ends.
            return Registry.HasPin(mac) ? holder : doubts.Successor(holder, now) ?? holder;
        }

        var all = Registry.BindingsOf(mac);
        var known = policy.Find(mac);
        if ((all.FirstOrDefault(b => b.Claim.Address == known?.Machine?.Address) ?? all.MinBy(b => bindings.IdleFor(b, now))) is { Policy.IsHeld: false } present)
        {
            return present;
        }

        reason = known?.Admission.State switch
        {
            AdmissionState.Held => "the device is held; it waits for your approval",
            AdmissionState.Blocked => "the device is blocked",
            AdmissionState.Admitted when all.Any(b => b.Policy.IsHeld) => "the volume of the device's profile is used up",
            _ => "the device is not here",
        };
        if (all.Count > 0 || Registry.LatestOf(mac, now) is not { } claim)
        {
            return null;
        }

        expect(claim);
        if (known is { Admission.State: AdmissionState.Admitted })
        {
            standing.Restore(claim, now);
        }

        return Registry.Find(claim) is { Policy.IsHeld: false } restored ? restored : null;
    }

    /// <summary>A device as texts name it.</summary>
    public string NameOf(MacAddress mac) => policy.Find(mac) is { Name.Length: > 0 } named ? named.Name : mac.ToString();

    private ILookup<string, MacAddress> NamesNow()
    {
        var known = policy.Devices.Devices;
        if (_names is not { } names || !ReferenceEquals(names.Item1, known))
        {
            _names = names = Tuple.Create(known, known.Values.Where(d => d.Name.Length > 0).ToLookup(d => d.Name, d => d.Mac, StringComparer.OrdinalIgnoreCase));
        }

        return names.Item2;
    }
}
