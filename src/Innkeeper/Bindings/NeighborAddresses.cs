using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>
/// Which addresses a device takes for neighbors, whatever mask is set in it: those that share the most leading bits with its own. No I/O, clock or log.
/// </summary>
internal static class NeighborAddresses
{
    /// <summary>The widest subnet that is looked at: few devices have a wider one, and a /24 has more addresses than are needed.</summary>
    public const int WidestPrefix = 24;

    /// <summary>The narrowest one that counts: the first and last address of each /29 may be its network's or its broadcast address.</summary>
    public const int NarrowestPrefix = 29;

    private const uint NarrowestHosts = (1u << (32 - NarrowestPrefix)) - 1;

    /// <summary>The addresses near this one, the nearest subnet first; never it itself, and none that gateways commonly have (.1 and .254).</summary>
    public static IEnumerable<Ipv4Address> Of(Ipv4Address own)
    {
        for (var prefix = NarrowestPrefix; prefix >= WidestPrefix; prefix--)
        {
            var hosts = (1u << (32 - prefix)) - 1;
            var first = own.Value & ~hosts;

            // The half of a wider subnet that the one before had is done already.
            var done = prefix == NarrowestPrefix ? (First: 1u, Last: 0u) : (First: own.Value & ~(hosts >> 1), Last: own.Value | (hosts >> 1));
            for (var address = first; address - first <= hosts; address++)
            {
                var isDone = address >= done.First && address <= done.Last;
                if (!isDone && address != own.Value && (address & NarrowestHosts) is not (0 or NarrowestHosts) && (byte)address is not (1 or 254))
                {
                    yield return new Ipv4Address(address);
                }

                if (address == uint.MaxValue)
                {
                    break;
                }
            }
        }
    }
}
