using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Access;

/// <summary>What is dropped is known by station: the device that sent it, or that it is for.</summary>
public sealed class StationDropTests : IDisposable
{
    private const string UnknownMac = "02:00:00:00:99:99";

    private static readonly byte[] s_data = new byte[16];

    private readonly Plane _plane = new(inbound: false);

    public void Dispose() => _plane.Dispose();

    [Fact]
    public void FromAccess_Drop_IsKeptBySourceWithItsDestination()
    {
        var frame = Packets.Ipv4(AccessMac, DeviceMac, Claimed, "224.0.0.9", IpProtocol.Udp, s_data);
        _plane.AssertDropped("from_access", frame, DropReason.BogusDestination);
        _plane.AssertDropped("from_access", frame, DropReason.BogusDestination);

        var drop = Assert.Single(Drops());
        Assert.Equal(
            (Station(DeviceMac), DropReason.BogusDestination, 2UL, Ipv4Address.Parse("224.0.0.9"), (ushort)0x0800),
            (drop.Station, drop.Reason, drop.Count, drop.Destination, drop.EtherType));
        Assert.InRange(drop.LastAge, TimeSpan.Zero, drop.SinceAge);
        Assert.InRange(drop.SinceAge, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void FromAccess_DropOfAnUnknownStation_IsKeptToo()
    {
        var frame = new byte[60];
        EthernetHeader.Write(frame, MacAddress.Parse(AccessMac), MacAddress.Parse(UnknownMac), 0x88cc);
        _plane.AssertDropped("from_access", frame, DropReason.Ethertype);

        var drop = Assert.Single(Drops());
        Assert.Equal((Station(UnknownMac), DropReason.Ethertype, Ipv4Address.Any, (ushort)0x88cc), (drop.Station, drop.Reason, drop.Destination, drop.EtherType));
    }

    [Fact]
    public void FromUplink_RefusedPacket_IsKeptByTheDeviceThatItIsFor()
    {
        _plane.AssertDropped("from_uplink", Packets.Ipv4(UplinkMac, RouterMac, Server, TwinLegal, IpProtocol.Udp, Packets.Udp(Server, TwinLegal, 1, 2, s_data)), DropReason.InboundRefused);

        var drop = Assert.Single(Drops());
        Assert.Equal((Station(TwinMac), DropReason.InboundRefused), (drop.Station, drop.Reason));
    }

    [Fact]
    public void FromUplink_DropThatIsForNoDevice_IsKeptByNone()
    {
        _plane.AssertDropped("from_uplink", Packets.Ipv4(UplinkMac, RouterMac, Server, Inside, IpProtocol.Udp, Packets.Udp(Server, Inside, 1, 2, s_data)), DropReason.SpoofedInside);
        Assert.Empty(Drops());
    }

    [Fact]
    public void FromAccess_FrameForTheControlPlane_IsNoDrop()
    {
        // The first is dropped; the second goes to the control plane, and must not count as another drop of the first kind.
        _plane.AssertDropped("from_access", Packets.Ipv4(AccessMac, UnknownMac, "10.9.8.7", "224.0.0.9", IpProtocol.Udp, s_data), DropReason.BogusDestination);
        Assert.Equal(Act.Drop, _plane.Run("from_access", Packets.Ipv4(AccessMac, UnknownMac, "10.9.8.7", Server, IpProtocol.Udp, s_data)).Act);
        Assert.Equal(1UL, Assert.Single(Drops()).Count);
    }

    [Fact]
    public void FromAccess_FloodOfInventedStations_IsBounded_AndAKnownDeviceIsStillKept()
    {
        var frame = new byte[60];
        const int Invented = 20_000;
        for (var i = 0; i < Invented; i++)
        {
            EthernetHeader.Write(frame, MacAddress.Parse(AccessMac), new MacAddress(0x0200_aa00_0000UL + (ulong)i), 0x88cc);
            _plane.Run("from_access", frame);
        }

        var before = Drops().Count;
        Assert.InRange(before, 1, (int)_plane.Bpf.StationDrops.Capacity);
        Assert.True(before < Invented, $"{before}");

        _plane.AssertDropped("from_uplink", Packets.Ipv4(UplinkMac, RouterMac, Server, TwinLegal, IpProtocol.Udp, Packets.Udp(Server, TwinLegal, 1, 2, s_data)), DropReason.InboundRefused);
        Assert.Contains(Drops(), d => d.Station == Station(TwinMac));
    }

    [Fact]
    public void Drops_OlderThanTheWindow_AreNotReported_AndTheirCountBeginsAnew()
    {
        var frame = Packets.Ipv4(AccessMac, DeviceMac, Claimed, "224.0.0.9", IpProtocol.Udp, s_data);
        _plane.AssertDropped("from_access", frame, DropReason.BogusDestination);
        var key = Assert.Single(_plane.Bpf.StationDrops.Keys());
        Assert.True(_plane.Bpf.StationDrops.TryGet(key, out var slot));
        var earlier = (ulong)(StationDrops.Window + TimeSpan.FromSeconds(5)).TotalNanoseconds;
        _plane.Bpf.StationDrops.Set(key, slot with { Since = slot.Since - earlier, Last = slot.Last - earlier, Count = 7 });
        Assert.Empty(Drops());

        _plane.AssertDropped("from_access", frame, DropReason.BogusDestination);
        Assert.Equal(1UL, Assert.Single(Drops()).Count);
    }

    private static Station Station(string mac) => new(0, MacAddress.Parse(mac));

    private IReadOnlyList<StationDrop> Drops() => new StationDrops(_plane.Bpf.StationDrops, TimeProvider.System).All;
}
