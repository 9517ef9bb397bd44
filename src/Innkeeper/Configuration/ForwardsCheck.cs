using System.Net;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>Whether forwards can work as the file has them, and do not stand in each other's way. No I/O.</summary>
internal static class ForwardsCheck
{
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result)
    {
        var config = result.Config!;
        for (var i = 0; i < config.Forwards.Length; i++)
        {
            foreach (var error in OfOne(result, config.Forwards[i], TableOf(i)))
            {
                yield return error;
            }

            // Of a pair, the later entry has the error.
            for (var before = 0; before < i; before++)
            {
                if (Between(result, i, before) is { } error)
                {
                    yield return error;
                    break;
                }
            }
        }

        var total = 0;
        for (var i = 0; i < config.Forwards.Length; i++)
        {
            var isWithin = total <= ForwardDefinitions.MostPorts;
            total += config.Forwards[i].Ports is { } ports ? ports.Last - ports.First + 1 : 0;
            if (isWithin && total > ForwardDefinitions.MostPorts)
            {
                yield return result.ErrorAt($"{TableOf(i)}.port", $"with those before it these are {total} ports; up to {ForwardDefinitions.MostPorts} can be forwarded, give fewer");
            }
        }
    }

    /// <summary>Ports of the uplink's own address that the kernel gives to this host's own connections: their answers would go to the device.</summary>
    /// <param name="ephemeral">net.ipv4.ip_local_port_range.</param>
    public static IEnumerable<ConfigurationError> Against(ConfigurationResult result, PortRange ephemeral)
    {
        var forwards = result.Config!.Forwards;
        for (var i = 0; i < forwards.Length; i++)
        {
            if (forwards[i].Ports is { } ports && IsOnOwnAddress(result.Config, forwards[i]) && ports.First <= ephemeral.Last && ephemeral.First <= ports.Last)
            {
                yield return result.ErrorAt(
                    $"{TableOf(i)}.port", $"{ForwardConfig.TextOf(ports)} is within {ephemeral}, the ports of this host's own connections (net.ipv4.ip_local_port_range); take a port outside of that range");
            }
        }
    }

    /// <summary>The shared address of a forward; null: the uplink's own.</summary>
    public static Ipv4Address? AddressOf(InnkeeperConfig config, ForwardConfig forward) =>
        forward.Address ?? (config.Napt.Addresses is [var only, ..] ? only.First : null);

    private static IEnumerable<ConfigurationError> OfOne(ConfigurationResult result, ForwardConfig forward, string table)
    {
        var (config, protocol, port, address, to, toPort) = (result.Config!, $"{table}.protocol", $"{table}.port", $"{table}.address", $"{table}.to", $"{table}.to_port");
        foreach (var (key, isMissing) in ((string, bool)[])[(protocol, forward.Protocol is null), (port, forward.Ports is null), (to, forward.To.Length == 0)])
        {
            if (isMissing && result.IsValid(key))
            {
                yield return result.ErrorAt(key, $"is missing; give {SettingDefinitions.Find(key)!.Expected}");
            }
        }

        if (!config.Napt.Enabled && result.IsValid("napt.enabled"))
        {
            yield return result.ErrorAt(table, "needs a shared address, and [napt] enabled = false shares none; set that to true, or take the forward out");
            yield break;
        }

        var main = config.Napt.Addresses.Sum(r => r.Count);
        var isKnown = result.IsValid([address, "napt.addresses", .. config.Gateways.Select(g => GatewayCheck.KeyOf(g, "shared"))]);
        if (forward.Address is { } shared && isKnown && !config.Napt.Addresses.Concat(config.Gateways.SelectMany(g => g.Shared)).Any(r => r.Contains(shared)))
        {
            yield return result.ErrorAt(address, main == 0
                ? $"{shared} is no shared address; leave it out for the uplink's own, or add it to [napt] addresses"
                : $"{shared} is no shared address; give one of [napt] addresses, or add it there");
        }

        if (forward.Address is null && isKnown && main > 1)
        {
            yield return result.ErrorAt(address, $"is missing, and [napt] has {main} addresses; give one of them");
        }

        if (forward is { Ports: { } ports, ToPort: { } first } && first + ports.Last - ports.First > ushort.MaxValue && result.IsValid(port, toPort))
        {
            yield return result.ErrorAt(toPort, $"{first} is the first of {ports.Last - ports.First + 1} ports, which go beyond 65535; give a lower one");
        }

        if (forward is { Protocol: { } used, Ports: { } own } && IsOnOwnAddress(config, forward) && result.IsValid(port, "web.listen", "dns.serve_uplink")
            && ServiceAt(config, used, own) is var (at, service))
        {
            yield return result.ErrorAt(port, $"{at} is the port of {service} at the uplink's own address; take another port");
        }
    }

    /// <summary>The gateway's own service at the uplink's address that has one of the ports.</summary>
    private static (int Port, string Service)? ServiceAt(InnkeeperConfig config, ForwardProtocol protocol, PortRange ports)
    {
        bool Has(int port) => port >= ports.First && port <= ports.Last;
        return config.Dns is { Enabled: true, ServeUplink: true } && Has(53) ? (53, "the DNS service ([dns] serve_uplink)")
            : protocol == ForwardProtocol.Tcp && config.Web.Listen.FirstOrDefault(e => !IPAddress.IsLoopback(e.Address) && Has(e.Port)) is { } console ? (console.Port, "the console ([web] listen)")
            : null;
    }

    private static ConfigurationError? Between(ConfigurationResult result, int later, int earlier)
    {
        var (forward, before, table) = (result.Config!.Forwards[later], result.Config.Forwards[earlier], TableOf(later));
        if (AddressOf(result.Config, forward) == AddressOf(result.Config, before))
        {
            return forward.Protocol == before.Protocol && forward.Ports is { } ports && before.Ports is { } others && ports.First <= others.Last && others.First <= ports.Last
                && result.IsValid($"{table}.port", $"{table}.protocol", $"{table}.address")
                    ? result.ErrorAt($"{table}.port", $"{ForwardConfig.TextOf(ports)} overlaps {before.Id} ({TableOf(earlier)}); a port leads to one device, give another")
                    : null;
        }

        return forward.To.Length > 0 && string.Equals(forward.To, before.To, StringComparison.OrdinalIgnoreCase) && result.IsValid($"{table}.address", $"{table}.to")
            ? result.ErrorAt($"{table}.address", $"{forward.To} shares {AddressOf(result.Config, before)?.ToString() ?? "the uplink's address"} because of {before.Id} ({TableOf(earlier)}), and a device shares one address; give the same")
            : null;
    }

    private static bool IsOnOwnAddress(InnkeeperConfig config, ForwardConfig forward) => AddressOf(config, forward) is null;

    private static string TableOf(int index) => RepeatedTable.Forwards.TableOf($"{index + 1}");
}
