using System.Globalization;
using System.Numerics;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>Ports from the first to the last, both included.</summary>
internal readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>"A-B".</summary>
    public static bool TryParse(string? text, out PortRange range)
    {
        range = default;
        if (text?.Split('-') is not [var first, var last]
            || !ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
            || !ushort.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var b) || a > b)
        {
            return false;
        }

        range = new PortRange(a, b);
        return true;
    }

    public override string ToString() => $"{First}-{Last}";
}

/// <summary>Addresses from the first to the last, both included.</summary>
internal readonly record struct AddressRange(Ipv4Address First, Ipv4Address Last)
{
    public long Count => (long)Last.Value - First.Value + 1;

    public bool Contains(Ipv4Address address) => address >= First && address <= Last;

    public bool Overlaps(AddressRange other) => First <= other.Last && other.First <= Last;

    /// <summary>"A-B" or "A".</summary>
    public static bool TryParse(string text, out AddressRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (!Ipv4Address.TryParse((dash < 0 ? text : text[..dash]).AsSpan().Trim(), out var first)
            || !Ipv4Address.TryParse((dash < 0 ? text : text[(dash + 1)..]).AsSpan().Trim(), out var last) || last < first)
        {
            return false;
        }

        range = new AddressRange(first, last);
        return true;
    }

    public IEnumerable<Ipv4Address> Addresses()
    {
        for (long value = First.Value; value <= Last.Value; value++)
        {
            yield return new Ipv4Address((uint)value);
        }
    }

    /// <summary>The fewest networks that together are this range.</summary>
    public IEnumerable<Ipv4Network> Networks()
    {
        for (long next = First.Value; next <= Last.Value;)
        {
            // The largest that begins here and does not go beyond the end.
            var bits = Math.Min(BitOperations.TrailingZeroCount((ulong)next | 1UL << 32), BitOperations.Log2((ulong)(Last.Value - next + 1)));
            yield return new Ipv4Network(new Ipv4Address((uint)next), 32 - bits);
            next += 1L << bits;
        }
    }

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
