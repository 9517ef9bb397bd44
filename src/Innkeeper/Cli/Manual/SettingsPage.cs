using Innkeeper.Configuration;

namespace Innkeeper.Cli.Manual;

/// <summary>The manual of the configuration file, made from the definitions of the settings.</summary>
internal static class SettingsPage
{
    public static ManualPage Of(string version)
    {
        var page = new Roff("INNKEEPER.TOML", 5, version);
        page.Section("NAME");
        page.Paragraph("innkeeper.toml - settings of Innkeeper");
        page.Section("DESCRIPTION");
        page.Paragraph(
            $"The file {CommandContext.DefaultConfig} is TOML. Two settings are required: `access.interface` and `uplink.interface`. `innkeeper setup` asks for them and writes the file. "
            + "`innkeeper check` shows all errors of a file. `innkeeper config reload` makes the running gateway use it. `innkeeper config sample` prints a file with every setting.");
        foreach (var group in SettingDefinitions.Groups)
        {
            Begin(page, $"[{group.Name}]", group.Documentation);
            foreach (var setting in group.Settings)
            {
                var preset = setting.Show(new InnkeeperConfig());
                Setting(page, setting.Name[(group.Name.Length + 1)..], setting.Expected, setting.Description, preset);
            }
        }

        Begin(page, "[dns.hosts]", DnsDefinitions.Hosts.Documentation);
        Begin(page, "[profiles.NAME]", "More profiles. A profile has the settings of [profiles.default]; settings that it leaves out are taken from there.");
        Begin(page, "[[rules]]", RuleDefinitions.All.Documentation);
        foreach (var setting in RuleDefinitions.All)
        {
            Setting(page, setting.Name, setting.Expected, setting.Description, null);
        }

        Begin(page, "[gateways.NAME]", GatewayDefinitions.All.Documentation);
        foreach (var setting in GatewayDefinitions.All)
        {
            Setting(page, setting.Name, setting.Expected, setting.Description, null);
        }

        Begin(page, "[[exports]]", ExportDefinitions.All.Documentation);
        foreach (var setting in ExportDefinitions.All)
        {
            Setting(page, setting.Name, setting.Expected, setting.Description, null);
        }

        page.Section("SEE ALSO");
        page.Paragraph("innkeeper(1), innkeeper-setup(1), innkeeper-check(1), innkeeper-config(1)");
        return new ManualPage("innkeeper.toml.5", page.ToString());
    }

    private static void Begin(Roff page, string header, string documentation)
    {
        page.Section(header);
        if (documentation.Length > 0)
        {
            page.Paragraph(documentation);
        }
    }

    /// <param name="preset">The value where the file sets none, as TOML; null: it has none.</param>
    private static void Setting(Roff page, string name, string expected, SettingDescription description, string? preset)
    {
        page.Item(name, description.Documentation);
        page.Continue($"Value: {expected}. {(preset is null ? $"Example: {name} = {description.Sample}" : $"Default: {preset}")}");
    }
}
