namespace Innkeeper.Bindings;

/// <summary>The holder of a meter of the data plane: a device, for all its addresses, or a group of devices of one profile.</summary>
/// <param name="Station">The device; of a group nothing.</param>
/// <param name="Profile">A group's: the rates by which its meter counts.</param>
internal readonly record struct MeterHolder(Station Station, uint Profile, string? Group)
{
    public static MeterHolder Of(Binding binding) =>
        binding.Policy.Group is { } group ? new MeterHolder(default, binding.Policy.Profile, group) : new MeterHolder(binding.Claim.Station, 0, null);
}

/// <summary>Which meter of the data plane each binding counts in. A meter gets another holder only when no binding uses it.</summary>
/// <param name="capacity">Slots of the data plane: each binding could have a meter of its own, and one is to spare while a binding changes its holder.</param>
internal sealed class MeterAllocations(uint capacity)
{
    /// <summary>No binding has this meter when adoption is over.</summary>
    public const uint None = 0;

    private readonly NumberAllocator _free = new(None + 1, capacity);
    private readonly Dictionary<MeterHolder, (uint Meter, int Bindings)> _held = [];
    private readonly HashSet<uint> _adopted = [];

    public int Free => _free.Free;

    public uint Of(Binding binding) => _held[MeterHolder.Of(binding)].Meter;

    public Binding Join(Binding binding) => Join(binding, _free.Take);

    /// <summary>
    /// The data plane has been counting it in its <see cref="Binding.Meter"/>. Two holders that had one meter do not have it together any more: the
    /// second waits with <see cref="None"/> until all that are used are known.
    /// </summary>
    public Binding Adopt(Binding binding) => Join(binding, () => _adopted.Add(binding.Meter) ? binding.Meter : None);

    /// <summary>After adoption: meters in use are not given out again, and every holder has one.</summary>
    public void ReserveAdopted()
    {
        _free.Reserve(_adopted.Contains);
        _adopted.Clear();
        foreach (var (holder, use) in _held.Where(h => h.Value.Meter == None).ToList())
        {
            _held[holder] = use with { Meter = _free.Take() };
        }
    }

    /// <summary>The binding ends, or gets another policy.</summary>
    public void Leave(Binding binding)
    {
        var holder = MeterHolder.Of(binding);
        var (meter, bindings) = _held[holder];
        if (bindings > 1)
        {
            _held[holder] = (meter, bindings - 1);
            return;
        }

        _held.Remove(holder);
        if (meter != None)
        {
            _free.Return(meter);
        }
    }

    private Binding Join(Binding binding, Func<uint> choose)
    {
        var holder = MeterHolder.Of(binding);
        var (meter, bindings) = _held.TryGetValue(holder, out var use) ? use : (choose(), 0);
        _held[holder] = (meter, bindings + 1);
        return binding with { Meter = meter };
    }
}
