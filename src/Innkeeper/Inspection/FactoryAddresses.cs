using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>The addresses that makers set in devices, in the order in which a search asks for them. docs/machines.md has the list for people.</summary>
internal static class FactoryAddresses
{
    /// <summary>Addresses of a network that can be asked for.</summary>
    public const int MostOfNetwork = 1022;

    /// <summary>Networks of which each address is asked for.</summary>
    public static readonly ImmutableArray<Ipv4Network> Networks =
    [
        Ipv4Network.Parse("192.168.0.0/24"), Ipv4Network.Parse("192.168.1.0/24"), Ipv4Network.Parse("192.168.2.0/24"), Ipv4Network.Parse("192.168.10.0/24"),
        Ipv4Network.Parse("192.168.100.0/24"), Ipv4Network.Parse("192.168.178.0/24"), Ipv4Network.Parse("10.0.0.0/24"), Ipv4Network.Parse("172.16.0.0/24"),
    ];

    /// <summary>Single addresses of other networks.</summary>
    public static readonly ImmutableArray<Ipv4Address> Singles =
    [
        Ipv4Address.Parse("192.168.3.18"), Ipv4Address.Parse("192.168.3.39"), Ipv4Address.Parse("192.168.3.250"), Ipv4Address.Parse("192.168.5.1"), Ipv4Address.Parse("192.168.88.1"),
        Ipv4Address.Parse("192.168.125.1"), Ipv4Address.Parse("192.168.127.254"), Ipv4Address.Parse("192.168.192.168"), Ipv4Address.Parse("192.168.250.1"), Ipv4Address.Parse("192.168.255.1"),
        Ipv4Address.Parse("172.31.1.147"), Ipv4Address.Parse("192.0.0.192"), Ipv4Address.Parse("10.10.10.10"), Ipv4Address.Parse("10.1.1.1"),
    ];

    /// <summary>Numbers that hosts have most often.</summary>
    private static readonly ImmutableArray<uint> s_usual = [1, 10, 100, 2, 20, 254, 50, 5, 200, 11, 3, 101, 30, 12, 99, 90, 108, 64, 110, 120, 150, 4];

    /// <summary>All of them: the most usual ones first, and no network twice in a row.</summary>
    public static IEnumerable<Ipv4Address> All() =>
        [.. s_usual.SelectMany(AddressesOf), .. Singles, .. Enumerable.Range(1, 254).Select(n => (uint)n).Where(n => !s_usual.Contains(n)).SelectMany(AddressesOf)];

    /// <summary>The hosts of one network.</summary>
    public static IEnumerable<Ipv4Address> Of(Ipv4Network network)
    {
        var (first, last) = network.PrefixLength >= 31 ? (network.NetworkId.Value, network.Last.Value) : (network.NetworkId.Value + 1, network.Last.Value - 1);
        for (var value = first; value <= last; value++)
        {
            yield return new Ipv4Address(value);
        }
    }

    private static IEnumerable<Ipv4Address> AddressesOf(uint number) => Networks.Select(n => new Ipv4Address(n.NetworkId.Value | number));
}
