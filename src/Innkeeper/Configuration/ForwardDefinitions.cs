using System.Globalization;
using System.Text.Json.Nodes;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The settings of [[forwards]].</summary>
internal static class ForwardDefinitions
{
    /// <summary>Maximum number of forwards in a file.</summary>
    public const int Most = 256;

    /// <summary>Maximum number of their ports together, which is FORWARD_PORTS in bpf/abi.h.</summary>
    public const int MostPorts = 4096;

    private const int MaxTarget = 64;
    private const int MaxDescription = 200;

    private static readonly SettingType<PortRange> s_port = new(
        "port", "a port such as 8080, or a range such as \"8000-8010\"", v => TryPorts(v, out var ports) ? ports : Parsed<PortRange>.Invalid,
        ports => ports.First == ports.Last ? TomlText.Number(ports.First) : TomlText.Text($"{ports}"),
        () => new JsonObject
        {
            ["oneOf"] = new JsonArray(
                new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 65535 }, new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{1,5}(-[0-9]{1,5})?$" }),
        });

    private static readonly SettingType<string> s_to = SettingTypes.Text(
        "target", "a machine's name, a device's given name, or a MAC, such as \"press-3\"",
        text => text.Length is >= 1 and <= MaxTarget && SafeText.IsOneLine(text) && (!LooksLikeMac(text) || IsMac(text)), $"^.{{1,{MaxTarget}}}$");

    private static readonly SettingType<string> s_description = SettingTypes.Text(
        "line", $"one line of up to {MaxDescription} characters", text => text.Length <= MaxDescription && SafeText.IsOneLine(text), $"^.{{0,{MaxDescription}}}$");

    public static readonly SettingTable<ForwardConfig> All = new(
        new ForwardConfig(),
        $"A forward makes a port of a shared address lead to a device, whatever address the device uses. Up to {Most} forwards with {MostPorts} ports together; "
        + "`innkeeper forwards` lists, adds and removes them. docs/machines.md explains.")
    {
        {
            "protocol", SettingTypes.OneOf(("tcp", ForwardProtocol.Tcp), ("udp", ForwardProtocol.Udp)), f => f.Protocol, (f, v) => f with { Protocol = v },
            "\"tcp\" or \"udp\".",
            "\"tcp\""
        },
        { "port", s_port, f => f.Ports, (f, v) => f with { Ports = v }, "The port of the shared address, or a range such as \"8000-8010\".", "8080" },
        {
            "address", SettingTypes.Address("a shared address, such as \"137.118.199.100\""), f => f.Address, (f, v) => f with { Address = v },
            "One of [napt] addresses or of a gateway's shared ones. May be left out where [napt] has only one; then it is that, or the uplink's own address.",
            "\"137.118.199.100\""
        },
        { "to", s_to, f => f.To.Length == 0 ? null : f.To, (f, v) => f with { To = v }, "The machine or device: its name, or its MAC.", "\"press-3\"" },
        {
            "to_port", SettingTypes.Number(1, 65535), f => f.ToPort, (f, v) => f with { ToPort = v },
            "The device's port; of a range, the first of as many. If not set, the same as port.",
            "80"
        },
        { "description", s_description, f => f.Description, (f, v) => f with { Description = v }, "Your own words about it.", "\"camera at the gate\"" },
    };

    /// <param name="number">The forward's, from 1.</param>
    public static SettingDefinition Definition(string table, string number, string key)
    {
        var index = int.Parse(number, CultureInfo.InvariantCulture) - 1;
        return All.First(k => k.Name == key).In(table, c => c.Forwards[index], (c, changed) => c with { Forwards = c.Forwards.SetItem(index, changed) });
    }

    /// <summary>"8080" or "8000-8010"; no port is 0.</summary>
    public static bool TryPorts(string text, out PortRange ports) => PortRange.TryParse(text.Contains('-', StringComparison.Ordinal) ? text : $"{text}-{text}", out ports) && ports.First > 0;

    /// <summary>Whether a target is given by its MAC.</summary>
    public static bool IsMac(string text) => MacAddress.TryParse(text, out var mac) && !mac.IsMulticast && mac != MacAddress.Zero;

    private static bool LooksLikeMac(string text) => text.Count(c => c == ':') == 5 || MacAddress.TryParse(text, out _);

    private static bool TryPorts(ConfigurationValue value, out PortRange ports)
    {
        ports = value.Number is >= 1 and <= 65535 and var number ? new PortRange((ushort)number, (ushort)number) : default;
        return ports.First > 0 || (value.Text is { } text && TryPorts(text, out ports));
    }
}
