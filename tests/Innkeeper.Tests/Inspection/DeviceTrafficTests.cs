using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Inspection;
using Innkeeper.TestFrames;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Inspection;

/// <summary>Which packets of an uplink are one device's, by its own outside address or by its mappings.</summary>
public sealed class DeviceTrafficTests
{
    private const string Own = "137.118.199.50";
    private const string Shared = "137.118.199.60";
    private const string Server = "203.0.113.10";
    private static readonly MacAddress s_device = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_other = MacAddress.Parse("02:00:00:00:01:02");
    private static readonly MacAddress s_uplink = MacAddress.Parse("02:00:00:00:00:b1");
    private static readonly MacAddress s_router = MacAddress.Parse("02:00:00:00:00:01");
    private readonly Dictionary<(string Side, byte Protocol, ushort Port, string Remote), uint> _mappings = [];
    private readonly DeviceTraffic _traffic;

    public DeviceTrafficTests() => _traffic = new DeviceTraffic(s_device, key =>
        _mappings.TryGetValue((((Ipv4Address)new BigEndian32(key.Side)).ToString(), key.Protocol, key.Port, ((Ipv4Address)key.Remote).ToString()), out var owner) ? owner : null);

    private static FramePath Out(string source) => new(s_uplink, s_router, Ipv4Address.Parse(source), Ipv4Address.Parse(Server));

    private static FramePath In(string destination) => new(s_router, s_uplink, Ipv4Address.Parse(Server), Ipv4Address.Parse(destination));

    private void Bind(params (uint Number, MacAddress Mac, string Legal, string Shared)[] bindings) => _traffic.Follow(bindings.ToImmutableDictionary(b => b.Number, b =>
        new Binding(b.Number, new ClaimedAddress(new Station(0, b.Mac), Ipv4Address.Parse("10.0.0.5")), Ipv4Address.Parse(b.Legal), Ipv4Address.Any, false, default) { Shared = Ipv4Address.Parse(b.Shared) }));

    [Fact]
    public void OwnOutsideAddress_InBothDirections_IsTheDevices_AndNoOther()
    {
        Bind((1, s_device, Own, "0.0.0.0"), (2, s_other, "137.118.199.51", "0.0.0.0"));

        Assert.True(_traffic.IsOutside(FrameBuilder.Udp(Out(Own), 1, 2)));
        Assert.True(_traffic.IsOutside(FrameBuilder.Udp(In(Own), 1, 2)));
        Assert.True(_traffic.IsOutside(FrameBuilder.Arp(s_router, MacAddress.Broadcast, ArpMessage.Request(s_router, Ipv4Address.Parse("137.118.199.1"), Ipv4Address.Parse(Own)))));
        Assert.False(_traffic.IsOutside(FrameBuilder.Udp(Out("137.118.199.51"), 1, 2)));
        Assert.False(_traffic.IsOutside(FrameBuilder.Udp(Out("137.118.199.2"), 1, 2)));
        Assert.Equal([Ipv4Address.Parse(Own)], _traffic.Outside);
    }

    [Fact]
    public void SharedAddress_IsTheDevicesByItsMappingsOnly()
    {
        Bind((1, s_device, "0.0.0.0", Shared), (2, s_other, "0.0.0.0", Shared));
        _mappings[(Shared, IpProtocol.Tcp, 5000, "0.0.0.0")] = 1;
        _mappings[(Shared, IpProtocol.Tcp, 5001, "0.0.0.0")] = 2;
        _mappings[(Shared, IpProtocol.Icmp, 77, "0.0.0.0")] = 1;
        _mappings[(Shared, 47, 0, Server)] = 1;

        Assert.True(_traffic.IsOutside(FrameBuilder.Tcp(Out(Shared), 5000, 443, TcpControl.Syn)));
        Assert.True(_traffic.IsOutside(FrameBuilder.Tcp(In(Shared), 443, 5000, TcpControl.Syn)));
        Assert.False(_traffic.IsOutside(FrameBuilder.Tcp(Out(Shared), 5001, 443, TcpControl.Syn)));
        Assert.False(_traffic.IsOutside(FrameBuilder.Tcp(In(Shared), 5000, 5002, TcpControl.Syn)));
        Assert.False(_traffic.IsOutside(FrameBuilder.Udp(In(Shared), 443, 5000)));
        Assert.True(_traffic.IsOutside(FrameBuilder.IcmpEcho(Out(Shared), 77, 1)));
        Assert.True(_traffic.IsOutside(FrameBuilder.IcmpEcho(In(Shared), 77, 1, reply: true)));
        Assert.True(_traffic.IsOutside(FrameBuilder.Ipv4(In(Shared), 47, [1, 2, 3, 4])));
        Assert.True(_traffic.IsOutside(FrameBuilder.Ipv4(Out(Shared), 47, [1, 2, 3, 4])));
    }

    [Fact]
    public void IcmpError_ThatQuotesThePacket_IsTheDevices()
    {
        Bind((1, s_device, "0.0.0.0", Shared));
        _mappings[(Shared, IpProtocol.Udp, 5000, "0.0.0.0")] = 1;
        var mine = FrameBuilder.Quote(FrameBuilder.Udp(Out(Shared), 5000, 53));
        var foreign = FrameBuilder.Quote(FrameBuilder.Udp(Out(Shared), 5001, 53));

        Assert.True(_traffic.IsOutside(FrameBuilder.IcmpError(In(Shared), IcmpTypes.TimeExceeded, 0, mine)));
        Assert.False(_traffic.IsOutside(FrameBuilder.IcmpError(In(Shared), IcmpTypes.TimeExceeded, 0, foreign)));
    }

    [Fact]
    public void LaterFragments_FollowTheFirst()
    {
        Bind((1, s_device, "0.0.0.0", Shared));
        _mappings[(Shared, IpProtocol.Udp, 5000, "0.0.0.0")] = 1;
        var path = Out(Shared) with { Identification = 9 };
        var fragments = FrameBuilder.Fragments(path, FrameBuilder.Udp(path, 5000, 53, new byte[3000]), 1500);
        var foreign = FrameBuilder.Fragments(path with { Identification = 10 }, FrameBuilder.Udp(path, 5001, 53, new byte[3000]), 1500);

        Assert.All(fragments, f => Assert.True(_traffic.IsOutside(f)));
        Assert.All(foreign, f => Assert.False(_traffic.IsOutside(f)));
    }

    [Fact]
    public void CutAndHostileFrames_DoNotThrow()
    {
        Bind((1, s_device, Own, Shared));
        var frame = FrameBuilder.IcmpError(In(Shared), IcmpTypes.TimeExceeded, 0, FrameBuilder.Quote(FrameBuilder.Udp(Out(Shared), 5000, 53)));
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var spoilt = frame[..random.Next(0, frame.Length + 1)].ToArray();
            for (var j = 0; j < 3 && spoilt.Length > 0; j++)
            {
                spoilt[random.Next(spoilt.Length)] = (byte)random.Next();
            }

            _traffic.IsOutside(spoilt);
            _traffic.IsStations(spoilt);
        }
    }

    [Fact]
    public void Follow_SaysWhenTheAddressesChange_AndOnlyThen()
    {
        var one = ImmutableDictionary<uint, Binding>.Empty.Add(1, new Binding(1, new ClaimedAddress(new Station(0, s_device), default), Ipv4Address.Parse(Own), default, false, default));
        Assert.True(_traffic.Follow(one));
        Assert.False(_traffic.Follow(one));
        Assert.False(_traffic.Follow(one.SetItem(1, one[1] with { Gateway = Ipv4Address.Parse("10.0.0.1") })));
        Assert.True(_traffic.Follow(one.Remove(1)));
        Assert.Empty(_traffic.Outside);
    }
}
