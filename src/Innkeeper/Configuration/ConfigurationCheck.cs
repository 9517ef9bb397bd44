using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>What single keys cannot tell: whether settings fit each other and the interfaces' addresses. Pure.</summary>
internal static class ConfigurationCheck
{
    /// <summary>What the file alone shows.</summary>
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result)
    {
        var config = result.Config!;
        if (config.AccessInterface == config.UplinkInterface)
        {
            yield return result.ErrorAt("uplink.interface", $"is the access interface too; one-armed operation is not there yet, give two interfaces");
        }

        if (config.Pool.IsEmpty)
        {
            yield return result.ErrorAt("pool.addresses", "is missing; give free addresses of the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"] (sharing one address by ports is not there yet)");
        }

        if (config.UplinkAddress is { } address)
        {
            foreach (var error in Against(result, address, config.UplinkGateway))
            {
                yield return error;
            }
        }
    }

    /// <summary>What shows once the uplink's address is known.</summary>
    public static IEnumerable<ConfigurationError> Against(ConfigurationResult result, Ipv4Network uplink, Ipv4Address? gateway)
    {
        var config = result.Config!;
        foreach (var range in config.Pool)
        {
            if (!config.PoolRouted && !(uplink.Contains(range.First) && uplink.Contains(range.Last)))
            {
                yield return result.ErrorAt("pool.addresses", $"{range} is not within the uplink subnet {uplink.NetworkId}/{uplink.PrefixLength}; take addresses of it, or set routed = true if the router sends these to us");
            }

            if (range.Contains(uplink.Address))
            {
                yield return result.ErrorAt("pool.addresses", $"{range} contains {uplink.Address}, the gateway's own address; leave it out");
            }

            if (gateway is { } router && range.Contains(router))
            {
                yield return result.ErrorAt("pool.addresses", $"{range} contains {router}, the uplink's router; leave it out");
            }

            if (uplink.PrefixLength < 31 && (range.Contains(uplink.NetworkId) || range.Contains(uplink.Last)))
            {
                yield return result.ErrorAt("pool.addresses", $"{range} contains the network or broadcast address of {uplink.NetworkId}/{uplink.PrefixLength}; leave it out");
            }

            if (config.Inside.Contains(range.First) || config.Inside.Contains(range.Last) || range.Contains(config.Inside.NetworkId))
            {
                yield return result.ErrorAt("inside.network", $"{config.Inside} overlaps the pool's {range}; choose a network that is used nowhere");
            }
        }

        if (config.Inside.Overlaps(uplink))
        {
            yield return result.ErrorAt("inside.network", $"{config.Inside} overlaps the uplink subnet {uplink.NetworkId}/{uplink.PrefixLength}; choose a network that is used nowhere, such as \"10.64.0.0/10\"");
        }

        if (gateway is { } hop && !uplink.Contains(hop))
        {
            yield return result.ErrorAt("uplink.gateway", $"{hop} is not within the uplink subnet {uplink.NetworkId}/{uplink.PrefixLength}");
        }

        if (config.Pool.Sum(r => r.Count) > 65536)
        {
            yield return result.ErrorAt("pool.addresses", "holds more than 65536 addresses; give fewer");
        }
    }
}
