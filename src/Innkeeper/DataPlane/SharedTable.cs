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

    /// <summary>Of an address that is nobody's but ours.</summary>
    public static PortLayout Whole(int block) => new(1, 1023, 1024, 65535, (uint)block, false);

    /// <summary>Of the host's own: low ports from 512, below are the ports of servers.</summary>
    public static PortLayout Beside(ushort first, ushort last, int block) => new(512, 1023, first, last, (uint)block, true);
}

/// <summary>
/// Shared addresses and devices' shares of them as the data plane has them. An address that is given up keeps its slot until
/// its last port has rested; then the slot is another's.
/// </summary>
internal sealed class SharedTable(BpfPlane plane)
{
    private readonly BpfMap<uint, SharedAddressSlot> _slots = plane.Shared;
    private readonly BpfMap<uint, PortBlock> _blocks = plane.PortBlocks;
    private readonly BpfMap<uint, Share> _shares = plane.Shares;
    private readonly BpfMap<uint, byte> _deserted = plane.ShareAbandoned;
    private readonly BpfMap<BigEndian32, uint> _legals = plane.ExternalAddresses;

    public uint Mappings => plane.Mappings.Capacity;

    /// <summary>Every slot with an address, as an earlier process left them.</summary>
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

    /// <summary>Shares with ports in use or at rest.</summary>
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

    /// <summary>Devices may share the address from now on.</summary>
    /// <param name="uplink">The uplink that the address is on.</param>
    /// <returns>False when all slots are taken by addresses that were given up shortly before.</returns>
    public bool Use(Ipv4Address address, PortLayout layout, uint uplink = 0)
    {
        var known = Read().Where(s => s.Slot.Address == (BigEndian32)address).Select(s => ((uint Index, SharedAddressSlot Slot)?)s).FirstOrDefault();
        if (known is { } found)
        {
            if (LayoutOf(found.Slot) != layout || found.Slot.Uplink != uplink)
            {
                // Other settings: what is mapped ends, and the blocks begin anew. Ports still in `mappings` cannot be given twice.
                ClearBlocks(found.Index);
                _slots.Set(found.Index, NewSlot(address, layout, uplink));
            }
            else if (!found.Slot.Flags.HasFlag(SharedFlags.Usable))
            {
                // While it is usable the data plane changes it: it must not be written then.
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

    /// <summary>Whether an address is in use with another layout or on another uplink: then its bindings' mappings must end.</summary>
    public bool IsLaidOutOtherwise(Ipv4Address address, PortLayout layout, uint uplink) =>
        Read().Any(s => s.Slot.Address == (BigEndian32)address && (LayoutOf(s.Slot) != layout || s.Slot.Uplink != uplink));

    /// <summary>Nothing goes out or comes in by the address any more; its ports rest.</summary>
    public void GiveUp(Ipv4Address address)
    {
        foreach (var (index, slot) in Read().Where(s => s.Slot.Address == (BigEndian32)address))
        {
            var given = slot;
            given.Flags &= ~SharedFlags.Usable;
            _slots.Set(index, given);
        }
    }

    /// <summary>Nothing of an address that was given up is left: its slot is free.</summary>
    public void Forget(uint index, Ipv4Address address)
    {
        _legals.Delete(address);
        _slots.Set(index, default);
    }

    /// <summary>A device begins with nothing of the address.</summary>
    public void OpenShare(uint number, Ipv4Address address)
    {
        var index = Read().First(s => s.Slot.Address == (BigEndian32)address).Index;
        _deserted.Set(number, 0);
        _shares.Set(number, new Share { Address = index });
    }

    /// <summary>Its device left without ever having been confirmed: its ports need no rest.</summary>
    public void Desert(uint number) => _deserted.Set(number, 1);

    /// <summary>No port of it is in use or rests, and it has no block.</summary>
    public bool IsEmpty(uint number) => !_shares.TryGet(number, out var share) || (share.Slots == 0 && UsedOf(share) is [0, 0, 0, 0]);

    /// <summary>Ports in use or at rest, by <see cref="PortKind"/>.</summary>
    public uint[] UsedOf(uint number) => _shares.TryGet(number, out var share) ? UsedOf(share) : new uint[4];

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

    /// <summary>Nobody has a block of it; what shares have in use is counted down as it ends.</summary>
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

        for (uint block = 0; block < SharedAddressSlot.Blocks; block++)
        {
            _blocks.Set((index * SharedAddressSlot.Blocks) + block, default);
        }
    }
}
