using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>Shared addresses and shares in memory. Ports in use are what the test says.</summary>
internal sealed class MemorySharedMap(WriteJournal? all = null) : ISharedMap
{
    private readonly SortedDictionary<uint, SharedAddressSlot> _slots = [];
    private readonly Dictionary<uint, (Ipv4Address Address, bool IsAbandoned)> _shares = [];
    private readonly Dictionary<uint, uint[]> _used = [];

    /// <summary>"use ADDRESS", "give-up ADDRESS", "open SHARE ADDRESS", "abandon SHARE", "forget ADDRESS", in order.</summary>
    public WriteJournal Journal { get; } = new(all);

    public IReadOnlyDictionary<uint, (Ipv4Address Address, bool IsAbandoned)> Shares => _shares;

    public int Sweeps { get; private set; }

    public uint Mappings => 1024;

    /// <summary>Ports of a share are in use, by kind; none: all are free.</summary>
    public void SetUsed(uint share, params uint[] used) => _used[share] = used.Length == 0 ? new uint[4] : used;

    public IEnumerable<(uint Index, SharedAddressSlot Slot)> Read() => _slots.Select(s => (s.Key, s.Value));

    public IEnumerable<(uint Share, Ipv4Address Address)> ReadShares() => _shares.Where(s => !IsEmpty(s.Key)).Select(s => (s.Key, s.Value.Address));

    public bool Use(Ipv4Address address, PortLayout layout, uint uplink = 0)
    {
        Journal.Add($"use {address}");
        var index = IndexOf(address) ?? Enumerable.Range(0, SharedAddressSlot.Count).Select(i => (uint?)i).FirstOrDefault(i => !_slots.ContainsKey(i!.Value));
        if (index is not { } place)
        {
            return false;
        }

        _slots[place] = new SharedAddressSlot
        {
            Address = address,
            Uplink = uplink,
            Flags = SharedFlags.Usable | (layout.IsHosts ? SharedFlags.Host : 0),
            LowFirst = layout.LowFirst,
            LowLast = layout.LowLast,
            First = layout.First,
            Last = layout.Last,
            BlockPorts = layout.BlockPorts,
        };
        return true;
    }

    public bool IsLaidOutOtherwise(Ipv4Address address, PortLayout layout, uint uplink) =>
        IndexOf(address) is { } index && _slots[index] is var slot
        && ((slot.LowFirst, slot.LowLast, slot.First, slot.Last, slot.BlockPorts, slot.Uplink) != (layout.LowFirst, layout.LowLast, layout.First, layout.Last, layout.BlockPorts, uplink)
            || slot.Flags.HasFlag(SharedFlags.Host) != layout.IsHosts);

    public void GiveUp(Ipv4Address address)
    {
        Journal.Add($"give-up {address}");
        if (IndexOf(address) is { } index)
        {
            _slots[index] = _slots[index] with { Flags = _slots[index].Flags & ~SharedFlags.Usable };
        }
    }

    public void Forget(uint index, Ipv4Address address)
    {
        Journal.Add($"forget {address}");
        _slots.Remove(index);
    }

    public void OpenShare(uint number, Ipv4Address address)
    {
        Journal.Add($"open {number} {address}");
        Assert.NotNull(IndexOf(address));
        _shares[number] = (address, false);
        _used.Remove(number);
        Keeps[number] = FairShare.NewcomerKeeps;
    }

    public void Abandon(uint number)
    {
        Journal.Add($"abandon {number}");
        _shares[number] = (_shares[number].Address, true);
    }

    public Dictionary<uint, int> Keeps { get; } = [];

    /// <summary>What the test says.</summary>
    public PortRoom Room { get; set; }

    /// <summary>What the test says.</summary>
    public ulong Refused { get; set; }

    public void Keep(uint number, int sixteenths) => Keeps[number] = sixteenths;

    public bool IsEmpty(uint number) => UsedOf(number) is [0, 0, 0, 0];

    public uint[] UsedOf(uint number) => _used.TryGetValue(number, out var used) ? used : new uint[4];

    public Sweep Sweep()
    {
        Sweeps++;
        return new Sweep { Live = (uint)_used.Values.Sum(u => u.Sum(n => n)) };
    }

    private uint? IndexOf(Ipv4Address address) =>
        _slots.Where(s => s.Value.Address == (BigEndian32)address).Select(s => (uint?)s.Key).FirstOrDefault();
}
