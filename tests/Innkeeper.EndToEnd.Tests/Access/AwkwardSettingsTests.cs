using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>Settings that break other gateways: each gets through, and each can ping the gateway it believes in.</summary>
public sealed class AwkwardSettingsTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    /// <summary>Of nobody's network here, with one arm as with two.</summary>
    public static readonly TheoryData<string, string, string, bool> Foreign = new()
    {
        { "internet", "8.8.8.8/24", "8.8.8.1", false },
        { "server", "203.0.113.77/25", "203.0.113.126", false },
        { "eight", "10.1.2.3/8", "10.0.0.1", false },
        { "thirty", "172.16.9.2/30", "172.16.9.1", false },
        { "onlink", "192.0.2.7/32", "192.0.2.1", true },
        { "nobody", "192.168.77.5/24", "192.168.77.99", false },
        { "inside", "100.64.0.1/10", "100.64.0.2", false },
        { "everything", "5.6.7.8/0", "link", false },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    [InlineData("uplink", "137.118.199.20/24", Testbed.RouterAddress)]
    [InlineData("wronggw", "137.118.199.21/24", "137.118.199.77")]
    [InlineData("router", Testbed.RouterAddress + "/24", "137.118.199.254")]
    [InlineData("gateway", Testbed.GatewayAddress + "/24", Testbed.RouterAddress)]
    [InlineData("pool", Testbed.PoolFirst + "/24", Testbed.RouterAddress)]
    public void Device_WithAwkwardSettings_GetsThrough(string name, string address, string gateway, bool onLink = false)
    {
        // Isolated: another device of this class may own the address that is asked for.
        var device = Testbed.AddDevice(name, address, gateway, new DeviceSettings { OnLink = onLink, Isolated = true });
        try
        {
            AssertGetsThrough(device);
        }
        finally
        {
            Testbed.Remove(device);
        }
    }

    [Fact]
    public void Device_ThatAnswersNoArp_KeepsItsTraffic()
    {
        var device = Testbed.AddDevice("deaf", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true, DeafToArp = true });
        var (url, sha256) = Testbed.Publish("deaf", 5_000_000);

        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();

        Assert.Equal(sha256, Download(device, url));
        Ping(Testbed.Office, Testbed.AwaitLegalAddress(device)).AssertOk();
    }

    [Fact]
    public void Device_WhoseMaskCoversTheOfficeHost_ReachesIt()
    {
        var device = Testbed.AddDevice("wide", "137.200.1.2/8", "137.0.0.1", new DeviceSettings { Isolated = true });
        Fetch(device).AssertOk();

        Ping(device.Namespace, "137.0.0.1").AssertOk();
    }
}
