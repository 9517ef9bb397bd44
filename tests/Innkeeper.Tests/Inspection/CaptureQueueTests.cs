using Innkeeper.Inspection;
using Innkeeper.TestFrames;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Inspection;

/// <summary>Frames in the order of their times, and the reasons for drops beside the frames that they are about.</summary>
public sealed class CaptureQueueTests
{
    private const long Ms = 1_000_000;
    private static readonly MacAddress s_device = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_gateway = MacAddress.Parse("02:00:00:00:00:a1");
    private readonly CaptureQueue _queue = new(1 << 20);

    private static byte[] Packet(ushort port = 1, string source = "47.31.128.195", ushort vlan = 0) =>
        FrameBuilder.Udp(new FramePath(s_device, s_gateway, Ipv4Address.Parse(source), Ipv4Address.Parse("203.0.113.10")) { Vlan = vlan }, port, 53, 1, 2, 3);

    private static CapturedFrame Frame(int at, long time, byte[] data, string? comment = null) => new(at, time, data.Length, false, data) { Comment = comment };

    private List<CapturedFrame> All()
    {
        var all = new List<CapturedFrame>();
        while (_queue.TryTake(long.MaxValue, out var frame))
        {
            all.Add(frame);
        }

        return all;
    }

    [Fact]
    public void Frames_OfTwoInterfaces_ComeInTheOrderOfTheirTimes()
    {
        foreach (var (at, time) in new[] { (0, 3L), (1, 1L), (0, 5L), (1, 4L), (0, 2L) })
        {
            _queue.Add(Frame(at, time, Packet()));
        }

        Assert.Equal([1L, 2, 3, 4, 5], All().Select(f => f.Time));
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void Frame_WaitsForItsDrop_AndNoLonger()
    {
        _queue.Add(Frame(0, 100 * Ms, Packet()));

        Assert.False(_queue.TryTake((100 * Ms) + CaptureQueue.Delay - 1, out _));
        Assert.True(_queue.TryTake((100 * Ms) + CaptureQueue.Delay, out _));
    }

    [Fact]
    public void Frames_AboveTheLimitOfOctets_DoNotWait_AndNoClockThatIsSetBackHoldsThem()
    {
        var small = new CaptureQueue(100);
        small.Add(Frame(0, 100 * Ms, new byte[80]));
        Assert.False(small.TryTake(100 * Ms, out _));
        small.Add(Frame(0, 100 * Ms, new byte[80]));
        Assert.True(small.TryTake(100 * Ms, out _));
        Assert.False(small.TryTake(100 * Ms, out _));
        Assert.True(small.TryTake(0, out _));
    }

    [Fact]
    public void Drop_OfAFrame_IsItsComment_AndNoFrameOfItsOwn()
    {
        _queue.Add(Frame(0, 1, Packet(port: 1)));
        _queue.Add(Frame(0, 2, Packet(port: 2)));

        _queue.AddDropped(Frame(0, 3, Packet(port: 2), "denied"));

        Assert.Equal([null, "denied"], All().Select(f => f.Comment));
    }

    [Fact]
    public void Drops_OfSomeOfManyEqualFrames_AreThoseNearestInTime()
    {
        for (var i = 0; i < 5; i++)
        {
            _queue.Add(Frame(0, i * Ms, Packet()));
        }

        _queue.AddDropped(Frame(0, (3 * Ms) + 2000, Packet(), "rate"));
        _queue.AddDropped(Frame(0, (4 * Ms) + 2000, Packet(), "rate"));

        Assert.Equal([null, null, null, "rate", "rate"], All().Select(f => f.Comment));
    }

    [Fact]
    public void Drop_OfAPacketThatIsTranslatedAlready_OrTaggedOnTheWire_IsFoundToo()
    {
        _queue.Add(Frame(0, 1, Packet(vlan: 12)));

        _queue.AddDropped(Frame(0, 2, Packet(source: "137.118.199.50"), "failed"));

        Assert.Equal("failed", Assert.Single(All()).Comment);
    }

    [Fact]
    public void Drop_WithoutItsFrame_IsTheFrame()
    {
        _queue.Add(Frame(1, 1, Packet()));
        _queue.AddDropped(Frame(0, 2, Packet(), "held"));

        Assert.Equal([(1, null), (0, "held")], All().Select(f => (f.Interface, f.Comment)));
    }

    [Fact]
    public void Drop_OfOctetsThatAreNoPacket_DoesNotThrow()
    {
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var octets = new byte[random.Next(0, 60)];
            random.NextBytes(octets);
            _queue.Add(Frame(0, i, octets));
            _queue.AddDropped(Frame(0, i, octets, "malformed"));
        }

        Assert.Equal(2000, All().Count(f => f.Comment is not null));
    }
}
