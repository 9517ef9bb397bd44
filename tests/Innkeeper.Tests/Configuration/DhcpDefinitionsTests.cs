using Innkeeper.Configuration;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Tests.Configuration;

/// <summary>The keys of [dhcp].</summary>
public sealed class DhcpDefinitionsTests
{
    private const string Needed = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\npool.addresses = [\"192.0.2.50\"]\n";

    private static ConfigurationResult Read(string lines) => ConfigurationFile.Parse(Needed + lines, "f");

    [Theory]
    [InlineData("dhcp.enabled = false")]
    [InlineData("dhcp.network = \"10.0.0.0/12\"")]
    [InlineData("dhcp.network = \"192.168.9.8/29\"")]
    [InlineData("dhcp.addresses = \"legal\"")]
    [InlineData("dhcp.lease = \"60s\"")]
    [InlineData("dhcp.randomised_lease = \"30d\"")]
    [InlineData("dhcp.domain = \"\"")]
    [InlineData("dhcp.domain = \"guest.lan\"")]
    [InlineData("dhcp.routes = [\"10.1.0.0/16 via 10.203.0.9\", \"10.2.3.4/32 via 0.0.0.0\"]")]
    [InlineData("dhcp.mtu = 576")]
    [InlineData("dhcp.authoritative = \"no\"")]
    public void Parse_ValueAtItsBound_IsTaken(string line) => Assert.NotNull(Read(line).Config);

    [Theory]
    [InlineData("dhcp.network = \"10.0.0.0/11\"", "f:4:1: dhcp.network: \"10.0.0.0/11\" is not valid; give a network from /12 to /29")]
    [InlineData("dhcp.network = \"10.0.0.0/30\"", "f:4:1: dhcp.network: \"10.0.0.0/30\" is not valid; give a network from /12 to /29")]
    [InlineData("dhcp.network = \"10.203.0.1/16\"", "f:4:1: dhcp.network: \"10.203.0.1/16\" is a host's address; its network is \"10.203.0.0/16\"")]
    [InlineData("dhcp.network = \"169.254.0.0/16\"", "f:4:1: dhcp.network: \"169.254.0.0/16\" has addresses of 169.254.0.0/16 (link-local), where no host can be")]
    [InlineData("dhcp.network = \"100.70.0.0/16\"\ninside.network = \"100.64.0.0/10\"", "f:4:1: dhcp.network: 100.70.0.0/16 overlaps 100.64.0.0/10, [inside] network; give a network that is used nowhere")]
    [InlineData("dhcp.addresses = \"public\"", "f:4:1: dhcp.addresses: \"public\" is not valid; give \"private\" or \"legal\"")]
    [InlineData("dhcp.lease = \"59s\"", "f:4:1: dhcp.lease: \"59s\" is not valid; give a time from \"60s\"")]
    [InlineData("dhcp.domain = \"a..b\"", "f:4:1: dhcp.domain: \"a..b\" is not valid; give a domain")]
    [InlineData("dhcp.routes = [\"10.1.0.0/16 via 10.203.0.9\", \"10.1.0.0/16\"]", "f:4:46: dhcp.routes: \"10.1.0.0/16\" is not valid; give a network and a router")]
    [InlineData("dhcp.routes = [\"10.1.0.1/16 via 10.203.0.9\"]", "f:4:16: dhcp.routes: \"10.1.0.1/16 via 10.203.0.9\" is not valid; give a network and a router")]
    [InlineData("dhcp.mtu = 575", "f:4:1: dhcp.mtu: 575 is not valid; give a number from 576 to 65535")]
    [InlineData("dhcp.authoritative = true", "f:4:1: dhcp.authoritative: true is not valid; give \"auto\", \"yes\" or \"no\"")]
    public void Parse_Mistake_IsPointedAt(string line, string expected) =>
        Assert.Contains(Read(line).Errors, e => e.ToString().StartsWith(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("uplink.address = \"10.203.9.9/24\"", "dhcp.network: 10.203.0.0/16 overlaps 10.203.9.0/24, the uplink subnet")]
    [InlineData("access.address = \"10.203.9.9/24\"", "dhcp.network: 10.203.0.0/16 overlaps 10.203.9.0/24, [access] address")]
    public void Parse_NetworkInUse_IsSaid(string line, string expected) =>
        Assert.Contains(Read("dhcp.network = \"10.203.0.0/16\"\n" + line.Replace("192.0.2.50", "10.203.9.50", StringComparison.Ordinal)).Errors, e => e.ToString().Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("", "[pool] has no addresses to lease")]
    [InlineData("pool.addresses = [\"192.0.2.50\"]\npool.routed = true\n", "[pool] routed = true takes them from outside the uplink subnet")]
    public void Parse_LegalLeasesWithoutAPoolForThem_IsSaid(string pool, string expected) =>
        Assert.Contains(
            ConfigurationFile.Parse("access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n" + pool + "dhcp.addresses = \"legal\"", "f").Errors,
            e => e.ToString().Contains("dhcp.addresses: is \"legal\", and " + expected, StringComparison.Ordinal));

    [Fact]
    public void Parse_AllKeys_StandInTheSettings()
    {
        var dhcp = Read("""
            dhcp.network = "172.27.0.0/16"
            dhcp.lease = "2h"
            dhcp.randomised_lease = "10m"
            dhcp.domain = "inn"
            dhcp.routes = ["10.1.0.0/16 via 172.27.0.9"]
            dhcp.mtu = 1400
            dhcp.authoritative = "yes"
            """).Config!.Dhcp;

        Assert.Equal((true, "172.27.0.0/16", false), (dhcp.Enabled, dhcp.Network.ToString(), dhcp.LeasesLegal));
        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromMinutes(10), "inn", 1400, true), (dhcp.Lease, dhcp.RandomisedLease, dhcp.Domain, dhcp.Mtu, dhcp.Authoritative));
        Assert.Equal(new DhcpRoute(Ipv4Network.Parse("10.1.0.0/16"), Ipv4Address.Parse("172.27.0.9")), Assert.Single(dhcp.Routes));
        Assert.Equal(new DhcpConfig(), Read("").Config!.Dhcp);
    }
}
