using System.Collections.Immutable;
using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The keys of [[rules]].</summary>
internal static class RuleKeys
{
    private const int MaxPattern = 255;
    private const int DayMinutes = 24 * 60;

    private static readonly string[] s_days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static readonly ImmutableArray<TableKey<RuleConfig>> All =
    [
        new("profile", "a profile's name such as \"guests\"", (v, r) => TableKind.IsName(v.Text) ? r with { Profile = v.Text! } : null),
        new("mac", "a MAC address such as \"02:00:00:00:00:01\", or how it begins, such as \"00:1b:63\"",
            (v, r) => TryMac(v.Text, out var mac, out var bits) ? r with { Mac = mac, MacBits = bits } : null, OfMac),
        new("vlan", "a VLAN number from 1 to 4094, or 0 for untagged", (v, r) => v.Number is >= 0 and <= 4094 ? r with { Vlan = (ushort)v.Number } : null),
        new("host", "a pattern of up to 255 characters such as \"printer-*\", where * is any text and ? any character",
            (v, r) => v.Text is { Length: >= 1 and <= MaxPattern } pattern && SafeText.IsOneLine(pattern) ? r with { HostName = pattern } : null),
        new("uses", "\"dhcp\" or \"static\"",
            (v, r) => v.Text switch
            {
                "dhcp" => r with { Uses = DeviceUse.Dhcp },
                "static" => r with { Uses = DeviceUse.Static },
                _ => null,
            }),
        new("hours", "a span such as \"22:00-06:00\", whose ends differ", (v, r) => Hours(v.Text) is { } hours ? r with { Hours = hours } : null),
        new("days", "a list of one or more of \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"",
            (v, r) => ConfigurationKeys.ListOf(v, Day) is { IsEmpty: false } days ? r with { Days = days } : null, OfDays),
    ];

    /// <param name="number">The rule's, from 1.</param>
    public static ConfigurationKey Key(string table, string number, string key)
    {
        var index = int.Parse(number, CultureInfo.InvariantCulture) - 1;
        return All.First(k => k.Name == key).In(table, c => c.Rules[index], (c, changed) => c with { Rules = c.Rules.SetItem(index, changed) });
    }

    /// <summary>As the key "mac" has it: as many digits as count.</summary>
    public static string MacOf(MacAddress mac, int bits) => mac.ToString()[..((bits / 4) + ((bits - 1) / 8))];

    /// <summary>As the key "days" has it.</summary>
    public static string NameOf(DayOfWeek day) => s_days[(int)day];

    /// <summary>Two to twelve digits by twos, between them ':' or '-', one kind throughout; the last two may be one ("70:b3:d5:1").</summary>
    private static bool TryMac(string? text, out MacAddress mac, out int bits)
    {
        (mac, bits) = (default, 0);
        if (text is not { Length: >= 2 and <= 17 } || text.Length % 3 == 0)
        {
            return false;
        }

        // What is left out is zero: it does not count.
        const string Rest = "00:00:00:00:00:00";
        bits = 4 * (text.Length - (text.Length / 3));
        return MacAddress.TryParse(text + (text.Length > 2 ? Rest.Replace(':', text[2]) : Rest)[text.Length..], out mac);
    }

    private static IEnumerable<Fault> OfMac(ConfigurationValue value) => TryMac(value.Text, out var mac, out var bits) && (mac.IsMulticast || (mac == MacAddress.Zero && bits == 48))
        ? [new Fault(null, $"{value.Source} is {(mac.IsMulticast ? "a group's" : "nobody's")}, no device has it; give a device's")]
        : [];

    private static (int From, int To)? Hours(string? text) =>
        text?.Split('-') is [var first, var last] && Minutes(first) is { } from and < DayMinutes && Minutes(last) is { } to && from != to ? (from, to) : null;

    /// <summary>"00:00" to "24:00".</summary>
    private static int? Minutes(string text) =>
        text is [var h, var hh, ':', var m, var mm] && char.IsAsciiDigit(h) && char.IsAsciiDigit(hh) && char.IsAsciiDigit(m) && char.IsAsciiDigit(mm) && m < '6'
        && (((((h - '0') * 10) + hh - '0') * 60) + ((m - '0') * 10) + mm - '0') is <= DayMinutes and var minutes
            ? minutes
            : null;

    private static DayOfWeek? Day(ConfigurationValue value) => Array.IndexOf(s_days, value.Text) is >= 0 and var day ? (DayOfWeek)day : null;

    private static IEnumerable<Fault> OfDays(ConfigurationValue value) =>
        (value.List ?? []).Where((item, i) => Day(item) is { } day && value.List!.Take(i).Any(before => Day(before) == day)).Select(item => new Fault(item, $"{item.Source} stands twice; keep one"))
        .Concat(from item in value.List ?? [] where Day(item) is null select new Fault(item, $"{item.Source} will not do; give \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\" or \"sun\""));
}
