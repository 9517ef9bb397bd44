using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The settings of [[machines]].</summary>
internal static class MachineDefinitions
{
    /// <summary>Maximum number of machines in a file.</summary>
    public const int Most = 1024;

    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxLabel = 63;

    private const int MaxDescription = 200;

    private static readonly SettingType<string> s_name = SettingTypes.Text(
        "label", "a name of up to 63 small letters, digits and '-', such as \"press-1\", that begins and ends with a letter or digit", IsLabel, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$");

    private static readonly SettingType<string> s_description = SettingTypes.Text(
        "line", $"one line of up to {MaxDescription} characters", text => text.Length <= MaxDescription && SafeText.IsOneLine(text), $"^.{{0,{MaxDescription}}}$");

    public static readonly SettingTable<MachineConfig> All = new(
        new MachineConfig(),
        "A machine is a device that hosts outside must reach at once, although it never speaks first: after a start, and after any silence. It is admitted, and "
        + $"it has its name in DNS. It needs its mac, or the VLAN that it alone is in. Up to {Most} machines; `innkeeper machines` lists, adds and imports them.")
    {
        { "name", s_name, m => m.Name.Length == 0 ? null : m.Name, (m, v) => m with { Name = v }, "The machine's name, which is its name in [dns] zone too.", "\"press-1\"" },
        {
            "mac", SettingTypes.Mac, m => m.Mac, (m, v) => m with { Mac = v },
            "Its MAC address. If not set: whichever device is in the VLAN, so that a replaced machine needs no change here.",
            "\"00:1b:63:84:45:e6\""
        },
        {
            "vlan", SettingTypes.Number(0, 4094, "a VLAN number from 1 to 4094, or 0 for untagged"), m => m.Vlan, (m, v) => m with { Vlan = (ushort)v },
            "One of [access] vlans; 0: untagged.",
            "0"
        },
        {
            "address", SettingTypes.Address("the machine's own address, such as \"192.168.0.10\""), m => m.Address, (m, v) => m with { Address = v },
            "The address that is set in the machine. Several machines may have the same. If not set, it is learned when the machine speaks.",
            "\"192.168.0.10\""
        },
        {
            "outside", SettingTypes.Address("an address of a pool, such as \"137.118.199.60\""), m => m.Outside, (m, v) => m with { Outside = v },
            "The outside address that leads to it, from [pool] addresses or a gateway's pool. If not set, it gets one as other devices do.",
            "\"137.118.199.60\""
        },
        {
            "gateway", SettingTypes.Address("the gateway that is set in the machine, such as \"192.168.0.1\""), m => m.Gateway, (m, v) => m with { Gateway = v },
            "The gateway that is set in the machine, if it is known.",
            "\"192.168.0.1\""
        },
        {
            "appear", ProfileDefinitions.Appearance, m => m.Appear, (m, v) => m with { Appear = v },
            "\"local\": the machine has no gateway set, and answers only hosts of its own subnet: hosts outside appear to it as free addresses there (docs/machines.md). "
            + "If not set: as its profile says.",
            "\"local\""
        },
        { "description", s_description, m => m.Description, (m, v) => m with { Description = v }, "Your own words about it.", "\"press in hall 2\"" },
    };

    /// <param name="number">The machine's, from 1.</param>
    public static SettingDefinition Definition(string table, string number, string key)
    {
        var index = int.Parse(number, CultureInfo.InvariantCulture) - 1;
        return All.First(k => k.Name == key).In(table, c => c.Machines[index], (c, changed) => c with { Machines = c.Machines.SetItem(index, changed) });
    }

    /// <summary>Whether a text is a host name's label (RFC 1123 section 2.1) in small letters.</summary>
    public static bool IsLabel(string text) =>
        text is { Length: >= 1 and <= MaxLabel } && text[0] != '-' && text[^1] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
