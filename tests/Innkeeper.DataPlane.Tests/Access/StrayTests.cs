using System.Diagnostics;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Access;

/// <summary>Frames with our own MAC as source, and frames to MACs that are not ours: what is reported, and what is taken.</summary>
public sealed class StrayTests : IDisposable
{
    private const string Former = "00:1b:21:0a:0b:0c";

    private static readonly byte[] s_data = new byte[16];

    private readonly Plane _plane = new();

    public void Dispose() => _plane.Dispose();

    [Fact]
    public void OwnMacAsSource_IsDroppedAndReported()
    {
        var punts = PuntsOf(_plane, () => _plane.AssertDropped(
            "from_access", Packets.Ipv4(Former, AccessMac, Claimed, Server, IpProtocol.Udp, s_data), DropReason.BadSourceMac));

        Assert.Equal([PuntReason.OwnMac], punts);
    }

    [Fact]
    public void UnicastToAnother_IsDroppedAndReportedOnceASecond()
    {
        var punts = PuntsOf(_plane, () =>
        {
            for (var i = 0; i < 20; i++)
            {
                _plane.AssertDropped("from_access", Packets.Ipv4(Former, DeviceMac, Claimed, Server, IpProtocol.Udp, s_data), DropReason.NotForUs);
            }
        });

        Assert.Equal([PuntReason.Stray], punts);
    }

    [Fact]
    public void InventedStations_AreReportedUpToALimit()
    {
        var watch = Stopwatch.StartNew();
        var punts = PuntsOf(_plane, () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                _plane.AssertDropped("from_access", Packets.Ipv4(Former, $"02:00:00:07:{i / 256:x2}:{i % 256:x2}", Claimed, Server, IpProtocol.Udp, s_data), DropReason.NotForUs);
            }
        });

        // A burst of 100, and 100 a second for as long as it took.
        Assert.InRange(punts.Count, 90, 102 + (int)(watch.Elapsed.TotalSeconds * 100));
    }

    [Fact]
    public void OneArm_ReportsNone()
    {
        using var plane = new Plane(flags: ConfigFlags.OneArm);

        Assert.Empty(PuntsOf(plane, () => plane.Run("from_access", Packets.Ipv4(Former, DeviceMac, Claimed, Server, IpProtocol.Udp, s_data))));
    }

    [Fact]
    public void FormerGateway_TakesADevicesPacketAsOurOwnMacDoes()
    {
        _plane.Bpf.FormerGateways.Set(new StationKey { Mac = MacAddress.Parse(Former) }, 1);
        var expected = _plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Udp, s_data));

        var (act, frame) = _plane.Run("from_access", Packets.Ipv4(Former, DeviceMac, Claimed, Server, IpProtocol.Udp, s_data));

        Assert.Equal((Act.Redirect, expected.Act), (act, expected.Act));
        Assert.Equal(Convert.ToHexString(expected.Frame[EthernetHeader.Size..]), Convert.ToHexString(frame[EthernetHeader.Size..]));
    }

    [Fact]
    public void FormerGateway_IsAnsweredForByOurOwnMac()
    {
        _plane.Bpf.FormerGateways.Set(new StationKey { Mac = MacAddress.Parse(Former) }, 1);

        var (act, reply) = _plane.Run("from_access", Packets.Arp(Former, DeviceMac, ArpMessage.Request(MacAddress.Parse(DeviceMac), Ipv4Address.Parse(Claimed), Ipv4Address.Parse(Gateway))));

        Assert.Equal(Act.Redirect, act);
        Assert.True(EthernetPacket.TryParse(reply, out var ethernet));
        Assert.True(ArpMessage.TryParse(ethernet.Payload, out var message));
        Assert.Equal((MacAddress.Parse(AccessMac), MacAddress.Parse(AccessMac), Ipv4Address.Parse(Gateway)), (ethernet.Source, message.SenderMac, message.SenderIp));
    }

    private static List<PuntReason> PuntsOf(Plane plane, Action act)
    {
        plane.Punts();
        act();
        return [.. plane.Punts().Select(p => p.Reason)];
    }
}
