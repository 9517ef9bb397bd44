using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

/// <summary>Tables of which there may be several: however they are written, in whatever order, and what is wrong with them.</summary>
public sealed class RepeatedTableTests
{
    private const string Interfaces = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n";

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(Interfaces + text, "f").Errors.Select(e => e.ToString())];

    private static InnkeeperConfig Read(string text)
    {
        Assert.Empty(Errors(text));
        return ConfigurationFile.Parse(Interfaces + text, "f").Config!;
    }

    [Fact]
    public void Profile_Nothing_IsTheDefaultAlone() => Assert.Equal(new ProfileConfig { Name = "default" }, Assert.Single(Read("").Profiles).Value);

    [Theory]
    [InlineData("[profiles.default]\nisolate = true\naddresses = 9\n[profiles.guests]\naddresses = 2\n")]
    [InlineData("[profiles.guests]\naddresses = 2\n[profiles.default]\nisolate = true\naddresses = 9\n")]
    [InlineData("profiles.guests.addresses = 2\nprofiles.default.addresses = 9\nprofiles.default.isolate = true\n")]
    [InlineData("profiles = { guests = { addresses = 2 }, default = { isolate = true, addresses = 9 } }\n")]
    [InlineData("[profiles]\nguests.addresses = 2\ndefault = { isolate = true, addresses = 9 }\n")]
    public void Profile_InAnyFormAndOrder_HasWhatItLeavesOutFromTheDefault(string text)
    {
        var config = Read(text);

        Assert.Equal(2, config.Profiles.Count);
        Assert.Equal(new ProfileConfig { Name = "default", Isolate = true, Addresses = 9 }, config.DefaultProfile);
        Assert.Equal(new ProfileConfig { Name = "guests", Isolate = true, Addresses = 2 }, config.Profiles["guests"]);
    }

    [Fact]
    public void Profile_EmptyTable_IsAsTheDefault() =>
        Assert.Equal(new ProfileConfig { Name = "guests", Inbound = false }, Read("[profiles.guests]\n[profiles.default]\ninbound = false\n").Profiles["guests"]);

    [Fact]
    public void Gateways_AreInTheOrderOfTheFile() => Assert.Equal(
        ["z", "a"], Read("[gateways.z]\nnext_hop = \"198.51.100.1\"\ninterface = \"eth2\"\n[gateways.a]\nnext_hop = \"203.0.113.1\"\ninterface = \"eth3\"\n").Gateways.Select(g => g.Name));

    [Theory]
    [InlineData("[[rules]]\nprofile = \"default\"\nuses = \"dhcp\"\n[[rules]]\nprofile = \"default\"\nvlan = 0\n")]
    [InlineData("rules = [{ profile = \"default\", uses = \"dhcp\" }, { profile = \"default\", vlan = 0 }]\n")]
    [InlineData("rules = [\n  { profile = \"default\", uses = \"dhcp\" },\n  # and\n  { vlan = 0, profile = \"default\" },\n]\n")]
    public void Rules_InAnyForm_AreInTheOrderOfTheFile(string text) =>
        Assert.Equal([new RuleConfig { Profile = "default", Uses = DeviceUse.Dhcp }, new RuleConfig { Profile = "default", Vlan = 0 }], Read(text).Rules);

    [Fact]
    public void Rules_EmptyList_IsNone() => Assert.Empty(Read("rules = []\n").Rules);

    [Theory]
    [InlineData("[profiles.Guests]\nisolate = 3\n", "f:3:1: profiles.Guests: a profile's name has up to 32 lower-case letters, digits and '-', and begins with a letter; give it one like that")]
    [InlineData("[profiles.\"a b\"]\n", "f:3:1: profiles.a b: a profile's name has up to 32 lower-case letters, digits and '-', and begins with a letter; give it one like that")]
    [InlineData("[profiles.\"\"]\n", "f:3:1: profiles.: a profile's name has up to 32 lower-case letters, digits and '-', and begins with a letter; give it one like that")]
    [InlineData("[profiles]\n1a.isolate = true\n1a.inbound = 3\n", "f:4:1: profiles.1a: a profile's name has up to 32 lower-case letters, digits and '-', and begins with a letter; give it one like that")]
    [InlineData("[gateways.main]\nnext_hop = 3\n", "f:3:1: gateways.main: \"main\" means something else where a gateway is named; give it another name")]
    [InlineData("[gateways.none]\n", "f:3:1: gateways.none: \"none\" means something else where a gateway is named; give it another name")]
    [InlineData("[profiles.guests]\nisolated = true\n", "f:4:1: profiles.guests.isolated: there is no such key; did you mean profiles.guests.isolate?")]
    [InlineData("[profiles.guests]\ncolour = 1\n", "f:4:1: profiles.guests.colour: there is no such key; innkeeper.toml, which comes with Innkeeper, names them all")]
    [InlineData("[profiles]\ninbound = true\n", "f:4:1: profiles.inbound: is a key of a profile; write it below [profiles.NAME]")]
    [InlineData("profiles.guests = 3\n", "f:3:1: profiles.guests: is a table, not a value; write [profiles.guests] and its keys below")]
    [InlineData("gateways = 3\n", "f:3:1: gateways: is a table, not a value; write [gateways] and its keys below")]
    [InlineData("[profiles.guests.more]\n", "f:3:1: profiles.guests.more: there is no such table; did you mean [profiles.guests]?", "profiles.guests.")]
    [InlineData("[[profiles.guests]]\n", "f:3:1: profiles.guests: is a list of tables here; there is one only, write [profiles.guests]")]
    [InlineData("[[profiles]]\n", "f:3:1: profiles: is a list of tables here; there is one only, write [profiles]")]
    [InlineData("[profiles.guests]\nisolate = true\nisolate = true\n", "f:5:1: profiles.guests.isolate: is set twice, first in line 4; keep one")]
    [InlineData("[profiles.guests]\n[state]\n[profiles.guests]\n", "f:5:1: profiles.guests: stands twice, first in line 3; put all of it in one place")]
    [InlineData("[gateway.guests]\nnext_hop = 3\n", "f:3:1: gateway.guests: there is no such table; did you mean [gateways.guests]?")]
    [InlineData("[gateways.a]\nnexthop = \"198.51.100.1\"\ninterface = \"eth2\"\n", "f:4:1: gateways.a.nexthop: there is no such key; did you mean gateways.a.next_hop?")]
    [InlineData("[rules]\nprofile = 3\n", "f:3:1: rules: is a list of tables; write [[rules]] and the keys below, once for each")]
    [InlineData("rules = 3\n", "f:3:1: rules: is a list of tables; write [[rules]] and the keys below, once for each")]
    [InlineData("rules = { profile = 3 }\n", "f:3:1: rules: is a list of tables; write [[rules]] and the keys below, once for each")]
    [InlineData("rules.profile = 3\n", "f:3:1: rules: is a list of tables; write [[rules]] and the keys below, once for each")]
    [InlineData("rules = [3]\n", "f:3:10: rules[1]: 3 is not valid; give a table, such as { profile = \"guests\", vlan = 10 }")]
    [InlineData("rules = guests\n", "f:3:9: rules: is a list of tables; write [[rules]] and the keys below, once for each")]
    [InlineData("[[rules]]\nprofile = \"default\"\nvlan = 0\n[[rules]]\nprofil = \"default\"\nvlan = 0\n", "f:7:1: rules[2].profil: there is no such key; did you mean rules[2].profile?")]
    [InlineData("[[rules]]\nprofile = \"default\"\nvlan = 0\n[[rules]]\nprofile = \"default\"\nvlan = 4095\n", "f:8:1: rules[2].vlan: 4095 is not valid; give a VLAN number from 1 to 4094, or 0 for untagged")]
    [InlineData("rules = [{ profile = \"default\", vlan = 0 },\n  { profile = \"default\", uses = 7 }]\n", "f:4:26: rules[2].uses: 7 is not valid; give \"dhcp\" or \"static\"")]
    [InlineData("[[rules]]\nprofile = \"default\"\nvlan = 0\nvlan = 0\n", "f:6:1: rules[1].vlan: is set twice, first in line 5; keep one")]
    [InlineData("[[rules]]\nprofile = \"default\"\nvlan = 0\n[rules.more]\n", "f:6:1: rules.more: there is no such table;", "rules.more")]
    [InlineData("\"rules[1]\".vlan = 0\n", "f:3:1: 'rules[1]'.vlan: there is no such key; innkeeper.toml, which comes with Innkeeper, names them all")]
    [InlineData("[\"rules[1]\"]\nvlan = 0\n", "f:3:1: 'rules[1]': there is no such table;", "rules")]
    [InlineData("[[rules]]\nprofile = \"default\"\nvlan = zero\n", "f:5:8: rules[1].vlan: zero is not valid; give a VLAN number from 1 to 4094, or 0 for untagged")]
    [InlineData("[[rules]\nprofile = \"default\"\nvlan = 0\n", "f:3:8: rules: this is not how a table begins; write its name in brackets, such as [[rules]]")]
    [InlineData("[profiles.guest-2\nisolate = true\n", "f:3:18: profiles.guest-2: this is not how a table begins; write its name in brackets, such as [profiles.guest-2]")]
    public void Parse_Mistake_IsOneErrorAtItsPlace(string text, string expected, string? only = null)
    {
        var error = Assert.Single(Errors(text));
        Assert.True(only is null ? error == expected : error.StartsWith(expected[..expected.IndexOf(';', StringComparison.Ordinal)], StringComparison.Ordinal), error);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(70)]
    public void Profiles_BeyondTheirNumber_AreOneError(int count) => Assert.Equal(
        count <= 63 ? [] : ["f:67:1: profiles.p64: is one too many: up to 63 profiles are possible; give fewer"],
        Errors("[profiles.default]\n" + string.Concat(Enumerable.Range(1, count).Select(n => $"[profiles.p{n}]\n"))));

    [Theory]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(300)]
    public void Rules_BeyondTheirNumber_AreOneError(int count) => Assert.Equal(
        count <= 256 ? [] : ["f:771:1: rules[257]: is one too many: up to 256 rules are possible; give fewer"],
        Errors(string.Concat(Enumerable.Range(1, count).Select(n => "[[rules]]\nprofile = \"default\"\nvlan = 0\n"))));

    /// <summary>Pieces of good and bad files in any order: an answer always, with a place for each error, and settings only without errors.</summary>
    [Property(MaxTest = 500)]
    public Property Parse_AnyPiecesInAnyOrder_NeverThrows()
    {
        string[] pieces =
        [
            "[profiles.default]", "[profiles.guests]", "[profiles.x", "[profiles.]", "[[profiles.guests]]", "[gateways.line]", "[gateways.main]", "[[gateways]]", "[[rules]]", "[rules]", "[[rules.x]]",
            "[rules.x]", "[\"rules[1]\"]", "rules = [{ profile = \"guests\", vlan = 0 }, 3, {}]", "\"rules[9]\".vlan = 0", "rules.vlan = 0", "profile = \"guests\"", "profile = \"\"", "mac = \"00:1b:63\"",
            "mac = \"\"", "vlan = 10", "host = \"*\"", "uses = \"static\"", "hours = \"22:00-06:00\"", "hours = \"-\"", "days = [\"mon\", 3]", "admission = \"approve\"", "lifetime = \"99999999d\"",
            "denied = [\"uplink\", \"10.0.0.0/8\"]", "denied = [[]]", "allowed = [\"10.0.0.0/8\"]", "rate_in = \"20M\"", "rate_in = \"99999999999G\"", "rate_out = \"M\"", "gateway = \"line\"",
            "fallback = \"line\"", "fallback = \"none\"", "legal = \"own-only\"", "legal = \"shared\"", "next_hop = \"198.51.100.1\"", "interface = \"eth2\"", "address = \"198.51.100.2/29\"",
            "pool = [\"198.51.100.1-198.51.100.6\"]", "shared = [\"198.51.100.6\"]", "napt.enabled = false", "= ]", "}", "\"\"\"", "",
        ];
        return Prop.ForAll(Gen.Elements(pieces).ListOf().ToArbitrary(), lines =>
        {
            var text = Interfaces + string.Join('\n', lines);
            var result = ConfigurationFile.Parse(text, "f");
            Assert.Equal(result.Config is null, result.Errors.Length > 0);
            Assert.All(result.Errors, e => Assert.True(e is { Line: >= 1, Column: >= 1 } && !e.ToString().Any(char.IsControl), $"{e} in {text}"));
        });
    }
}
