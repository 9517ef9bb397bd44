using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>Sources that no device can have, and frames that are not ours to carry: dropped, counted, never bound.</summary>
public sealed class BogusSourceTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private const int Frames = 3;

    /// <summary>Sends three frames built by scapy; arguments: the expression that builds one, and the gateway's MAC as "gateway".</summary>
    private const string SendFrames = """
        import sys
        from scapy.all import *
        me = get_if_hwaddr("eth0")
        gateway = sys.argv[2]
        sendp([eval(sys.argv[1])] * 3, iface="eth0", verbose=False)
        """;

    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.1.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    public void Source_ThatNobodyCanHave_IsDropped_AndNotBound(string source)
    {
        var device = AddDevice("src" + source.Split('.')[0]);

        AssertDropped(device, $"Ether(src=me, dst=gateway)/IP(src='{source}', dst='{Testbed.ServerAddress}')/UDP(sport=1, dport=9)");

        Assert.DoesNotContain(Testbed.DevicesJson().Devices.SelectMany(each => each.Bindings), binding => binding.Claimed == source);
    }

    [Fact]
    public void SourceMac_OfTheGatewayItself_IsDropped_AndNotBound()
    {
        var device = AddDevice("mirror");

        AssertDropped(device, $"Ether(src=gateway, dst=gateway)/IP(src='47.31.128.77', dst='{Testbed.ServerAddress}')/UDP(sport=1, dport=9)");

        Assert.DoesNotContain(Testbed.DevicesJson().Devices, each => each.Mac == Testbed.AccessMac);
    }

    [Fact]
    public void SourceMac_OfAGroup_IsDropped_AndNotBound()
    {
        var device = AddDevice("group");

        AssertDropped(device, $"Ether(src='01:00:5e:00:00:01', dst=gateway)/IP(src='47.31.128.78', dst='{Testbed.ServerAddress}')/UDP(sport=1, dport=9)", hubCarriesIt: false);

        Assert.DoesNotContain(Testbed.DevicesJson().Devices.SelectMany(each => each.Bindings), binding => binding.Claimed == "47.31.128.78");
    }

    [Theory]
    [InlineData("ipv6", "Ether(src=me, dst=gateway)/IPv6(src='2001:db8::1', dst='2001:db8::2')/ICMPv6EchoRequest()")]
    [InlineData("mdns", "Ether(src=me, dst='33:33:00:00:00:fb')/IPv6(src='fe80::2', dst='ff02::fb')/UDP(sport=5353, dport=5353)")]
    [InlineData("unknown", "Ether(src=me, dst=gateway, type=0x88b5)/Raw(bytes(60))")]
    [InlineData("tagged", "Ether(src=me, dst=gateway)/Dot1Q(vlan=77)/IP(src='47.31.128.79', dst='203.0.113.10')/UDP(sport=1, dport=9)")]
    public void Frame_ThatIsNotIpv4OrArp_IsDropped_AndCounted(string name, string frame) => AssertDropped(AddDevice(name), frame);

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private void AssertDropped(Device device, string frame, bool hubCarriesIt = true)
    {
        var before = Testbed.StatusJson().TotalDrops;

        Testbed.Python(device.Namespace, SendFrames, frame, Testbed.AccessMac).AssertOk();

        if (hubCarriesIt)
        {
            Wait.For($"{Frames} frames counted as dropped, {before} before", () => Testbed.StatusJson().TotalDrops >= before + Frames, TimeSpan.FromSeconds(5),
                () => Testbed.Cli("status", "--json").ToString());
        }
    }
}
