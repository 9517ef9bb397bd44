using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.NaptBench;
using static Innkeeper.DataPlane.Tests.Plane;

namespace Innkeeper.DataPlane.Tests;

/// <summary>What one device may have, and what happens when nothing is left (RFC 6888 REQ-4, REQ-8 and REQ-11).</summary>
public sealed class NaptLimitTests
{
    private static Datagram FromTwin(ushort port) => Datagram.Udp(Claimed, port, Server, 123);

    [Fact]
    public void PortLimit_IsADevices_AndAKinds()
    {
        using var bench = new NaptBench(new NaptSetup { Ports = 3, Ids = 1 });
        for (ushort port = 4000; port < 4003; port++)
        {
            bench.Udp(port);
        }

        bench.IsRefused(Datagram.Udp(Claimed, 4003, Server, 123), DropReason.PortLimit);
        Assert.Contains(bench.Plane.Punts(), p => p.Reason == PuntReason.Refused);
        bench.Tcp(4000, Syn);
        bench.Leaves(Datagram.Ping(Claimed, Server, 1));
        bench.IsRefused(Datagram.Ping(Claimed, Server, 2), DropReason.PortLimit);
        bench.Leaves(new Datagram(Claimed, Server, IpProtocol.Gre));
        bench.IsRefused(new Datagram(Claimed, OtherServer, IpProtocol.Gre), DropReason.PortLimit);
        bench.Udp(4003, TwinMac);

        // What is mapped goes on, and a refusal costs nothing.
        bench.Udp(4000);
        Assert.Equal([1u, 3u, 1u, 1u], bench.Plane.Shared.UsedOf(2));
    }

    [Fact]
    public void PortLimit_CountsPortsAtRest()
    {
        using var bench = new NaptBench(new NaptSetup { Ports = 1 });
        bench.Udp(4000);
        bench.Plane.Age(301 + 60);
        bench.Plane.Bpf.Sweep();
        bench.IsRefused(Datagram.Udp(Claimed, 4001, Server, 123), DropReason.PortLimit);
        bench.Plane.Age(61);
        bench.Plane.Bpf.Sweep();
        bench.Udp(4001);
    }

    [Fact]
    public void MappingRate_IsADevices()
    {
        using var bench = new NaptBench(new NaptSetup { NewInterval = 60_000_000_000, NewBurst = 60_000_000_000 });
        bench.Udp(4000);
        bench.Udp(4001);
        bench.IsRefused(Datagram.Udp(Claimed, 4002, Server, 123), DropReason.MappingRate);
        bench.Udp(4000);
        bench.Udp(4002, TwinMac);
        Assert.Equal(2u, bench.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
    }

    [Fact]
    public void MappingsFull_RefusesWhatIsNew_AndKeepsWhatIs()
    {
        using var bench = new NaptBench(new NaptSetup { Mappings = 4 });
        var refused = 0;
        var ports = new Dictionary<ushort, ushort>();
        for (ushort port = 4000; port < 4016; port++)
        {
            // The kernel's hash keeps some elements for each CPU beside.
            var before = bench.Plane.Drops(DropReason.MappingsFull);
            if (bench.Plane.Run("from_access", Datagram.Udp(Claimed, port, Server, 123).Frame(AccessMac, DeviceMac)).Act == Act.Redirect)
            {
                ports[port] = bench.Udp(port);
                continue;
            }

            Assert.Equal(before + 1, bench.Plane.Drops(DropReason.MappingsFull));
            refused++;
        }

        Assert.True(refused > 0);
        Assert.All(ports, p => Assert.Equal(p.Value, bench.Udp(p.Key)));

        // No port and no charge is left behind by those that were refused.
        Assert.Equal((uint)ports.Count, bench.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
        Assert.Equal(ports.Count, TakenBits(bench, PortKind.Udp));
        Assert.Equal(ports.Count, bench.Plane.Mappings().Count);
    }

    private static int TakenBits(NaptBench bench, PortKind kind)
    {
        var taken = 0;
        bench.Plane.ForBlocks((_, block) =>
        {
            for (var word = 0; word < 8; word++)
            {
                taken += System.Numerics.BitOperations.PopCount(block.Taken[((int)kind * 8) + word]);
            }
        });
        return taken;
    }

    [Fact]
    public void EveryPortOfTheAddress_CanBeUsed_AndThenNoneIsLeft()
    {
        using var bench = new NaptBench(new NaptSetup { Layout = new PortLayout(1, 0, 1024, 1279, 64, false) });
        var own = bench.Udp(9000, TwinMac);
        var used = new HashSet<ushort>();
        for (ushort port = 2000; port < 2000 + 192; port++)
        {
            Assert.True(used.Add(bench.Udp(port)));
        }

        Assert.All(used, p => Assert.NotEqual(own / 64, p / 64));
        bench.IsRefused(Datagram.Udp(Claimed, 5000, Server, 123), DropReason.PortsExhausted);
        Assert.Contains(bench.Plane.Punts(), p => p.Reason == PuntReason.Refused);

        // The other's block is the other's, and other protocols have ports of their own.
        bench.Udp(9001, TwinMac);
        bench.Tcp(2000, Syn);
        Assert.Equal(192u, bench.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
    }

    [Fact]
    public void LowPorts_AllTaken_GoAboveRatherThanNowhere()
    {
        using var bench = new NaptBench(new NaptSetup { Layout = new PortLayout(1022, 1023, 1024, 2047, 64, false) });
        var low = Enumerable.Range(500, 6).Select(p => bench.Udp((ushort)p)).Count(p => p < 1024);
        Assert.Equal(2, low);
    }

    [Fact]
    public void AddressGivenUp_MapsNothingNew()
    {
        using var bench = new NaptBench();
        bench.Plane.Shared.GiveUp(Ipv4Address.Parse(SharedAddress));
        bench.IsRefused(Datagram.Udp(Claimed, 4000, Server, 123), DropReason.NoLegal);
        Assert.Equal(0u, bench.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
    }

    [Fact]
    public void RemoteTaken_ChargesNothing()
    {
        using var bench = new NaptBench();
        bench.Leaves(new Datagram(Claimed, Server, IpProtocol.Gre));
        bench.IsRefused(new Datagram(Claimed, Server, IpProtocol.Gre), DropReason.RemoteTaken, TwinMac);
        Assert.Equal(0u, bench.Plane.Shared.UsedOf(3)[(int)PortKind.None]);
        Assert.Equal(Act.Redirect, bench.Plane.Run("from_access", FromTwin(4000).Frame(AccessMac, TwinMac)).Act);
    }
}
