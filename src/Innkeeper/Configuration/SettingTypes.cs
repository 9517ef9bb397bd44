using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Configuration;

/// <summary>The types of value that several tables use.</summary>
internal static class SettingTypes
{
    private const int MaxInterfaceName = 15;

    public static readonly SettingType<bool> Flag = new(
        "flag", "true or false", v => v.Flag is { } flag ? flag : Parsed<bool>.Invalid, TomlText.Flag, () => new JsonObject { ["type"] = "boolean" });

    public static readonly SettingType<AddressRange> Range = Text(
        "range", "a range from its lowest to its highest address, such as \"137.118.199.50-137.118.199.99\"",
        text => AddressRange.TryParse(text, out var range) ? range : Parsed<AddressRange>.Invalid, range => range.ToString(), @"^\s*[0-9.]+\s*(-\s*[0-9.]+\s*)?$");

    /// <summary>The MAC address of one device.</summary>
    public static readonly SettingType<MacAddress> Mac = Text(
        "mac", "a MAC address such as \"00:1b:21:0a:0b:0c\"", text => MacAddress.TryParse(text, out var mac) && !mac.IsMulticast && mac != MacAddress.Zero ? mac : Parsed<MacAddress>.Invalid,
        mac => mac.ToString());

    /// <summary>A whole number within limits, both included.</summary>
    /// <param name="expected">Where more is to be said than the limits.</param>
    public static SettingType<int> Number(int least, int most, string? expected = null) => new(
        "number", expected ?? $"a number from {least} to {most}", v => v.Number is { } number && number >= least && number <= most ? (int)number : Parsed<int>.Invalid, n => TomlText.Number(n),
        () => new JsonObject { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most });

    /// <summary>A rate where 0 lifts the limit.</summary>
    public static SettingType<int> NumberOrUnlimited(int most) => Number(0, most, $"a number from 0 (any number) to {most}");

    /// <param name="parse">Null text is no text.</param>
    /// <param name="pattern">An ECMA 262 regular expression that all valid texts match.</param>
    public static SettingType<T> Text<T>(string kind, string expected, Func<string, Parsed<T>> parse, Func<T, string> write, string? pattern = null) => new(
        kind, expected, v => v.Text is { } text ? parse(text) : Parsed<T>.Invalid, value => TomlText.Text(write(value)),
        () => pattern is null ? new JsonObject { ["type"] = "string" } : new JsonObject { ["type"] = "string", ["pattern"] = pattern });

    /// <summary>A text that is kept as it is written.</summary>
    public static SettingType<string> Text(string kind, string expected, Func<string, bool> isValid, string? pattern = null) =>
        Text(kind, expected, text => isValid(text) ? text : Parsed<string>.Invalid, text => text, pattern);

    /// <summary>One of a few words, each of which means a value.</summary>
    public static SettingType<T> OneOf<T>(params ImmutableArray<(string Word, T Value)> choices)
        where T : notnull => new(
            "word", $"{string.Join(", ", choices.SkipLast(1).Select(c => $"\"{c.Word}\""))} or \"{choices[^1].Word}\"",
            v => choices.FirstOrDefault(c => c.Word == v.Text) is { Word: not null } choice ? choice.Value : Parsed<T>.Invalid,
            value => TomlText.Text(choices.First(c => c.Value.Equals(value)).Word),
            () => new JsonObject { ["enum"] = new JsonArray([.. choices.Select(c => JsonValue.Create(c.Word))]) });

    /// <param name="least">Seconds.</param>
    /// <param name="example">Ends the sentence "a time from … to …, such as".</param>
    public static SettingType<TimeSpan> Duration(string least, string example, int mostDays = 30)
    {
        var shortest = (int)(ParseDuration(least, 0) ?? throw new ArgumentException("not a duration", nameof(least))).TotalSeconds;
        return new SettingType<TimeSpan>(
            "duration", $"a time from \"{least}\" to \"{mostDays}d\", such as {example}", v => ParseDuration(v.Text, shortest, mostDays) is { } time ? time : Parsed<TimeSpan>.Invalid,
            TomlText.Duration, () => new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{1,8}[smhd]$" });
    }

    /// <summary>"90s", "30m", "8h" or "7d".</summary>
    /// <param name="least">Seconds.</param>
    public static TimeSpan? ParseDuration(string? text, int least = 10, int mostDays = 30)
    {
        if (text is not { Length: >= 2 and <= 9 } || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        long? unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => null };
        return unit is null || number * unit < least || number * unit > mostDays * 86400L ? null : TimeSpan.FromSeconds(number * unit.Value);
    }

    /// <summary>A time, or none at all: zero.</summary>
    /// <param name="none">Ends the sentence "or "" for".</param>
    /// <inheritdoc cref="Duration"/>
    public static SettingType<TimeSpan> DurationOrNone(string kind, string least, int mostDays, string example, string none)
    {
        var shortest = (int)(ParseDuration(least, 0) ?? throw new ArgumentException("not a duration", nameof(least))).TotalSeconds;
        return Text(
            kind, $"a time from \"{least}\" to \"{mostDays}d\", such as {example}, or \"\" for {none}",
            text => text == "" ? TimeSpan.Zero : ParseDuration(text, shortest, mostDays) is { } time ? time : Parsed<TimeSpan>.Invalid, _ => "", "^([0-9]{1,8}[smhd])?$") with
        {
            Format = time => time == TimeSpan.Zero ? TomlText.Text("") : TomlText.Duration(time),
        };
    }

    /// <summary>Octets in binary units: "64M".</summary>
    public static SettingType<long> Size(long least, long most, string example) => Text(
        "size", $"a size from \"{TomlText.Octets(least)}\" to \"{TomlText.Octets(most)}\", such as {example}",
        text => ParseSize(text) is { } octets && octets >= least && octets <= most ? octets : Parsed<long>.Invalid, TomlText.Octets, "^[0-9]{1,9}[KMG]$");

    private static long? ParseSize(string text) =>
        text is { Length: >= 2 and <= 10 } && long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && text[^1] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 } is > 0 and var shift
            ? number << shift
            : null;

    /// <summary>Ends the sentence "give".</summary>
    public const string DataExpected = "an amount of data from \"1k\" to \"1000T\", such as \"500M\" or \"2G\"";

    /// <summary>Octets that guests may use: "500M", "2G" or "1.5G", in decimal units, as providers count.</summary>
    /// <returns>Null: it is no such amount.</returns>
    public static long? ParseData(string text)
    {
        long factor = text is [.., var unit] ? unit switch { 'k' => 1_000, 'M' => 1_000_000, 'G' => 1_000_000_000, 'T' => 1_000_000_000_000, _ => 0 } : 0;
        return factor > 0 && text.Length <= 20 && decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * factor is >= 1_000 and <= 1_000_000_000_000_000 and var octets
                ? (long)octets
                : null;
    }

    /// <summary>Octets as <see cref="ParseData"/> reads them.</summary>
    public static string DataText(long octets) => octets switch
    {
        _ when octets % 1_000_000_000_000 == 0 => $"{octets / 1_000_000_000_000}T",
        _ when octets % 1_000_000_000 == 0 => $"{octets / 1_000_000_000}G",
        _ when octets % 1_000_000 == 0 => $"{octets / 1_000_000}M",
        _ => string.Create(CultureInfo.InvariantCulture, $"{octets / 1000m}k"),
    };

    /// <summary>An absolute path.</summary>
    public static SettingType<string> Path(string example) => Text("path", $"a full path such as \"{example}\"", IsPath, "^/[^\\u0000]+$");

    public static bool IsPath(string path) => path is { Length: > 1 } && path[0] == '/' && !path.Contains('\0');

    public static SettingType<string> InterfaceName(string example) => Text(
        "interface", $"an interface name such as \"{example}\" (up to {MaxInterfaceName} letters, digits, '.', '-', '_')",
        name => name is { Length: >= 1 and <= MaxInterfaceName } && name is not ("." or "..") && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'),
        $"^[A-Za-z0-9._-]{{1,{MaxInterfaceName}}}$");

    /// <summary>A host's address with the prefix length of its network.</summary>
    public static SettingType<Ipv4Network> InterfaceAddress(string example) => Network("interface-address", $"an address with its prefix length, such as \"{example}\"", 0, 32, anyHost: true) with
    {
        Validate = ValidationErrors.OfInterfaceAddress,
    };

    /// <param name="anyHost">Whether bits beyond the prefix may be set.</param>
    public static SettingType<Ipv4Network> Network(string kind, string expected, int shortest, int longest, bool anyHost = false) => Text(
        kind, expected,
        text => Ipv4Network.TryParse(text, out var network) && network.PrefixLength >= shortest && network.PrefixLength <= longest && (anyHost || network.NetworkId == network.Address)
            ? network
            : Parsed<Ipv4Network>.Invalid,
        network => network.ToString(), "^[0-9.]{7,15}/[0-9]{1,2}$");

    /// <summary>An IPv6 network of global or unique local addresses.</summary>
    /// <param name="example">Ends the sentence "such as".</param>
    public static SettingType<Ipv6Network> Ipv6Network(string example, int shortest, int longest) => Text(
        "ipv6-network", $"an IPv6 network from /{shortest} to /{longest} such as \"{example}\"",
        text => Wire.Ipv6Network.TryParse(text, out var network) && network.PrefixLength >= shortest && network.PrefixLength <= longest && network.NetworkId == network.Address
            ? network
            : Parsed<Ipv6Network>.Invalid,
        network => network.ToString(), "^[0-9A-Fa-f:.]{2,45}/[0-9]{1,3}$") with
    {
        Validate = v => ValidationErrors.OfIpv6Network(v, shortest, longest),
    };

    public static SettingType<Ipv4Address> Address(string expected) => Text(
        "address", expected, text => Ipv4Address.TryParse(text, out var address) ? address : Parsed<Ipv4Address>.Invalid, address => address.ToString(), "^[0-9.]{7,15}$") with
    {
        Validate = ValidationErrors.OfAddress,
    };

    /// <summary>Ranges of addresses that do not overlap.</summary>
    /// <param name="most">How many addresses they may hold together.</param>
    public static SettingType<ImmutableArray<AddressRange>> Ranges(string expected, long most = long.MaxValue)
    {
        var list = List("ranges", expected, Range);
        return list with
        {
            Parse = v => list.Parse(v) is { IsValid: true, Value: var ranges } && ranges.Sum(r => r.Count) <= most ? ranges : Parsed<ImmutableArray<AddressRange>>.Invalid,
            Validate = ValidationErrors.OfPool,
        };
    }

    /// <summary>A list of values of one type. An item that is not of the type is an error of its own.</summary>
    public static SettingType<ImmutableArray<T>> List<T>(string kind, string expected, SettingType<T> item, int least = 0, int most = int.MaxValue) => new(
        kind, expected,
        v => v.List is { } list && list.Count >= least && list.Count <= most && list.Select(item.Parse).ToList() is var items && items.TrueForAll(i => i.IsValid)
            ? items.Select(i => i.Value!).ToImmutableArray()
            : Parsed<ImmutableArray<T>>.Invalid,
        items => TomlText.List(items.Select(item.Format)),
        () =>
        {
            var schema = new JsonObject { ["type"] = "array", ["items"] = item.Schema() };
            if (least > 0)
            {
                schema["minItems"] = least;
            }

            if (most < int.MaxValue)
            {
                schema["maxItems"] = most;
            }

            return schema;
        })
    {
        Validate = v => ValidationErrors.OfItems(v, item),
    };

    /// <summary>A domain, or "" for none.</summary>
    public static SettingType<string> DomainOrNone(string example) => Text("domain", $"a domain such as \"{example}\", or \"\" for none", text => text == "" || IsDomain(text));

    public static bool IsDomain(string? name) =>
        name is { Length: > 0 } && name != "." && DnsName.TryParse(name, stackalloc byte[DnsName.MaxSize], out _);
}
