using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>
/// Bindings in memory, as the data plane would keep them: slots and two indexes. It outlives the control plane that writes it, as pinned
/// maps do, and keeps a journal of what was written.
/// </summary>
internal sealed class MemoryBindingMap(uint capacity = 64, WriteJournal? all = null) : IBindingMap
{
    private readonly Dictionary<uint, BindingSlot> _slots = [];
    private readonly Dictionary<uint, Traffic> _traffic = [];
    private readonly Dictionary<uint, uint> _generations = [];
    private readonly Dictionary<uint, Appearances> _appearances = [];

    /// <summary>"add 2", "write 2", "remove 2", "clear 2", "end-mappings 2", in order.</summary>
    public WriteJournal Journal { get; } = new(all);

    /// <summary>By (VLAN, MAC, claimed address).</summary>
    public Dictionary<ClaimedAddress, uint> Claims { get; } = [];

    /// <summary>By outside address of its own.</summary>
    public Dictionary<Ipv4Address, uint> Outside { get; } = [];

    public Dictionary<Ipv4Address, TimeSpan> Unanswered { get; } = [];

    public IReadOnlyDictionary<uint, BindingSlot> Slots => _slots;

    public uint Capacity => capacity;

    public uint Meters => capacity * 2;

    public void Add(Binding binding, TimeSpan heard)
    {
        Journal.Add($"add {binding.Number}");
        EndMappings(binding.Number);
        _traffic[binding.Number] = new Traffic { LastOut = ToNanoseconds(heard) };
        Put(binding);
    }

    public void Write(Binding binding)
    {
        Journal.Add($"write {binding.Number}");
        Put(binding);
    }

    public void Remove(Binding binding)
    {
        Journal.Add($"remove {binding.Number}");
        Claims.Remove(binding.Claim);
        if (binding.IsPooled)
        {
            Outside.Remove(binding.Legal);
        }

        _slots.Remove(binding.Number);
        _appearances.Remove(binding.Number);
        EndMappings(binding.Number);
    }

    /// <summary>The machine was rebooted: pinned maps are gone.</summary>
    public void Lose()
    {
        _slots.Clear();
        _traffic.Clear();
        _appearances.Clear();
        Claims.Clear();
        Outside.Clear();
    }

    public void EndMappings(uint number) => _generations[number] = _generations.GetValueOrDefault(number) + 1;

    public uint GenerationOf(uint number) => _generations.GetValueOrDefault(number);

    public IEnumerable<(uint Number, BindingSlot Slot)> Read() => _slots.OrderBy(s => s.Key).Select(s => (s.Key, s.Value));

    public void Clear(uint number)
    {
        Journal.Add($"clear {number}");
        _slots.Remove(number);
        _appearances.Remove(number);
        EndMappings(number);
    }

    public void RebuildIndexes(IReadOnlyCollection<Binding> bindings)
    {
        Claims.Clear();
        Outside.Clear();
        foreach (var binding in bindings)
        {
            Put(binding);
        }
    }

    public void MarkSilent(Ipv4Address server, TimeSpan until) => Unanswered[server] = until;

    public Appearances? AppearancesOf(uint number) => _appearances.TryGetValue(number, out var places) ? places : null;

    public void WriteAppearances(uint number, Appearances? places)
    {
        if (places is { } some)
        {
            _appearances[number] = some;
        }
        else
        {
            _appearances.Remove(number);
        }
    }

    public IReadOnlyList<(uint Number, Appearances Places)> ReadAppearances() => [.. _appearances.Select(a => (a.Key, a.Value))];

    public Traffic TrafficOf(uint number) => _traffic.GetValueOrDefault(number);

    public TimeSpan IdleFor(uint number, TimeSpan now) => TrafficOf(number).IdleFor(now);

    public bool IsConfirmed(uint number) => TrafficOf(number) is { InPackets: > 0, OutPackets: > 0 } traffic && traffic.LastOut > traffic.FirstIn;

    /// <summary>The device of a binding sent a packet.</summary>
    public void CountOut(uint number, TimeSpan now)
    {
        var traffic = TrafficOf(number);
        traffic.OutPackets++;
        traffic.LastOut = Math.Max(traffic.LastOut, ToNanoseconds(now));
        _traffic[number] = traffic;
    }

    /// <summary>The device of a binding was sent a packet.</summary>
    public void CountIn(uint number, TimeSpan now)
    {
        var traffic = TrafficOf(number);
        traffic.FirstIn = traffic.InPackets++ == 0 ? ToNanoseconds(now) : traffic.FirstIn;
        _traffic[number] = traffic;
    }

    private static ulong ToNanoseconds(TimeSpan time) => (ulong)(time.Ticks * 100);

    private void Put(Binding binding)
    {
        _slots[binding.Number] = BindingSlot.Of(binding, _generations.GetValueOrDefault(binding.Number));
        Claims[binding.Claim] = binding.Number;
        if (binding.IsPooled)
        {
            Outside[binding.Legal] = binding.Number;
        }
    }
}
