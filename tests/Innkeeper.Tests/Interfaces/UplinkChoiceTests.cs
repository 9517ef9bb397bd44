using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>Which of an uplink's addresses is the gateway's, and which router it goes by.</summary>
public sealed class UplinkChoiceTests
{
    private static Ipv4Network Net(string text) => Ipv4Network.Parse(text);

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    private static LinkInfo Link(string? gateway, params string[] addresses) => Given.Link(3, "uplink", gateway: gateway, addresses: addresses);

    private static UplinkChoice Choose(LinkInfo link, string? router = null, UplinkMemory? before = null) =>
        Assert.NotNull(UplinkChoice.Of(link, null, router is null ? null : Ip(router), before));

    [Theory]
    [InlineData("192.168.100.2/24", "137.118.199.2/24", "137.118.199.2/24")]
    [InlineData("137.118.199.2/24", "192.168.100.2/24", "137.118.199.2/24")]
    [InlineData("137.0.0.9/8", "137.118.199.2/24", "137.118.199.2/24")]
    [InlineData("192.168.100.2/24", "137.118.199.0/31", "137.118.199.0/31")]
    [InlineData("137.118.199.1/24", "137.118.199.2/24", "137.118.199.2/24")]
    public void Of_SeveralAddresses_TakesTheOneWhoseSubnetHasTheRouter(string first, string second, string chosen) =>
        Assert.Equal(Net(chosen), Choose(Link("137.118.199.1", first, second)).Address);

    [Fact]
    public void Of_ARouterOfTheSettings_DecidesAlike() =>
        Assert.Equal(Net("137.118.199.2/24"), Choose(Link("192.168.100.1", "192.168.100.2/24", "137.118.199.2/24"), "137.118.199.1").Address);

    [Fact]
    public void Of_TheDefaultRouteNamesItsSource_TakesThat()
    {
        var link = Link("137.118.199.1", "137.118.199.2/24", "137.118.199.7/24") with { GatewaySource = Ip("137.118.199.7") };

        Assert.Equal(Net("137.118.199.7/24"), Choose(link).Address);
    }

    [Fact]
    public void Of_ARouterOutsideOfEverySubnet_TakesTheAddressThatReachesItOnTheLink()
    {
        var link = Link("203.0.113.1", "192.168.100.2/24", "198.51.100.9/32") with { OnLink = [new OnLinkRoute(Net("203.0.113.1/32"), Ip("198.51.100.9"))] };

        Assert.Equal((Net("198.51.100.9/32"), Ip("203.0.113.1")), (Choose(link).Address, Choose(link).Router!.Value));
    }

    [Fact]
    public void Of_AnAddressThatTheInterfaceGaveItself_IsNone()
    {
        Assert.Null(UplinkChoice.Of(Link(null, "169.254.7.7/16"), null, null, null));
        Assert.Equal(Net("10.0.0.2/24"), Choose(Link(null, "169.254.7.7/16", "10.0.0.2/24")).Address);
        Assert.Equal(Net("169.254.7.7/16"), UplinkChoice.Of(Link(null), Net("169.254.7.7/16"), null, null)?.Address);
    }

    [Fact]
    public void Of_AnotherAddressComesFirst_TheOneInUseStays()
    {
        var before = new UplinkMemory(Net("137.118.199.2/24"), Ip("137.118.199.1"));

        Assert.Equal(Net("137.118.199.2/24"), Choose(Link("137.118.199.1", "137.118.199.9/24", "137.118.199.2/24"), before: before).Address);
        Assert.Equal(Net("137.118.199.9/24"), Choose(Link("137.118.199.1", "137.118.199.9/24"), before: before).Address);
    }

    [Fact]
    public void Of_TheKernelLostItsRoute_RemembersTheRouter_AsLongAsItIsReached()
    {
        var before = new UplinkMemory(Net("137.118.199.2/24"), Ip("137.118.199.1"));

        Assert.Equal((Ip("137.118.199.1"), true), (Choose(Link(null, "137.118.199.2/24"), before: before).Router!.Value, Choose(Link(null, "137.118.199.2/24"), before: before).IsRemembered));
        Assert.Equal(Ip("137.118.199.1"), Choose(Link(null, "137.118.199.3/24"), before: before).Router);
        Assert.Null(Choose(Link(null, "10.0.0.2/24"), before: before).Router);
        Assert.Null(Choose(Link(null, "137.118.199.2/24") with { IsUp = false }, before: before).Router);
        Assert.False(Choose(Link("137.118.199.9", "137.118.199.2/24"), before: before).IsRemembered);
        Assert.Equal(Ip("137.118.199.9"), Choose(Link("137.118.199.9", "137.118.199.2/24"), before: before).Router);
    }

    [Fact]
    public void Of_ARouterOnTheLink_IsRememberedWithItsAddress()
    {
        var before = new UplinkMemory(Net("198.51.100.9/32"), Ip("203.0.113.1"));

        Assert.Equal(Ip("203.0.113.1"), Choose(Link(null, "198.51.100.9/32"), before: before).Router);
        Assert.Null(Choose(Link(null, "198.51.100.8/32"), before: before).Router);
    }
}
