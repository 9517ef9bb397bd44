using Innkeeper.Configuration;
using Innkeeper.Hosting;
using Innkeeper.Links;
using Innkeeper.Tests.Links;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Hosting;

public sealed class InterfaceSurveyTests
{
    private static readonly InnkeeperConfig s_twoArms = ConfigurationFile.Parse("access.interface = \"in0\"\nuplink.interface = \"out0\"\n", "innkeeper.toml").Config!;

    [Fact]
    public void Survey_ListsEthernetInterfaces_WithWhatTellsThemApart() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link add out0 address 02:00:00:00:00:01 type veth peer name router");
        PrivateNetwork.Ip("link add in0 type veth peer name hub");
        PrivateNetwork.Ip("link add ik-stack type veth peer name ik-edge");
        PrivateNetwork.Ip("link set router up");
        PrivateNetwork.Ip("link set out0 up");
        PrivateNetwork.Ip("address add 192.0.2.2/24 dev out0");
        PrivateNetwork.Ip("route add default via 192.0.2.1");
        PrivateNetwork.Ip("neighbour add 192.0.2.1 lladdr 02:00:00:00:00:09 dev out0 nud stale");
        PrivateNetwork.Ip("neighbour add 192.0.2.7 lladdr 02:00:00:00:00:08 dev out0 nud permanent");

        var found = InterfaceSurvey.Read();

        Assert.Equal(["hub", "in0", "out0", "router"], found.Select(i => i.Name).Order());
        Assert.Equal("up, 192.0.2.2/24, router 192.0.2.1, 1 neighbour, 02:00:00:00:00:01", found.Single(i => i.Name == "out0").Text);
        Assert.StartsWith("down, no address, ", found.Single(i => i.Name == "in0").Text);
    });

    [Fact]
    public void AccessInterface_ThatIsDown_IsSetUp_OnTwoArms() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link add in0 type veth peer name hub");

        Assert.False(AccessLink.SetUp(s_twoArms with { Uplink = s_twoArms.Uplink with { Interface = "in0" } }, NullLogger.Instance));
        Assert.False(IsUp());
        Assert.True(AccessLink.SetUp(s_twoArms, NullLogger.Instance));
        Assert.True(IsUp());
        Assert.False(AccessLink.SetUp(s_twoArms, NullLogger.Instance));
        Assert.False(AccessLink.SetUp(s_twoArms with { Access = s_twoArms.Access with { Interface = "in9" } }, NullLogger.Instance));

        static bool IsUp() => Netlink.ReadInterface("in0", out var link) && link.IsUp;
    });
}
