using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

/// <summary>Every setting, and values of every form: each setting takes some of them and refuses the others.</summary>
internal static class SettingSamples
{
    /// <summary>As TOML.</summary>
    public static readonly string[] Values =
    [
        "true", "false", "0", "1", "-1", "16", "64", "100", "128", "512", "576", "1500", "4094", "4095", "65535", "65536", "131072", "35020", "999999999", "1.5", "\"\"", "\"x\"", "\"a b\"", "\"a\\nb\"", "\"/x\"",
        "\"/x/y \\\"z\\\"\"", "\"x/y\"", "\"syslog\"", "\"eth0\"", "\"192.0.2.1\"", "\"192.0.2.7/24\"", "\"192.0.2.0/24\"", "\"10.203.0.0/16\"", "\"10.0.0.0/8\"", "\"127.0.0.1/8\"", "\"10s\"", "\"90s\"", "\"2h\"", "\"31d\"",
        "\"0s\"", "\"8k\"", "\"8.5k\"", "\"20 Mbit/s\"", "\"100G\"", "\"own\"", "\"shared\"", "\"own-only\"", "\"legal\"", "\"private\"", "\"auto\"", "\"approve\"", "\"closed\"", "\"dhcp\"", "\"static\"", "\"none\"", "\"upstream\"", "\"main\"",
        "\"guest-line\"", "\"starttls\"", "\"implicit\"", "\"m.example:25\"", "\"[::1]:25\"", "\"m.example\"", "\"a@b.example\"", "\"https://h.example/x?y\"", "\"02:00:00:00:00:01\"", "\"02-00-00-00-00-01\"", "\"00:1b\"", "\"70:b3:d5:1\"",
        "\"22:00-06:30\"", "\"10240-32767\"", "\"guest.lan\"", "\"Portal.example.com\"", "\"yes\"", "\"no\"", "\"admin-prohibited\"", "\"host-unreachable\"", "\"SECRET_1\"", "\"printer-*\"", "\"press-1\"", "\"a line, in words\"", "\"ipv6\"", "\"2001:db8::9\"",
        "[]", "[[]]", "[1, 2, 2]", "[10, 20]", "[\"ipv6\", 0x88cc]", "[\"192.0.2.1\", \"192.0.2.5 - 192.0.2.7\"]", "[\"192.0.2.9-192.0.2.1\"]", "[\"uplink\", \"10.0.0.0/8\", \"192.0.2.1\"]", "[\"mon\", \"sun\"]", "[\"mon\", \"x\"]",
        "[\"arrival\", \"conflict\"]", "[\"arival\"]", "[\"9.9.9.9\", \"[2620:fe::fe]:53\", \"tls://9.9.9.9#dns.quad9.net\"]", "[\"10.1.0.0/16 via 10.203.0.9\"]", "[\"a@b.example\", \"c@d.example\"]",
        "[\"192.0.2.9\", \"2001:db8::9\"]", "[\"fc00::/7\", \"2001:DB8::9\", \"uplink\"]", "[\"code\", \"ask\"]", "[\"terms\", \"terms\"]", "\"open\"", "\"always\"", "\"127.0.0.1:7080\"", "\"127.0.0.1:7080, [::1]:7080\"", "\"https://h.example:7080\"",
        "\"code\"", "\"tag\"", "\"week\"", "\"1.5T\"", "\"0\"", "\"udp://h.example\"", "\"ipfix+tcp://[2001:db8::9]:4739\"", "\"ftp://h.example\"", "[\"events\", \"mappings\"]", "[\"events\", \"events\"]", "\"64M\"", "\"1G\"", "\"1K\"", "\"tcp\"", "\"udp\"", "\"8000-8010\"", "\"8010-8000\"", "\"0-8\"", "\"refuse\"", "\"foreign\"", "\"2001:db8:77::/56\"", "\"2001:DB8:0:0::/64\"", "\"2001:db8::5/64\"",
    ];

    /// <summary>Of every table, with one of each repeated table.</summary>
    public static readonly SettingDefinition[] Settings =
    [
        .. SettingDefinitions.All, .. RepeatedTable.Profiles.Keys.Select(k => $"profiles.guests.{k}").Concat(RepeatedTable.Gateways.Keys.Select(k => $"gateways.guest-line.{k}"))
            .Concat(RepeatedTable.Rules.Keys.Select(k => $"rules[1].{k}")).Concat(RepeatedTable.Machines.Keys.Select(k => $"machines[1].{k}")).Concat(RepeatedTable.Forwards.Keys.Select(k => $"forwards[1].{k}")).Concat(RepeatedTable.Exports.Keys.Select(k => $"exports[1].{k}")).Append("dns.hosts.printer.lan").Select(n => SettingDefinitions.Find(n)!),
    ];

    /// <summary>One of each repeated table; mail and webhook are on, so that all of their settings are shown.</summary>
    public static readonly InnkeeperConfig Config = new()
    {
        Gateways = [new GatewayConfig { Name = "guest-line" }],
        Rules = [new RuleConfig { Profile = "guests" }],
        Machines = [new MachineConfig { Name = "press-1" }],
        Forwards = [new ForwardConfig()],
        Exports = [new ExportConfig { Name = "siem" }],
        Mail = new MailConfig { Host = "m" },
        Webhook = new WebhookConfig { Url = new Uri("https://h.example/") },
        Profiles = new InnkeeperConfig().Profiles.Add("guests", new ProfileConfig { Name = "guests" }),
    };

    public static ConfigurationValue Parse(string value)
    {
        var (document, errors) = ConfigurationSyntax.Parse($"x = {value}\n", "f");
        Assert.Empty(errors);
        return ConfigurationReader.ReadValue(document!.KeyValues.Single().Value);
    }

    /// <returns>Null: the setting refuses the value.</returns>
    public static InnkeeperConfig? Take(this SettingDefinition setting, string value, InnkeeperConfig config)
    {
        var parsed = Parse(value);
        return setting.Validate(parsed).Any() ? null : setting.Apply(parsed, config);
    }
}
