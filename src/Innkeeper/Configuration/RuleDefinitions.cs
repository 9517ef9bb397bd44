using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The settings of [[rules]].</summary>
internal static class RuleDefinitions
{
    private const int MaxPattern = 255;
    private const int DayMinutes = 24 * 60;

    private static readonly SettingType<string> s_profile = SettingTypes.Text("profile-name", "a profile's name such as \"guests\"", RepeatedTable.IsName, RepeatedTable.NamePattern);

    private static readonly SettingType<(MacAddress Mac, int Bits)> s_mac = SettingTypes.Text(
        "mac-prefix", "a MAC address such as \"02:00:00:00:00:01\", or how it begins, such as \"00:1b:63\"",
        text => TryMac(text, out var mac, out var bits) ? (mac, bits) : Parsed<(MacAddress Mac, int Bits)>.Invalid, prefix => MacOf(prefix.Mac, prefix.Bits), "^[0-9A-Fa-f:-]{2,17}$") with
    {
        Validate = OfMac,
    };

    private static readonly SettingType<string> s_pattern = SettingTypes.Text(
        "pattern", "a pattern of up to 255 characters such as \"printer-*\", where * is any text and ? any character",
        text => text is { Length: >= 1 and <= MaxPattern } && SafeText.IsOneLine(text), $"^.{{1,{MaxPattern}}}$");

    private static readonly SettingType<(int From, int To)> s_hours = SettingTypes.Text(
        "hours", "a span such as \"22:00-06:00\", whose ends differ", text => Hours(text) is { } hours ? hours : Parsed<(int From, int To)>.Invalid,
        hours => $"{hours.From / 60:00}:{hours.From % 60:00}-{hours.To / 60:00}:{hours.To % 60:00}", "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$");

    private static readonly SettingType<DayOfWeek> s_day = SettingTypes.OneOf(
        ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday), ("thu", DayOfWeek.Thursday), ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday), ("sun", DayOfWeek.Sunday));

    public static readonly SettingTable<RuleConfig> All = new(
        new RuleConfig { Profile = "guests" },
        "A rule gives a profile to devices. All conditions of a rule must be true; the first rule that matches decides. Up to 256 rules.")
    {
        { "profile", s_profile, r => r.Profile, (r, v) => r with { Profile = v }, "The profile that the rule gives." },
        {
            "mac", s_mac, r => r.Mac is { } mac ? (mac, r.MacBits) : null, (r, v) => r with { Mac = v.Mac, MacBits = v.Bits },
            "The device's MAC address, or how it begins (\"00:1b:63\" is a vendor's prefix).",
            "\"00:1b:63\""
        },
        {
            "vlan", SettingTypes.Number(0, 4094, "a VLAN number from 1 to 4094, or 0 for untagged"), r => r.Vlan, (r, v) => r with { Vlan = (ushort)v },
            "One of [access] vlans; 0: untagged.",
            "0"
        },
        {
            "host", s_pattern, r => r.HostName, (r, v) => r with { HostName = v },
            "The host name that the device gives by DHCP: * is any text, ? any character. Upper and lower case are the same.",
            "\"printer-*\""
        },
        {
            "uses", SettingTypes.OneOf(("dhcp", DeviceUse.Dhcp), ("static", DeviceUse.Static)), r => r.Uses, (r, v) => r with { Uses = v },
            "\"dhcp\": the device got its address here. \"static\": it came with an address of its own.",
            "\"dhcp\""
        },
        {
            "hours", s_hours, r => r.Hours, (r, v) => r with { Hours = v },
            "Local time of this host, from the first minute up to, but not including, the last. May span midnight.",
            "\"22:00-06:00\""
        },
        {
            "days", SettingTypes.List("days", $"a list of one or more of {string.Join(", ", NotLast(s_day.Expected))}", s_day, 1) with { Validate = OfDays },
            r => r.Days.IsEmpty ? null : r.Days, (r, v) => r with { Days = v },
            "The days on which the hours begin.",
            "[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]"
        },
    };

    /// <param name="number">The rule's, from 1.</param>
    public static SettingDefinition Definition(string table, string number, string key)
    {
        var index = int.Parse(number, CultureInfo.InvariantCulture) - 1;
        return All.First(k => k.Name == key).In(table, c => c.Rules[index], (c, changed) => c with { Rules = c.Rules.SetItem(index, changed) });
    }

    private static string[] NotLast(string words) => words.Replace(" or ", ", ", StringComparison.Ordinal).Split(", ");

    /// <summary>As many digits as count.</summary>
    private static string MacOf(MacAddress mac, int bits) => mac.ToString()[..((bits / 4) + ((bits - 1) / 8))];

    /// <summary>Two to twelve digits by twos, between them ':' or '-', one kind throughout; the last two may be one ("70:b3:d5:1").</summary>
    private static bool TryMac(string text, out MacAddress mac, out int bits)
    {
        (mac, bits) = (default, 0);
        if (text is not { Length: >= 2 and <= 17 } || text.Length % 3 == 0)
        {
            return false;
        }

        // Digits that are left out count as zero; the number of bits says which are compared.
        const string Rest = "00:00:00:00:00:00";
        bits = 4 * (text.Length - (text.Length / 3));
        return MacAddress.TryParse(text + (text.Length > 2 ? Rest.Replace(':', text[2]) : Rest)[text.Length..], out mac);
    }

    private static IEnumerable<ValidationError> OfMac(ConfigurationValue value) =>
        value.Text is { } text && TryMac(text, out var mac, out var bits) && (mac.IsMulticast || (mac == MacAddress.Zero && bits == 48))
            ? [new ValidationError(null, $"{value.Source} is {(mac.IsMulticast ? "a group address" : "the zero address")}, and no device has it; give the MAC of a device")]
            : [];

    private static (int From, int To)? Hours(string text) =>
        text.Split('-') is [var first, var last] && Minutes(first) is { } from and < DayMinutes && Minutes(last) is { } to && from != to ? (from, to) : null;

    /// <summary>"00:00" to "24:00".</summary>
    private static int? Minutes(string text) =>
        text is [var h, var hh, ':', var m, var mm] && char.IsAsciiDigit(h) && char.IsAsciiDigit(hh) && char.IsAsciiDigit(m) && char.IsAsciiDigit(mm) && m < '6'
        && (((((h - '0') * 10) + hh - '0') * 60) + ((m - '0') * 10) + mm - '0') is <= DayMinutes and var minutes
            ? minutes
            : null;

    private static IEnumerable<ValidationError> OfDays(ConfigurationValue value) =>
        (value.List ?? []).Where((item, i) => s_day.Parse(item) is { IsValid: true } day && value.List!.Take(i).Any(before => s_day.Parse(before) == day))
            .Select(item => new ValidationError(item, $"{item.Source} is there twice; keep one"))
            .Concat(ValidationErrors.OfItems(value, s_day));
}
