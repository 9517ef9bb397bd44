using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>Each key of a rule, and what is wrong with rules as a whole.</summary>
public sealed class RuleDefinitionsTests
{
    private const string Head = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\naccess.vlans = [10]\n[profiles.guests]\n[[rules]]\n";

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(Head + text, "f").Errors.Select(e => e.ToString())];

    private static RuleConfig Rule(string condition)
    {
        var result = ConfigurationFile.Parse($"{Head}profile = \"guests\"\n{condition}\n", "f");
        Assert.Empty(result.Errors);
        return Assert.Single(result.Config!.Rules);
    }

    private static readonly RuleConfig s_plain = new() { Profile = "guests" };

    [Fact]
    public void Parse_EachKey_SetsWhatItSays()
    {
        Assert.Equal(s_plain with { Vlan = 0 }, Rule("vlan = 0"));
        Assert.Equal(s_plain with { Vlan = 10 }, Rule("vlan = 10"));
        Assert.Equal(s_plain with { HostName = "Printer-??*" }, Rule("host = \"Printer-??*\""));
        Assert.Equal(s_plain with { Uses = DeviceUse.Dhcp }, Rule("uses = \"dhcp\""));
        Assert.Equal(s_plain with { Uses = DeviceUse.Static }, Rule("uses = \"static\""));
        Assert.Equal(s_plain with { Hours = (22 * 60, 6 * 60) }, Rule("hours = \"22:00-06:00\""));
        Assert.Equal(s_plain with { Hours = (0, 24 * 60) }, Rule("hours = \"00:00-24:00\""));
        Assert.Equal(s_plain with { Hours = (1439, 0) }, Rule("hours = \"23:59-00:00\""));
        Assert.Equal(
            s_plain with { Days = [DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday] },
            Rule("days = [\"sun\", \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\"]"));
    }

    [Theory]
    [InlineData("00:1b:63:aa:bb:cc", "00:1b:63:aa:bb:cc", 48)]
    [InlineData("00-1B-63-AA-BB-CC", "00:1b:63:aa:bb:cc", 48)]
    [InlineData("00:1b:63", "00:1b:63:00:00:00", 24)]
    [InlineData("00-1b-63", "00:1b:63:00:00:00", 24)]
    [InlineData("70:b3:d5:1", "70:b3:d5:10:00:00", 28)]
    [InlineData("70:b3:d5:12:3", "70:b3:d5:12:30:00", 36)]
    [InlineData("00:1b:63:aa:bb:c", "00:1b:63:aa:bb:c0", 44)]
    [InlineData("00:1", "00:10:00:00:00:00", 12)]
    [InlineData("02", "02:00:00:00:00:00", 8)]
    [InlineData("00:00:00", "00:00:00:00:00:00", 24)]
    public void Parse_Mac_IsWholeOrHowItBegins(string text, string mac, int bits) =>
        Assert.Equal(s_plain with { Mac = MacAddress.Parse(mac), MacBits = bits }, Rule($"mac = \"{text}\""));

    [Theory]
    [InlineData("mac = \"\"", Mac)]
    [InlineData("mac = \"0\"", Mac)]
    [InlineData("mac = \"00:\"", Mac)]
    [InlineData("mac = \"001b63\"", Mac)]
    [InlineData("mac = \"00:1b:63:\"", Mac)]
    [InlineData("mac = \"00:1b-63\"", Mac)]
    [InlineData("mac = \"00.1b.63\"", Mac)]
    [InlineData("mac = \"0:1b:63\"", Mac)]
    [InlineData("mac = \"00:1b:6g\"", Mac)]
    [InlineData("mac = \"00:1b:63:aa:bb:cc:\"", Mac)]
    [InlineData("mac = \"00:1b:63:aa:bb:cc:dd\"", Mac)]
    [InlineData("mac = 3", Mac)]
    [InlineData("vlan = -1", "a VLAN number from 1 to 4094, or 0 for untagged")]
    [InlineData("vlan = 4095", "a VLAN number from 1 to 4094, or 0 for untagged")]
    [InlineData("vlan = \"10\"", "a VLAN number from 1 to 4094, or 0 for untagged")]
    [InlineData("host = \"\"", "a pattern of up to 255 characters such as \"printer-*\", where * is any text and ? any character")]
    [InlineData("host = \"a\\nb\"", "a pattern of up to 255 characters such as \"printer-*\", where * is any text and ? any character")]
    [InlineData("uses = \"DHCP\"", "\"dhcp\" or \"static\"")]
    [InlineData("hours = \"22:00\"", Hours)]
    [InlineData("hours = \"22:00-22:00\"", Hours)]
    [InlineData("hours = \"24:00-06:00\"", Hours)]
    [InlineData("hours = \"22:00-24:01\"", Hours)]
    [InlineData("hours = \"22:60-23:00\"", Hours)]
    [InlineData("hours = \"9:00-17:00\"", Hours)]
    [InlineData("hours = \"09.00-17.00\"", Hours)]
    [InlineData("hours = \"09:00-12:00-17:00\"", Hours)]
    [InlineData("days = []", Days)]
    [InlineData("days = \"mon\"", Days)]
    public void Parse_ValueThatIsNone_SaysWhatWouldBeRight(string line, string right)
    {
        var (key, value) = (line.Split(" = ")[0], line.Split(" = ")[1]);
        Assert.Equal([$"f:7:1: rules[1].{key}: {value} is not valid; give {right}"], Errors($"profile = \"guests\"\n{line}\n"));
    }

    private const string Mac = "a MAC address such as \"02:00:00:00:00:01\", or how it begins, such as \"00:1b:63\"";
    private const string Hours = "a span such as \"22:00-06:00\", whose ends differ";
    private const string Days = "a list of one or more of \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"";

    [Fact]
    public void Host_BeyondItsLength_IsRefused()
    {
        Assert.Empty(Errors($"profile = \"guests\"\nhost = \"{new string('a', 255)}\"\n"));
        Assert.Single(Errors($"profile = \"guests\"\nhost = \"{new string('a', 256)}\"\n"));
    }

    [Theory]
    [InlineData("profile = \"guests\"\nmac = \"01:00:5e:00:00:01\"\n", "f:7:1: rules[1].mac: \"01:00:5e:00:00:01\" is a group address, and no device has it; give the MAC of a device")]
    [InlineData("profile = \"guests\"\nmac = \"33:33\"\n", "f:7:1: rules[1].mac: \"33:33\" is a group address, and no device has it; give the MAC of a device")]
    [InlineData("profile = \"guests\"\nmac = \"00:00:00:00:00:00\"\n", "f:7:1: rules[1].mac: \"00:00:00:00:00:00\" is the zero address, and no device has it; give the MAC of a device")]
    [InlineData("profile = \"guests\"\ndays = [\"mon\", \"tue\", \"mon\"]\n", "f:7:23: rules[1].days: \"mon\" is there twice; keep one")]
    [InlineData("profile = \"guests\"\ndays = [\"mon\", \"Tue\"]\n", "f:7:16: rules[1].days: \"Tue\" is not valid; give \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\" or \"sun\"")]
    [InlineData("vlan = 10\n", "f:5:1: rules[1].profile: is missing; give a profile's name such as \"guests\"")]
    [InlineData("profile = \"Guests\"\nvlan = 10\n", "f:6:1: rules[1].profile: \"Guests\" is not valid; give a profile's name such as \"guests\"")]
    [InlineData("profile = \"guest\"\nvlan = 10\n", "f:6:1: rules[1].profile: \"guest\" is not a profile; did you mean \"guests\"?")]
    [InlineData("profile = \"cameras\"\nvlan = 10\n", "f:6:1: rules[1].profile: \"cameras\" is not a profile; give one of \"default\", \"guests\", or write [profiles.cameras]")]
    [InlineData("profile = \"guests\"\n", "f:5:1: rules[1]: has no condition; give one or more of mac, vlan, host, uses, hours, days; put settings for every device into [profiles.default]")]
    [InlineData("profile = \"guests\"\nvlan = 10\n[[rules]]\nprofile = \"guests\"\n", "f:8:1: rules[2]: has no condition; give one or more of mac, vlan, host, uses, hours, days; put settings for every device into [profiles.default]")]
    [InlineData("profile = \"guests\"\nvlan = 11\n", "f:7:1: rules[1].vlan: 11 is not served, so that the rule never fits; add it to [access] vlans")]
    [InlineData("profile = \"guests\"\ncolour = 11\n", "f:7:1: rules[1].colour: there is no such key; innkeeper.toml, which comes with Innkeeper, names them all")]
    public void Parse_RuleThatDoesNotFit_IsOneError(string rest, string expected) => Assert.Equal([expected], Errors(rest));

    [Fact]
    public void Parse_VlanOnOneArm_NeverFits() => Assert.Equal(
        ["f:5:1: rules[1].vlan: 10: on one arm (access and uplink are the same interface) only untagged frames are served; leave the rule out"],
        ConfigurationFile.Parse("access.interface = \"eth0\"\nuplink.interface = \"eth0\"\n[[rules]]\nprofile = \"default\"\nvlan = 10\n", "f").Errors.Select(e => e.ToString()));

    [Fact]
    public void Parse_ProfileBehindTheRule_IsFound() =>
        Assert.Empty(Errors("profile = \"late\"\nvlan = 10\n[profiles.late]\n"));
}
