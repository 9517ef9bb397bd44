using Innkeeper.DataPlane;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>IPv6 bindings in memory, as the data plane would keep them. It outlives the control plane that writes it, as pinned maps do.</summary>
internal sealed class MemoryIpv6Map : IIpv6BindingMap
{
    private readonly Dictionary<uint, Traffic> _traffic = [];
    private readonly HashSet<uint> _confirmed = [];
    private Ipv6Outside? _outside;

    public uint Capacity { get; init; } = 64;

    public Dictionary<uint, Binding6Slot> Slots { get; } = [];

    public Dictionary<Ipv6Claim, uint> Claims { get; } = [];

    public Dictionary<Ipv6Address, uint> Legals { get; } = [];

    /// <summary>What the data plane sends by, in the order in which it was written; null: nothing.</summary>
    public List<Ipv6Outside?> Outsides { get; } = [];

    /// <summary>The largest packet out, as it was written last.</summary>
    public int Mtu { get; private set; }

    public void Add(Ipv6Binding binding, TimeSpan heard)
    {
        Hear(binding.Number, heard);
        _confirmed.Remove(binding.Number);
        Write(binding);
    }

    public void Write(Ipv6Binding binding)
    {
        Slots[binding.Number] = Binding6Slot.Of(binding, 0);
        Claims[binding.Claim] = binding.Number;
        if (binding.HasOutside)
        {
            Legals[binding.Outside] = binding.Number;
        }
    }

    public void Move(Ipv6Binding from, Ipv6Binding to)
    {
        Write(to);
        if (from.Outside != to.Outside)
        {
            Legals.Remove(from.Outside);
        }
    }

    public void Remove(Ipv6Binding binding)
    {
        Slots.Remove(binding.Number);
        Claims.Remove(binding.Claim);
        Legals.Remove(binding.Outside);
    }

    public IEnumerable<(uint Number, Binding6Slot Slot)> Read() => Slots.Select(s => (s.Key, s.Value));

    public void Rebuild(IReadOnlyCollection<Ipv6Binding> bindings)
    {
        Slots.Clear();
        Claims.Clear();
        Legals.Clear();
        foreach (var binding in bindings)
        {
            Write(binding);
        }
    }

    /// <summary>The device sent a packet.</summary>
    public void Hear(uint number, TimeSpan when) => _traffic[number] = new Traffic { OutPackets = 1, LastOut = (ulong)(when.Ticks * 100) };

    /// <summary>The device went on after it was answered.</summary>
    public void Confirm(uint number) => _confirmed.Add(number);

    public Traffic TrafficOf(uint number) => _traffic.GetValueOrDefault(number);

    public TimeSpan IdleFor(uint number, TimeSpan now) => TrafficOf(number).IdleFor(now);

    public bool IsConfirmed(uint number) => _confirmed.Contains(number);

    public Ipv6Outside? ReadOutside() => _outside;

    public void WriteOutside(Ipv6Outside? outside, int mtu)
    {
        (_outside, Mtu) = (outside, mtu);
        Outsides.Add(outside);
    }
}
