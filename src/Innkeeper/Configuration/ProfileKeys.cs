using System.Collections.Immutable;
using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The keys of [profiles.NAME]. What a named profile leaves out is as in [profiles.default], wherever in the file that stands.</summary>
internal static class ProfileKeys
{
    /// <summary>As a fallback: the devices wait for their gateway.</summary>
    public const string NoFallback = "none";

    private const int MaxNetworks = 256;
    private const long LeastRate = 8_000;
    private const long MostRate = 100_000_000_000;
    private const string Network = "a network such as \"10.0.0.0/8\", an address, or \"uplink\"";
    private const string Rate = "bits a second from \"8k\" to \"100G\", such as \"512k\" or \"20M\", or \"\" for any number";

    public static readonly ImmutableArray<TableKey<ProfileConfig>> All =
    [
        new("admission", "\"auto\", \"approve\" or \"closed\"",
            (v, p) => v.Text switch
            {
                "auto" => p with { Admission = AdmissionMode.Auto },
                "approve" => p with { Admission = AdmissionMode.Approve },
                "closed" => p with { Admission = AdmissionMode.Closed },
                _ => null,
            }),
        new("lifetime", "a time from \"1s\" to \"366d\", such as \"8h\" or \"7d\", or \"\" for without end",
            (v, p) => v.Text == "" ? p with { Lifetime = null } : ConfigurationKeys.Duration(v.Text, 1, 366) is { } time ? p with { Lifetime = time } : null),
        new("inbound", "true or false", (v, p) => v.Flag is { } flag ? p with { Inbound = flag } : null),
        new("isolate", "true or false", (v, p) => v.Flag is { } flag ? p with { Isolate = flag } : null),
        new("addresses", "a number from 1 to 64", (v, p) => v.Number is >= 1 and <= 64 ? p with { Addresses = (int)v.Number.Value } : null),
        new("legal", "\"own\", \"shared\" or \"own-only\"",
            (v, p) => v.Text switch
            {
                "own" => p with { Legal = LegalPreference.Own },
                "shared" => p with { Legal = LegalPreference.Shared },
                "own-only" => p with { Legal = LegalPreference.OwnOnly },
                _ => null,
            }),
        new("denied", $"a list of up to {MaxNetworks}, each {Network}", (v, p) => Destinations(v) is { } list ? p with { Denied = list } : null, DestinationFaults),
        new("allowed", $"a list of up to {MaxNetworks}, each {Network}", (v, p) => Destinations(v) is { } list ? p with { Allowed = list } : null, DestinationFaults),
        new("rate_out", Rate, (v, p) => BitsPerSecond(v.Text) is { } rate ? p with { RateOut = rate } : null),
        new("rate_in", Rate, (v, p) => BitsPerSecond(v.Text) is { } rate ? p with { RateIn = rate } : null),
        new("gateway", "\"main\" or the name of one of [gateways.NAME]",
            (v, p) => TableKind.IsName(v.Text) && v.Text != NoFallback ? p with { Gateway = v.Text! } : null),
        new("fallback", "\"none\", \"main\" or the name of one of [gateways.NAME]",
            (v, p) => TableKind.IsName(v.Text) ? p with { Fallback = v.Text == NoFallback ? null : v.Text } : null),
    ];

    /// <summary>Those of the profile that always is.</summary>
    public static IEnumerable<ConfigurationKey> OfDefault =>
        All.Select(k => Key($"profiles.{ProfileConfig.DefaultName}", ProfileConfig.DefaultName, k.Name));

    public static ConfigurationKey Key(string table, string profile, string key) =>
        All.First(k => k.Name == key).In(table, c => Get(c, profile), (c, p) => c with { Profiles = c.Profiles.SetItem(profile, p) });

    /// <summary>A profile as it stands, or as it begins: all of it as in [profiles.default].</summary>
    public static ProfileConfig Get(InnkeeperConfig config, string name) => config.Profiles.GetValueOrDefault(name) ?? config.DefaultProfile with { Name = name };

    /// <summary>A network without bits beyond its prefix, or an address.</summary>
    public static Ipv4Network? NetworkOf(ConfigurationValue value) =>
        Ipv4Address.TryParse(value.Text, out var address) ? new Ipv4Network(address, 32)
        : Ipv4Network.TryParse(value.Text, out var network) && network.NetworkId == network.Address ? network
        : null;

    public static string NameOf(AdmissionMode mode) => mode switch
    {
        AdmissionMode.Auto => "auto",
        AdmissionMode.Approve => "approve",
        _ => "closed",
    };

    public static string NameOf(LegalPreference legal) => legal switch
    {
        LegalPreference.Own => "own",
        LegalPreference.Shared => "shared",
        _ => "own-only",
    };

    /// <summary>A list's items as they are written.</summary>
    public static IEnumerable<string> NamesOf(DestinationList list) => list.Networks.Select(n => n.ToString()).Concat(list.Uplinks ? [ProfileConfig.UplinkWord] : []);

    private static DestinationList? Destinations(ConfigurationValue value) => value.List is { Count: <= MaxNetworks } list
        ? new DestinationList([.. list.Select(NetworkOf).OfType<Ipv4Network>()], list.Any(IsUplinks))
        : null;

    private static IEnumerable<Fault> DestinationFaults(ConfigurationValue value)
    {
        var seen = new HashSet<object>();
        foreach (var item in value.List ?? [])
        {
            object? destination = IsUplinks(item) ? ProfileConfig.UplinkWord : NetworkOf(item);
            if (destination is null)
            {
                yield return new Fault(item, Ipv4Network.TryParse(item.Text, out var network)
                    ? $"{item.Source} has bits beyond its prefix; give \"{network.NetworkId}/{network.PrefixLength}\", or another prefix"
                    : $"{item.Source} will not do; give {Network}");
            }
            else if (!seen.Add(destination))
            {
                yield return new Fault(item, $"{item.Source} stands twice; keep one");
            }
        }
    }

    private static bool IsUplinks(ConfigurationValue value) => value.Text == ProfileConfig.UplinkWord;

    /// <summary>"512k", "2.5G", "20 Mbit/s": decimal units (IEC 80000-13), not those of memory. "": 0, which is any number.</summary>
    private static long? BitsPerSecond(string? text)
    {
        if (text is null or "")
        {
            return text is null ? null : 0;
        }

        var number = (text.EndsWith("bit/s", StringComparison.Ordinal) ? text[..^"bit/s".Length] : text).TrimEnd(' ');
        long? unit = number is [.., var letter] ? letter switch { 'k' => 1_000, 'M' => 1_000_000, 'G' => 1_000_000_000, _ => null } : null;
        return unit is { } factor && number.Length <= 12 && decimal.TryParse(number[..^1].TrimEnd(' '), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var many)
            && many * factor is >= LeastRate and <= MostRate
                ? (long)(many * factor)
                : null;
    }
}
