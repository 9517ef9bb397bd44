using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Forwarding;

/// <summary>A legal LAN with an MTU of 1400, which the devices' own LAN (1500) knows nothing of.</summary>
public sealed class NarrowUplinkFixture() : GatewayFixture(GatewaySettings.Default, uplinkMtu: 1400);

public sealed class PathMtuTests(NarrowUplinkFixture fixture) : GatewayTests(fixture), IClassFixture<NarrowUplinkFixture>
{
    [Fact]
    public void Ping_TooBigForTheUplink_IsToldTheMtu()
    {
        var device = AddDevice("df");
        Fetch(device).AssertOk();

        var told = Testbed.Run(device.Namespace, "ping", "-n", "-M", "do", "-s", "1400", "-c", "3", "-i", "0.2", "-W", "1", Testbed.ServerAddress);

        Assert.False(told.Succeeded, told.ToString());
        Assert.Contains("mtu = 1400", told.Stdout + told.Stderr.Replace("mtu=1400", "mtu = 1400"));
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "do", "-s", "1372").AssertOk();
    }

    [Fact]
    public void Ping_TooBigForTheUplink_WithoutDf_Passes()
    {
        var device = AddDevice("nodf");

        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "1450").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "4000").AssertOk();
    }

    [Fact]
    public void Tcp_InBothDirections_FindsThePathMtu()
    {
        var device = AddDevice("tcp");
        var (url, sha256) = Testbed.Publish("narrow", 5_000_000);

        Assert.Equal(sha256, Download(device, url));

        AssertIperf3(device, "-n", "5M");
    }

    /// <summary>The line reports nothing: only the segment size that a connection is opened with can tell the server.</summary>
    [Fact]
    public void Tcp_InBothDirections_ThroughALineThatReportsNothing()
    {
        var device = AddDevice("hole");
        var (url, sha256) = Testbed.Publish("hole", 2_000_000);
        Testbed.Run(Testbed.Router, "nft", "table ip hole { chain o { type filter hook output priority 0; icmp type destination-unreachable icmp code 4 drop; }; }").AssertOk();
        try
        {
            Assert.Equal(sha256, Download(device, url));
            AssertIperf3(device, "-n", "2M");
        }
        finally
        {
            Testbed.Run(Testbed.Router, "nft", "delete table ip hole").AssertOk();
        }
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
