using System.Numerics;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>Which ports of a shared address devices may have.</summary>
/// <param name="LowFirst">Below 1024, one by one; first &gt; last: none.</param>
/// <param name="First">In blocks.</param>
/// <param name="IsHosts">The uplink's own address: the host's sockets come first.</param>
internal readonly record struct PortLayout(ushort LowFirst, ushort LowLast, ushort First, ushort Last, uint BlockPorts, bool IsHosts)
{
    /// <summary>Whole blocks of the range: the first, and one beyond the last.</summary>
    public (uint First, uint End) BlockRange => ((First + BlockPorts - 1) / BlockPorts, (Last + 1u) / BlockPorts);

    /// <summary>How many blocks there are.</summary>
    public int Blocks => (int)Math.Max(0L, (long)BlockRange.End - BlockRange.First);

    /// <summary>For an address that only the gateway uses.</summary>
    public static PortLayout Whole(int block) => new(1, 1023, 1024, 65535, (uint)block, false);

    /// <summary>For the host's own address: low ports from 512, as servers have the ports below.</summary>
    public static PortLayout Beside(ushort first, ushort last, int block) => new(512, 1023, first, last, (uint)block, true);
}

/// <summary>
/// Shared addresses and devices' shares of them as the data plane has them. An address that is given up keeps its slot until
/// its last port has rested; then the slot is free for another.
/// </summary>
internal sealed class SharedTable(BpfPlane plane) : ISharedMap
{
    private readonly BpfMap<uint, SharedAddressSlot> _slots = plane.Shared;
    private readonly BpfMap<uint, PortBlock> _blocks = plane.PortBlocks;
    private readonly BpfMap<uint, Share> _shares = plane.Shares;
    private readonly BpfMap<uint, byte> _abandoned = plane.ShareAbandoned;
    private readonly BpfMap<uint, byte> _keeps = plane.ShareKeeps;
    private readonly BpfMap<uint, CommonPorts> _common = plane.CommonPorts;
    private readonly BpfMap<BigEndian32, uint> _legals = plane.ExternalAddresses;

    /// <inheritdoc/>
    public uint Mappings => plane.Mappings.Capacity;

    /// <inheritdoc/>
    public IEnumerable<(uint Index, SharedAddressSlot Slot)> Read()
    {
        for (uint index = 0; index < SharedAddressSlot.Count; index++)
        {
            if (_slots.TryGet(index, out var slot) && slot.Address.Raw != 0)
            {
                yield return (index, slot);
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(uint Share, Ipv4Address Address)> ReadShares()
    {
        for (uint number = 1; number < _shares.Capacity; number++)
        {
            if (!IsEmpty(number) && _shares.TryGet(number, out var share) && _slots.TryGet(share.Address, out var slot))
            {
                yield return (number, slot.Address);
            }
        }
    }

    /// <inheritdoc/>
    public bool Use(Ipv4Address address, PortLayout layout, uint uplink = 0)
    {
        var known = Read().Where(s => s.Slot.Address == (BigEndian32)address).Select(s => ((uint Index, SharedAddressSlot Slot)?)s).FirstOrDefault();
        if (known is { } found)
        {
            if (LayoutOf(found.Slot) != layout || found.Slot.Uplink != uplink)
            {
                // Other settings: the mappings end, and the blocks are laid out again. Ports still in `mappings` cannot be given twice.
                ClearBlocks(found.Index);
                _slots.Set(found.Index, NewSlot(address, layout, uplink));
            }
            else if (!found.Slot.Flags.HasFlag(SharedFlags.Usable))
            {
                // While the address is usable the data plane changes its entry: then it must not be written.
                found.Slot.Flags |= SharedFlags.Usable;
                ForOwnedBlocks(found.Index, block => found.Slot.Free[(int)(block / 64)] &= ~(1UL << (int)(block % 64)));
                _slots.Set(found.Index, found.Slot);
            }

            _legals.Set(address, SharedAddressSlot.Marker | found.Index);
            return true;
        }

        for (uint index = 0; index < SharedAddressSlot.Count; index++)
        {
            if (_slots.TryGet(index, out var slot) && slot.Address.Raw == 0)
            {
                ClearBlocks(index);
                _slots.Set(index, NewSlot(address, layout, uplink));
                _legals.Set(address, SharedAddressSlot.Marker | index);
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool IsLaidOutOtherwise(Ipv4Address address, PortLayout layout, uint uplink) =>
        Read().Any(s => s.Slot.Address == (BigEndian32)address && (LayoutOf(s.Slot) != layout || s.Slot.Uplink != uplink));

    /// <inheritdoc/>
    public void GiveUp(Ipv4Address address)
    {
        foreach (var (index, slot) in Read().Where(s => s.Slot.Address == (BigEndian32)address))
        {
            var given = slot;
            given.Flags &= ~SharedFlags.Usable;
            _slots.Set(index, given);
        }
    }

    /// <inheritdoc/>
    public void Forget(uint index, Ipv4Address address)
    {
        _legals.Delete(address);
        _slots.Set(index, default);
    }

    /// <inheritdoc/>
    public void OpenShare(uint number, Ipv4Address address)
    {
        var index = Read().First(s => s.Slot.Address == (BigEndian32)address).Index;
        _abandoned.Set(number, 0);
        Keep(number, FairShare.NewcomerKeeps);
        _shares.Set(number, new Share { Address = index });
    }

    /// <inheritdoc/>
    public void Keep(uint number, int sixteenths) => _keeps.Set(number, (byte)sixteenths);

    /// <inheritdoc/>
    public PortRoom Room
    {
        get
        {
            var room = default(PortRoom);
            foreach (var (index, slot) in Read().Where(s => s.Slot.Flags.HasFlag(SharedFlags.Usable)))
            {
                var common = _common.TryGet(index, out var found) ? Math.Min(found.Free[0], Math.Min(found.Free[1], found.Free[2])) : 0;
                var free = 0;
                for (var word = 0; word < BlockBits.Length; word++)
                {
                    free += BitOperations.PopCount(slot.Free[word]);
                }

                var ports = LayoutOf(slot).Blocks * (int)slot.BlockPorts;
                room = new PortRoom(room.Addresses + 1, room.Ports + ports, room.Free + (free * (int)slot.BlockPorts) + (common <= ports ? (int)common : 0));
            }

            return room;
        }
    }

    /// <inheritdoc/>
    public ulong Refused => plane.DropsOf(DropReason.PortsExhausted);

    /// <inheritdoc/>
    public void Abandon(uint number) => _abandoned.Set(number, 1);

    /// <inheritdoc/>
    public bool IsEmpty(uint number) => !_shares.TryGet(number, out var share) || (share.Slots == 0 && UsedOf(share) is [0, 0, 0, 0]);

    /// <inheritdoc/>
    public uint[] UsedOf(uint number) => _shares.TryGet(number, out var share) ? UsedOf(share) : new uint[4];

    /// <inheritdoc/>
    public Sweep Sweep() => plane.Sweep();

    private static uint[] UsedOf(in Share share) => [share.Used[0], share.Used[1], share.Used[2], share.Used[3]];

    private static PortLayout LayoutOf(in SharedAddressSlot slot) =>
        new(slot.LowFirst, slot.LowLast, slot.First, slot.Last, slot.BlockPorts, slot.Flags.HasFlag(SharedFlags.Host));

    private static SharedAddressSlot NewSlot(Ipv4Address address, PortLayout layout, uint uplink)
    {
        var slot = new SharedAddressSlot
        {
            Address = address,
            Uplink = uplink,
            Flags = SharedFlags.Usable | (layout.IsHosts ? SharedFlags.Host : 0),
            NextId = (uint)Random.Shared.Next(65536),
            LowFirst = layout.LowFirst,
            LowLast = layout.LowLast,
            First = layout.First,
            Last = layout.Last,
            BlockPorts = layout.BlockPorts,
        };

        for (var (block, end) = layout.BlockRange; block < end; block++)
        {
            slot.Free[(int)(block / 64)] |= 1UL << (int)(block % 64);
        }

        return slot;
    }

    private void ForOwnedBlocks(uint index, Action<uint> act)
    {
        for (uint block = 0; block < SharedAddressSlot.Blocks; block++)
        {
            if (_blocks.TryGet((index * SharedAddressSlot.Blocks) + block, out var state) && state.Owner != 0)
            {
                act(block);
            }
        }
    }

    /// <summary>No share has a block of it; the ports in use are counted down as their mappings end.</summary>
    private void ClearBlocks(uint index)
    {
        for (uint number = 1; number < _shares.Capacity; number++)
        {
            if (_shares.TryGet(number, out var share) && share.Address == index && share.Slots != 0)
            {
                share.Slots = 0;
                share.Open = default;
                _shares.Set(number, share);
            }
        }

        _common.Set(index, default);
        for (uint block = 0; block < SharedAddressSlot.Blocks; block++)
        {
            _blocks.Set((index * SharedAddressSlot.Blocks) + block, default);
        }
    }
}
