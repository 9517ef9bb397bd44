using System.Runtime.InteropServices;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>What the sweep takes away and when, and what the mapping log learns of it (RFC 6888 REQ-8 and section 4).</summary>
public sealed class NaptSweepTests : IDisposable
{
    private readonly NaptHarness _harness = new(new NaptSetup { Layout = new PortLayout(1, 1023, 1024, 3071, 64, false) });

    public void Dispose() => _harness.Dispose();

    private (uint Live, uint Resting, uint Blocks) Sweep()
    {
        var found = _harness.Plane.Bpf.Sweep();
        return (found.Live, found.Resting, found.Blocks);
    }

    private List<PortsRecord> Log() =>
        [.. _harness.Plane.Punts().Where(p => p.Reason == PuntReason.Ports).Select(p => MemoryMarshal.Read<PortsRecord>(p.Frame))];

    [Fact]
    public void Port_RestsBeforeAnotherHasIt()
    {
        var used = Enumerable.Range(2000, 64).Select(p => _harness.AssertUdpLeaves((ushort)p)).ToHashSet();
        Assert.Equal((64u, 0u, 1u), Sweep());
        _harness.Plane.Age(301);
        Assert.Equal((0u, 64u, 1u), Sweep());
        _harness.Plane.Age(119);

        // Resting: not given again, not even to the same device's other ports.
        Assert.DoesNotContain(_harness.AssertUdpLeaves(3000), used);
        Assert.Equal((1u, 64u, 2u), Sweep());
        _harness.Plane.Age(1);
        Sweep();
        Assert.Equal((1u, 0u, 1u), Sweep());
        Assert.Equal(1u, _harness.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
        Assert.Single(_harness.Plane.Bpf.MappingHints.Keys());
    }

    [Fact]
    public void SweptPort_IsGivenAgain()
    {
        var counts = new int[2];
        for (var round = 0; round < 2; round++)
        {
            for (ushort port = 2000; _harness.Plane.Run("from_access", Datagram.Udp(Claimed, (ushort)(port + (round * 500)), Server, 123).Frame(AccessMac, DeviceMac)).Act == Act.Redirect; port++)
            {
                counts[round]++;
            }

            _harness.AssertRefused(Datagram.Udp(Claimed, 9000, Server, 123), DropReason.PortsExhausted);
            _harness.Plane.Age(301 + 120);
            Sweep();
            Sweep();
        }

        Assert.InRange(counts[0], 128, 256);
        Assert.Equal(counts[0], counts[1]);
    }

    [Fact]
    public void BindingThatEnded_LosesItsMappingsAtOnce_AndThePortsRest()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.Plane.BindShared(2, DeviceMac, Claimed, SharedAddress);
        _harness.AssertKeptOut(Datagram.Udp(Server, 123, SharedAddress, port), DropReason.NoMapping);
        Assert.NotEqual(port, _harness.AssertUdpLeaves(4000));
        Assert.Equal((1u, 1u, 1u), Sweep());
        _harness.Plane.Age(119);
        Assert.Equal((1u, 1u, 1u), Sweep());
        _harness.Plane.Age(2);
        Sweep();
        Assert.Equal((1u, 0u, 1u), Sweep());
        Assert.Equal(1u, _harness.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
    }

    [Fact]
    public void BindingThatWentAway_LosesItsMappings()
    {
        _harness.AssertUdpLeaves(4000);
        _harness.AssertUdpLeaves(500);
        _harness.Plane.Table.Clear(2);
        Assert.Equal((0u, 2u, 1u), Sweep());
        _harness.Plane.Age(121);
        Sweep();
        Assert.Equal((0u, 0u, 0u), Sweep());
        Assert.True(_harness.Plane.Shared.IsEmpty(2));
        Assert.Empty(_harness.Plane.Bpf.MappingHints.Keys());
    }

    [Fact]
    public void PortsOfAnUnverifiedDeviceThatHadToMakeRoom_AreFreeAtTheNextSweep()
    {
        _harness.AssertUdpLeaves(4000);
        _harness.AssertUdpLeaves(500);
        _harness.Plane.Age(2);
        _harness.Plane.Table.Clear(2);
        _harness.Plane.Shared.Abandon(2);
        Sweep();
        Assert.Equal((0u, 0u, 0u), Sweep());
        Assert.True(_harness.Plane.Shared.IsEmpty(2));
        Assert.Empty(_harness.Plane.Bpf.MappingHints.Keys());
    }

    [Fact]
    public void PortsOfAShareThatWasAnUnverifiedDevicesBefore_RestAsAnyOthers()
    {
        _harness.Plane.Shared.Abandon(2);
        _harness.Plane.Shared.OpenShare(2, Ipv4Address.Parse(SharedAddress));
        _harness.AssertUdpLeaves(4000);
        _harness.Plane.Table.Clear(2);
        Assert.Equal((0u, 1u, 1u), Sweep());
    }

    [Fact]
    public void Log_HasABlocksBeginningAndEnd()
    {
        var port = _harness.AssertUdpLeaves(4000);
        Sweep();
        Sweep();
        var begun = Assert.Single(Log());
        Assert.Equal((SharedAddress, 2u, (byte)0, (byte)0), (((Ipv4Address)begun.Address).ToString(), begun.Share, begun.Protocol, begun.Ended));
        Assert.InRange(port, begun.First, begun.Last);
        Assert.Equal((0, 63), (begun.First % 64, begun.Last - begun.First));

        _harness.Plane.Age(301 + 121);
        Sweep();
        Sweep();
        var ended = Assert.Single(Log());
        Assert.Equal((2u, begun.First, begun.Last, (byte)1), (ended.Share, ended.First, ended.Last, ended.Ended));
    }

    [Fact]
    public void Log_HasALowPortsBeginningAndEnd()
    {
        Assert.Equal(500, _harness.AssertUdpLeaves(500));
        Sweep();
        Sweep();
        var begun = Assert.Single(Log());
        Assert.Equal((2u, (ushort)500, (ushort)500, IpProtocol.Udp, (byte)0), (begun.Share, begun.First, begun.Last, begun.Protocol, begun.Ended));
        _harness.Plane.Age(301 + 121);
        Sweep();
        var ended = Assert.Single(Log());
        Assert.Equal((2u, (ushort)500, (ushort)500, IpProtocol.Udp, (byte)1), (ended.Share, ended.First, ended.Last, ended.Protocol, ended.Ended));
    }

    [Fact]
    public void Hint_OfTheRevivedMapping_SurvivesTheSweep()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.Plane.Age(301 + 119);
        Assert.Equal(port, _harness.AssertUdpLeaves(4000));
        Assert.Equal((1u, 0u, 1u), Sweep());
        Assert.Equal(port, _harness.AssertUdpLeaves(4000));
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
    }
}
