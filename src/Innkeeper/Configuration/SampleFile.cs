using System.Text;

namespace Innkeeper.Configuration;

/// <summary>The sample file, innkeeper.toml: every setting with its documentation. Optional settings are commented out.</summary>
internal static class SampleFile
{
    private const int Width = 120;

    private static readonly string[] s_required = ["access.interface", "uplink.interface"];

    private const string Profiles = """
        # Up to 63 more profiles, named by up to 32 lower-case letters, digits and '-'. Missing settings are taken from
        # [profiles.default].
        # [profiles.guests]
        # isolate = true
        # lifetime = "24h"
        # denied = ["uplink", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
        # allowed = ["137.118.199.9"]
        # rate_out = "5M"
        # rate_in = "20M"
        # gateway = "guest-line"

        # [profiles.static]
        # admission = "approve"

        """;

    private const string FirstRule = """
        # This rule holds devices that have an address of their own, instead of one by DHCP, until you approve them:
        # [[rules]]
        # profile = "static"
        # uses = "static"

        # All conditions that a rule can have; it needs one or more:
        # [[rules]]

        """;

    public static string Text()
    {
        var text = new StringBuilder();
        Comment(text, "Innkeeper's settings. Every setting is here; those commented out show their default, or an example if they have none.");
        Comment(text, "`innkeeper check --config FILE` shows all errors of a file, each with line and column.");
        foreach (var name in (string[])["access", "uplink", "pool", "profiles.default"])
        {
            Table(text, name);
        }

        text.Append('\n').Append(Profiles).Append('\n');
        Comment(text, RuleDefinitions.All.Documentation);
        text.Append(FirstRule);
        foreach (var setting in RuleDefinitions.All)
        {
            Setting(text, setting.Name, setting.Description, isRequired: false);
        }

        text.Append('\n');
        Comment(text, GatewayDefinitions.All.Documentation);
        text.Append("# [gateways.guest-line]\n");
        foreach (var setting in GatewayDefinitions.All)
        {
            Setting(text, setting.Name, setting.Description, isRequired: false);
        }

        text.Append('\n');
        Comment(text, MachineDefinitions.All.Documentation);
        text.Append("# [[machines]]\n");
        foreach (var setting in MachineDefinitions.All)
        {
            Setting(text, setting.Name, setting.Description, isRequired: false);
        }

        text.Append('\n');
        Comment(text, ForwardDefinitions.All.Documentation);
        text.Append("# [[forwards]]\n");
        foreach (var setting in ForwardDefinitions.All)
        {
            Setting(text, setting.Name, setting.Description, isRequired: false);
        }

        foreach (var name in (string[])["napt", "peers", "inside", "ipv6", "dns"])
        {
            Table(text, name);
        }

        text.Append("\n[dns.hosts]\n");
        Setting(text, "\"printer.lan\"", DnsDefinitions.Hosts, isRequired: false);
        foreach (var name in (string[])["dhcp", "portal", "state", "retention", "dataplane", "control", "web", "mail", "webhook"])
        {
            Table(text, name);
        }

        text.Append('\n');
        Comment(text, ExportDefinitions.All.Documentation);
        text.Append("# [[exports]]\n");
        foreach (var setting in ExportDefinitions.All)
        {
            Setting(text, setting.Name, setting.Description, isRequired: false);
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, string name)
    {
        var group = SettingDefinitions.Groups.First(g => g.Name == name);
        text.Append('\n');
        Comment(text, group.Documentation);
        text.Append($"[{name}]\n");
        foreach (var setting in group.Settings)
        {
            Setting(text, setting.Name[(name.Length + 1)..], setting.Description, s_required.Contains(setting.Name));
        }
    }

    private static void Setting(StringBuilder text, string name, SettingDescription description, bool isRequired)
    {
        Comment(text, description.Documentation);
        text.Append(isRequired ? "" : "# ").Append($"{name} = {description.Sample}\n");
    }

    /// <summary>Wraps sentences into comment lines.</summary>
    private static void Comment(StringBuilder text, string sentences)
    {
        var line = new StringBuilder("#");
        foreach (var word in sentences.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append('#');
            }

            line.Append(' ').Append(word);
        }

        if (line.Length > 1)
        {
            text.Append(line).Append('\n');
        }
    }
}
