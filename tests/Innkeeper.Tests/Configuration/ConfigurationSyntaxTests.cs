using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

/// <summary>Text that is no TOML, tables that are none of ours, and items of lists: one clear line for each cause, at its place.</summary>
public sealed class ConfigurationSyntaxTests
{
    private const string Interface = "give an interface name such as \"eth1\" (up to 15 letters, digits, '.', '-', '_')";
    private const string BadIdle = "pool.idle: 3 is not valid; give a time from \"10s\" to \"30d\", such as \"30m\" or \"12h\"";
    private const string OpenList = "the list is not written to its end; put commas between its items and close it with ]";
    private const string OpenQuotes = "the quotes are not closed; end the text with the quotes that it begins with";
    private const string NoStatement = "this is neither a key with its value nor a table; write `key = value` or `[table]`, and # before remarks";

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(text, "f").Errors.Select(e => e.ToString())];

    [Theory]
    [InlineData("= = =\n", "f:1:1: syntax: " + NoStatement)]
    [InlineData("{\n \"access\": 1\n}\n", "f:1:1: syntax: " + NoStatement)]
    [InlineData("[access]\ninterface = \"eth1\n", "f:2:18: access.interface: " + OpenQuotes)]
    [InlineData("[pool]\naddresses = \"\"\"abc\n", "f:2:19: pool.addresses: " + OpenQuotes)]
    [InlineData("[access\n", "f:1:8: access: this is not how a table begins; write its name in brackets, such as [access]")]
    [InlineData("[pool]]\n", "f:1:6: pool: this is not how a table begins; write its name in brackets, such as [pool]")]
    [InlineData("[]\n", "f:1:2: syntax: this is not how a table begins; write its name in brackets, such as [access]")]
    [InlineData("[access]\ninterface eth1\n", "f:2:11: access.interface: there is no = after the key; write interface = and its value")]
    [InlineData("[pool]\nidle: 5\n", "f:2:5: pool.idle: there is no = after the key; write idle = and its value")]
    [InlineData("[access]\ninterface = eth1 # devices\n", "f:2:13: access.interface: eth1 is not valid; " + Interface)]
    [InlineData("[access]\ninterface =\n", "f:2:12: access.interface: has no value; " + Interface)]
    [InlineData("[pool]\nrouted = True\n", "f:2:10: pool.routed: True is not valid; give true or false")]
    [InlineData("[uplink]\nmtu = 01500\n", "f:2:7: uplink.mtu: 01500 is not valid; give a number from 576 to 65535")]
    [InlineData("[uplink]\naddress = 192.0.2.1/24\n", "f:2:16: uplink.address: 192.0.2.1/24 is not valid; give an address with its prefix length, such as \"137.118.199.2/24\"")]
    [InlineData("[uplink]\nmac = 02:00:00:00:00:01\n", "f:2:7: uplink.mac: 02:00:00:00:00:01 is not valid; give a MAC address such as \"02:00:00:00:00:01\"")]
    [InlineData("colour = red\n", "f:1:10: colour: there is no such key; innkeeper.toml, which comes with Innkeeper, names them all")]
    [InlineData("[pool]\nidle = \"5m\" routed = true\n", "f:2:13: pool.idle: more follows the value; write one key in each line")]
    [InlineData("[state]\ndirectory = \"\\v\"\n", "f:2:15: state.directory: a backslash means nothing before what follows here; write \\\\ for a backslash, or put the text in single quotes")]
    [InlineData("# \u0001\n", "f:1:3: syntax: there is an invisible control character here; remove it")]
    [InlineData("[access]\nvlans = [10 20]\n", "f:2:13: access.vlans: a comma is missing in the list; put one between its items")]
    [InlineData("[access]\nvlans = [10; 20]\n", "f:2:12: access.vlans: something in the list is no item; write texts in quotes, commas between items, and ] at the end")]
    [InlineData("[access]\nvlans = [10, 20\n", "f:2:1: access.vlans: " + OpenList)]
    [InlineData("pool = { idle = \"5m\"\n", "f:1:1: pool: the braces are not written right; write { key = value, key = value }, or [pool] and its keys below")]
    public void Parse_SyntaxError_SaysExactlyThisAndNothingElse(string text, string expected) => Assert.Equal([expected], Errors(text));

    [Theory]
    [InlineData("[access]\ninterface = \"eth1\n[pool]\nidle = 3\n", "f:2:18: access.interface: " + OpenQuotes, "f:4:1: " + BadIdle)]
    [InlineData("[access]\nvlans = [10, 20\n[pool]\nidle = 3\n", "f:2:1: access.vlans: " + OpenList, "f:4:1: " + BadIdle)]
    [InlineData("[pool]\naddresses = [\n  \"192.0.2.1\",\n  \"192.0.2.2\"\nidle = 3\n", "f:2:1: pool.addresses: " + OpenList, "f:5:1: " + BadIdle)]
    [InlineData("[pool]\naddresses = [\n  \"192.0.2.1\"\n  \"192.0.2.2\"\n]\nidle = 3\n", "f:2:1: pool.addresses: " + OpenList, "f:6:1: " + BadIdle)]
    [InlineData("[pool\nidle = 3\n", "f:1:6: pool: this is not how a table begins; write its name in brackets, such as [pool]", "f:2:1: " + BadIdle)]
    [InlineData("[\nidle = 4\n[pool]\nidle = 3\n", "f:1:2: syntax: this is not how a table begins; write its name in brackets, such as [access]", "f:4:1: " + BadIdle)]
    [InlineData("< >\n? ?\n[pool]\nidle = 3\n", "f:1:1: syntax: " + NoStatement, "f:2:1: syntax: " + NoStatement, "f:4:1: " + BadIdle)]
    public void Parse_SyntaxError_HidesNoOtherMistake(string text, params string[] expected) => Assert.Equal(expected, Errors(text));

    [Fact]
    public void Parse_SyntaxError_MakesNothingMissingOrUnfit() =>
        Assert.Equal(["access.interface"], ConfigurationFile.Parse("[access]\ninterface = \"eth1\n[uplink]\ninterface = \"eth1\"\n", "f").Errors.Select(e => e.Key));

    [Fact]
    public void Parse_ManySyntaxErrors_EndsAfterTwentyAndSaysSo()
    {
        var errors = Errors(string.Concat(Enumerable.Repeat("what ever\n", 100)));
        Assert.Equal(21, errors.Length);
        Assert.Equal("f:21:6: syntax: more than 20 lines cannot be read; fix those above first", errors[^1]);
    }

    [Theory]
    [InlineData("[[access]]\nvlans = []\n", "f:1:1: access: is a list of tables here; there is one only, write [access]")]
    [InlineData("[contol]\n", "f:1:1: contol: there is no such table; did you mean [control]?")]
    [InlineData("[profile.guests]\n", "f:1:1: profile.guests: there is no such table; did you mean [profiles.guests]?")]
    [InlineData("[[rule]]\n", "f:1:1: rule: there is no such table; did you mean [[rules]]?")]
    [InlineData("gizmo = {}\n", "f:1:1: gizmo: there is no such key; innkeeper.toml, which comes with Innkeeper, names them all")]
    [InlineData("pool.idle = {}\n", "f:1:1: pool.idle: {} is not valid; give a time from \"10s\" to \"30d\", such as \"30m\" or \"12h\"")]
    [InlineData("pool = 3\n", "f:1:1: pool: is a table, not a value; write [pool] and its keys below")]
    [InlineData("[pool]\n[state]\n[pool]\n", "f:3:1: pool: stands twice, first in line 1; put all of it in one place")]
    [InlineData("[pool]\nidle = \"5m\"\nidle = \"6m\"\n", "f:3:1: pool.idle: is set twice, first in line 2; keep one")]
    [InlineData("[access]\nvlans = [10, 5000,\n  \"x\"]\n", "f:2:14: access.vlans: 5000 is not valid; give a VLAN number from 1 to 4094")]
    [InlineData("[access]\nvlans = [10, 5000,\n  \"x\"]\n", "f:3:3: access.vlans: \"x\" is not valid; give a VLAN number from 1 to 4094")]
    [InlineData("[access]\nvlans = [10, 20, 10]\n", "f:2:18: access.vlans: 10 is there twice; keep one")]
    [InlineData("[access]\npass_ethertypes = [\"ipv6\", \"ipx\"]\n", "f:2:28: access.pass_ethertypes: \"ipx\" is not valid; give \"ipv6\" or a number from 0x0600 to 0xffff that is not IPv4, ARP or VLAN")]
    [InlineData("[pool]\naddresses = [\"192.0.2.9-192.0.2.20\", \"192.0.2.1-192.0.2.9\"]\n", "f:2:14: pool.addresses: \"192.0.2.9-192.0.2.20\" overlaps \"192.0.2.1-192.0.2.9\"; leave out what they share")]
    [InlineData("[pool]\naddresses = [\"192.0.2.1\",\n\"127.0.0.1\"]\nrouted = true\n", "f:3:1: pool.addresses: \"127.0.0.1\" has addresses of 127.0.0.0/8 (loopback), which no router sends anywhere; give others")]
    [InlineData("[uplink]\naddress = \"192.0.2.0/24\"\n", "f:2:1: uplink.address: \"192.0.2.0/24\" is the address of the network itself; give the address of a host in it, such as \"192.0.2.1/24\"")]
    [InlineData("[access]\naddress = \"10.1.255.255/16\"\n", "f:2:1: access.address: \"10.1.255.255/16\" is the network's broadcast address; give the address of a host in it, such as \"10.1.0.1/16\"")]
    public void Parse_Mistake_IsPointedAt(string text, string expected) => Assert.Contains(expected, Errors(text));

    [Fact]
    public void Parse_TableThatThereIsNot_IsToldWhichThereAre()
    {
        var error = ConfigurationFile.Parse("\n [gizmo]\n", "f").Errors[0];
        Assert.Equal((2, 2, "gizmo"), (error.Line, error.Column, error.Key));
        Assert.StartsWith("there is no such table; there are [access], [uplink], [pool], [profiles], [profiles.default], ", error.Text);
        Assert.EndsWith(", [profiles.NAME], [gateways.NAME], [[rules]], [[machines]], [[forwards]], [[exports]]", error.Text);
    }

    [Fact]
    public void Parse_AnyMistake_HasItsLineAndColumn()
    {
        var random = new Random(7);
        string[] pieces = ["[access]", "[[pool]]", "[foo]", "interface = \"eth1\"", "vlans = [1, 2", "idle", "= 3", "addresses = [\"192.0.2.1\", 7]", "}", "\"\"\"", "[pool", ""];
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Join('\n', Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.All(ConfigurationFile.Parse(text, "f").Errors, e => Assert.True(e is { Line: >= 1, Column: >= 1 }, $"{e} in {text}"));
        }
    }
}
