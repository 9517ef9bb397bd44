using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>Each key of a profile: what it sets, its bounds, and what is wrong with profiles as a whole.</summary>
public sealed class ProfileDefinitionsTests
{
    private const string Interfaces = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\npool.addresses = [\"192.0.2.50\"]\n";
    private const string Line = "[gateways.line]\nnext_hop = \"198.51.100.1\"\ninterface = \"eth2\"\n";

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(Interfaces + text, "f").Errors.Select(e => e.ToString())];

    private static ProfileConfig Guests(string line, string more = "")
    {
        Assert.Empty(Errors($"[profiles.guests]\n{line}\n{more}"));
        return ConfigurationFile.Parse($"{Interfaces}[profiles.guests]\n{line}\n{more}", "f").Config!.Profiles["guests"];
    }

    private static readonly ProfileConfig s_plain = new() { Name = "guests" };

    private static DestinationList List(bool uplinks, params string[] networks) => new([.. networks.Select(Ipv4Network.Parse)], uplinks);

    [Fact]
    public void Parse_EachKey_SetsWhatItSays()
    {
        Assert.Equal(s_plain with { Admission = AdmissionMode.Auto }, Guests("admission = \"auto\""));
        Assert.Equal(s_plain with { Admission = AdmissionMode.Approve }, Guests("admission = \"approve\""));
        Assert.Equal(s_plain with { Admission = AdmissionMode.Closed }, Guests("admission = \"closed\""));
        Assert.Equal(s_plain with { Lifetime = TimeSpan.FromDays(366) }, Guests("lifetime = \"366d\""));
        Assert.Equal(s_plain with { Lifetime = TimeSpan.FromSeconds(1) }, Guests("lifetime = \"1s\""));
        Assert.Equal(s_plain, Guests("lifetime = \"\"", "[profiles.default]\nlifetime = \"8h\"\n"));
        Assert.Equal(s_plain with { Readmit = true }, Guests("readmit = true"));
        Assert.Equal(s_plain with { Vouchers = true }, Guests("vouchers = true"));
        Assert.Equal(s_plain with { Admission = AdmissionMode.Approve, WaysIn = new WayList([WayIn.Code, WayIn.Ask]) }, Guests("admission = \"approve\"\nways_in = [\"code\", \"ask\"]"));
        Assert.Equal(s_plain with { Inbound = false }, Guests("inbound = false"));
        Assert.Equal(s_plain with { Isolate = true }, Guests("isolate = true"));
        Assert.Equal(s_plain with { Addresses = 64 }, Guests("addresses = 64"));
        Assert.Equal(s_plain with { Legal = LegalPreference.Shared }, Guests("legal = \"shared\""));
        Assert.Equal(s_plain with { Legal = LegalPreference.OwnOnly }, Guests("legal = \"own-only\""));
        Assert.Equal(s_plain with { Denied = DestinationList.None }, Guests("denied = []"));
        Assert.Equal(s_plain with { Denied = List(true, "10.0.0.0/8", "192.0.2.1/32") }, Guests("denied = [\"10.0.0.0/8\", \"uplink\", \"192.0.2.1\"]"));
        Assert.Equal(s_plain with { Denied = List(false, "0.0.0.0/0") }, Guests("denied = [\"0.0.0.0/0\"]"));
        Assert.Equal(
            s_plain with { Denied = List(false, "10.0.0.0/8") with { Ipv6Networks = [Ipv6Network.Parse("fc00::/7"), Ipv6Network.Parse("2001:db8::9/128")] } },
            Guests("denied = [\"fc00::/7\", \"10.0.0.0/8\", \"2001:DB8:0::9\"]"));
        Assert.Equal(s_plain with { Allowed = List(true, "10.1.0.0/16") }, Guests("allowed = [\"10.1.0.0/16\", \"uplink\"]"));
        Assert.Equal(s_plain with { Gateway = "line" }, Guests("gateway = \"line\"", Line));
        Assert.Equal(s_plain with { Fallback = "line" }, Guests("fallback = \"line\"", Line));
        Assert.Equal(s_plain with { Gateway = "line", Fallback = "main" }, Guests("gateway = \"line\"\nfallback = \"main\"", Line));
        Assert.Equal(s_plain, Guests("fallback = \"none\"", Line + "[profiles.default]\nfallback = \"line\"\n"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("8k", 8_000)]
    [InlineData("100G", 100_000_000_000)]
    [InlineData("512k", 512_000)]
    [InlineData("2.5G", 2_500_000_000)]
    [InlineData("20 Mbit/s", 20_000_000)]
    [InlineData("20M", 20_000_000)]
    public void Parse_Rate_IsBitsASecond(string text, long bits)
    {
        Assert.Equal(s_plain with { RateOut = bits }, Guests($"rate_out = \"{text}\""));
        Assert.Equal(s_plain with { RateIn = bits }, Guests($"rate_in = \"{text}\""));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0", 0)]
    [InlineData("1k", 1_000)]
    [InlineData("500M", 500_000_000)]
    [InlineData("1.5G", 1_500_000_000)]
    [InlineData("1000T", 1_000_000_000_000_000)]
    public void Parse_Volume_IsOctets_AndIsWrittenAsItCanBeRead(string text, long octets)
    {
        Assert.Equal(s_plain with { Volume = octets, VolumePeriod = VolumePeriod.Month }, Guests($"volume = \"{text}\"\nvolume_period = \"month\""));
        Assert.True(octets == 0 || SettingTypes.ParseData(SettingTypes.DataText(octets)) == octets);
    }

    [Theory]
    [InlineData("admission", "\"yes\"", "\"auto\", \"approve\" or \"closed\"")]
    [InlineData("lifetime", "\"367d\"", "a time from \"1s\" to \"366d\", such as \"8h\" or \"7d\", or \"\" for without end")]
    [InlineData("lifetime", "\"0s\"", "a time from \"1s\" to \"366d\", such as \"8h\" or \"7d\", or \"\" for without end")]
    [InlineData("lifetime", "8", "a time from \"1s\" to \"366d\", such as \"8h\" or \"7d\", or \"\" for without end")]
    [InlineData("ways_in", "[]", Ways)]
    [InlineData("ways_in", "[\"code\", \"code\"]", Ways)]
    [InlineData("ways_in", "\"code\"", Ways)]
    [InlineData("inbound", "\"no\"", "true or false")]
    [InlineData("isolate", "0", "true or false")]
    [InlineData("addresses", "0", "a number from 1 to 64")]
    [InlineData("addresses", "65", "a number from 1 to 64")]
    [InlineData("legal", "\"theirs\"", "\"own\", \"shared\" or \"own-only\"")]
    [InlineData("denied", "\"uplink\"", "a list of up to 256, each a network such as \"10.0.0.0/8\" or \"fc00::/7\", an address, or \"uplink\"")]
    [InlineData("rate_out", "\"7999\"", Rate)]
    [InlineData("rate_out", "\"7.9k\"", Rate)]
    [InlineData("rate_in", "\"101G\"", Rate)]
    [InlineData("rate_in", "\"20m\"", Rate)]
    [InlineData("rate_in", "\"M\"", Rate)]
    [InlineData("rate_in", "\"-1M\"", Rate)]
    [InlineData("rate_in", "\"1e3M\"", Rate)]
    [InlineData("rate_in", "\"999999999999G\"", Rate)]
    [InlineData("rate_in", "\"20 Mbyte/s\"", Rate)]
    [InlineData("rate_in", "20", Rate)]
    [InlineData("volume", "\"0.9k\"", Volume)]
    [InlineData("volume", "\"1001T\"", Volume)]
    [InlineData("volume", "\"2GB\"", Volume)]
    [InlineData("volume", "\"-1G\"", Volume)]
    [InlineData("volume", "2", Volume)]
    [InlineData("volume_period", "\"year\"", "\"day\", \"week\" or \"month\"")]
    [InlineData("gateway", "\"none\"", "\"main\" or the name of one of [gateways.NAME]")]
    [InlineData("gateway", "\"\"", "\"main\" or the name of one of [gateways.NAME]")]
    [InlineData("fallback", "\"\"", "\"none\", \"main\" or the name of one of [gateways.NAME]")]
    [InlineData("fallback", "\"No\"", "\"none\", \"main\" or the name of one of [gateways.NAME]")]
    public void Parse_ValueThatIsNone_SaysWhatWouldBeRight(string key, string value, string right)
    {
        Assert.Equal([$"f:5:1: profiles.guests.{key}: {value} is not valid; give {right}"], Errors($"[profiles.guests]\n{key} = {value}\n"));
        Assert.Equal([$"f:5:1: profiles.default.{key}: {value} is not valid; give {right}"], Errors($"[profiles.default]\n{key} = {value}\n"));
    }

    private const string Ways = "a list of one to three of \"terms\", \"code\" and \"ask\", each once, such as [\"code\", \"ask\"]";

    private const string Volume = "an amount of data from \"1k\" to \"1000T\", such as \"500M\" or \"2G\", or \"\" or \"0\" for any amount";
    private const string Rate = "bits a second from \"8k\" to \"100G\", such as \"512k\" or \"20M\", or \"\" for any number";

    [Theory]
    [InlineData("denied = [\"10.0.0.0/8\", \"10.0.0.1/8\"]\n", "f:5:25: profiles.guests.denied: \"10.0.0.1/8\" has bits beyond its prefix; give \"10.0.0.0/8\", or another prefix")]
    [InlineData("denied = [\"fc00::/7\", \"fc00::1/7\"]\n", "f:5:23: profiles.guests.denied: \"fc00::1/7\" has bits beyond its prefix; give \"fc00::/7\", or another prefix")]
    [InlineData("denied = [\"::/129\"]\n", "f:5:11: profiles.guests.denied: \"::/129\" is not valid; give a network such as \"10.0.0.0/8\" or \"fc00::/7\", an address, or \"uplink\"")]
    [InlineData("denied = [\"2001:db8::9\", \"2001:db8:0::9/128\"]\n", "f:5:26: profiles.guests.denied: \"2001:db8:0::9/128\" is there twice; keep one")]
    [InlineData("denied = [\"::/0\"]\nallowed = [\"0::/0\"]\n", "f:6:1: profiles.guests.allowed: ::/0 is denied too; keep it in one of the two")]
    [InlineData("denied = [\"lan\"]\n", "f:5:11: profiles.guests.denied: \"lan\" is not valid; give a network such as \"10.0.0.0/8\" or \"fc00::/7\", an address, or \"uplink\"")]
    [InlineData("denied = [\"Uplink\"]\n", "f:5:11: profiles.guests.denied: \"Uplink\" is not valid; give a network such as \"10.0.0.0/8\" or \"fc00::/7\", an address, or \"uplink\"")]
    [InlineData("denied = [\"uplink\",\n \"uplink\"]\n", "f:6:2: profiles.guests.denied: \"uplink\" is there twice; keep one")]
    [InlineData("allowed = [\"192.0.2.1\", \"192.0.2.1/32\"]\n", "f:5:25: profiles.guests.allowed: \"192.0.2.1/32\" is there twice; keep one")]
    [InlineData("denied = [\"10.0.0.0/8\"]\nallowed = [\"10.0.0.0/8\"]\n", "f:6:1: profiles.guests.allowed: 10.0.0.0/8 is denied too; keep it in one of the two")]
    [InlineData("denied = [\"uplink\"]\nallowed = [\"uplink\"]\n", "f:6:1: profiles.guests.allowed: uplink is denied too; keep it in one of the two")]
    [InlineData("gateway = \"lin\"\n" + Line, "f:5:1: profiles.guests.gateway: \"lin\" is not a gateway; did you mean \"line\"?")]
    [InlineData("fallback = \"other\"\n" + Line, "f:5:1: profiles.guests.fallback: \"other\" is not a gateway; give one of \"main\", \"line\", or write [gateways.other]")]
    [InlineData("fallback = \"main\"\n", "f:5:1: profiles.guests.fallback: the gateway and its fallback are both \"main\", one of them from [profiles.default]; give another fallback, or \"none\"")]
    [InlineData("gateway = \"line\"\nfallback = \"line\"\n" + Line, "f:6:1: profiles.guests.fallback: the gateway and its fallback are both \"line\"; give another fallback, or \"none\"")]
    [InlineData("gateway = \"line\"\n" + Line + "[profiles.default]\nfallback = \"line\"\n", "f:5:1: profiles.guests.gateway: the gateway and its fallback are both \"line\", one of them from [profiles.default]; give another fallback, or \"none\"")]
    [InlineData("ways_in = [\"code\"]\n", "f:5:1: profiles.guests.ways_in: is of use only with admission = \"approve\", and here it is \"auto\"; change one of them")]
    [InlineData("admission = \"approve\"\nreadmit = true\n", "f:6:1: profiles.guests.readmit: is of use only with admission = \"auto\", and here it is \"approve\"; change one of them")]
    [InlineData("admission = \"approve\"\nways_in = [\"code\"]\n[portal]\nenabled = false\n", "f:6:1: profiles.guests.ways_in: needs the portal's page, and [portal] enabled = false; change one of them")]
    [InlineData("admission = \"approve\"\nways_in = [\"terms\"]\n", "f:6:1: profiles.guests.ways_in: has \"terms\", and there are none: set [portal] directory to a directory that has terms.en.txt, or leave \"terms\" out")]
    [InlineData("admission = \"approve\"\nways_in = [\"code\", \"pay\"]\n", "f:6:20: profiles.guests.ways_in: \"pay\" is not valid; give \"terms\", \"code\" or \"ask\"")]
    [InlineData("[profiles.default]\ngateway = \"gone\"\n", "f:6:1: profiles.default.gateway: \"gone\" is not a gateway; give one of \"main\", or write [gateways.gone]")]
    [InlineData("[profiles.default]\nfallback = \"main\"\n", "f:6:1: profiles.default.fallback: the gateway and its fallback are both \"main\"; give another fallback, or \"none\"")]
    public void Parse_ProfileThatDoesNotFit_IsOneError(string rest, string expected) => Assert.Equal([expected], Errors("[profiles.guests]\n" + rest));

    [Theory]
    [InlineData("[profiles.guests]\ngateway = \"line\"\n[gateway.line]\n", "gateway.line")]
    [InlineData("[profiles.guests]\ngateway = \"Line\"\n[gateways.Line]\n", "profiles.guests.gateway|gateways.Line")]
    [InlineData("[profiles.guests]\ngateway = \"main\"\nfallback = \"main\"\ngateway = 3\n", "profiles.guests.gateway")]
    [InlineData("[profiles.guests]\ndenied = [\"uplink\"]\nallowed = [\"uplink\", 3]\n", "profiles.guests.allowed")]
    public void Parse_WhatFollowsFromAMistake_IsNotSaid(string text, string keys) => Assert.Equal(keys.Split('|'), Errors(text).Select(e => e.Split(": ")[1]));

    [Fact]
    public void Denied_BeyondItsNumber_IsRefused()
    {
        string Networks(int count) => $"[profiles.guests]\ndenied = [{string.Join(", ", Enumerable.Range(0, count).Select(n => $"\"10.{n / 256}.{n % 256}.0/24\""))}]\n";
        Assert.Empty(Errors(Networks(256)));
        Assert.StartsWith("f:5:1: profiles.guests.denied: ", Assert.Single(Errors(Networks(257))), StringComparison.Ordinal);
    }

    /// <summary>A reload compares them: lists of equal networks are equal, and each setting counts.</summary>
    [Fact]
    public void Equals_SameText_IsEqual_AndEachSettingCounts()
    {
        const string Text = "[profiles.guests]\ndenied = [\"10.0.0.0/8\"]\n" + Line + "pool = [\"198.51.100.3\"]\n[[rules]]\nprofile = \"guests\"\nmac = \"00:1b:63\"\ndays = [\"mon\"]\n";
        var (one, other) = (ConfigurationFile.Parse(Interfaces + Text, "f").Config!, ConfigurationFile.Parse(Interfaces + Text, "f").Config!);
        Assert.Equal(one.Profiles["guests"], other.Profiles["guests"]);
        var (gateway, rule) = (Assert.Single(one.Gateways), Assert.Single(one.Rules));
        Assert.Equal((gateway, gateway.GetHashCode()), (Assert.Single(other.Gateways), Assert.Single(other.Gateways).GetHashCode()));
        Assert.Equal((rule, rule.GetHashCode()), (Assert.Single(other.Rules), Assert.Single(other.Rules).GetHashCode()));

        GatewayConfig[] gateways =
        [
            gateway with { Name = "x" }, gateway with { NextHop = default }, gateway with { Interface = null }, gateway with { Address = Ipv4Network.Parse("198.51.100.2/24") },
            gateway with { Pool = [] }, gateway with { Shared = gateway.Pool },
        ];
        RuleConfig[] rules =
        [
            rule with { Profile = "x" }, rule with { Mac = null }, rule with { MacBits = 28 }, rule with { Vlan = 0 }, rule with { HostName = "x" }, rule with { Uses = DeviceUse.Static },
            rule with { Hours = (0, 1) }, rule with { Days = [] },
        ];
        Assert.Equal(gateways.Length, typeof(GatewayConfig).GetProperties().Length);
        Assert.Equal(rules.Length, typeof(RuleConfig).GetProperties().Length);
        Assert.DoesNotContain(gateway, gateways);
        Assert.DoesNotContain(rule, rules);
        Assert.NotEqual(DestinationList.None, DestinationList.OfUplinks);
        Assert.NotEqual(DestinationList.None, List(false, "10.0.0.0/8"));
        Assert.NotEqual(DestinationList.None, DestinationList.None with { Ipv6Networks = [Ipv6Network.Parse("::/0")] });
    }
}
