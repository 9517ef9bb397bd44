namespace Innkeeper.Configuration;

/// <summary>Whether machines can exist as the file has them, and do not stand in each other's way. No I/O.</summary>
internal static class MachinesCheck
{
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result)
    {
        var machines = result.Config!.Machines;
        for (var i = 0; i < machines.Length; i++)
        {
            foreach (var error in OfOne(result, machines[i], TableOf(i)))
            {
                yield return error;
            }
        }

        // Of a pair, the later entry has the error; sets instead of pairs, as there may be thousands.
        var errors = Duplicates(result, "name", m => m.Name.Length == 0 ? null : m.Name, m => $"\"{m.Name}\" is the name of {{0}} too; give each machine a name of its own")
            .Concat(Duplicates(result, "mac", m => m.Mac, m => $"{m.Mac} is the MAC of {{0}} too; a machine has one entry"))
            .Concat(Duplicates(result, "outside", m => m.Outside, m => $"{m.Outside} leads to {{0}} already; give another address of the pool"))
            .Concat(Duplicates(result, "vlan", m => m.Mac is null && m.Vlan is > 0 ? (m.Vlan, m.Address) : null, m => $"{{0}} is the device in VLAN {m.Vlan}{(m.Address is { } a ? $" with the address {a}" : "")} too; give a mac, or addresses that differ"));
        foreach (var error in errors)
        {
            yield return error;
        }
    }

    private static IEnumerable<ConfigurationError> OfOne(ConfigurationResult result, MachineConfig machine, string table)
    {
        var (config, name, mac, vlan, address, outside, gateway) = (
            result.Config!, $"{table}.name", $"{table}.mac", $"{table}.vlan", $"{table}.address", $"{table}.outside", $"{table}.gateway");
        if (machine.Name.Length == 0 && result.IsValid(name))
        {
            yield return result.ErrorAt(name, $"is missing; give {SettingDefinitions.Find(name)!.Expected}");
        }

        if (machine is { Mac: null, Vlan: null or 0 } && result.IsValid(mac, vlan))
        {
            yield return result.ErrorAt(mac, "is missing; give the machine's MAC, or the VLAN that it alone is in");
        }

        if (machine.Vlan is > 0 and var number && !config.Access.Vlans.Contains(number) && result.IsValid(vlan, "access.vlans", "access.interface", "uplink.interface"))
        {
            yield return result.ErrorAt(vlan, config.IsOneArmed
                ? $"{number}: on one arm (access and uplink are the same interface) only untagged frames are served; leave it out"
                : $"{number} is not served, so that the machine is never reached; add it to [access] vlans");
        }

        if (machine.Gateway is { } hop && hop == machine.Address && result.IsValid(gateway, address))
        {
            yield return result.ErrorAt(gateway, $"{hop} is the machine's own address; give the gateway that is set in it, or leave it out");
        }

        var pools = config.Pool.Addresses.Concat(config.Gateways.SelectMany(g => g.Pool));
        if (machine.Outside is { } legal && !pools.Any(r => r.Contains(legal)) && result.IsValid([outside, "pool.addresses", .. config.Gateways.Select(g => GatewayCheck.KeyOf(g, "pool"))]))
        {
            yield return result.ErrorAt(outside, $"{legal} is in no pool; give an address of [pool] addresses, or add it there");
        }

        if (machine.Address is null && machine.Mac is not null && machine.Outside is null && result.IsValid(address, outside))
        {
            yield return result.ErrorAt(address, "is missing, and so is outside: nothing would lead to this machine before it speaks; give its own address, or an outside address, or both");
        }
    }

    private static IEnumerable<ConfigurationError> Duplicates(ConfigurationResult result, string key, Func<MachineConfig, object?> valueOf, Func<MachineConfig, string> text)
    {
        var machines = result.Config!.Machines;
        var seen = new Dictionary<object, int>();
        for (var i = 0; i < machines.Length; i++)
        {
            var full = $"{TableOf(i)}.{key}";
            if (valueOf(machines[i]) is not { } value || !result.IsValid(full))
            {
                continue;
            }

            if (!seen.TryAdd(value, i))
            {
                var other = machines[seen[value]].Name is { Length: > 0 } named ? $"{named} ({TableOf(seen[value])})" : TableOf(seen[value]);
                yield return result.ErrorAt(full, text(machines[i]).Replace("{0}", other, StringComparison.Ordinal));
            }
        }
    }

    private static string TableOf(int index) => RepeatedTable.Machines.TableOf($"{index + 1}");
}
