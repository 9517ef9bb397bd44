using Innkeeper.Configuration;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

public sealed class EffectiveConfigurationTests
{
    private const string Needed = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\npool.addresses = [\"192.0.2.50\"]\n";

    /// <summary>A value of each key that is not its default; with what else the file then needs.</summary>
    private static readonly Dictionary<string, string> s_samples = new()
    {
        ["access.interface"] = "\"lan0\"",
        ["access.vlans"] = "[10, 20]",
        ["access.address"] = "\"192.168.77.1/24\"",
        ["access.pass_ethertypes"] = "[\"ipv6\", 0x88cc]",
        ["access.former_gateways"] = "[\"00:1b:21:0a:0b:0c\"]",
        ["access.wrong_gateways"] = "false",
        ["uplink.interface"] = "\"wan0\"",
        ["uplink.address"] = "\"192.0.2.2/24\"",
        ["uplink.gateway"] = "\"192.0.2.1\"",
        ["uplink.mac"] = "\"02:00:00:00:00:01\"",
        ["uplink.mtu"] = "1400",
        ["uplink.clamp_mss"] = "false",
        ["pool.addresses"] = "[\"192.0.2.60-192.0.2.69\", \"192.0.2.80\"]",
        ["pool.idle"] = "\"90s\"",
        ["pool.routed"] = "true",
        ["profiles.default.admission"] = "\"approve\"",
        ["profiles.default.lifetime"] = "\"8h\"",
        ["profiles.default.readmit"] = "true",
        ["profiles.default.ways_in"] = "[\"code\", \"ask\"]",
        ["profiles.default.vouchers"] = "true",
        ["profiles.default.inbound"] = "false",
        ["profiles.default.isolate"] = "true",
        ["profiles.default.addresses"] = "2",
        ["profiles.default.extender"] = "true",
        ["profiles.default.appear"] = "\"local\"",
        ["profiles.default.legal"] = "\"shared\"",
        ["profiles.default.denied"] = "[\"10.0.0.0/8\", \"uplink\"]",
        ["profiles.default.allowed"] = "[\"10.1.2.3/32\"]",
        ["profiles.default.rate_out"] = "\"8.5k\"",
        ["profiles.default.rate_in"] = "\"20M\"",
        ["profiles.default.volume"] = "\"1500M\"",
        ["profiles.default.volume_period"] = "\"week\"",
        ["profiles.default.limits_per"] = "\"tag\"",
        ["profiles.default.gateway"] = "\"guest-line\"",
        ["profiles.default.fallback"] = "\"guest-line\"",
        ["napt.enabled"] = "false",
        ["napt.addresses"] = "[\"192.0.2.90\"]",
        ["napt.ports"] = "\"20000-29999\"",
        ["napt.block"] = "128",
        ["napt.ports_per_device"] = "512",
        ["napt.ids_per_device"] = "16",
        ["napt.new_per_second"] = "0",
        ["napt.udp_timeout"] = "\"125s\"",
        ["napt.tcp_timeout"] = "\"1d\"",
        ["napt.tcp_transitory_timeout"] = "\"2h\"",
        ["napt.icmp_timeout"] = "\"61s\"",
        ["napt.rest"] = "\"0s\"",
        ["napt.refuse_with"] = "\"admin-prohibited\"",
        ["napt.log"] = "\"syslog\"",
        ["peers.priority"] = "7",
        ["ipv6.mode"] = "\"off\"",
        ["ipv6.prefix"] = "\"2001:db8:77::/56\"",
        ["ipv6.translate"] = "\"always\"",
        ["ipv6.addresses"] = "8",
        ["ipv6.ra"] = "false",
        ["inside.network"] = "\"10.64.0.0/16\"",
        ["dns.enabled"] = "false",
        ["dns.upstream"] = "[\"192.0.2.1:53\", \"tls://9.9.9.9:853#dns.quad9.net\"]",
        ["dns.zone"] = "\"\"",
        ["dns.serve_uplink"] = "true",
        ["dns.refuse_private"] = "true",
        ["dns.private_reverse"] = "\"upstream\"",
        ["dns.cache"] = "3",
        ["dns.misses_per_second"] = "9",
        ["dns.fallback"] = "\"192.0.2.53:5353\"",
        ["state.directory"] = "\"/var/lib/x\\\\y\\\"z\"",
        ["retention.events"] = "\"14d\"",
        ["retention.audit"] = "\"730d\"",
        ["retention.messages"] = "\"7d\"",
        ["retention.mappings"] = "\"180d\"",
        ["retention.files"] = "\"2G\"",
        ["dataplane.bpffs"] = "\"/x\"",
        ["dataplane.bindings"] = "64",
        ["dataplane.mappings"] = "2048",
        ["control.socket"] = "\"/run/x.sock\"",
        ["control.group"] = "\"front-desk\"",
        ["web.listen"] = "\"192.0.2.1:7080, [2001:db8::1]:7443\"",
        ["web.tls"] = "\"always\"",
        ["web.certificate"] = "\"/etc/web.pem\"",
        ["web.key"] = "\"/etc/web.key\"",
        ["web.url"] = "\"https://gateway.example.com:7080\"",
        ["web.metrics"] = "\"open\"",
        ["web.device_metrics"] = "true",
        ["dhcp.enabled"] = "false",
        ["dhcp.network"] = "\"10.9.0.0/16\"",
        ["dhcp.addresses"] = "\"legal\"",
        ["dhcp.lease"] = "\"12h\"",
        ["dhcp.randomised_lease"] = "\"10m\"",
        ["dhcp.domain"] = "\"x.lan\"",
        ["dhcp.routes"] = "[\"10.1.0.0/16 via 10.203.0.9\"]",
        ["dhcp.mtu"] = "1300",
        ["dhcp.authoritative"] = "\"yes\"",
        ["dhcp.bootp"] = "\"pinned\"",
        ["portal.enabled"] = "false",
        ["portal.address"] = "\"192.88.99.7\"",
        ["portal.notice"] = "\"a\\u000ab\"",
        ["portal.directory"] = "\"/etc/innkeeper/portal\"",
        ["portal.allow"] = "[\"login.example.org\", \"*.stripe.com\"]",
        ["portal.name"] = "\"portal.example.com\"",
        ["portal.certificate"] = "\"/x.pem\"",
        ["portal.key"] = "\"/x.key\"",
        ["mail.server"] = "\"mail.example.net:2525\"",
        ["mail.tls"] = "\"implicit\"",
        ["mail.user"] = "\"innkeeper\"",
        ["mail.password_file"] = "\"/x.password\"",
        ["mail.password_env"] = "\"MAIL_PASSWORD\"",
        ["mail.from"] = "\"innkeeper@example.net\"",
        ["mail.to"] = "[\"admin@example.net\"]",
        ["mail.first"] = "7",
        ["mail.digest"] = "\"20m\"",
        ["mail.give_up"] = "\"2h\"",
        ["mail.events"] = "[\"conflict\"]",
        ["mail.ca_file"] = "\"/x.pem\"",
        ["webhook.url"] = "\"https://hooks.example.net/x\"",
        ["webhook.secret_file"] = "\"/x.secret\"",
        ["webhook.secret_env"] = "\"HOOK_SECRET\"",
        ["webhook.events"] = "[\"storage\"]",
    };

    /// <summary>What else the file needs where a key is set, and what shows it too.</summary>
    private static readonly Dictionary<string, (string Lines, string[] Also)> s_company = new()
    {
        ["dns.zone"] = ("", ["dhcp.domain"]),
        ["portal.name"] = ("portal.certificate = \"/y.pem\"\nportal.key = \"/y.key\"\n", []),
        ["portal.certificate"] = ("portal.name = \"y.example.com\"\nportal.key = \"/y.key\"\n", []),
        ["mail.server"] = ("mail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\n", []),
        ["mail.tls"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\n", []),
        ["mail.user"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\nmail.password_file = \"/p\"\n", []),
        ["mail.password_file"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\nmail.user = \"u\"\n", []),
        ["mail.password_env"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\nmail.user = \"u\"\nmail.password_file = \"/p\"\n", []),
        ["mail.from"] = ("mail.server = \"m.example:587\"\nmail.to = [\"b@example.net\"]\n", []),
        ["mail.to"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\n", []),
        ["mail.ca_file"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\n", []),
        ["webhook.url"] = ("webhook.secret_file = \"/s\"\n", []),
        ["webhook.secret_file"] = ("webhook.url = \"https://h.example/x\"\n", []),
        ["webhook.secret_env"] = ("webhook.url = \"https://h.example/x\"\nwebhook.secret_file = \"/s\"\n", []),
        ["mail.first"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\n", []),
        ["mail.digest"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\n", []),
        ["mail.give_up"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\n", []),
        ["mail.events"] = ("mail.server = \"m.example:587\"\nmail.from = \"a@example.net\"\nmail.to = [\"b@example.net\"]\n", []),
        ["webhook.events"] = ("webhook.url = \"https://h.example/x\"\nwebhook.secret_file = \"/s\"\n", []),
        ["web.certificate"] = ("web.key = \"/y.key\"\n", []),
        ["web.key"] = ("web.certificate = \"/y.pem\"\n", []),
        ["profiles.default.ways_in"] = ("profiles.default.admission = \"approve\"\n", []),
        ["portal.key"] = ("portal.name = \"y.example.com\"\nportal.certificate = \"/y.pem\"\n", []),
    };

    private const string Tables = """

        [profiles.guests]
        rate_in = "2G"
        lifetime = ""
        [gateways.guest-line]
        next_hop = "198.51.100.1"
        interface = "eth2"
        pool = ["198.51.100.3-198.51.100.5"]
        [dns.hosts]
        "printer.lan" = ["192.0.2.9", "2001:db8::9"]
        [[rules]]
        profile = "guests"
        mac = "70:b3:d5:1"
        host = "a\"b-*"
        hours = "22:00-06:30"
        days = ["sat", "sun"]
        [[rules]]
        profile = "guests"
        vlan = 0
        uses = "static"
        """;

    public static TheoryData<string> Names => [.. SettingDefinitions.Names];

    private static ConfigurationResult Parse(string text)
    {
        var result = ConfigurationFile.Parse(text, "f");
        Assert.Empty(result.Errors);
        return result;
    }

    private static Dictionary<string, EffectiveValue> Show(ConfigurationResult result, InterfaceReadings? read = null) => EffectiveConfiguration.Of(result, read).ToDictionary(v => v.Key);

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_EachKey_ShowsItsOwnValueAsItIsWritten(string key)
    {
        var (company, also) = s_company.GetValueOrDefault(key, ("", []));
        var others = Needed.Split('\n').Where(l => !l.StartsWith(key, StringComparison.Ordinal));
        var before = Show(Parse(Needed + Tables));
        var after = Show(Parse(company + string.Join('\n', others.Append($"{key} = {s_samples[key]}")) + Tables));

        Assert.Equal(s_samples[key], after[key].Value);
        Assert.StartsWith("file:", after[key].Origin);

        // The settings of the default profile are those of other profiles too.
        // Of mail and of the webhook there is something to be said once they are on.
        bool IsNoOther(string k) => !also.Contains(k) && (k == key || Part(k) is not ("mail" or "webhook") || Part(k) != Part(key)) && !company.Contains(k, StringComparison.Ordinal)
            && !(k.StartsWith("profiles.guests.", StringComparison.Ordinal) && key.StartsWith("profiles.default.", StringComparison.Ordinal));
        Assert.Equal([key], before.Keys.Where(k => before[k].Value != after[k].Value).Where(IsNoOther));

        static string Part(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)];
    }

    [Fact]
    public void Of_TablesOfWhichThereAreSeveral_ShowsEachWithWhereItComesFrom()
    {
        var shown = Show(Parse(Needed + "profiles.default.rate_out = \"512k\"\n" + Tables));
        Assert.Equal(new EffectiveValue("profiles.guests.rate_in", "\"2G\"", "file:7"), shown["profiles.guests.rate_in"]);
        Assert.Equal(new EffectiveValue("profiles.guests.rate_out", "\"512k\"", "file:4"), shown["profiles.guests.rate_out"]);
        Assert.Equal(new EffectiveValue("profiles.guests.isolate", "false", "default"), shown["profiles.guests.isolate"]);
        Assert.Equal(new EffectiveValue("profiles.guests.denied", "[\"uplink\"]", "default"), shown["profiles.guests.denied"]);
        Assert.Equal("[\"198.51.100.3-198.51.100.5\"]", shown["gateways.guest-line.pool"].Value);
        Assert.Null(shown["gateways.guest-line.address"].Value);
        Assert.Equal("[\"192.0.2.9\", \"2001:db8::9\"]", shown["dns.hosts.printer.lan"].Value);
        Assert.Equal(["\"guests\"", "\"70:b3:d5:1\"", "\"a\\\"b-*\"", "\"22:00-06:30\"", "[\"sat\", \"sun\"]"], shown.Where(v => v.Key.StartsWith("rules[1].", StringComparison.Ordinal)).Select(v => v.Value.Value));
        Assert.Equal(["\"guests\"", "0", "\"static\""], shown.Where(v => v.Key.StartsWith("rules[2].", StringComparison.Ordinal)).Select(v => v.Value.Value));
    }

    [Fact]
    public void Of_WhatIsLeftOpen_IsTheInterfaces()
    {
        var read = new InterfaceReadings(Ipv4Network.Parse("192.0.2.2/24"), null, MacAddress.Parse("02:00:00:00:00:09"), 1500, null);
        var shown = Show(Parse(Needed + "uplink.mtu = 9000\n"), read);
        Assert.Equal(new EffectiveValue("uplink.address", "\"192.0.2.2/24\"", "interface eth0"), shown["uplink.address"]);
        Assert.Equal(new EffectiveValue("uplink.gateway", null, "interface eth0"), shown["uplink.gateway"]);
        Assert.Equal(new EffectiveValue("uplink.mtu", "1500", "interface eth0"), shown["uplink.mtu"]);
        Assert.Equal(new EffectiveValue("access.address", null, "interface eth1"), shown["access.address"]);
        Assert.Equal(new EffectiveValue("uplink.mtu", "1400", "file:4"), Show(Parse(Needed + "uplink.mtu = 1400\n"), read)["uplink.mtu"]);
    }

    [Fact]
    public void Write_AsAFile_GivesTheSameSettingsWhenItIsRead()
    {
        var before = Parse(Needed + Tables);
        using var text = new StringWriter();
        Innkeeper.Cli.Tables.Write(text, new ConfigReport(1, "f", true, [.. EffectiveConfiguration.Of(before, null).Select(v => new ConfigValueReport(v.Key, v.Value, v.Origin))]));
        Assert.Empty(EffectiveConfiguration.Changed(before, Parse(text.ToString())));
    }

    [Fact]
    public void Changed_Values_AreNamedOnce()
    {
        var changed = EffectiveConfiguration.Changed(Parse(Needed), Parse("pool.idle = \"1h\"\n" + Needed + "dns.cache = 16\n[[rules]]\nprofile = \"default\"\nvlan = 0\n"));
        Assert.Equal(["pool.idle", "rules[1].profile", "rules[1].vlan"], changed);
    }
}
