using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>What exactly is wrong with a value of the right kind, and which item of a list it is.</summary>
internal static class ConfigurationFaults
{
    private const int MaxPool = 65536;

    private static readonly (Ipv4Network Network, string What)[] NoHosts =
    [
        (Ipv4Network.Parse("0.0.0.0/8"), "\"this network\""),
        (Ipv4Network.Parse("127.0.0.0/8"), "loopback"),
        (Ipv4Network.Parse("224.0.0.0/4"), "multicast"),
        (Ipv4Network.Parse("240.0.0.0/4"), "reserved"),
        (Ipv4Network.Parse("169.254.0.0/16"), "link-local"),
    ];

    public static IEnumerable<Fault> OfVlans(ConfigurationValue value) =>
        NotOf(value, ConfigurationKeys.Vlan, "a VLAN number from 1 to 4094")
            .Concat(Twice(value, ConfigurationKeys.Vlan, n => (n, n), (item, _) => $"{item} stands twice; keep one"));

    public static IEnumerable<Fault> OfEtherTypes(ConfigurationValue value) =>
        NotOf(value, ConfigurationKeys.EtherType, "\"ipv6\" or a number from 0x0600 to 0xffff that is not IPv4, ARP or VLAN");

    public static IEnumerable<Fault> OfUpstreams(ConfigurationValue value) =>
        from item in value.List ?? []
        where ConfigurationKeys.Upstream(item) is null
        select new Fault(item, $"{item.Source} will not do; give an address, with a port if it is not 53, or \"tls://ADDRESS#NAME\"");

    public static IEnumerable<Fault> OfPool(ConfigurationValue value)
    {
        foreach (var fault in NotOf(value, ConfigurationKeys.Range, "a range from its lowest to its highest address, such as \"137.118.199.50-137.118.199.99\""))
        {
            yield return fault;
        }

        long count = 0;
        foreach (var item in value.List ?? [])
        {
            if (ConfigurationKeys.Range(item) is { } range)
            {
                count += range.Count;
                foreach (var (network, what) in NoHosts.Where(n => range.Overlaps(new AddressRange(n.Network.NetworkId, n.Network.Last))))
                {
                    yield return new Fault(item, $"{item.Source} has addresses of {network} ({what}), which no router sends anywhere; give others");
                }
            }
        }

        foreach (var fault in Twice(value, ConfigurationKeys.Range, r => (r.First.Value, r.Last.Value), (item, other) => $"{item} overlaps {other}; leave out what they share"))
        {
            yield return fault;
        }

        if (count > MaxPool)
        {
            yield return new Fault(null, $"holds more than {MaxPool} addresses; give fewer");
        }
    }

    public static IEnumerable<Fault> OfInterfaceAddress(ConfigurationValue value)
    {
        if (!Ipv4Network.TryParse(value.Text, out var network))
        {
            return [];
        }

        var end = network.PrefixLength >= 31 ? null
            : network.Address == network.NetworkId ? "is the address of the network itself"
            : network.Address == network.Last ? "is the network's broadcast address"
            : null;
        return end is null
            ? OfHost(network.Address, value)
            : [new Fault(null, $"{value.Source} {end}; give the address of a host in it, such as \"{new Ipv4Address(network.NetworkId.Value + 1)}/{network.PrefixLength}\"")];
    }

    public static IEnumerable<Fault> OfNetwork(ConfigurationValue value)
    {
        if (!Ipv4Network.TryParse(value.Text, out var network))
        {
            return [];
        }

        return network.Address != network.NetworkId
            ? [new Fault(null, $"{value.Source} is a host's address; its network is \"{network.NetworkId}/{network.PrefixLength}\"")]
            : NoHosts.Where(n => n.Network.Overlaps(network)).Take(1)
                .Select(n => new Fault(null, $"{value.Source} has addresses of {n.Network} ({n.What}), where no host can be; give another network"));
    }

    public static IEnumerable<Fault> OfAddress(ConfigurationValue value) => Ipv4Address.TryParse(value.Text, out var address) ? OfHost(address, value) : [];

    /// <summary>Link-local is for hosts of one LAN, which an interface and a router may be, but nobody routes it.</summary>
    private static IEnumerable<Fault> OfHost(Ipv4Address address, ConfigurationValue value) =>
        from none in NoHosts
        where none.What != "link-local" && none.Network.Contains(address)
        select new Fault(null, $"{value.Source} lies in {none.Network} ({none.What}), where no host can be; give a host's address");

    private static IEnumerable<Fault> NotOf<T>(ConfigurationValue value, Func<ConfigurationValue, T?> read, string expected)
        where T : struct =>
        from item in value.List ?? []
        where read(item) is null
        select new Fault(item, $"{item.Source} will not do; give {expected}");

    /// <summary>Items that share something with one before them in numeric order.</summary>
    private static IEnumerable<Fault> Twice<T>(ConfigurationValue value, Func<ConfigurationValue, T?> read, Func<T, (uint First, uint Last)> span, Func<string, string, string> say)
        where T : struct
    {
        (ConfigurationValue Item, uint Last)? before = null;
        var sorted = from item in value.List ?? []
                     let good = read(item)
                     where good is not null
                     let ends = span(good.Value)
                     orderby ends.First
                     select (Item: item, ends.First, ends.Last);
        foreach (var next in sorted)
        {
            if (before is { } other && next.First <= other.Last)
            {
                yield return new Fault(next.Item, say(next.Item.Source, other.Item.Source));
            }

            before = before is { } wider && wider.Last > next.Last ? wider : (next.Item, next.Last);
        }
    }
}
