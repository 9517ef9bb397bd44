using System.Text;
using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <inheritdoc/>
internal sealed class GardenMap : IGardenMap
{
    private readonly BpfPlane _plane;
    private readonly BpfMap<GardenKey, ulong> _entries;

    /// <summary>Takes over what earlier processes left. Entries for other names than these end: the administrator may have taken one out because of what it led to.</summary>
    /// <param name="names">As the settings list them.</param>
    public GardenMap(BpfPlane plane, IReadOnlyCollection<string> names)
    {
        (_plane, _entries) = (plane, plane.Garden);
        var list = ListOf(names);
        if (!plane.GardenNames.TryGet(0, out var before) || before != list)
        {
            foreach (var key in _entries.Keys())
            {
                _entries.Delete(key);
            }

            plane.GardenNames.Set(0, list);
        }
    }

    /// <inheritdoc/>
    public bool TryOpen(uint number, Station station, Ipv4Address address, TimeSpan until)
    {
        if (!_plane.Bindings.TryGet(number, out var slot) || (slot.Flags & (BindingFlags.Active | BindingFlags.Held)) != (BindingFlags.Active | BindingFlags.Held)
            || new Station(slot.Vlan, slot.Mac) != station || IsOurs(address))
        {
            return false;
        }

        // If the slot gets another binding meanwhile, that has another generation, and the entry is of no binding.
        var key = new GardenKey { Binding = number, Remote = address, Generation = slot.Generation };
        var end = (ulong)(until.Ticks * TimeSpan.NanosecondsPerTick);
        return (_entries.TryGet(key, out var before) && before >= end) || _entries.TrySet(key, end);
    }

    /// <summary>The data plane asks the same about each packet (bpf/garden.h), as addresses change.</summary>
    private bool IsOurs(Ipv4Address address)
    {
        if (!_plane.Config.TryGet(0, out var config))
        {
            return true;
        }

        for (var i = 0; i < UplinkSlot.Count; i++)
        {
            if (config.Uplinks[i].Address == (BigEndian32)address)
            {
                return true;
            }
        }

        var value = address.Value;
        return address == (Ipv4Address)config.Portal
            || (value & ((Ipv4Address)config.InsideMask).Value) == ((Ipv4Address)config.InsideNetwork).Value
            || _plane.PoolNetworks.TryGet(new PoolKey { Prefix = 32, Network = address }, out _);
    }

    /// <summary>A number for a list (FNV-1a); 0 for none, as in a map that no process wrote.</summary>
    private static ulong ListOf(IReadOnlyCollection<string> names) => names.Count == 0 ? 0
        : Encoding.UTF8.GetBytes(string.Join('\n', names.Order(StringComparer.Ordinal))).Aggregate(0xcbf29ce484222325UL, (hash, octet) => unchecked((hash ^ octet) * 0x100000001b3UL));
}
