using Innkeeper.Wire;
using Innkeeper.Wire.Discovery;
using Innkeeper.Wire.Dns;
using static Innkeeper.Tests.Wire.WireSamples;

namespace Innkeeper.Tests.Wire.Discovery;

/// <summary>Whole frames, into a buffer full of 0xA5.</summary>
public sealed class DiscoveryFrameTests
{
    private readonly byte[] _frame = Dirty(DiscoveryFrame.MaxSize);

    /// <summary>As scapy writes it.</summary>
    [Fact]
    public void WriteIdentify_IsTheseOctets() => Assert.Equal(
        "010ECF000000" + "02000000000A" + "8892" + "FEFE0500" + "00000007" + "0080" + "0004" + "FFFF0000", Convert.ToHexString(_frame, 0, DiscoveryFrame.WriteIdentify(_frame, MacA, 0, 7)));

    [Fact]
    public void WriteListIdentity_IsACommandToAllDevicesOfTheVlan()
    {
        Assert.True(EthernetPacket.TryParse(_frame.AsSpan(0, DiscoveryFrame.WriteListIdentity(_frame, MacA, 7, IpA)), out var ethernet));
        Assert.Equal((MacAddress.Broadcast, MacA, (ushort)7), (ethernet.Destination, ethernet.Source, ethernet.VlanId));
        var udp = Datagram(ethernet, IpA, Ipv4Address.Broadcast, 64);
        Assert.Equal((ListIdentityPacket.UdpPort, ListIdentityPacket.UdpPort), (udp.SourcePort, udp.DestinationPort));
        Assert.Equal("6300" + new string('0', 44), Convert.ToHexString(udp.Payload));
    }

    [Fact]
    public void WriteServicesQuery_AsksForServices() => AssertQuery(DiscoveryFrame.WriteServicesQuery(_frame, MacA, 7, IpA), "_services._dns-sd._udp.local.");

    [Fact]
    public void WriteNameQuery_AsksForTheNameOfTheAddress() => AssertQuery(DiscoveryFrame.WriteNameQuery(_frame, MacA, 7, IpA, Ipv4Address.Parse("192.168.0.10")), "10.0.168.192.in-addr.arpa.");

    [Fact]
    public void WriteNameQuery_OfTheLongestAddress_Fits() => Assert.InRange(DiscoveryFrame.WriteNameQuery(_frame, MacA, 4094, IpA, Ipv4Address.Broadcast), 1, 110);

    /// <summary>RFC 6762: from and to port 5353, TTL 255, and a header without number and flags.</summary>
    private void AssertQuery(int length, string name)
    {
        Assert.True(EthernetPacket.TryParse(_frame.AsSpan(0, length), out var ethernet));
        Assert.Equal(("01:00:5e:00:00:fb", MacA, (ushort)7), (ethernet.Destination.ToString(), ethernet.Source, ethernet.VlanId));
        var udp = Datagram(ethernet, IpA, Ipv4Address.Parse("224.0.0.251"), 255);
        Assert.Equal((MdnsName.UdpPort, MdnsName.UdpPort), (udp.SourcePort, udp.DestinationPort));
        Assert.True(DnsMessage.TryParse(udp.Payload, out var message));
        Assert.Equal(("000000000001000000000000", udp.Payload.Length), (Convert.ToHexString(message.Octets[..12]), message.Length));
        Assert.True(message.TryGetQuestion(out var question));
        Assert.Equal((name, DnsType.Ptr, DnsClass.In), (DnsName.Format(question.Name), question.Type, question.Class));
    }

    private static UdpPacket Datagram(EthernetPacket ethernet, Ipv4Address from, Ipv4Address to, byte ttl)
    {
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.Equal((from, to, ttl, true, ethernet.Payload.Length), (packet.Source, packet.Destination, packet.Ttl, packet.HasValidHeaderChecksum, packet.TotalLength));
        Assert.True(UdpPacket.TryParse(packet.Payload, out var udp));
        Assert.Equal(TransportChecksumResult.Right, TransportChecksum.TryComplete(ethernet.Payload.ToArray()));
        return udp;
    }
}
