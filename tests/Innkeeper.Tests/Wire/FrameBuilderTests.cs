using Innkeeper.TestFrames;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class FrameBuilderTests
{
    private static readonly FramePath Path = new(
        MacAddress.Parse("02:00:00:00:00:0a"), MacAddress.Parse("02:00:00:00:00:0b"), Ipv4Address.Parse("192.0.2.1"), Ipv4Address.Parse("198.51.100.2"));

    [Fact]
    public void Describe_Udp_AllFields() =>
        Assert.Equal(
            "02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 9 IPv4 192.0.2.1 > 198.51.100.2 ttl 3 id 7 length 31 DF UDP 53 > 12345 checksum 0xdf30 010203",
            Frames.Describe(FrameBuilder.Udp(Path with { Vlan = 9, Ttl = 3, Identification = 7, DontFragment = true }, 53, 12345, 1, 2, 3)));

    [Fact]
    public void Describe_PartialTcp_SaysPartial() =>
        Assert.EndsWith(
            " checksum partial",
            Frames.Describe(FrameBuilder.ChecksumPartial(FrameBuilder.Tcp(Path, 1, 2, TcpControl.Syn))),
            StringComparison.Ordinal);

    [Fact]
    public void Describe_Arp_SaysKind() =>
        Assert.Equal(
            "02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff ARP Request probe 0.0.0.0 (02:00:00:00:00:0a) > 192.0.2.1 (00:00:00:00:00:00)",
            Frames.Describe(FrameBuilder.Arp(Path.SourceMac, MacAddress.Broadcast, ArpMessage.Probe(Path.SourceMac, Path.Source))));

    [Fact]
    public void Fragments_LongDatagram_JoinToSamePayload()
    {
        var payload = Enumerable.Range(0, 200).Select(value => (byte)value).ToArray();
        var whole = FrameBuilder.Udp(Path, 1, 2, payload);
        var fragments = FrameBuilder.Fragments(Path with { Identification = 99 }, whole, 100);

        Assert.Equal(3, fragments.Length);
        var joined = new List<byte>();
        foreach (var fragment in fragments)
        {
            Assert.True(EthernetPacket.TryParse(fragment, out var ethernet) & Ipv4Packet.TryParse(ethernet.Payload, out var packet));
            Assert.True(packet.TotalLength <= 100);
            Assert.Equal(joined.Count, packet.FragmentOffset);
            Assert.Equal(fragment != fragments[^1], packet.MoreFragments);
            Assert.Equal(99, packet.Identification);
            joined.AddRange(packet.Payload);
        }

        Assert.Equal(whole[34..], joined.ToArray());
    }

    [Fact]
    public void IcmpError_Quote_HeaderAndEightOctets()
    {
        var quoted = FrameBuilder.Udp(Path with { Options = [1, 1, 1, 0] }, 1, 2, 3, 4, 5);
        var error = FrameBuilder.IcmpError(Path.Reversed(), IcmpTypes.DestinationUnreachable, 4, FrameBuilder.Quote(quoted), 1400);

        Assert.True(EthernetPacket.TryParse(error, out var ethernet) & Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.Equal(Path.Source, packet.Destination);
        Assert.True(IcmpPacket.TryParse(packet.Payload, out var icmp));
        Assert.True(icmp.IsError);
        Assert.Equal(1400, icmp.SequenceNumber);
        Assert.Equal(quoted.AsSpan(14, 32), icmp.Payload);
    }
}
