using System.Runtime.InteropServices;
using Innkeeper.DataPlane;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>Every field of the data plane's configuration, from given settings and interfaces.</summary>
public sealed class DataPlaneConfigBuilderTests
{
    private static readonly DataPlaneOptions s_none = new([], null);

    private static DataPlaneConfig Build(string settings, DataPlaneOptions? options = null, params LinkInfo[] links)
    {
        var config = Given.Settings(settings).Config!;
        return DataPlaneConfigBuilder.Build(config, Given.Network(config, links.Length == 0 ? [Given.Access, Given.Uplink] : links), Given.Inside, options ?? s_none);
    }

    private static string TextOf(BigEndian32 address) => ((Ipv4Address)address).ToString();

    [Fact]
    public void Build_TwoArms_NamesInterfacesAndTheirMacs()
    {
        var built = Build(Given.TwoArms);

        Assert.Equal((2u, 9u, 8u), (built.AccessIfindex, built.EdgeIfindex, built.StackIfindex));
        Assert.Equal([Given.Access.Mac, Given.Inside.Edge.Mac, Given.Inside.Stack.Mac], new MacAddress[] { built.AccessMac, built.EdgeMac, built.StackMac });
        Assert.Equal(MacAddress.Zero, (MacAddress)built.RouterMac);
        Assert.Equal(ConfigFlags.PrivateDns | ConfigFlags.ClampMss | ConfigFlags.RefuseIpv6 | ConfigFlags.CarryIpv6, built.Flags);
        Assert.Equal("137.118.199.1", TextOf(built.NextHop));
    }

    [Fact]
    public void Build_OneArm_IsFlagged_WithTheSameInterfaceTwice()
    {
        var built = Build(Given.OneArm, links: Given.Lan);

        Assert.Equal(ConfigFlags.PrivateDns | ConfigFlags.ClampMss | ConfigFlags.OneArm, built.Flags);
        Assert.Equal((5u, 5u), (built.AccessIfindex, built.Uplinks[0].Ifindex));
    }

    [Fact]
    public void Build_OneArm_TellsRouterAndPassivity()
    {
        var router = MacAddress.Parse("02:00:00:00:00:aa");

        var built = Build(Given.OneArm, s_none with { Router = router, IsPassive = true }, Given.Lan);

        Assert.Equal(router, (MacAddress)built.RouterMac);
        Assert.Equal(ConfigFlags.PrivateDns | ConfigFlags.ClampMss | ConfigFlags.OneArm | ConfigFlags.Passive, built.Flags);
    }

    [Fact]
    public void Build_WithoutDns_LeavesPrivateDnsAlone() => Assert.Equal(ConfigFlags.ClampMss | ConfigFlags.RefuseIpv6 | ConfigFlags.CarryIpv6, Build(Given.TwoArms + "dns.enabled = false\n").Flags);

    [Fact]
    public void Build_Ipv6Refused_IsNotCarried() => Assert.Equal(ConfigFlags.PrivateDns | ConfigFlags.ClampMss | ConfigFlags.RefuseIpv6, Build(Given.TwoArms + "ipv6.mode = \"refuse\"\n").Flags);

    [Fact]
    public void Build_WithoutClamping_LeavesSegmentsAlone() => Assert.Equal(ConfigFlags.PrivateDns | ConfigFlags.RefuseIpv6 | ConfigFlags.CarryIpv6, Build(Given.TwoArms + "uplink.clamp_mss = false\n").Flags);

    [Theory]
    [InlineData("ipv6.mode = \"off\"\n")]
    [InlineData("access.pass_ethertypes = [\"ipv6\"]\n")]
    public void Build_Ipv6OffOrTheHosts_IsNotRefused(string settings) =>
        Assert.Equal(ConfigFlags.PrivateDns | ConfigFlags.ClampMss, Build(Given.TwoArms + settings).Flags);

    [Fact]
    public void Build_MainUplink_IsAsTheInterfaceIs()
    {
        var slot = Build(Given.TwoArms).Uplinks[0];

        Assert.Equal((3u, 1500u), (slot.Ifindex, slot.Mtu));
        Assert.Equal(("137.118.199.2", "137.118.199.0", "255.255.255.0"), (TextOf(slot.Address), TextOf(slot.Network), TextOf(slot.Mask)));
        Assert.Equal(Given.Uplink.Mac, (MacAddress)slot.Mac);
    }

    [Fact]
    public void Build_MainUplink_WhatTheSettingsSayWins()
    {
        var built = Build(Given.TwoArms + "uplink.address = \"137.118.198.7/23\"\nuplink.gateway = \"137.118.198.9\"\nuplink.mac = \"02:00:00:00:00:bb\"\nuplink.mtu = 1400\n");
        var slot = built.Uplinks[0];

        Assert.Equal(("137.118.198.7", "137.118.198.0", "255.255.254.0"), (TextOf(slot.Address), TextOf(slot.Network), TextOf(slot.Mask)));
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:bb"), (MacAddress)slot.Mac);
        Assert.Equal(1400u, slot.Mtu);
        Assert.Equal(("137.118.198.9", "137.118.198.9"), (TextOf(built.NextHop), TextOf(built.Watched[0])));
    }

    [Fact]
    public void Build_MtuAboveTheInterfaces_IsTheInterfaces() => Assert.Equal(1500u, Build(Given.TwoArms + "uplink.mtu = 9000\n").Uplinks[0].Mtu);

    [Fact]
    public void Build_AccessMtu_IsTheInterfaces() => Assert.Equal(1300u, Build(Given.TwoArms, links: [Given.Access with { Mtu = 1300 }, Given.Uplink]).AccessMtu);

    [Fact]
    public void Build_NoRouter_HasNoNextHop()
    {
        var built = Build(Given.TwoArms, links: [Given.Access, Given.Uplink with { Gateway = null }]);

        Assert.Equal(("0.0.0.0", "0.0.0.0"), (TextOf(built.NextHop), TextOf(built.Watched[0])));
    }

    [Fact]
    public void Build_AnotherGateway_HasItsUplinkAndIsWatched()
    {
        var built = Build(Given.TwoArms + Given.Line, links: [Given.Access, Given.Uplink, Given.SecondUplink]);

        Assert.Equal((4u, 1500u), (built.Uplinks[1].Ifindex, built.Uplinks[1].Mtu));
        Assert.Equal(("198.51.100.2", "198.51.100.0", "255.255.255.248"), (TextOf(built.Uplinks[1].Address), TextOf(built.Uplinks[1].Network), TextOf(built.Uplinks[1].Mask)));
        Assert.Equal(Given.SecondUplink.Mac, (MacAddress)built.Uplinks[1].Mac);
        Assert.Equal(("137.118.199.1", "198.51.100.1", "0.0.0.0"), (TextOf(built.Watched[0]), TextOf(built.Watched[1]), TextOf(built.Watched[2])));
    }

    [Fact]
    public void Build_AnotherGatewayWhoseUplinkIsMissing_HasAnEmptyPlace_AndIsWatchedAllTheSame()
    {
        var built = Build(Given.TwoArms + Given.Line);

        Assert.Equal(default(uint), built.Uplinks[1].Ifindex);
        Assert.Equal(MacAddress.Zero, (MacAddress)built.Uplinks[1].Mac);
        Assert.Equal("198.51.100.1", TextOf(built.Watched[1]));
    }

    [Fact]
    public void Build_AnotherGatewayOnTheUplink_HasNoUplinkOfItsOwn()
    {
        var built = Build(Given.TwoArms + "[gateways.second]\nnext_hop = \"137.118.199.3\"\npool = [\"137.118.199.80\"]\n");

        Assert.Equal(default(uint), built.Uplinks[1].Ifindex);
        Assert.Equal("137.118.199.3", TextOf(built.Watched[1]));
    }

    [Fact]
    public void Build_InsideNetwork_AsSet()
    {
        var built = Build(Given.TwoArms + "inside.network = \"10.128.0.0/12\"\n");

        Assert.Equal(("10.128.0.0", "255.240.0.0"), (TextOf(built.InsideNetwork), TextOf(built.InsideMask)));
    }

    [Fact]
    public void Build_NoLegalAddresses_HasAnEmptyRange()
    {
        var built = Build(Given.TwoArms);

        Assert.Equal((1u, 0u), (built.LegalFirst, built.LegalLast));
    }

    [Fact]
    public void Build_LegalAddresses_FromTheLowestToTheHighestOfAllGateways()
    {
        var built = Build(
            Given.TwoArms + "pool.addresses = [\"137.118.199.50-137.118.199.99\"]\nnapt.addresses = [\"137.118.199.40\"]\n" + Given.Line + "pool = [\"198.51.100.3-198.51.100.4\"]\nshared = [\"198.51.100.5\"]\n",
            links: [Given.Access, Given.Uplink, Given.SecondUplink]);

        Assert.Equal((Ipv4Address.Parse("137.118.199.40").Value, Ipv4Address.Parse("198.51.100.5").Value), (built.LegalFirst, built.LegalLast));
    }

    [Fact]
    public void Build_PassEtherTypes_InNetworkOrder()
    {
        var built = Build(Given.TwoArms + "access.pass_ethertypes = [\"ipv6\", 0x88cc]\n");

        Assert.Equal([0xdd86, 0xcc88, 0], [built.PassEthertypes[0], built.PassEthertypes[1], built.PassEthertypes[2]]);
    }

    [Fact]
    public void Build_Services_InTheirOrder()
    {
        var dns = new Service { Port = 53, Local = 5353, Protocol = IpProtocol.Udp };
        var portal = new Service { Port = 80, Local = 8080, Protocol = IpProtocol.Tcp, Flags = ServiceFlags.Held | ServiceFlags.Own };

        var built = Build(Given.TwoArms, s_none with { Services = [dns, portal] });

        Assert.Equal([dns, portal, default, default], ((ReadOnlySpan<Service>)built.Services).ToArray());
    }

    [Fact]
    public void Build_Dhcp_IsServedByTheGivenAddress_OrByNone()
    {
        Assert.Equal("192.0.2.1", TextOf(Build(Given.TwoArms, s_none with { DhcpServer = Ipv4Address.Parse("192.0.2.1") }).DhcpServer));
        Assert.Equal("0.0.0.0", TextOf(Build(Given.TwoArms).DhcpServer));
    }

    [Fact]
    public void Build_NaptTimeouts_OneForEachState()
    {
        const string Times = "[napt]\nudp_timeout = \"301s\"\ntcp_timeout = \"7441s\"\ntcp_transitory_timeout = \"241s\"\nicmp_timeout = \"61s\"\nrest = \"121s\"\n";

        var napt = Build(Given.TwoArms + Times).Napt;
        var timeouts = ((ReadOnlySpan<ulong>)napt.Timeout).ToArray().Select(ns => ns / 1_000_000_000.0);

        //          Udp, Icmp, Other, InitOut, InitIn, Established, FinOut, FinIn, Closing, Transitory, Several, Resting
        Assert.Equal([301, 61, 301, 241, 241, 7441, 7441, 7441, 241, 241, 7441, 121], timeouts);
    }

    [Fact]
    public void Build_NaptLimits_PortsForTcpAndUdp_IdentifiersForTheRest()
    {
        var napt = Build(Given.TwoArms + "[napt]\nports_per_device = 1024\nids_per_device = 77\n").Napt;

        Assert.Equal((1024u, 1024u, 77u, 77u), (napt.Limit[(int)PortKind.Tcp], napt.Limit[(int)PortKind.Udp], napt.Limit[(int)PortKind.Icmp], napt.Limit[(int)PortKind.None]));
    }

    [Theory]
    [InlineData(200, 5_000_000UL)]
    [InlineData(1, 1_000_000_000UL)]
    [InlineData(0, 0UL)]
    public void Build_NaptNewMappings_AreAnIntervalApart_OrNotLimited(int perSecond, ulong interval)
    {
        var napt = Build(Given.TwoArms + $"napt.new_per_second = {perSecond}\n").Napt;

        Assert.Equal((interval, 5_000_000_000UL), (napt.NewInterval, napt.NewBurst));
    }

    /// <summary>A field that the builder forgets would be 0 in the data plane without any other test noticing.</summary>
    [Fact]
    public void Build_EverythingSet_LeavesNoFieldEmpty()
    {
        object built = Build(
            Given.TwoArms + "pool.addresses = [\"137.118.199.50\"]\naccess.pass_ethertypes = [0x88cc]\n",
            new DataPlaneOptions([new Service { Port = 53, Local = 53, Protocol = IpProtocol.Udp }], Ipv4Address.Parse("192.0.2.1"), MacAddress.Parse("02:00:00:00:00:aa"), true));

        Assert.All(
            typeof(DataPlaneConfig).GetFields(),
            field => Assert.True(HasContent(field.GetValue(built)!), field.Name));
    }

    private static bool HasContent(object value)
    {
        var type = value.GetType().IsEnum ? Enum.GetUnderlyingType(value.GetType()) : value.GetType();
        var octets = new byte[Marshal.SizeOf(type)];
        var handle = GCHandle.Alloc(octets, GCHandleType.Pinned);
        Marshal.StructureToPtr(Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture), handle.AddrOfPinnedObject(), false);
        handle.Free();
        return octets.Any(octet => octet != 0);
    }
}
