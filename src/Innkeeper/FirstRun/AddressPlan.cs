using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Wire;

namespace Innkeeper.FirstRun;

/// <summary>How many shared addresses a number of devices takes, and which addresses of a network to take (docs/sizing.md).</summary>
internal static class AddressPlan
{
    /// <summary>More devices need other sizes of tables, too (docs/sizing.md).</summary>
    public const int MostDevices = 16_384;

    /// <summary>Addresses that are asked for at most: each question is a broadcast to every host of the LAN.</summary>
    public const int MostAsked = 256;

    /// <summary>Ports of an address in [napt] addresses: all from 1024 on.</summary>
    private const int PortsOfAnAddress = 65536 - 1024;

    private const int LeastAsked = 32;

    /// <summary>Some of the addresses that are asked for have hosts.</summary>
    private const int AskedForEach = 4;

    private static readonly PortRange s_own = new NaptConfig().Ports;

    /// <summary>Of [napt] addresses; 0: the ports of the uplink's own address are enough.</summary>
    public static int Needed(int devices) =>
        PortWatch.NeededFor(devices, s_own.Last - s_own.First + 1) <= 1 ? 0 : PortWatch.NeededFor(devices, PortsOfAnAddress);

    /// <summary>The addresses to ask for, from the network's end: DHCP servers and people begin at the other.</summary>
    /// <param name="network">With the uplink's own address.</param>
    /// <param name="wanted">How many are needed.</param>
    public static ImmutableArray<Ipv4Address> Candidates(Ipv4Network network, Ipv4Address? router, int wanted)
    {
        var most = Math.Min(MostAsked, Math.Max(LeastAsked, wanted * AskedForEach));
        var candidates = ImmutableArray.CreateBuilder<Ipv4Address>();
        for (var value = (long)network.Last.Value - 1; value > network.NetworkId.Value && candidates.Count < most; value--)
        {
            var address = new Ipv4Address((uint)value);
            if (address != network.Address && address != router)
            {
                candidates.Add(address);
            }
        }

        return candidates.ToImmutable();
    }

    /// <summary>The free ones in as few ranges as possible: the last that are all in one range, or otherwise the last.</summary>
    /// <param name="candidates">From the last to the first.</param>
    /// <param name="used">Those that a host has.</param>
    /// <param name="wanted">Fewer are returned where there are no more.</param>
    public static ImmutableArray<AddressRange> Choose(IEnumerable<Ipv4Address> candidates, IReadOnlySet<Ipv4Address> used, int wanted)
    {
        var runs = new List<AddressRange>();
        foreach (var address in candidates.Where(a => !used.Contains(a)))
        {
            if (runs.Count > 0 && runs[^1].First.Value == address.Value + 1)
            {
                runs[^1] = runs[^1] with { First = address };
            }
            else
            {
                runs.Add(new AddressRange(address, address));
            }
        }

        if (runs.Cast<AddressRange?>().FirstOrDefault(r => r!.Value.Count >= wanted) is { } whole)
        {
            runs = [whole];
        }

        var chosen = ImmutableArray.CreateBuilder<AddressRange>();
        foreach (var run in runs)
        {
            var left = wanted - chosen.Sum(r => r.Count);
            if (left > 0)
            {
                chosen.Add(run.Count <= left ? run : run with { First = new Ipv4Address((uint)(run.Last.Value - left + 1)) });
            }
        }

        return chosen.ToImmutable();
    }
}
