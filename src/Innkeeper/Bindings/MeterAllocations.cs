namespace Innkeeper.Bindings;

/// <summary>The holder of a meter of the data plane: a device, for all its addresses, or a group of devices of one profile.</summary>
/// <param name="Station">The device; of a group nothing.</param>
/// <param name="Profile">A group's: the rates by which its meter counts.</param>
internal readonly record struct MeterHolder(Station Station, uint Profile, string? Group)
{
    public static MeterHolder Of(Binding binding) => Of(binding.Claim.Station, binding.Policy);

    public static MeterHolder Of(Station station, BindingPolicy policy) =>
        policy.Group is { } group ? new MeterHolder(default, policy.Profile, group) : new MeterHolder(station, 0, null);
}

/// <summary>Which meter of the data plane each binding of either family counts in. A meter gets another holder only when no binding uses it.</summary>
/// <param name="capacity">Slots of the data plane: each IPv4 binding could have a meter of its own, one is to spare while a binding changes its holder, and the rest is for devices without IPv4.</param>
internal sealed class MeterAllocations(uint capacity)
{
    /// <summary>No binding has this meter when adoption is over.</summary>
    public const uint None = 0;

    private readonly NumberAllocator _free = new(None + 1, capacity);
    private readonly Dictionary<MeterHolder, (uint Meter, int Bindings)> _held = [];
    private readonly HashSet<uint> _adopted = [];

    public int Free => _free.Free;

    public uint Of(Binding binding) => _held[MeterHolder.Of(binding)].Meter;

    /// <summary>Whether a device without a meter may get one that no IPv4 binding may need.</summary>
    /// <param name="kept">Meters that IPv4 bindings may still need.</param>
    public bool HasRoom(MeterHolder holder, int kept) => _held.ContainsKey(holder) || _free.Free > kept;

    public Binding Join(Binding binding) => Join(binding, _free.Take);

    /// <summary>One more binding counts for the holder. Ask <see cref="HasRoom"/> first, for IPv6.</summary>
    public uint Join(MeterHolder holder) => Join(holder, _free.Take);

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
    public void Leave(Binding binding) => Leave(MeterHolder.Of(binding));

    public void Leave(MeterHolder holder)
    {
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

    private Binding Join(Binding binding, Func<uint> choose) => binding with { Meter = Join(MeterHolder.Of(binding), choose) };

    private uint Join(MeterHolder holder, Func<uint> choose)
    {
        var (meter, bindings) = _held.TryGetValue(holder, out var use) ? use : (choose(), 0);
        _held[holder] = (meter, bindings + 1);
        return meter;
    }
}
