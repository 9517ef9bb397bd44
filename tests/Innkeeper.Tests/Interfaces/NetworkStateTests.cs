using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>What settings make of the kernel's interfaces, and what they lack.</summary>
public sealed class NetworkStateTests
{
    private static string? Problem(string settings, params LinkInfo[] links) =>
        NetworkState.From(Given.Settings(settings).Config!, [.. links], out var problem) is null ? $"{problem.Key}: {problem.Text}" : null;

    [Fact]
    public void From_MissingInterface_SaysWhichThereAre()
    {
        Assert.Equal("access.interface: there is no interface access; there are line, uplink", Problem(Given.TwoArms, Given.Uplink, Given.SecondUplink));
        Assert.Equal("uplink.interface: there is no interface uplink; there are access", Problem(Given.TwoArms, Given.Access));
    }

    [Fact]
    public void From_UplinkWithoutAddress_IsAProblemUnlessTheSettingsGiveOne()
    {
        var bare = Given.Uplink with { Addresses = [] };

        Assert.Equal("uplink.interface: interface uplink has no IPv4 address; give it one, or set [uplink] address", Problem(Given.TwoArms, Given.Access, bare));
        Assert.Null(Problem(Given.TwoArms + "uplink.address = \"137.118.199.2/24\"\n", Given.Access, bare));
    }

    [Fact]
    public void From_AccessWithoutAddress_IsNoProblem()
    {
        var network = Given.Network(Given.Settings(Given.TwoArms).Config!, Given.Access with { Addresses = [] }, Given.Uplink);

        Assert.Null(network.AccessNetwork);
        Assert.False(network.IsOneArmed);
    }

    [Fact]
    public void From_OneArm_HasNoAccessNetwork()
    {
        var network = Given.Network(Given.Settings(Given.OneArm).Config!, Given.Lan);

        Assert.True(network.IsOneArmed);
        Assert.Null(network.AccessNetwork);
    }

    [Fact]
    public void UplinkAt_EachByItsIndex_MissingOrWithoutAddressIsNull()
    {
        var config = Given.Settings(Given.TwoArms + Given.Line).Config!;

        Assert.Equal(3, Given.Network(config, Given.Access, Given.Uplink, Given.SecondUplink).UplinkAt(0)?.Interface.Index);
        Assert.Equal(4, Given.Network(config, Given.Access, Given.Uplink, Given.SecondUplink).UplinkAt(1)?.Interface.Index);
        Assert.Null(Given.Network(config, Given.Access, Given.Uplink).UplinkAt(1));
        Assert.Null(Given.Network(config, Given.Access, Given.Uplink, Given.SecondUplink with { Addresses = [] }).UplinkAt(1));
    }

    [Fact]
    public void UplinkAt_AddressOfTheSettings_Wins()
    {
        var config = Given.Settings(Given.TwoArms + Given.Line + "address = \"198.51.100.6/29\"\n").Config!;

        Assert.Equal(Ipv4Network.Parse("198.51.100.6/29"), Given.Network(config, Given.Access, Given.Uplink, Given.SecondUplink).UplinkAt(1)?.Address);
    }

    [Fact]
    public void Equals_ReadTwice_IsEqual_AndAnyDifferenceIsSeen()
    {
        var config = Given.Settings(Given.TwoArms + Given.Line).Config!;
        NetworkState Read(LinkInfo uplink, LinkInfo second) => Given.Network(config, Given.Access, uplink, second);
        var network = Read(Given.Uplink, Given.SecondUplink);

        Assert.Equal(network, Read(Given.Link(3, "uplink", gateway: "137.118.199.1", addresses: "137.118.199.2/24"), Given.Link(4, "line", addresses: "198.51.100.2/29")));
        Assert.NotEqual(network, Read(Given.Uplink with { HasCarrier = false }, Given.SecondUplink));
        Assert.NotEqual(network, Read(Given.Uplink, Given.SecondUplink with { Index = 40 }));
        Assert.NotEqual(network, Read(Given.Uplink with { Addresses = Given.Uplink.Addresses.Add(Ipv4Network.Parse("137.118.199.4/24")) }, Given.SecondUplink));
    }

    [Fact]
    public void ToEvent_SaysWhatAnAdministratorShouldSee()
    {
        var config = Given.Settings(Given.TwoArms + Given.Line).Config!;

        Assert.Equal(
            "access is up, uplink is down with 137.118.199.2/24, router none, MTU 1400, line is without a carrier with 198.51.100.2/29",
            EventText.Describe(Given.Network(config, Given.Access, Given.Uplink with { IsUp = false, Mtu = 1400, Gateway = null }, Given.SecondUplink with { HasCarrier = false }).ToEvent()));
        Assert.Equal(
            "access is up, uplink is up with 137.118.199.2/24, router 137.118.199.1, MTU 1500, another uplink is missing",
            EventText.Describe(Given.Network(config, Given.Access, Given.Uplink).ToEvent()));
    }
}
