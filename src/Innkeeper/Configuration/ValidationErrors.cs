using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The exact errors in a value of the right kind, and in which item of a list they are.</summary>
internal static class ValidationErrors
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

    /// <summary>Global unicast and unique local addresses (RFC 4291 section 2.4, RFC 4193).</summary>
    private static readonly Ipv6Network[] s_routed = [Ipv6Network.Parse("2000::/3"), Ipv6Network.Parse("fc00::/7")];

    /// <summary>The items of a list that are not of their type.</summary>
    public static IEnumerable<ValidationError> OfItems<T>(ConfigurationValue value, SettingType<T> type) =>
        from item in value.List ?? []
        where !type.Parse(item).IsValid
        select new ValidationError(item, $"{item.Source} is not valid; give {type.Expected}");

    public static IEnumerable<ValidationError> OfPool(ConfigurationValue value)
    {
        foreach (var error in OfItems(value, SettingTypes.Range))
        {
            yield return error;
        }

        long count = 0;
        foreach (var item in value.List ?? [])
        {
            if (SettingTypes.Range.Parse(item) is { IsValid: true, Value: var range })
            {
                count += range.Count;
                foreach (var (network, what) in NoHosts.Where(n => range.Overlaps(new AddressRange(n.Network.NetworkId, n.Network.Last))))
                {
                    yield return new ValidationError(item, $"{item.Source} has addresses of {network} ({what}), which no router sends anywhere; give others");
                }
            }
        }

        foreach (var error in Twice(value, SettingTypes.Range, r => (r.First.Value, r.Last.Value), (item, other) => $"{item} overlaps {other}; leave out what they share"))
        {
            yield return error;
        }

        if (count > MaxPool)
        {
            yield return new ValidationError(null, $"holds more than {MaxPool} addresses; give fewer");
        }
    }

    public static IEnumerable<ValidationError> OfInterfaceAddress(ConfigurationValue value)
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
            : [new ValidationError(null, $"{value.Source} {end}; give the address of a host in it, such as \"{new Ipv4Address(network.NetworkId.Value + 1)}/{network.PrefixLength}\"")];
    }

    public static IEnumerable<ValidationError> OfNetwork(ConfigurationValue value)
    {
        if (!Ipv4Network.TryParse(value.Text, out var network))
        {
            return [];
        }

        return network.Address != network.NetworkId
            ? [new ValidationError(null, $"{value.Source} is a host's address; its network is \"{network.NetworkId}/{network.PrefixLength}\"")]
            : NoHosts.Where(n => n.Network.Overlaps(network)).Take(1)
                .Select(n => new ValidationError(null, $"{value.Source} has addresses of {n.Network} ({n.What}), where no host can be; give another network"));
    }

    /// <summary>A length beyond the bounds is left to the sentence that names them.</summary>
    public static IEnumerable<ValidationError> OfIpv6Network(ConfigurationValue value, int shortest, int longest) =>
        !Ipv6Network.TryParse(value.Text, out var network) || network.PrefixLength < shortest || network.PrefixLength > longest ? []
        : network.Address != network.NetworkId
            ? [new ValidationError(null, $"{value.Source} has bits beyond its prefix; its network is \"{network.NetworkId}/{network.PrefixLength}\"")]
        : s_routed.Any(r => r.Contains(network.Address)) ? []
        : [new ValidationError(null, $"{value.Source} has addresses that no router sends anywhere; give a network of {string.Join(" or ", s_routed)}")];

    public static IEnumerable<ValidationError> OfAddress(ConfigurationValue value) => Ipv4Address.TryParse(value.Text, out var address) ? OfHost(address, value) : [];

    /// <summary>Link-local is for hosts of one LAN, which an interface and a router may be, but no router forwards it.</summary>
    private static IEnumerable<ValidationError> OfHost(Ipv4Address address, ConfigurationValue value) =>
        from none in NoHosts
        where none.What != "link-local" && none.Network.Contains(address)
        select new ValidationError(null, $"{value.Source} lies in {none.Network} ({none.What}), where no host can be; give a host's address");

    /// <summary>Items that overlap one before them in numeric order.</summary>
    /// <param name="span">The first and the last number that an item takes.</param>
    /// <param name="sentence">The error, from the text of the item and of the other.</param>
    public static IEnumerable<ValidationError> Twice<T>(ConfigurationValue value, SettingType<T> type, Func<T, (uint First, uint Last)> span, Func<string, string, string> sentence)
    {
        (ConfigurationValue Item, uint Last)? before = null;
        var sorted = from item in value.List ?? []
                     let read = type.Parse(item)
                     where read.IsValid
                     let ends = span(read.Value!)
                     orderby ends.First
                     select (Item: item, ends.First, ends.Last);
        foreach (var next in sorted)
        {
            if (before is { } other && next.First <= other.Last)
            {
                yield return new ValidationError(next.Item, sentence(next.Item.Source, other.Item.Source));
            }

            before = before is { } wider && wider.Last > next.Last ? wider : (next.Item, next.Last);
        }
    }
}
