using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Simulation.World;

/// <summary>
/// The data plane's bindings as <see cref="BindingTable"/> writes them: an array of slots and two indexes, one operation after the other, so
/// that the process may die between a slot and its index. It outlives the process, as pinned maps do.
/// </summary>
internal sealed class SimulatedBindingMap(CrashPoint crash, uint capacity) : IBindingMap
{
    private readonly SortedDictionary<uint, BindingSlot> _slots = [];
    private readonly Traffic[] _traffic = new Traffic[capacity];
    private readonly uint[] _generations = new uint[capacity];
    private readonly SortedDictionary<uint, Appearances> _appearances = [];

    public IReadOnlyDictionary<uint, BindingSlot> Slots => _slots;

    public Dictionary<ClaimedAddress, uint> Claims { get; } = [];

    /// <summary>By outside address of its own.</summary>
    public Dictionary<Ipv4Address, uint> Outside { get; } = [];

    public uint Capacity => capacity;

    public uint Meters => capacity * 2;

    /// <summary>The bindings made since the list was last emptied, each with the policy under which it was made.</summary>
    public List<Binding> Made { get; } = [];

    public void Add(Binding binding, TimeSpan heard)
    {
        Made.Add(binding);
        EndMappings(binding.Number);
        crash.Pass();
        _traffic[binding.Number] = new Traffic { LastOut = ToNanoseconds(heard) };
        Write(binding);
    }

    public void Write(Binding binding)
    {
        crash.Pass();
        _slots[binding.Number] = SlotOf(binding);
        crash.Pass();
        Claims[binding.Claim] = binding.Number;
        if (binding.IsPooled)
        {
            crash.Pass();
            Outside[binding.Legal] = binding.Number;
        }
    }

    public void Remove(Binding binding)
    {
        crash.Pass();
        Claims.Remove(binding.Claim);
        if (binding.IsPooled)
        {
            crash.Pass();
            Outside.Remove(binding.Legal);
        }

        Clear(binding.Number);
    }

    public void EndMappings(uint number) => _generations[number]++;

    public uint GenerationOf(uint number) => _generations[number];

    public IEnumerable<(uint Number, BindingSlot Slot)> Read() => _slots.Select(s => (s.Key, s.Value)).ToList();

    public void Clear(uint number)
    {
        crash.Pass();
        EndMappings(number);
        _appearances.Remove(number);
        crash.Pass();
        _slots.Remove(number);
    }

    public Appearances? AppearancesOf(uint number) => _appearances.TryGetValue(number, out var places) ? places : null;

    public void WriteAppearances(uint number, Appearances? places)
    {
        crash.Pass();
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

    public void RebuildIndexes(IReadOnlyCollection<Binding> bindings)
    {
        foreach (var binding in bindings)
        {
            Write(binding);
        }

        var claims = bindings.Select(b => b.Claim).ToHashSet();
        foreach (var stale in Claims.Keys.Where(c => !claims.Contains(c)).ToList())
        {
            crash.Pass();
            Claims.Remove(stale);
        }

        var outside = bindings.Where(b => b.IsPooled).Select(b => b.Legal).ToHashSet();
        foreach (var stale in Outside.Keys.Where(a => !outside.Contains(a)).ToList())
        {
            crash.Pass();
            Outside.Remove(stale);
        }
    }

    public void MarkSilent(Ipv4Address server, TimeSpan until) => crash.Pass();

    public Traffic TrafficOf(uint number) => _traffic[number];

    public TimeSpan IdleFor(uint number, TimeSpan now) => _traffic[number].IdleFor(now);

    public bool IsConfirmed(uint number) => _traffic[number] is { InPackets: > 0, OutPackets: > 0 } traffic && traffic.LastOut > traffic.FirstIn;

    /// <summary>The device of a binding sent a packet.</summary>
    public void CountOut(uint number, TimeSpan now)
    {
        _traffic[number].OutPackets++;
        _traffic[number].LastOut = Math.Max(_traffic[number].LastOut, ToNanoseconds(now));
    }

    /// <summary>The device of a binding was sent a packet.</summary>
    public void CountIn(uint number, TimeSpan now)
    {
        _traffic[number].FirstIn = _traffic[number].InPackets++ == 0 ? ToNanoseconds(now) : _traffic[number].FirstIn;
    }

    /// <summary>What the slot of a binding says.</summary>
    public BindingSlot SlotOf(Binding binding) => BindingSlot.Of(binding, _generations[binding.Number]);

    public static ClaimedAddress ClaimOf(in BindingSlot slot) => new(new Station(slot.Vlan, slot.Mac), slot.Claimed);

    private static ulong ToNanoseconds(TimeSpan time) => (ulong)(time.Ticks * 100);
}
