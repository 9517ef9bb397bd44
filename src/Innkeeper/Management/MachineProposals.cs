using System.Globalization;
using Innkeeper.Dns;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Entries of [[machines]] for stations that were found: text to copy into the configuration file. No I/O, clock or log.</summary>
internal static class MachineProposals
{
    /// <summary>Of a label with the MAC's end behind it.</summary>
    private const int LongestName = 50;

    /// <summary>Characters of the words about it: a setting may have more.</summary>
    private const int LongestDescription = 100;

    /// <summary>
    /// Lines with an entry for each station that has an address and is no machine yet; none: nothing is to be said. An entry is for one MAC in one VLAN, and a link-local address
    /// reaches no gateway (RFC 3927 section 7).
    /// </summary>
    /// <param name="taken">Names that machines have.</param>
    public static IEnumerable<string> Of(IReadOnlyList<FoundReport> stations, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet();
        var isFirst = true;
        foreach (var station in stations.Where(s => s.Machine is null && AddressOf(s) is not null).DistinctBy(s => s.Mac))
        {
            if (isFirst)
            {
                yield return "# To reach one of them at any time, copy its entry into the configuration file, with a name of your own and an outside address if you like:";
                isFirst = false;
            }

            foreach (var line in EntryOf(station, NameOf(station, names)))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> EntryOf(FoundReport station, string name)
    {
        var description = SafeText.Cut(string.Join(", ", new[] { station.Product, station.Vendor }.OfType<string>()), LongestDescription);
        yield return "";
        yield return "[[machines]]";
        yield return $"name = \"{name}\"";
        yield return $"mac = \"{station.Mac}\"";
        if (station.Vlan != 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"vlan = {station.Vlan}");
        }

        yield return $"address = \"{AddressOf(station)}\"";
        if (description.Length > 0)
        {
            yield return $"description = \"{description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        }
    }

    private static string? AddressOf(FoundReport station) => station.Addresses.FirstOrDefault(a => Ipv4Address.TryParse(a, out var address) && !address.IsBogus);

    /// <summary>A label that no other machine has: from the name that the station gives itself, or from its product.</summary>
    private static string NameOf(FoundReport station, HashSet<string> names)
    {
        var end = station.Mac.Replace(":", "", StringComparison.Ordinal)[^6..];
        var label = GivenNames.LabelOf(station.Name ?? station.Product ?? "");
        label = label.Length > LongestName ? label[..LongestName].TrimEnd('-') : label;
        var name = label.Length == 0 ? $"machine-{end}" : label;
        for (var number = 2; !names.Add(name); number++)
        {
            name = number == 2 && label.Length > 0 ? $"{label}-{end}" : string.Create(CultureInfo.InvariantCulture, $"{(label.Length == 0 ? "machine" : label)}-{end}-{number}");
        }

        return name;
    }
}
