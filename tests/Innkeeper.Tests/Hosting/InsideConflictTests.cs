using Innkeeper.Configuration;
using Innkeeper.Hosting;
using Innkeeper.Tests.Links;

namespace Innkeeper.Tests.Hosting;

/// <summary>`check` holds the inside network against this host: addresses, routes and name servers.</summary>
public sealed class InsideConflictTests
{
    private const string Arms = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n";

    private static string? Conflict(string settings)
    {
        var result = ConfigurationFile.Parse(Arms + settings, "f");
        Assert.Empty(result.Errors);
        return StartupCheck.InsideConflict(result);
    }

    [Fact]
    public void InsideConflict_OfTheDefault_OnAHostThatHasNoneOfIt_IsNone() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link add wan type veth peer name far");
        PrivateNetwork.Ip("link set wan up");
        PrivateNetwork.Ip("address add 100.71.3.2/24 dev wan");
        PrivateNetwork.Ip("route add default via 100.71.3.1");
        PrivateNetwork.Ip("route add 128.0.0.0/1 via 100.71.3.1");

        // What a firewall script does against addresses that nobody has.
        PrivateNetwork.Ip("route add unreachable 240.0.0.0/4");
        Assert.Null(Conflict(""));
    });

    [Theory]
    [InlineData("address add 100.71.3.2/24 dev wan", "100.71.3.2/24 of interface wan")]
    [InlineData("route add 100.100.2.136/32 dev wan", "the route to 100.100.2.136/32 by wan")]
    [InlineData("route add 100.100.0.0/16 dev wan table 52", "the route to 100.100.0.0/16 by wan")]
    public void InsideConflict_OfAnAddressOrARoute_NamesTheKey_TheOwnerAndTheOther(string command, string owner) => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link add wan type veth peer name far");
        PrivateNetwork.Ip("link set wan up");
        PrivateNetwork.Ip("link set far up");
        PrivateNetwork.Ip(command);

        Assert.Equal(
            $"f:3:1: inside.network: this host has {owner}, which overlaps 100.64.0.0/10; the gateway takes 247.64.0.0/10 instead",
            Conflict("inside.network = \"100.64.0.0/10\"\n"));
    });

    [Fact]
    public void InsideConflict_OfANameServer_NamesIt() => PrivateNetwork.Run(() => Assert.Equal(
        "f:4:1: inside.network: this host has the name server 100.100.2.136, which overlaps 100.64.0.0/10; the gateway takes 247.64.0.0/10 instead",
        Conflict("dns.upstream = [\"100.100.2.136\"]\ninside.network = \"100.64.0.0/10\"\n")));
}
