using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Access;

/// <summary>Of one station, each frame that is dropped is copied with the reason.</summary>
public sealed class DropCopyTests : IDisposable
{
    private static readonly byte[] s_data = new byte[16];

    private readonly Plane _plane = new(inbound: false);

    public void Dispose() => _plane.Dispose();

    private static byte[] ToMulticast(string mac, int payload = 16) => Packets.Ipv4(AccessMac, mac, Claimed, "224.0.0.9", IpProtocol.Udp, new byte[payload]);

    private static List<(DropCopy Drop, byte[] Frame)> Taken(IDropFeed feed)
    {
        var taken = new List<(DropCopy, byte[])>();
        feed.Take((in DropCopy drop, ReadOnlySpan<byte> frame) => taken.Add((drop, frame.ToArray())));
        return taken;
    }

    [Fact]
    public void Drop_OfTheCapturedStation_IsCopiedWithReasonAndFrame_AndNoOthers()
    {
        using var feed = _plane.Bpf.OpenDropCopies().Open(MacAddress.Parse(DeviceMac));
        var frame = ToMulticast(DeviceMac);
        _plane.AssertDropped("from_access", frame, DropReason.BogusDestination);
        _plane.AssertDropped("from_access", ToMulticast(TwinMac), DropReason.BogusDestination);

        var (drop, octets) = Assert.Single(Taken(feed));
        Assert.Equal((DropReason.BogusDestination, (uint)frame.Length, (uint)frame.Length, (ushort)0), (drop.Reason, drop.Length, drop.Captured, drop.Vlan));
        Assert.InRange(TimeProvider.System.GetElapsedTime(0) - TimeSpan.FromTicks((long)drop.Time / 100), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(frame, octets);
    }

    [Fact]
    public void Drop_OfAPacketForTheCapturedStation_IsCopiedToo()
    {
        using var feed = _plane.Bpf.OpenDropCopies().Open(MacAddress.Parse(TwinMac));
        _plane.AssertDropped("from_uplink", Packets.Ipv4(UplinkMac, RouterMac, Server, TwinLegal, IpProtocol.Udp, Packets.Udp(Server, TwinLegal, 1, 2, s_data)), DropReason.InboundRefused);
        Assert.Equal(DropReason.InboundRefused, Assert.Single(Taken(feed)).Drop.Reason);
    }

    [Fact]
    public void Frame_ThatPasses_AndDropsAfterTheEnd_AreNotCopied()
    {
        var copies = _plane.Bpf.OpenDropCopies();
        using (var feed = copies.Open(MacAddress.Parse(DeviceMac)))
        {
            Assert.Equal(Act.Redirect, _plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 1, 2, s_data))).Act);
            Assert.Empty(Taken(feed));
        }

        _plane.AssertDropped("from_access", ToMulticast(DeviceMac), DropReason.BogusDestination);
        using var next = copies.Open(MacAddress.Parse(DeviceMac));
        Assert.Empty(Taken(next));
    }

    [Fact]
    public void LongFrame_IsCut_AndAFloodIsBoundedByTheRing()
    {
        using var feed = _plane.Bpf.OpenDropCopies().Open(MacAddress.Parse(DeviceMac));
        var frame = ToMulticast(DeviceMac, payload: 3000);
        const int Sent = 2000;
        for (var i = 0; i < Sent; i++)
        {
            _plane.Run("from_access", frame);
        }

        var taken = Taken(feed);
        Assert.InRange(taken.Count, 200, Sent - 1);
        Assert.All(taken, t => Assert.Equal(((uint)frame.Length, 2048u, 2048), (t.Drop.Length, t.Drop.Captured, t.Frame.Length)));
    }
}
