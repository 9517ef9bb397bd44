using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>The access side's ARP: figures 9 to 12 of the patent, and the rules of the field.</summary>
public sealed class ArpTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private const string DevicesGateway = "47.31.128.1";

    /// <summary>Asks by ARP in a frame to one MAC; prints the MAC of each answer.</summary>
    internal const string AskUnicast = """
        import sys
        from scapy.all import Ether, ARP, srp, get_if_hwaddr
        me = get_if_hwaddr("eth0")
        answered, _ = srp(Ether(src=me, dst=sys.argv[1])/ARP(op=1, hwsrc=me, psrc=sys.argv[2], pdst=sys.argv[3]),
                          iface="eth0", timeout=2, verbose=False)
        for _, answer in answered:
            print(answer[ARP].hwsrc)
        """;

    [Fact]
    public void Request_ForTheDevicesGateway_IsAnsweredWithTheAccessMac()
    {
        var device = AddDevice("asks", 10);

        var answers = Arping(device, DevicesGateway).AssertOk();

        Assert.Contains($"[{Testbed.AccessMac}]", answers.Stdout, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Request_ForAnAddressInTheDevicesOwnSubnet_WithoutOwner_IsAnswered()
    {
        var device = AddDevice("neighbour", 11);

        Assert.Contains($"[{Testbed.AccessMac}]", Arping(device, "47.31.128.222").AssertOk().Stdout, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("new", 12, false)]
    [InlineData("known", 13, true)]
    public void Probe_ForTheDevicesOwnAddress_FindsNoConflict(string name, byte host, bool known)
    {
        var device = AddDevice(name, host);
        if (known)
        {
            Fetch(device).AssertOk();
        }

        // Exit code 0 says: nobody answered the probe.
        Testbed.Run(device.Namespace, "arping", "-D", "-I", "eth0", "-c", "2", "-w", "3", device.Address).AssertOk();
    }

    [Fact]
    public void Probe_ForTheGatewaysAddress_IsNotAnswered()
    {
        var device = AddDevice("probes", 14);
        Fetch(device).AssertOk();

        Testbed.Run(device.Namespace, "arping", "-D", "-I", "eth0", "-c", "2", "-w", "3", DevicesGateway).AssertOk();
    }

    [Fact]
    public void Announcement_IsNotAnswered()
    {
        var device = AddDevice("announces", 15);
        Fetch(device).AssertOk();
        var capture = Testbed.Capture(device.Namespace, "eth0", "arp", "and", "ether", "src", Testbed.AccessMac);

        Testbed.Run(device.Namespace, "arping", "-U", "-I", "eth0", "-c", "2", "-w", "3", device.Address);
        Testbed.Run(device.Namespace, "arping", "-A", "-I", "eth0", "-c", "2", "-w", "3", device.Address);

        Assert.DoesNotContain(capture.Finish().Lines(), line => line.Contains($"Reply {device.Address} is-at", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Testbed.RouterAddress)]
    [InlineData("137.118.199.77")]
    public void Request_ForTheUplinkNetwork_OfADeviceThatMayReachIt_IsAnswered(string target)
    {
        var device = AddDevice("out" + target.Split('.')[3], 16);
        Fetch(device).AssertOk();

        var answers = Arping(device, target).AssertOk();

        Assert.Contains($"[{Testbed.AccessMac}]", answers.Stdout, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Request_ForALiveDevice_IsAnsweredByItsOwnerAlone()
    {
        var owner = AddDevice("owner", 20);
        var requester = AddDevice("asker", 21);
        Fetch(owner).AssertOk();

        var answers = Testbed.Run(requester.Namespace, "arping", "-I", "eth0", "-b", "-c", "3", "-w", "4", owner.Address).AssertOk();

        Assert.Contains($"[{owner.Mac}]", answers.Stdout, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain($"[{Testbed.AccessMac}]", answers.Stdout, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Request_ToAnotherMac_IsMetWithSilence()
    {
        // RFC 4436: a host asks whether it is back on its former network; only the former gateway may answer.
        var device = AddDevice("dnav4", 22);
        Fetch(device).AssertOk();

        var answers = Testbed.Python(device.Namespace, AskUnicast, "00:0c:29:aa:bb:cc", device.Address, DevicesGateway).AssertOk();

        Assert.Equal("", answers.Stdout);
    }

    [Fact]
    public void Request_ToOurMac_IsAnsweredAtOnce()
    {
        var device = AddDevice("unicast", 23);
        Fetch(device).AssertOk();

        var answers = Testbed.Python(device.Namespace, AskUnicast, Testbed.AccessMac, device.Address, DevicesGateway).AssertOk();

        Assert.Equal(Testbed.AccessMac + "\n", answers.Stdout);
    }

    private Device AddDevice(string name, byte host) => Testbed.AddDevice(name, $"47.31.128.{host}/24", DevicesGateway);

    private static CommandResult Arping(Device device, string target) =>
        Testbed.Run(device.Namespace, "arping", "-I", "eth0", "-c", "2", "-w", "3", target);
}
