using FsCheck.Xunit;
using Innkeeper.TestFrames;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class AnyOctetsTests
{
    private static readonly FramePath Path = new(WireSamples.MacA, WireSamples.MacB, WireSamples.IpA, WireSamples.IpB);

    public static TheoryData<string, byte[]> Samples => new()
    {
        { "udp", FrameBuilder.Udp(Path, 1, 2, 3, 4) },
        { "tagged tcp", FrameBuilder.Tcp(Path with { Vlan = 9, Options = [1, 1, 1, 0] }, new TcpHeader(1, 2, TcpControl.Syn), [2, 4, 5, 180], [7]) },
        { "icmp error", FrameBuilder.IcmpError(Path, IcmpTypes.TimeExceeded, 0, FrameBuilder.Quote(FrameBuilder.Udp(Path, 1, 2, 3))) },
        { "neighbour solicitation", Solicitation() },
        { "router advertisement", RouterAdvertisement() },
        { "arp", FrameBuilder.Arp(WireSamples.MacA, MacAddress.Broadcast, ArpMessage.Probe(WireSamples.MacA, WireSamples.IpA), 5) },
    };

    [Property(MaxTest = 2000)]
    public void Walk_RandomOctets_NeverThrows(byte[] octets) => AnyOctets.WalkAndDescribe(octets);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Walk_EveryTruncationOfGoodFrame_NeverThrows(string name, byte[] frame)
    {
        for (var length = 0; length <= frame.Length; length++)
        {
            AnyOctets.WalkAndDescribe(frame.AsSpan(0, length));
        }

        Assert.True(AnyOctets.Walk(frame) >= 2, name);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Walk_EveryOctetChanged_NeverThrows(string name, byte[] frame)
    {
        for (var at = 0; at < frame.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                byte[] changed = [.. frame];
                changed[at] = (byte)value;
                Assert.True(AnyOctets.WalkAndDescribe(changed) > 0, name);
            }
        }
    }

    private static byte[] Solicitation()
    {
        var frame = new byte[EthernetHeader.Size + NeighborDiscoveryWriter.MaxSize];
        var target = Ipv6Address.Parse("fe80::1");
        var header = EthernetHeader.Write(frame, target.SolicitedNode().MulticastMac(), WireSamples.MacA, EtherTypes.Ipv6);
        NeighborDiscoveryWriter.NeighborSolicitation(frame.AsSpan(header), WireSamples.MacA, Ipv6Address.Parse("2001:db8::5"), target);
        return frame;
    }

    private static byte[] RouterAdvertisement()
    {
        var buffer = new byte[200];
        var source = Ipv6Address.LinkLocalOf(WireSamples.MacA);
        var header = EthernetHeader.Write(buffer, Ipv6Address.AllNodes.MulticastMac(), WireSamples.MacA, EtherTypes.Ipv6);
        var advertisement = new RouterAdvertisement(source, 1800) { Mtu = 1500, Prefixes = [new(Ipv6Network.Parse("2001:db8::/64"), true, true, 7, 7)] };
        var writer = new RouterAdvertisementWriter(buffer.AsSpan(header), advertisement, Ipv6Address.AllNodes);
        writer.TryAddDnsServers([source], 1800);
        return buffer[..(header + writer.Finish())];
    }
}
