using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Policy;

/// <summary>
/// Which device is which machine of [[machines]]. An entry with a MAC says it; of one without, the VLAN's own device is found out. One thread
/// changes it; others may read. No I/O, clock or log.
/// </summary>
internal sealed class MachineRoster(ImmutableArray<MachineConfig> machines)
{
    private readonly ConcurrentDictionary<MacAddress, MachineConfig> _byMac = new(machines.Where(m => m.Mac is not null).Select(m => KeyValuePair.Create(m.Mac!.Value, m)));
    private readonly ConcurrentDictionary<MachineConfig, MacAddress> _found = [];

    /// <summary>Those that any device of their VLAN may be.</summary>
    private readonly ILookup<ushort, MachineConfig> _open = machines.Where(m => m.Mac is null).ToLookup(m => m.Vlan ?? 0);

    private readonly FrozenDictionary<Ipv4Address, MachineConfig> _byOutside = machines.Where(m => m.Outside is not null).ToFrozenDictionary(m => m.Outside!.Value);

    public ImmutableArray<MachineConfig> All => machines;

    /// <summary>The machine that an outside address leads to; null: none.</summary>
    public MachineConfig? At(Ipv4Address outside) => _byOutside.GetValueOrDefault(outside);

    /// <summary>The machine that a device is; null: none.</summary>
    public MachineConfig? Of(MacAddress mac) => _byMac.GetValueOrDefault(mac);

    /// <summary>The device that a machine is; null: not found yet.</summary>
    public MacAddress? DeviceOf(MachineConfig machine) => machine.Mac ?? (_found.TryGetValue(machine, out var mac) ? mac : null);

    /// <summary>The machine without a MAC that a device may be, by where it is and the address it uses; an entry that names the address comes before one that does not.</summary>
    public MachineConfig? PlaceFor(ushort vlan, MacAddress mac, Ipv4Address address) =>
        !_open.Contains(vlan) || _byMac.GetValueOrDefault(mac) is { Mac: not null }
            ? null
            : _open[vlan].Where(m => m.Address is null || m.Address == address).MinBy(m => m.Address is null);

    /// <summary>A device is a machine from now on; the one that was it, is not any more.</summary>
    public void Assign(MachineConfig machine, MacAddress mac)
    {
        if (_found.TryRemove(machine, out var before))
        {
            _byMac.TryRemove(before, out _);
        }

        if (_byMac.TryRemove(mac, out var other))
        {
            _found.TryRemove(other, out _);
        }

        _found[machine] = mac;
        _byMac[mac] = machine;
    }
}
