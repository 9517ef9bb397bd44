using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>Each key of [ipv6], and what the gateway does with devices' IPv6 by all of them.</summary>
public sealed class Ipv6DefinitionsTests
{
    private const string TwoArms = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n";
    private const string OneArm = "access.interface = \"eth0\"\nuplink.interface = \"eth0\"\n";

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(text, "f").Errors.Select(e => e.ToString())];

    private static InnkeeperConfig Read(string text)
    {
        Assert.Empty(Errors(text));
        return ConfigurationFile.Parse(text, "f").Config!;
    }

    [Fact]
    public void Parse_EachKey_SetsWhatItSays()
    {
        var plain = new Ipv6Config();

        Assert.Equal((Ipv6Mode.Auto, null, Ipv6Translation.Foreign, 16, true), (plain.Mode, plain.Prefix, plain.Translate, plain.Addresses, plain.Advertises));
        Assert.Equal(plain, Read(TwoArms + "ipv6.mode = \"auto\"").Ipv6);
        Assert.Equal(plain with { Mode = Ipv6Mode.Refuse }, Read(TwoArms + "ipv6.mode = \"refuse\"").Ipv6);
        Assert.Equal(plain with { Mode = Ipv6Mode.Off }, Read(TwoArms + "ipv6.mode = \"off\"").Ipv6);
        Assert.Equal(plain with { Translate = Ipv6Translation.Always }, Read(TwoArms + "ipv6.translate = \"always\"").Ipv6);
        Assert.Equal(plain with { Addresses = 64 }, Read(TwoArms + "ipv6.addresses = 64").Ipv6);
        Assert.Equal(plain with { Advertises = false }, Read(TwoArms + "ipv6.ra = false").Ipv6);
    }

    [Theory]
    [InlineData("2001:db8:77::/48")]
    [InlineData("2001:DB8:77:ff00::/56")]
    [InlineData("2a01:4f8:1:2::/64")]
    [InlineData("fd12:3456:789a::/48")]
    public void Parse_Prefix_MayBeGlobalOrUniqueLocal(string prefix) =>
        Assert.Equal(Ipv6Network.Parse(prefix), Read($"{TwoArms}ipv6.prefix = \"{prefix}\"").Ipv6.Prefix);

    [Theory]
    [InlineData("2001:db8:77::/47", "is not valid; give an IPv6 network from /48 to /64 such as \"2001:db8:77::/56\"")]
    [InlineData("2001:db8:77::/65", "is not valid; give an IPv6 network from /48 to /64 such as \"2001:db8:77::/56\"")]
    [InlineData("2001:db8:77::", "is not valid; give an IPv6 network from /48 to /64 such as \"2001:db8:77::/56\"")]
    [InlineData("192.0.2.0/24", "is not valid; give an IPv6 network from /48 to /64 such as \"2001:db8:77::/56\"")]
    [InlineData("2001:db8:77::5/64", "has bits beyond its prefix; its network is \"2001:db8:77::/64\"")]
    [InlineData("fe80::/64", "has addresses that no router sends anywhere; give a network of 2000::/3 or fc00::/7")]
    [InlineData("ff0e::/64", "has addresses that no router sends anywhere; give a network of 2000::/3 or fc00::/7")]
    [InlineData("::/64", "has addresses that no router sends anywhere; give a network of 2000::/3 or fc00::/7")]
    public void Parse_PrefixThatIsNone_IsPointedAt(string prefix, string why) =>
        Assert.Equal([$"f:4:1: ipv6.prefix: \"{prefix}\" {why}"], Errors($"{TwoArms}[ipv6]\nprefix = \"{prefix}\"\n"));

    [Theory]
    [InlineData("mode = \"on\"", "ipv6.mode: \"on\" is not valid; give \"auto\", \"refuse\" or \"off\"")]
    [InlineData("translate = \"never\"", "ipv6.translate: \"never\" is not valid; give \"foreign\" or \"always\"")]
    [InlineData("addresses = 0", "ipv6.addresses: 0 is not valid; give a number from 1 to 64")]
    [InlineData("addresses = 65", "ipv6.addresses: 65 is not valid; give a number from 1 to 64")]
    [InlineData("ra = 1", "ipv6.ra: 1 is not valid; give true or false")]
    public void Parse_ValueBeyondItsBound_IsPointedAt(string line, string expected) => Assert.Equal(["f:4:1: " + expected], Errors($"{TwoArms}[ipv6]\n{line}\n"));

    [Theory]
    [InlineData("ipv6.mode = \"refuse\"", "here it is \"refuse\"")]
    [InlineData("ipv6.mode = \"off\"", "here it is \"off\"")]
    [InlineData("access.pass_ethertypes = [\"ipv6\"]", "[access] pass_ethertypes has \"ipv6\"")]
    public void Parse_PrefixThatIsOfNoUse_IsRefused(string line, string why) =>
        Assert.Equal(
            [$"f:3:1: ipv6.prefix: is of use only with mode = \"auto\", and {why}; change one of them"],
            Errors($"{TwoArms}ipv6.prefix = \"2001:db8:77::/56\"\n{line}\n"));

    [Theory]
    [InlineData(TwoArms, true, true, false)]
    [InlineData(TwoArms + "ipv6.mode = \"refuse\"", true, false, false)]
    [InlineData(TwoArms + "ipv6.mode = \"off\"", false, false, false)]
    [InlineData(TwoArms + "access.pass_ethertypes = [\"ipv6\"]", false, false, true)]
    [InlineData(OneArm, false, false, false)]
    public void Mode_WithArmsAndPassedTypes_DecidesWhatBecomesOfIpv6(string text, bool refuses, bool carries, bool passes)
    {
        var config = Read(text);

        Assert.Equal((refuses, carries, passes), (config.RefusesIpv6, config.CarriesIpv6, config.PassesIpv6));
    }
}
