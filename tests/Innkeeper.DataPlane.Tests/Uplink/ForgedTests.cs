using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Uplink;

/// <summary>Packets from the uplink that only a forger sends.</summary>
public sealed class ForgedTests : IDisposable
{
    private const string PoolFree = "137.118.199.60";
    private const string BetweenPools = "137.118.199.70";

    private static readonly byte[] s_data = new byte[24];

    private readonly Plane _plane = new();

    public ForgedTests()
    {
        foreach (var network in (string[])["137.118.199.50/31", "137.118.199.60/30"])
        {
            var parsed = Ipv4Network.Parse(network);
            _plane.Bpf.PoolNetworks.Set(new PoolKey { Prefix = (uint)parsed.PrefixLength, Network = parsed.NetworkId }, 1);
        }
    }

    public void Dispose() => _plane.Dispose();

    private static byte[] From(string source, string destination, byte protocol, byte[] payload, byte ttl = 64) =>
        Packets.Ipv4(UplinkMac, RouterMac, source, destination, protocol, payload, ttl);

    private static byte[] Error(byte type, byte code, uint rest, string source, string destination, byte protocol)
    {
        var quoted = protocol switch
        {
            IpProtocol.Tcp => Packets.Tcp(source, destination, 4000, 80, 0x10, s_data),
            IpProtocol.Udp => Packets.Udp(source, destination, 4000, 123, s_data),
            IpProtocol.Icmp => Packets.Icmp(8, 0, 7, s_data),
            _ => s_data,
        };
        return From("198.51.100.9", Legal, IpProtocol.Icmp, Packets.Icmp(type, code, rest, Packets.Packet(source, destination, protocol, quoted)));
    }

    [Theory]
    [InlineData(UplinkAddress)]
    [InlineData(Legal)]
    [InlineData(TwinLegal)]
    [InlineData(PoolFree)]
    public void OwnSource_ToADevice_IsDropped(string source)
    {
        var destination = source == Legal ? TwinLegal : Legal;
        foreach (byte ttl in (byte[])[64, 1])
        {
            _plane.AssertDropped("from_uplink", From(source, destination, IpProtocol.Udp, Packets.Udp(source, destination, 1, 2, s_data), ttl), DropReason.OwnSource);
        }

        _plane.AssertDropped("from_uplink", From(source, destination, IpProtocol.Icmp, Packets.Icmp(8, 0, 7, s_data)), DropReason.OwnSource);
    }

    [Theory]
    [InlineData(UplinkAddress)]
    [InlineData(Legal)]
    public void OwnSource_ToTheHost_IsDropped(string source) => _plane.AssertDropped(
        "from_uplink", From(source, "137.118.199.2", IpProtocol.Udp, Packets.Udp(source, "137.118.199.2", 1, 2, s_data)), DropReason.OwnSource);

    [Fact]
    public void SharedSource_IsDropped()
    {
        using var plane = new Plane(napt: new NaptSetup());
        plane.AssertDropped("from_uplink", From(SharedAddress, Legal, IpProtocol.Udp, Packets.Udp(SharedAddress, Legal, 1, 2, s_data)), DropReason.OwnSource);
        plane.AssertDropped("from_uplink", From(SharedAddress, UplinkAddress, IpProtocol.Udp, Packets.Udp(SharedAddress, UplinkAddress, 1, 2, s_data)), DropReason.OwnSource);
    }

    /// <summary>Addresses between two ranges of the pool, and of the same subnet, are other hosts'.</summary>
    [Theory]
    [InlineData(BetweenPools)]
    [InlineData("137.118.199.1")]
    [InlineData(Server)]
    public void OtherSource_Passes(string source) =>
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", From(source, Legal, IpProtocol.Udp, Packets.Udp(source, Legal, 1, 2, s_data))).Act);

    [Fact]
    public void FreePoolAddress_ThatAnotherHostHasByMistake_ReachesTheHost() =>
        Assert.Equal(Act.Ok, _plane.Run("from_uplink", From(PoolFree, UplinkAddress, IpProtocol.Udp, Packets.Udp(PoolFree, UplinkAddress, 1, 2, s_data))).Act);

    [Theory]
    [InlineData(Legal)]
    [InlineData(UplinkAddress)]
    public void Redirect_NeverPasses(string destination)
    {
        _plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, s_data)));
        for (byte code = 0; code < 4; code++)
        {
            var quote = Packets.Packet(destination, Server, IpProtocol.Udp, Packets.Udp(destination, Server, 4000, 123, s_data));
            _plane.AssertDropped("from_uplink", From("137.118.199.1", destination, IpProtocol.Icmp, Packets.Icmp(5, code, 0x01020304, quote)), DropReason.Redirect);
        }
    }

    [Fact]
    public void Redirect_OfADevice_ReachesNoOtherDeviceNorTheOutside()
    {
        foreach (var destination in (string[])[TwinLegal, Server])
        {
            var quote = Packets.Packet(destination, Claimed, IpProtocol.Udp, s_data);
            _plane.AssertDropped("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, destination, IpProtocol.Icmp, Packets.Icmp(5, 1, 7, quote)), DropReason.Redirect);
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(68, true)]
    [InlineData(551, true)]
    [InlineData(552, false)]
    [InlineData(1400, false)]
    public void TooBig_WithAnMtuThatNoPathHas_IsDropped(ushort mtu, bool isDropped)
    {
        _plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Tcp, Packets.Tcp(Claimed, Server, 4000, 80, 2)));
        var frame = Error(3, 4, mtu, Legal, Server, IpProtocol.Tcp);
        if (isDropped)
        {
            _plane.AssertDropped("from_uplink", frame, DropReason.IcmpMtu);
        }
        else
        {
            Assert.Equal(Act.Redirect, _plane.Run("from_uplink", frame).Act);
        }
    }

    [Fact]
    public void TooBig_ForSharedAddresses_HasTheSameFloor()
    {
        using var harness = new NaptHarness();
        var port = harness.AssertUdpLeaves(4000);
        var quote = Packets.Packet(SharedAddress, Server, IpProtocol.Udp, Packets.Udp(SharedAddress, Server, port, 123, s_data));
        harness.Plane.AssertDropped("from_uplink", From(Server, SharedAddress, IpProtocol.Icmp, Packets.Icmp(3, 4, 68, quote)), DropReason.IcmpMtu);
        Assert.Equal(Act.Redirect, harness.Plane.Run("from_uplink", From(Server, SharedAddress, IpProtocol.Icmp, Packets.Icmp(3, 4, 1400, quote))).Act);
    }

    [Theory]
    [InlineData(IpProtocol.Tcp)]
    [InlineData(IpProtocol.Udp)]
    [InlineData(IpProtocol.Icmp)]
    [InlineData(IpProtocol.Esp)]
    public void Error_AboutAConversationThatNeverWas_IsDropped(byte protocol)
    {
        // To another host, by another protocol, and by another device: none of them is this one.
        Send(DeviceMac, "203.0.113.99", protocol);
        Send(DeviceMac, Server, protocol == IpProtocol.Gre ? IpProtocol.Esp : IpProtocol.Gre);
        Send(TwinMac, Server, protocol);
        foreach (var (type, code) in (ReadOnlySpan<(byte, byte)>)[(3, 1), (3, 3), (3, 4), (11, 0), (12, 0)])
        {
            _plane.AssertDropped("from_uplink", Error(type, code, 1400, Legal, Server, protocol), DropReason.IcmpQuote);
        }

        Send(DeviceMac, Server, protocol);
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", Error(3, 1, 0, Legal, Server, protocol)).Act);
    }

    [Fact]
    public void Error_LongAfterTheConversation_IsDropped()
    {
        Send(DeviceMac, Server, IpProtocol.Udp);
        _plane.Age(301);
        _plane.AssertDropped("from_uplink", Error(3, 3, 0, Legal, Server, IpProtocol.Udp), DropReason.IcmpQuote);
    }

    /// <summary>The device answers a caller: that is a conversation, too.</summary>
    [Fact]
    public void Error_AboutAnAnswerToACaller_Passes()
    {
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", From(Server, Legal, IpProtocol.Udp, Packets.Udp(Server, Legal, 123, 4000, s_data))).Act);
        _plane.AssertDropped("from_uplink", Error(3, 3, 0, Legal, Server, IpProtocol.Udp), DropReason.IcmpQuote);
        Send(DeviceMac, Server, IpProtocol.Udp);
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", Error(3, 3, 0, Legal, Server, IpProtocol.Udp)).Act);
    }

    private void Send(string mac, string destination, byte protocol)
    {
        var payload = protocol switch
        {
            IpProtocol.Tcp => Packets.Tcp(Claimed, destination, 4000, 80, 2),
            IpProtocol.Udp => Packets.Udp(Claimed, destination, 4000, 123, s_data),
            IpProtocol.Icmp => Packets.Icmp(8, 0, 7, s_data),
            _ => s_data,
        };
        Assert.Equal(Act.Redirect, _plane.Run("from_access", Packets.Ipv4(AccessMac, mac, Claimed, destination, protocol, payload)).Act);
    }
}
