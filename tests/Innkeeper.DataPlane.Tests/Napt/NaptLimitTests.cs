using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>What one device may have, and what happens when nothing is left (RFC 6888 REQ-4, REQ-8 and REQ-11).</summary>
public sealed class NaptLimitTests
{
    private static Datagram FromTwin(ushort port) => Datagram.Udp(Claimed, port, Server, 123);

    [Fact]
    public void PortLimit_IsADevices_AndAKinds()
    {
        using var harness = new NaptHarness(new NaptSetup { Ports = 3, Ids = 1 });
        for (ushort port = 4000; port < 4003; port++)
        {
            harness.AssertUdpLeaves(port);
        }

        harness.AssertRefused(Datagram.Udp(Claimed, 4003, Server, 123), DropReason.PortLimit);
        Assert.Contains(harness.Plane.Punts(), p => p.Reason == PuntReason.Refused);
        harness.AssertTcpLeaves(4000, Syn);
        harness.AssertLeaves(Datagram.Ping(Claimed, Server, 1));
        harness.AssertRefused(Datagram.Ping(Claimed, Server, 2), DropReason.PortLimit);
        harness.AssertLeaves(new Datagram(Claimed, Server, IpProtocol.Gre));
        harness.AssertRefused(new Datagram(Claimed, OtherServer, IpProtocol.Gre), DropReason.PortLimit);
        harness.AssertUdpLeaves(4003, TwinMac);

        // What is mapped goes on, and a refusal costs nothing.
        harness.AssertUdpLeaves(4000);
        Assert.Equal([1u, 3u, 1u, 1u], harness.Plane.Shared.UsedOf(2));
    }

    [Fact]
    public void PortLimit_CountsPortsAtRest()
    {
        using var harness = new NaptHarness(new NaptSetup { Ports = 1 });
        harness.AssertUdpLeaves(4000);
        harness.Plane.Age(301 + 60);
        harness.Plane.Bpf.Sweep();
        harness.AssertRefused(Datagram.Udp(Claimed, 4001, Server, 123), DropReason.PortLimit);
        harness.Plane.Age(61);
        harness.Plane.Bpf.Sweep();
        harness.AssertUdpLeaves(4001);
    }

    [Fact]
    public void MappingRate_IsADevices()
    {
        using var harness = new NaptHarness(new NaptSetup { NewInterval = 60_000_000_000, NewBurst = 60_000_000_000 });
        harness.AssertUdpLeaves(4000);
        harness.AssertUdpLeaves(4001);
        harness.AssertRefused(Datagram.Udp(Claimed, 4002, Server, 123), DropReason.MappingRate);
        harness.AssertUdpLeaves(4000);
        harness.AssertUdpLeaves(4002, TwinMac);
        Assert.Equal(2u, harness.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
    }

    [Fact]
    public void MappingsFull_RefusesWhatIsNew_AndKeepsWhatIs()
    {
        using var harness = new NaptHarness(new NaptSetup { Mappings = 4 });
        var refused = 0;
        var ports = new Dictionary<ushort, ushort>();
        for (ushort port = 4000; port < 4016; port++)
        {
            // The kernel's hash keeps some elements for each CPU beside.
            var before = harness.Plane.Drops(DropReason.MappingsFull);
            if (harness.Plane.Run("from_access", Datagram.Udp(Claimed, port, Server, 123).Frame(AccessMac, DeviceMac)).Act == Act.Redirect)
            {
                ports[port] = harness.AssertUdpLeaves(port);
                continue;
            }

            Assert.Equal(before + 1, harness.Plane.Drops(DropReason.MappingsFull));
            refused++;
        }

        Assert.True(refused > 0);
        Assert.All(ports, p => Assert.Equal(p.Value, harness.AssertUdpLeaves(p.Key)));

        // No port and no charge is left behind by those that were refused.
        Assert.Equal((uint)ports.Count, harness.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
        Assert.Equal(ports.Count, TakenBits(harness, PortKind.Udp));
        Assert.Equal(ports.Count, harness.Plane.Mappings().Count);
    }

    private static int TakenBits(NaptHarness harness, PortKind kind)
    {
        var taken = 0;
        harness.Plane.ForBlocks((_, block) =>
        {
            for (var word = 0; word < 8; word++)
            {
                taken += System.Numerics.BitOperations.PopCount(block.Taken[((int)kind * 8) + word]);
            }
        });
        return taken;
    }

    [Fact]
    public void FewPorts_ADeviceGetsItsShareAndNoneOfAnothersBlock()
    {
        using var harness = new NaptHarness(new NaptSetup { Layout = new PortLayout(1, 0, 1024, 1279, 64, false) });
        var own = harness.AssertUdpLeaves(9000, TwinMac);
        var used = new HashSet<ushort>();
        ushort port = 2000;
        for (; harness.Plane.Run("from_access", Datagram.Udp(Claimed, port, Server, 123).Frame(AccessMac, DeviceMac)).Act == Act.Redirect; port++)
        {
            Assert.True(used.Add(harness.AssertUdpLeaves(port)));
        }

        Assert.InRange(used.Count, 16, 64);
        Assert.All(used, p => Assert.NotEqual(own / 64, p / 64));
        harness.AssertRefused(Datagram.Udp(Claimed, port, Server, 123), DropReason.PortsExhausted);
        Assert.Contains(harness.Plane.Punts(), p => p.Reason == PuntReason.Refused);

        // The other's block is the other's, and other protocols have ports of their own.
        harness.AssertUdpLeaves(9001, TwinMac);
        harness.AssertTcpLeaves(2000, Syn);
        Assert.Equal((uint)used.Count, harness.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
    }

    [Fact]
    public void LowPorts_AllTaken_GoAboveRatherThanNowhere()
    {
        using var harness = new NaptHarness(new NaptSetup { Layout = new PortLayout(1022, 1023, 1024, 2047, 64, false) });
        var low = Enumerable.Range(500, 6).Select(p => harness.AssertUdpLeaves((ushort)p)).Count(p => p < 1024);
        Assert.Equal(2, low);
    }

    [Fact]
    public void AddressGivenUp_MapsNothingNew()
    {
        using var harness = new NaptHarness();
        harness.Plane.Shared.GiveUp(Ipv4Address.Parse(SharedAddress));
        harness.AssertRefused(Datagram.Udp(Claimed, 4000, Server, 123), DropReason.NoLegal);
        Assert.Equal(0u, harness.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
    }

    [Fact]
    public void RemoteTaken_ChargesNothing()
    {
        using var harness = new NaptHarness();
        harness.AssertLeaves(new Datagram(Claimed, Server, IpProtocol.Gre));
        harness.AssertRefused(new Datagram(Claimed, Server, IpProtocol.Gre), DropReason.RemoteTaken, TwinMac);
        Assert.Equal(0u, harness.Plane.Shared.UsedOf(3)[(int)PortKind.None]);
        Assert.Equal(Act.Redirect, harness.Plane.Run("from_access", FromTwin(4000).Frame(AccessMac, TwinMac)).Act);
    }
}
