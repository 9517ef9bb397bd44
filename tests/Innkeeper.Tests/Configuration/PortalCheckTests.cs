using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

/// <summary>The keys of [portal], and what they need of each other.</summary>
public sealed class PortalCheckTests
{
    private const string Https = "name = \"portal.example.com\"\ncertificate = \"/c.pem\"\nkey = \"/k.pem\"\n";

    private static ConfigurationResult Parse(string portal, string more = "") => ConfigurationFile.Parse(
        $"[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n[portal]\n{portal}{more}", "f");

    private static string[] Errors(string portal, string more = "") => [.. Parse(portal, more).Errors.Select(e => e.ToString())];

    [Fact]
    public void Parse_Portal_IsTakenAsItStands()
    {
        var portal = Parse("enabled = false\nnotice = \"\"\"\nDesk: room 9\nTel. 9\"\"\"\n" + Https.Replace("portal.", "Portal.", StringComparison.Ordinal)).Config!.Portal;

        Assert.Equal(new PortalConfig { Enabled = false, Notice = "Desk: room 9\nTel. 9", Name = "portal.example.com", Certificate = "/c.pem", Key = "/k.pem" }, portal);
    }

    [Theory]
    [InlineData("enabled = \"no\"")]
    [InlineData("notice = 9")]
    [InlineData("notice = \"a\\u0000b\"")]
    [InlineData("notice = \"\\u001b[2J\"")]
    [InlineData("name = \"portal\"")]
    [InlineData("name = \"portal.example.com.\"")]
    [InlineData("name = \"portal_.example.com\"")]
    [InlineData("name = \"-a.example.com\"")]
    [InlineData("name = \"100.64.0.1\"")]
    [InlineData("name = \"a b.example.com\"")]
    [InlineData("name = \"portal.example.com/\"")]
    [InlineData("allow = \"pay.example.org\"")]
    [InlineData("certificate = \"portal.pem\"")]
    [InlineData("key = true")]
    public void Parse_ValueThatWillNotDo_IsRefused(string line) => Assert.StartsWith("f:6:1: portal.", Assert.Single(Errors(line + "\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("*.com")]
    [InlineData("*")]
    [InlineData("*pay.example.org")]
    [InlineData("pay.*.org")]
    [InlineData("*.*.example.org")]
    [InlineData("pay_1.example.org")]
    [InlineData("https://pay.example.org")]
    [InlineData("203.0.113.10")]
    [InlineData("pay.example.org.")]
    [InlineData("")]
    public void Parse_AllowedNameThatWillNotDo_IsRefusedInItsPlace(string name) => Assert.StartsWith(
        $"f:6:23: portal.allow: \"{name}\" is not valid; give a host name such as \"login.example.org\", or \"*.example.org\" for the names below a domain", Assert.Single(Errors($"allow = [\"a.example\", \"{name}\"]\n")),
        StringComparison.Ordinal);

    [Fact]
    public void Parse_AllowedNames_AreTakenInSmallLetters() =>
        Assert.Equal(["login.example.org", "*.stripe.com"], Parse("allow = [\"Login.example.org\", \"*.Stripe.com\"]\n").Config!.Portal.Allow);

    [Theory]
    [InlineData(100, 0)]
    [InlineData(101, 1)]
    public void Parse_AllowedNames_HaveTheirMost(int names, int errors) =>
        Assert.Equal(errors, Errors($"allow = [{string.Join(", ", Enumerable.Range(0, names).Select(i => $"\"h{i}.example.org\""))}]\n").Length);

    [Theory]
    [InlineData("[dns]\nenabled = false\n", "lists names, which this gateway's DNS answers, and [dns] enabled = false; change one of them")]
    [InlineData("[napt]\nenabled = false\n[pool]\naddresses = [\"192.0.2.5\"]\n", "needs a shared outside address, as devices that wait have none of their own, and [napt] enabled = false; change one of them")]
    public void Static_AllowWithoutWhatItNeeds_IsRefused(string more, string error) => Assert.Equal([$"f:6:1: portal.allow: {error}"], Errors("allow = [\"a.example.org\"]\n", more));

    [Fact]
    public void Static_AllowWithoutThePage_IsRefused() => Assert.Equal(
        ["f:6:1: portal.allow: is for devices that wait before the page, and [portal] enabled = false; change one of them"], Errors("allow = [\"a.example.org\"]\nenabled = false\n"));

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1001, 1)]
    public void Parse_Notice_HasItsLongest(int length, int errors) => Assert.Equal(errors, Errors($"notice = \"{new string('n', length)}\"\n").Length);

    [Fact]
    public void Static_HttpsByHalf_NamesWhatIsMissing()
    {
        Assert.Equal(
            [
                "f:5:1: portal.certificate: is missing, and portal.name is set; HTTPS needs name, certificate and key, and without it none of them",
                "f:5:1: portal.key: is missing, and portal.name is set; HTTPS needs name, certificate and key, and without it none of them",
            ],
            Errors("name = \"portal.example.com\"\n"));
        Assert.Equal(
            ["f:5:1: portal.name: is missing, and portal.certificate is set; HTTPS needs name, certificate and key, and without it none of them"],
            Errors("certificate = \"/c.pem\"\nkey = \"/k.pem\"\n"));
    }

    [Fact]
    public void Static_NameWithoutDns_IsRefused() => Assert.Equal(
        ["f:6:1: portal.name: portal.example.com is answered by this gateway's DNS, and [dns] enabled = false; change one of them"], Errors(Https, "[dns]\nenabled = false\n"));

    [Fact]
    public void Static_NameThatIsAHostAsWell_IsRefused() => Assert.Equal(
        ["f:10:1: dns.hosts.Portal.Example.com: is [portal] name as well, which leads to this gateway; leave it out"],
        Errors(Https, "[dns.hosts]\n\"Portal.Example.com\" = \"192.0.2.9\"\n"));

    [Fact]
    public void Static_AllThree_AreInOrder() => Assert.Empty(Errors(Https));
}
