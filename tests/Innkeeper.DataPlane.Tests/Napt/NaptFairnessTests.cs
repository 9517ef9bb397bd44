using System.Runtime.InteropServices;
using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>Many devices, or few greedy ones, on one shared address: what each of them gets, and what is left for the next.</summary>
public sealed class NaptFairnessTests : IDisposable
{
    /// <summary>32 blocks of 64.</summary>
    private const int Total = 2048;

    private const uint FirstDevice = 6;

    private readonly NaptHarness _harness = new(new NaptSetup { Layout = new PortLayout(1, 0, 2048, 2048 + Total - 1, 64, false), Ports = 2048 });
    private readonly Dictionary<uint, HashSet<ushort>> _outside = [];
    private ushort _nextPort = 10_000;

    public void Dispose() => _harness.Dispose();

    private static string MacOf(uint device) => $"02:00:00:00:02:{device:x2}";

    private void Join(uint device, bool isKnown = false)
    {
        _harness.Plane.BindShared(device, MacOf(device), Claimed, SharedAddress);
        _harness.Plane.Shared.OpenShare(device, Ipv4Address.Parse(SharedAddress));
        _harness.Plane.Shared.Keep(device, isKnown ? 0 : FairShare.NewcomerKeeps);
        _outside[device] = [];
    }

    private bool TryPort(uint device, ushort port, byte protocol = IpProtocol.Udp)
    {
        var packet = protocol == IpProtocol.Udp ? Datagram.Udp(Claimed, port, Server, 123) : Datagram.Ping(Claimed, Server, port);
        var (act, frame) = _harness.Plane.Run("from_access", packet.Frame(AccessMac, MacOf(device)));
        if (act != Act.Redirect)
        {
            return false;
        }

        var at = EthernetHeader.Size + Ipv4Header.Size + (protocol == IpProtocol.Udp ? 0 : 4);
        var outside = (ushort)((frame[at] << 8) | frame[at + 1]);
        Assert.InRange(outside, 2048, 2048 + Total - 1);
        if (protocol == IpProtocol.Udp)
        {
            Assert.All(_outside, o => Assert.DoesNotContain(outside, o.Value));
            _outside[device].Add(outside);
        }

        return true;
    }

    /// <summary>All ask in turn until none gets another port.</summary>
    private void TakeAll(IReadOnlyCollection<uint> devices)
    {
        for (var some = true; some; _nextPort++)
        {
            some = false;
            foreach (var device in devices)
            {
                some |= TryPort(device, _nextPort);
            }
        }
    }

    private List<PortsRecord> Log() =>
        [.. _harness.Plane.Punts().Where(p => p.Reason == PuntReason.Ports).Select(p => MemoryMarshal.Read<PortsRecord>(p.Frame))];

    private static uint[] Devices(uint count) => [.. Enumerable.Range(0, (int)count).Select(i => FirstDevice + (uint)i)];

    [Fact]
    public void FewGreedyDevices_LeaveWhatANewOneNeeds_AndMoreForAKnownOne()
    {
        var greedy = Devices(16);
        Array.ForEach(greedy, d => Join(d));
        TakeAll(greedy);
        Assert.All(greedy, d => Assert.InRange(_outside[d].Count, 32, 128));

        const uint New = 60, Known = 61;
        Join(New);
        TakeAll([New]);
        Assert.InRange(_outside[New].Count, 32, 128);
        Join(Known, isKnown: true);
        TakeAll([Known]);
        Assert.InRange(_outside[Known].Count, _outside[New].Count + 1, 256);
    }

    [Fact]
    public void MoreDevicesThanBlocks_AllGetPorts()
    {
        // 52 devices, 32 blocks: before, twenty of them got nothing.
        var crowd = Devices(52);
        foreach (var device in crowd)
        {
            Join(device);
            Assert.True(TryPort(device, 5000));
            Assert.True(TryPort(device, 1, IpProtocol.Icmp));
        }

        _harness.Plane.Age(2);
        _harness.Plane.Bpf.Sweep();
        _harness.Plane.Bpf.Sweep();
        TakeAll(crowd);
        Assert.All(crowd, d => Assert.InRange(_outside[d].Count, 16, 64 + 64));
        Assert.InRange(crowd.Sum(d => _outside[d].Count), Total / 2, Total);
    }

    [Fact]
    public void CrowdedAddress_TakesBackWhatDevicesDoNotUseOfTheirBlocks_AndKeepsTheirMappings()
    {
        var early = Devices(12);
        foreach (var device in early)
        {
            Join(device);
            Assert.True(TryPort(device, 5000));
        }

        // The rest takes nearly all that is left.
        var late = Enumerable.Range(20, 40).Select(i => (uint)i).ToArray();
        Array.ForEach(late, d => Join(d));
        TakeAll(late);
        var before = late.Sum(d => _outside[d].Count);
        _harness.Plane.Bpf.Sweep();
        Log();
        _harness.Plane.Age(2);
        _harness.Plane.Bpf.Sweep();
        var ended = Log().Where(r => r.Ended != 0 && r.Protocol == 0).ToList();
        Assert.InRange(ended.Count, 1, early.Length);

        // The ports in use stay their devices', and the log has them one by one.
        Assert.All(early, d => AssertSameMapping(d));
        _harness.Plane.Bpf.Sweep();
        var singles = Log().Where(r => r.Ended == 0 && r.Protocol == IpProtocol.Udp).Select(r => r.First).ToHashSet();
        Assert.All(ended, e => Assert.Contains(_outside[e.Share].Single(), singles));

        TakeAll(late);
        Assert.InRange(late.Sum(d => _outside[d].Count) - before, 1, Total);
    }

    [Fact]
    public void CommonBlocks_AreFreeAgainWhenTheirMappingsEnded_AndDevicesHaveTheirOwnAgain()
    {
        var crowd = Devices(52);
        Array.ForEach(crowd, d => Join(d));
        TakeAll(crowd);
        Assert.InRange(_harness.Plane.Shared.Room.Free, 1, Total / 4);
        for (var i = 0; i < 4; i++)
        {
            _harness.Plane.Bpf.Sweep();
            _harness.Plane.Age(301);
        }

        _harness.Plane.Bpf.Sweep();
        _harness.Plane.Bpf.Sweep();
        Assert.Equal(new PortRoom(1, Total, Total), _harness.Plane.Shared.Room);
        Assert.All(crowd, d => Assert.True(_harness.Plane.Shared.IsEmpty(d)));
        Assert.Equal(0u, _harness.Plane.Bpf.Sweep().Blocks);

        // What the log has of them is even: as many ends as beginnings.
        foreach (var of in Log().GroupBy(r => (r.First, r.Last, r.Protocol, r.Share)))
        {
            Assert.Equal(of.Count(r => r.Ended == 0), of.Count(r => r.Ended != 0));
        }
    }

    [Fact]
    public void Refused_IsCounted()
    {
        var before = _harness.Plane.Shared.Refused;
        Join(FirstDevice);
        TakeAll([FirstDevice]);
        Assert.Equal(before + 1, _harness.Plane.Shared.Refused);
        Assert.InRange(_outside[FirstDevice].Count, (Total / 9) - 64, Total / 8);
    }

    private void AssertSameMapping(uint device)
    {
        var port = _outside[device].Single();
        var (act, frame) = _harness.Plane.Run("from_access", Datagram.Udp(Claimed, 5000, Server, 123).Frame(AccessMac, MacOf(device)));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(port, (ushort)((frame[34] << 8) | frame[35]));
    }
}
