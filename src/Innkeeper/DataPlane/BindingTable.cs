using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>
/// Bindings as the data plane has them. The array is the truth; the two indexes are written after it and deleted before
/// it, so that a crash between any two steps leaves nothing that points to another binding's slot.
/// </summary>
internal sealed class BindingTable(BpfPlane plane) : IBindingMap
{
    private readonly BpfMap<uint, BindingSlot> _slots = plane.Bindings;
    private readonly BpfMap<ClaimKey, uint> _claims = plane.BindingIndex;
    private readonly BpfMap<BigEndian32, uint> _legals = plane.ExternalAddresses;
    private readonly PerCpuArray<Traffic> _traffic = plane.Traffic;
    private readonly uint[] _generations = ReadGenerations(plane.Bindings);

    public uint Capacity => _slots.Capacity;

    /// <inheritdoc/>
    public uint Meters { get; } = plane.Meters.Capacity;

    public static ClaimKey KeyOf(ClaimedAddress claim) =>
        new() { Mac = claim.Station.Mac, Vlan = claim.Station.Vlan, Claimed = claim.Address };

    /// <inheritdoc/>
    public void Add(Binding binding, TimeSpan heard)
    {
        EndMappings(binding.Number);
        _traffic.Set(binding.Number, new Traffic { LastOut = (ulong)(heard.Ticks * 100) });
        Write(binding);
    }

    /// <inheritdoc/>
    public void Write(Binding binding)
    {
        _slots.Set(binding.Number, SlotOf(binding));
        _claims.Set(KeyOf(binding.Claim), binding.Number);
        if (binding.IsPooled)
        {
            _legals.Set(binding.Legal, binding.Number);
        }
    }

    public void Remove(Binding binding)
    {
        _claims.Delete(KeyOf(binding.Claim));
        if (binding.IsPooled)
        {
            _legals.Delete(binding.Legal);
        }

        Clear(binding.Number);
    }

    /// <inheritdoc/>
    public void EndMappings(uint number) => _generations[number]++;

    /// <inheritdoc/>
    public uint GenerationOf(uint number) => _generations[number];

    /// <inheritdoc/>
    public IEnumerable<(uint Number, BindingSlot Slot)> Read()
    {
        for (uint number = 2; number < _slots.Capacity; number++)
        {
            if (_slots.TryGet(number, out var slot) && slot.Flags.HasFlag(BindingFlags.Active))
            {
                yield return (number, slot);
            }
        }
    }

    public void Clear(uint number)
    {
        // The generation stays: the slot's next binding must not find this one's mappings.
        EndMappings(number);
        plane.Appearances.Delete(number);
        _slots.Set(number, new BindingSlot { Generation = _generations[number] });
    }

    /// <inheritdoc/>
    public void RebuildIndexes(IReadOnlyCollection<Binding> bindings)
    {
        foreach (var binding in bindings)
        {
            Write(binding);
        }

        var claims = bindings.Select(b => KeyText(KeyOf(b.Claim))).ToHashSet();
        foreach (var key in _claims.Keys().Where(k => !claims.Contains(KeyText(k))))
        {
            _claims.Delete(key);
        }

        var legals = bindings.Where(b => b.IsPooled).Select(b => b.Legal).ToHashSet();
        foreach (var key in _legals.Keys().Where(k => !legals.Contains(k)))
        {
            if (_legals.TryGet(key, out var entry) && (entry & SharedAddressSlot.Marker) == 0)
            {
                _legals.Delete(key);
            }
        }
    }

    /// <inheritdoc/>
    public void MarkSilent(Ipv4Address server, TimeSpan until) => plane.DotUnanswered.Set(server, (ulong)(until.Ticks * 100));

    /// <inheritdoc/>
    public Appearances? AppearancesOf(uint number) => plane.Appearances.TryGet(number, out var places) ? places : null;

    /// <inheritdoc/>
    public void WriteAppearances(uint number, Appearances? places)
    {
        if (places is { } some)
        {
            plane.Appearances.Set(number, some);
        }
        else
        {
            plane.Appearances.Delete(number);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<(uint Number, Appearances Places)> ReadAppearances() => [.. plane.Appearances.Keys().Select(n => (n, AppearancesOf(n) ?? default))];

    /// <inheritdoc/>
    public Traffic TrafficOf(uint number) => Traffic.Sum(_traffic, number);

    /// <inheritdoc/>
    public TimeSpan IdleFor(uint number, TimeSpan now) => TrafficOf(number).IdleFor(now);

    /// <inheritdoc/>
    public bool IsConfirmed(uint number) => Traffic.IsConfirmed(_traffic.Read(number));

    private static uint[] ReadGenerations(BpfMap<uint, BindingSlot> slots)
    {
        var generations = new uint[slots.Capacity];
        for (uint number = 0; number < slots.Capacity; number++)
        {
            generations[number] = slots.TryGet(number, out var slot) ? slot.Generation : 0;
        }

        return generations;
    }

    private static (MacAddress, ushort, Ipv4Address) KeyText(ClaimKey key) => (key.Mac, key.Vlan, key.Claimed);

    private BindingSlot SlotOf(Binding binding) => BindingSlot.Of(binding, _generations[binding.Number]);
}
