using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innkeeper.Configuration;

/// <summary>The JSON schema (draft 7) of innkeeper.toml, for editors. It knows names, types and words; what depends on several settings only the reader checks.</summary>
internal static class ConfigurationSchema
{
    public static string Text()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Build().WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    public static JsonObject Build()
    {
        var properties = new JsonObject();
        foreach (var group in SettingDefinitions.Groups.Where(g => !g.Name.Contains('.', StringComparison.Ordinal)))
        {
            properties[group.Name] = Table(group.Documentation, group.Settings.Select(s => (s.Name[(group.Name.Length + 1)..], s.Description)));
        }

        properties["access"]!["required"] = new JsonArray("interface");
        properties["uplink"]!["required"] = new JsonArray("interface");
        properties["dns"]!["properties"]!["hosts"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = DnsDefinitions.Hosts.Documentation,
            ["additionalProperties"] = DnsDefinitions.Hosts.Schema(),
        };
        properties[RepeatedTable.Profiles.Name] = Named(RepeatedTable.Profiles, Table(ProfileDefinitions.All.Documentation, Describe(ProfileDefinitions.All)), RepeatedTable.Profiles.Most + 1);
        var gateway = Table(GatewayDefinitions.All.Documentation, Describe(GatewayDefinitions.All));
        gateway["required"] = new JsonArray("next_hop");
        properties[RepeatedTable.Gateways.Name] = Named(RepeatedTable.Gateways, gateway, RepeatedTable.Gateways.Most);
        var rule = Table(RuleDefinitions.All.Documentation, Describe(RuleDefinitions.All));
        rule["required"] = new JsonArray("profile");
        rule["minProperties"] = 2;
        properties[RepeatedTable.Rules.Name] = new JsonObject { ["type"] = "array", ["items"] = rule, ["maxItems"] = RepeatedTable.Rules.Most };
        var machine = Table(MachineDefinitions.All.Documentation, Describe(MachineDefinitions.All));
        machine["required"] = new JsonArray("name");
        properties[RepeatedTable.Machines.Name] = new JsonObject { ["type"] = "array", ["items"] = machine, ["maxItems"] = RepeatedTable.Machines.Most };
        var forward = Table(ForwardDefinitions.All.Documentation, Describe(ForwardDefinitions.All));
        forward["required"] = new JsonArray("protocol", "port", "to");
        properties[RepeatedTable.Forwards.Name] = new JsonObject { ["type"] = "array", ["items"] = forward, ["maxItems"] = RepeatedTable.Forwards.Most };
        var export = Table(ExportDefinitions.All.Documentation, Describe(ExportDefinitions.All));
        export["required"] = new JsonArray("name", "to");
        properties[RepeatedTable.Exports.Name] = new JsonObject { ["type"] = "array", ["items"] = export, ["maxItems"] = RepeatedTable.Exports.Most };
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Innkeeper's settings",
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray("access", "uplink"),
            ["additionalProperties"] = false,
        };
    }

    private static IEnumerable<(string Name, SettingDescription Description)> Describe<T>(SettingTable<T> table)
        where T : class =>
        table.Select(s => (s.Name, s.Description));

    private static JsonObject Table(string documentation, IEnumerable<(string Name, SettingDescription Description)> settings)
    {
        var properties = new JsonObject();
        foreach (var (name, description) in settings)
        {
            var schema = description.Schema();
            schema["description"] = description.Documentation;
            properties[name] = schema;
        }

        var table = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (documentation != "")
        {
            table["description"] = documentation;
        }

        return table;
    }

    /// <param name="most">Maximum number, with the one that always exists.</param>
    private static JsonObject Named(RepeatedTable kind, JsonObject table, int most)
    {
        var tables = new JsonObject
        {
            ["type"] = "object",
            ["patternProperties"] = new JsonObject { [RepeatedTable.NamePattern] = table },
            ["additionalProperties"] = false,
            ["maxProperties"] = most,
        };
        if (!kind.Taken.IsEmpty)
        {
            tables["propertyNames"] = new JsonObject { ["not"] = new JsonObject { ["enum"] = new JsonArray([.. kind.Taken.Select(t => JsonValue.Create(t))]) } };
        }

        return tables;
    }
}
