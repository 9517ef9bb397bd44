using System.Numerics;
using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>The addresses of a network that are taken or must not be given: one bit each, so that a full network costs no search.</summary>
internal sealed class LeaseBitmap
{
    private const int BitsPerWord = 64;

    private readonly uint _first;
    private readonly int _count;
    private readonly ulong[] _taken;

    /// <summary>Null: all.</summary>
    private HashSet<Ipv4Address>? _members;

    /// <param name="first">The lowest address.</param>
    /// <param name="last">The highest, up to a million further on.</param>
    public LeaseBitmap(Ipv4Address first, Ipv4Address last)
    {
        _first = first.Value;
        _count = (int)(last.Value - first.Value) + 1;
        _taken = new ulong[(_count + BitsPerWord - 1) / BitsPerWord];

        // Bits of the last word beyond the end are never free.
        for (var beyond = _count; beyond < _taken.Length * BitsPerWord; beyond++)
        {
            _taken[beyond / BitsPerWord] |= 1UL << (beyond % BitsPerWord);
        }
    }

    /// <summary>Some addresses, in any order.</summary>
    public static LeaseBitmap Of(IReadOnlyCollection<Ipv4Address> addresses)
    {
        var space = new LeaseBitmap(addresses.Min(), addresses.Max());
        Array.Fill(space._taken, ulong.MaxValue);
        foreach (var address in addresses)
        {
            space.Free(address);
        }

        space._members = addresses.ToHashSet();
        return space;
    }

    public int Count => _members?.Count ?? _count;

    public bool Contains(Ipv4Address address) => _members?.Contains(address) ?? address.Value - _first < (uint)_count;

    public bool IsFree(Ipv4Address address) => Contains(address) && (_taken[Index(address) / BitsPerWord] & Bit(address)) == 0;

    public void Take(Ipv4Address address) => _taken[Index(address) / BitsPerWord] |= Bit(address);

    public void Free(Ipv4Address address) => _taken[Index(address) / BitsPerWord] &= ~Bit(address);

    /// <summary>The first free address at or after a place, wrapping around.</summary>
    /// <param name="place">Any number; the same one finds the same address again while that is free.</param>
    public Ipv4Address? Find(uint place)
    {
        var start = (int)(place % (uint)_count);
        var mask = ulong.MaxValue << (start % BitsPerWord);
        for (var step = 0; step <= _taken.Length; step++)
        {
            var word = ((start / BitsPerWord) + step) % _taken.Length;
            var free = ~_taken[word] & mask;
            if (free != 0)
            {
                return new Ipv4Address(_first + (uint)((word * BitsPerWord) + BitOperations.TrailingZeroCount(free)));
            }

            mask = ulong.MaxValue;
        }

        return null;
    }

    /// <summary>The place of an address.</summary>
    public uint PlaceOf(Ipv4Address address) => address.Value - _first;

    private int Index(Ipv4Address address) => (int)(address.Value - _first);

    private ulong Bit(Ipv4Address address) => 1UL << (Index(address) % BitsPerWord);
}
