using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>IPv6 bindings as the data plane has them, in the same order of writes as <see cref="BindingTable"/>.</summary>
internal sealed class Ipv6BindingTable(BpfPlane plane) : IIpv6BindingMap
{
    /// <summary>The main uplink's place; no other has IPv6 yet.</summary>
    private const uint MainUplink = 0;

    private readonly BpfMap<uint, Binding6Slot> _slots = plane.Bindings6;
    private readonly BpfMap<Claim6Key, uint> _claims = plane.Claims6;
    private readonly BpfMap<BigEndian128, uint> _legals = plane.Legals6;
    private readonly PerCpuArray<Traffic> _traffic = plane.Traffic6;

    /// <inheritdoc/>
    public uint Capacity => _slots.Capacity;

    /// <inheritdoc/>
    public void Add(Ipv6Binding binding, TimeSpan heard)
    {
        _traffic.Set(binding.Number, new Traffic { LastOut = (ulong)(heard.Ticks * 100) });
        _slots.Set(binding.Number, new Binding6Slot { Generation = GenerationOf(binding.Number) + 1 });
        Write(binding);
    }

    /// <inheritdoc/>
    public void Write(Ipv6Binding binding)
    {
        _slots.Set(binding.Number, Binding6Slot.Of(binding, GenerationOf(binding.Number)));
        _claims.Set(KeyOf(binding.Claim), binding.Number);
        if (binding.HasOutside)
        {
            _legals.Set(binding.Outside, binding.Number);
        }
    }

    /// <inheritdoc/>
    public void Move(Ipv6Binding from, Ipv6Binding to)
    {
        Write(to);
        if (from.HasOutside && from.Outside != to.Outside)
        {
            _legals.Delete(from.Outside);
        }
    }

    /// <inheritdoc/>
    public void Remove(Ipv6Binding binding)
    {
        _claims.Delete(KeyOf(binding.Claim));
        if (binding.HasOutside)
        {
            _legals.Delete(binding.Outside);
        }

        Clear(binding.Number);
    }

    /// <inheritdoc/>
    public IEnumerable<(uint Number, Binding6Slot Slot)> Read()
    {
        // The index is as long as there are bindings; the array is not.
        foreach (var key in _claims.Keys())
        {
            if (_claims.TryGet(key, out var number) && _slots.TryGet(number, out var slot) && slot.Flags.HasFlag(BindingFlags.Active))
            {
                yield return (number, slot);
            }
        }
    }

    /// <inheritdoc/>
    public void Rebuild(IReadOnlyCollection<Ipv6Binding> bindings)
    {
        var kept = bindings.Select(b => b.Number).ToHashSet();
        foreach (var (number, _) in Read().Where(r => !kept.Contains(r.Number)).ToList())
        {
            Clear(number);
        }

        foreach (var binding in bindings)
        {
            Write(binding);
        }

        var claims = bindings.Select(b => b.Claim).ToHashSet();
        foreach (var key in _claims.Keys().Where(k => !claims.Contains(ClaimOf(k))))
        {
            _claims.Delete(key);
        }

        var legals = bindings.Select(b => b.Outside).ToHashSet();
        foreach (var key in _legals.Keys().Where(k => !legals.Contains(k)))
        {
            _legals.Delete(key);
        }
    }

    /// <inheritdoc/>
    public Traffic TrafficOf(uint number) => Traffic.Sum(_traffic, number);

    /// <inheritdoc/>
    public TimeSpan IdleFor(uint number, TimeSpan now) => TrafficOf(number).IdleFor(now);

    /// <inheritdoc/>
    public bool IsConfirmed(uint number) => Traffic.IsConfirmed(_traffic.Read(number));

    /// <inheritdoc/>
    public Ipv6Outside? ReadOutside() =>
        plane.Ipv6Uplinks.TryGet(MainUplink, out var slot) && slot.Flags.HasFlag(Ipv6UplinkFlags.Usable)
            ? new Ipv6Outside(new Ipv6Network(slot.Prefix, (int)(byte)UInt128.PopCount(((Ipv6Address)slot.Mask).Value)), slot.Flags.HasFlag(Ipv6UplinkFlags.OnLink), slot.Router, (int)slot.Mtu)
            : null;

    /// <inheritdoc/>
    public void WriteOutside(Ipv6Outside? outside, int mtu) => plane.Ipv6Uplinks.Set(MainUplink, outside is null ? default : new Ipv6UplinkSlot
    {
        Router = outside.Router,
        Prefix = outside.Prefix.NetworkId,
        Mask = new Ipv6Address(outside.Prefix.Mask),
        Flags = Ipv6UplinkFlags.Usable | (outside.IsOnLink ? Ipv6UplinkFlags.OnLink : 0),
        Mtu = (uint)Math.Min(mtu, outside.Mtu ?? mtu),
    });

    private static Claim6Key KeyOf(Ipv6Claim claim) => new() { Mac = claim.Station.Mac, Vlan = claim.Station.Vlan, Claimed = claim.Address };

    private static Ipv6Claim ClaimOf(in Claim6Key key) => new(new Bindings.Station(key.Vlan, key.Mac), key.Claimed);

    /// <summary>The generation stays where a binding ends: the slot's next binding must not find what was noted of this one.</summary>
    private void Clear(uint number) => _slots.Set(number, new Binding6Slot { Generation = GenerationOf(number) });

    private uint GenerationOf(uint number) => _slots.TryGet(number, out var slot) ? slot.Generation : 0;
}
