using System.Buffers.Binary;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Wire.Discovery;

/// <summary>Writes the questions to all stations of a wire as whole frames, without padding: the link driver pads to its least length.</summary>
public static class DiscoveryFrame
{
    /// <summary>Octets of the longest frame: a question with the longest name.</summary>
    public const int MaxSize = EthernetHeader.TaggedSize + Ipv4Header.Size + UdpHeader.Size + DnsHeader.Size + DnsName.MaxSize + DnsQuestion.FixedSize;

    /// <summary>
    /// Responses to <see cref="WriteIdentify"/> are spread over this many steps of 10 ms, by each station's own MAC: a hundred stations do not answer at once.
    /// </summary>
    private const ushort IdentifySpread = 128;

    /// <summary>Link-local, as RFC 6762 section 11 wants it: a responder may check it.</summary>
    private const byte MdnsTtl = 255;

    private static readonly MacAddress s_profinetGroup = MacAddress.Parse("01:0e:cf:00:00:00");
    private static readonly MacAddress s_mdnsGroup = MacAddress.Parse("01:00:5e:00:00:fb");
    private static readonly Ipv4Address s_mdnsAddress = Ipv4Address.Parse("224.0.0.251");

    /// <summary>The services of all hosts (RFC 6763 section 9).</summary>
    private static readonly byte[] s_services = DnsName.Parse("_services._dns-sd._udp.local");

    /// <summary>PROFINET: each station is to say who it is; see <see cref="DcpPacket"/>.</summary>
    /// <param name="vlan">1 to 4094, or 0 for no tag.</param>
    /// <param name="transaction">Comes back in the answers.</param>
    /// <returns>Octets of the frame.</returns>
    public static int WriteIdentify(Span<byte> frame, MacAddress source, ushort vlan, uint transaction)
    {
        var length = EthernetHeader.Write(frame, s_profinetGroup, source, EtherTypes.Profinet, vlan);
        var payload = frame.Slice(length, DcpPacket.HeaderSize + DcpPacket.BlockHeaderSize);
        payload.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(payload, DcpPacket.IdentifyRequest);
        payload[2] = DcpPacket.Identify;
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], transaction);
        BinaryPrimitives.WriteUInt16BigEndian(payload[8..], IdentifySpread);
        BinaryPrimitives.WriteUInt16BigEndian(payload[10..], DcpPacket.BlockHeaderSize);

        // The option and suboption that mean all stations.
        BinaryPrimitives.WriteUInt16BigEndian(payload[DcpPacket.HeaderSize..], 0xFFFF);
        return length + payload.Length;
    }

    /// <summary>EtherNet/IP: each device is to say who it is; see <see cref="ListIdentityPacket"/>.</summary>
    /// <param name="from">The sender's address, which answers go to.</param>
    /// <inheritdoc cref="WriteIdentify"/>
    public static int WriteListIdentity(Span<byte> frame, MacAddress source, ushort vlan, Ipv4Address from)
    {
        // All zero but for the command: devices spread their answers over 2 s then.
        Span<byte> request = stackalloc byte[ListIdentityPacket.HeaderSize];
        request.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(request, ListIdentityPacket.Command);
        return WriteDatagram(
            frame, MacAddress.Broadcast, source, vlan, new Ipv4Header(from, Ipv4Address.Broadcast, IpProtocol.Udp), new UdpHeader(ListIdentityPacket.UdpPort, ListIdentityPacket.UdpPort), request);
    }

    /// <summary>Multicast DNS: which services there are (RFC 6763 section 9). Answers go to all hosts.</summary>
    /// <inheritdoc cref="WriteListIdentity"/>
    public static int WriteServicesQuery(Span<byte> frame, MacAddress source, ushort vlan, Ipv4Address from) => WriteQuery(frame, source, vlan, from, s_services);

    /// <summary>Multicast DNS: the name of the host that has an address.</summary>
    /// <inheritdoc cref="WriteListIdentity"/>
    public static int WriteNameQuery(Span<byte> frame, MacAddress source, ushort vlan, Ipv4Address from, Ipv4Address host)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        return WriteQuery(frame, source, vlan, from, name[..MdnsName.WriteReverse(name, host)]);
    }

    private static int WriteQuery(Span<byte> frame, MacAddress source, ushort vlan, Ipv4Address from, ReadOnlySpan<byte> name)
    {
        // RFC 6762 section 18: of the header only the number of questions is not zero.
        Span<byte> message = stackalloc byte[DnsHeader.Size + DnsName.MaxSize + DnsQuestion.FixedSize];
        DnsWriter.TryBegin(message, default, out var writer);
        writer.TryAddQuestion(name, DnsType.Ptr, DnsClass.In);
        return WriteDatagram(
            frame, s_mdnsGroup, source, vlan, new Ipv4Header(from, s_mdnsAddress, IpProtocol.Udp) { Ttl = MdnsTtl }, new UdpHeader(MdnsName.UdpPort, MdnsName.UdpPort), writer.Message);
    }

    private static int WriteDatagram(Span<byte> frame, MacAddress destination, MacAddress source, ushort vlan, Ipv4Header ip, UdpHeader udp, ReadOnlySpan<byte> payload)
    {
        var length = EthernetHeader.Write(frame, destination, source, EtherTypes.Ipv4, vlan);
        length += ip.Write(frame[length..], UdpHeader.Size + payload.Length);
        return length + udp.Write(frame[length..], ip.Source, ip.Destination, payload);
    }
}
