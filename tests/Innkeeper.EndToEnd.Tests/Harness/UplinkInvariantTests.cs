using System.Net;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>The judge of what leaves one arm, on frames made here: without it, a watch that lets all pass would look like a good gateway.</summary>
public sealed class UplinkInvariantTests
{
    private const string Ours = "02:00:00:00:00:02";
    private const string Device = "06:1a:5e:00:00:01";
    private const string Router = "02:00:00:00:00:01";
    private const string Office = "02:00:00:00:00:33";
    private const string All = "ff:ff:ff:ff:ff:ff";
    private const string Greetings = "03:00:00:00:88:b5";
    private const string Probe = "0.0.0.0";
    private const string Foreign = "47.31.128.1";
    private const string Lost = "137.118.199.120";
    private const string LostGateway = "137.118.199.254";

    [Theory]
    [InlineData(Device, Foreign, true)]
    [InlineData(Device, Testbed.ServerAddress, true)]
    [InlineData(Router, Testbed.GatewayAddress, true)]
    [InlineData(Router, Testbed.PoolFirst, true)]
    [InlineData(Router, Lost, true)]
    [InlineData(Router, Foreign, false)]
    [InlineData(Router, Testbed.OfficeAddress, false)]
    [InlineData(Office, Testbed.ServerAddress, false)]
    [InlineData(All, Foreign, false)]
    [InlineData(All, Testbed.GatewayAddress, false)]
    public void Packet_BySourceAndDestination_IsJudged(string to, string source, bool isLegal) =>
        AssertVerdict(isLegal, Ipv4(to, source, protocol: 17, [0, 9, 0, 9]));

    [Theory]
    [InlineData(1, 5, false)]
    [InlineData(1, 8, true)]
    public void Redirect_IsNeverLegal(byte protocol, byte type, bool isLegal) => AssertVerdict(isLegal, Ipv4(Router, Testbed.GatewayAddress, protocol, [type, 0, 0, 0]));

    [Theory]
    [InlineData(68, 67, false)]
    [InlineData(67, 68, false)]
    [InlineData(1234, 67, false)]
    [InlineData(1234, 323, true)]
    public void Dhcp_IsNeverLegal(int from, int to, bool isLegal) =>
        AssertVerdict(isLegal, Ipv4(Router, Testbed.GatewayAddress, 17, [(byte)(from >> 8), (byte)from, (byte)(to >> 8), (byte)to]));

    [Theory]
    [InlineData(Device, Foreign, Ours, true)]
    [InlineData(Device, LostGateway, Ours, true)]
    [InlineData(Device, Testbed.PoolFirst, Ours, true)]
    [InlineData(Office, Testbed.GatewayAddress, Ours, true)]
    [InlineData(Office, Testbed.PoolLast, Ours, true)]
    [InlineData(Device, Testbed.RouterAddress, Ours, false)]
    [InlineData(Device, Testbed.OfficeAddress, Ours, false)]
    [InlineData(Device, "137.118.199.253", Ours, false)]
    [InlineData(Office, Foreign, Ours, false)]
    [InlineData(Office, LostGateway, Ours, false)]
    [InlineData(Device, Foreign, Router, false)]
    [InlineData(All, Foreign, Ours, false)]
    public void Reply_ByTargetAndRequester_IsJudged(string to, string about, string says, bool isLegal) => AssertVerdict(isLegal, Arp(to, 2, says, about, "10.0.0.9"));

    [Theory]
    [InlineData(All, Ours, Testbed.GatewayAddress, Foreign, true)]
    [InlineData(All, Ours, Testbed.PoolFirst, Testbed.PoolFirst, true)]
    [InlineData(All, Ours, Probe, Testbed.PoolFirst, true)]
    [InlineData(All, Ours, Probe, Foreign, false)]
    [InlineData(Device, Ours, Probe, Testbed.PoolFirst, false)]
    [InlineData(All, Ours, Foreign, Foreign, false)]
    [InlineData(All, Ours, Testbed.RouterAddress, Testbed.RouterAddress, false)]
    [InlineData(All, Router, Testbed.RouterAddress, Testbed.RouterAddress, true)]
    [InlineData(All, Device, Testbed.RouterAddress, Testbed.RouterAddress, false)]
    [InlineData(All, Router, Testbed.RouterAddress, Testbed.OfficeAddress, false)]
    [InlineData(All, Office, Testbed.OfficeAddress, Testbed.OfficeAddress, false)]
    [InlineData(Device, Router, Foreign, Foreign, true)]
    [InlineData(Office, Router, Foreign, Foreign, false)]
    [InlineData(All, Router, Foreign, Foreign, false)]
    public void Question_BySenderAndTarget_IsJudged(string to, string says, string sender, string target, bool isLegal) => AssertVerdict(isLegal, Arp(to, 1, says, sender, target));

    [Theory]
    [InlineData(Greetings, 0x88b5, true)]
    [InlineData(Router, 0x88b5, false)]
    [InlineData(All, 0x86dd, false)]
    public void Frame_OfAnotherType_IsAGreetingOrNothing(string to, int type, bool isLegal) => AssertVerdict(isLegal, Frame(to, type, new byte[46]));

    [Fact]
    public void Frame_UnderAnotherMac_IsNotLegal()
    {
        var frame = Arp(All, 1, Ours, Testbed.GatewayAddress, Foreign);
        frame[11] ^= 0x40;

        AssertVerdict(isLegal: false, frame);
    }

    private static void AssertVerdict(bool isLegal, byte[] frame) =>
        Assert.Equal(isLegal ? 0 : 1, new UplinkInvariant(Ours, new LegalAddresses([Testbed.GatewayAddress], [(Testbed.PoolFirst, Testbed.PoolLast)]), new OneArmRules([Device], [(Lost, LostGateway)])).Violations([frame]).Count);

    private static byte[] Frame(string to, int type, byte[] payload) => [.. Mac(to), .. Mac(Ours), (byte)(type >> 8), (byte)type, .. payload];

    private static byte[] Ipv4(string to, string source, byte protocol, byte[] payload) =>
        Frame(to, 0x0800, [0x45, 0, 0, (byte)(20 + payload.Length), 0, 0, 0, 0, 64, protocol, 0, 0, .. Address(source), .. Address("192.0.2.1"), .. payload]);

    private static byte[] Arp(string to, byte operation, string says, string sender, string target) =>
        Frame(to, 0x0806, [0, 1, 8, 0, 6, 4, 0, operation, .. Mac(says), .. Address(sender), .. new byte[6], .. Address(target)]);

    private static byte[] Mac(string text) => Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));

    private static byte[] Address(string text) => IPAddress.Parse(text).GetAddressBytes();
}
