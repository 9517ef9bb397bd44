using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>
/// Two CPUs at once: no outside port ever stands for two endpoints (RFC 4787 REQ-3), no endpoint has two (REQ-1), and nothing
/// is charged that is not there.
/// </summary>
public sealed partial class NaptRaceTests : IDisposable
{
    private const int Flows = 1500;

    private readonly NaptHarness _harness = new(new NaptSetup { Ports = 4000, Mappings = 16384 });

    public void Dispose() => _harness.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setaffinity(int pid, nuint size, in ulong mask);

    /// <summary>Runs both on CPUs of their own, flow by flow at the same moment; the ports they saw.</summary>
    private (ushort[] One, ushort[] Two) Race(Func<int, byte[]> one, Func<int, byte[]> two, Action<int>? between = null)
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "a race needs two CPUs");
        using var barrier = new Barrier(2, b => between?.Invoke((int)b.CurrentPhaseNumber));
        var ports = new[] { new ushort[Flows], new ushort[Flows] };
        Exception? failure = null;
        var threads = ((Func<int, byte[]>[])[one, two]).Select((frames, cpu) => new Thread(() =>
        {
            // Without affinity it is a race too.
            _ = sched_setaffinity(0, sizeof(ulong), 1UL << cpu);
            try
            {
                for (var flow = 0; flow < Flows; flow++)
                {
                    var frame = frames(flow);
                    barrier.SignalAndWait(TestContext.Current.CancellationToken);
                    var (act, result) = _harness.Plane.Run("from_access", frame);
                    Assert.Equal(Act.Redirect, act);
                    ports[cpu][flow] = BinaryPrimitives.ReadUInt16BigEndian(result.AsSpan(34));
                }
            }
            catch (Exception e)
            {
                failure = e;
                barrier.RemoveParticipant();
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Null(failure);
        return (ports[0], ports[1]);
    }

    private static byte[] Frame(int flow, string mac) => (flow % 2 == 0
        ? Datagram.Udp(Claimed, (ushort)(2000 + flow), Server, 123)
        : Datagram.Tcp(Claimed, (ushort)(2000 + flow), Server, 80, NaptHarness.Syn)).Frame(AccessMac, mac);

    /// <param name="sleepers">Mappings of an earlier generation, which rest.</param>
    private void AssertWhole(int endpoints, int sleepers = 0)
    {
        var mappings = _harness.Plane.Mappings();
        var generations = new uint[4];
        foreach (var number in (uint[])[2, 3])
        {
            Assert.True(_harness.Plane.Bpf.Bindings.TryGet(number, out var slot));
            generations[number] = slot.Generation;
        }

        var live = mappings.Where(m => m.Mapping.Generation == generations[m.Mapping.Binding]).ToList();
        Assert.Equal((endpoints, sleepers), (live.Count, mappings.Count - live.Count));
        Assert.Equal(endpoints, live.Select(m => (m.Mapping.Binding, m.Key.Protocol, m.Mapping.Port)).Distinct().Count());
        foreach (var (key, mapping) in live)
        {
            var inside = new MappingKey { Side = mapping.Binding, Port = mapping.Port, Protocol = key.Protocol };
            Assert.True(_harness.Plane.Bpf.MappingHints.TryGet(inside, out var hint));
            Assert.Equal((key.Port, mapping.Generation), (hint.Port, hint.Generation));
        }

        Assert.Equal(endpoints, _harness.Plane.Bpf.MappingHints.Keys().Count);
        foreach (var number in (uint[])[2, 3])
        {
            Assert.Equal(mappings.Count(m => m.Mapping.Binding == number), _harness.Plane.Shared.UsedOf(number).Sum(u => (int)u));
        }

        // A block's bits are its owner's ports, neither more nor fewer.
        var taken = new HashSet<(int Kind, int Port)>();
        _harness.Plane.ForBlocks((number, block) =>
        {
            for (var bit = 0; bit < 4 * 8 * 64; bit++)
            {
                if ((block.Taken[bit / 64] >> (bit % 64) & 1) != 0)
                {
                    taken.Add((bit / 512, (int)(number % SharedAddressSlot.Blocks * 64) + (bit % 512)));
                }
            }
        });
        Assert.Equal(mappings.Count, taken.Count);
        Assert.All(mappings, m => Assert.Contains(((int)(m.Key.Protocol == IpProtocol.Tcp ? PortKind.Tcp : PortKind.Udp), (int)(ushort)m.Key.Port), taken));
    }

    [Fact]
    public void TwoDevices_OfOneAddress_NeverShareAPort()
    {
        var (one, two) = Race(f => Frame(f, DeviceMac), f => Frame(f, TwinMac), phase =>
        {
            if (phase % 100 == 0)
            {
                _harness.Plane.Bpf.Sweep();
            }
        });
        foreach (var parity in (int[])[0, 1])
        {
            Assert.Empty(one.Where((_, f) => f % 2 == parity).Intersect(two.Where((_, f) => f % 2 == parity)));
        }

        AssertWhole(2 * Flows);
    }

    [Fact]
    public void OneDevice_OnTwoCpus_HasOnePortForEachEndpoint()
    {
        var (one, two) = Race(f => Frame(f, DeviceMac), f => Frame(f, DeviceMac));
        Assert.Equal(one, two);
        AssertWhole(Flows);
    }

    [Fact]
    public void OneDevice_BoundAnew_OnTwoCpus_HasOnePortForEachEndpoint()
    {
        for (var flow = 0; flow < Flows; flow++)
        {
            Assert.Equal(Act.Redirect, _harness.Plane.Run("from_access", Frame(flow, DeviceMac)).Act);
        }

        _harness.Plane.BindShared(2, DeviceMac, Claimed, SharedAddress);
        var (one, two) = Race(f => Frame(f, DeviceMac), f => Frame(f, DeviceMac));
        Assert.Equal(one, two);
        AssertWhole(Flows, Flows);
    }

    [Fact]
    public void LastPortsOfADevice_AreGivenOnce()
    {
        using var harness = new NaptHarness(new NaptSetup { Layout = new PortLayout(1, 0, 2048, 4095, 64, false), Ports = 4000 });
        var got = new List<ushort>[2];
        var threads = ((string[])[DeviceMac, DeviceMac]).Select((mac, cpu) => new Thread(() =>
        {
            _ = sched_setaffinity(0, sizeof(ulong), 1UL << cpu);
            got[cpu] = [];
            for (var flow = 0; flow < 400; flow++)
            {
                var (act, frame) = harness.Plane.Run("from_access", Datagram.Udp(Claimed, (ushort)(2000 + (cpu * 500) + flow), Server, 123).Frame(AccessMac, mac));
                if (act == Act.Redirect)
                {
                    got[cpu].Add(BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(34)));
                }
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        var ports = got[0].Count + got[1].Count;
        Assert.InRange(ports, 2048 / 11, 2048 / 8);
        Assert.Equal(ports, got[0].Concat(got[1]).Distinct().Count());
        Assert.Equal((uint)ports, harness.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
    }
}
