using Innkeeper.TestFrames;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Dns;

/// <summary>DNS messages that nobody here wrote: what BIND's fuzzers found worth keeping, and what stands in tcpdump's captures.</summary>
internal static class DnsCorpora
{
    public const string Absent = "No messages: ../shared/corpora with bind9-fuzz and tcpdump-tests is not there.";

    private const int HeaderOfLength = 2;

    private static readonly string[] FuzzFolders = ["dns_message_parse.in", "dns_message_checksig.in", "dns_name_fromwire.in", "dns_rdata_fromwire_text.in"];
    private static readonly ushort[] Ports = [53, 5353, 8053];

    private static readonly string? Folder = Checkout.Corpus("bind9-fuzz") is null || Checkout.Corpus("tcpdump-tests") is null ? null : Checkout.Corpus("");

    public static bool IsAbsent => Folder is null;

    public static IEnumerable<(string Name, byte[] Octets)> All() => Fuzz().Concat(Captures());

    public static IEnumerable<(string Name, byte[] Octets)> Fuzz() =>
        from folder in FuzzFolders
        from path in Directory.EnumerateFiles(Path.Combine(Folder!, "bind9-fuzz", "fuzz", folder)).Order(StringComparer.Ordinal)
        select (Path.GetFileName(path), File.ReadAllBytes(path));

    public static IEnumerable<(string Name, byte[] Octets)> Captures()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Folder!, "tcpdump-tests", "tests"), "*.pcap").Order(StringComparer.Ordinal))
        {
            PcapFile capture;
            try
            {
                capture = PcapFile.Read(path);
            }
            catch (InvalidDataException)
            {
                // pcapng stands in the same folder.
                continue;
            }

            for (var i = 0; i < capture.Records.Count; i++)
            {
                if (FindMessage(capture.LinkType, capture.Records[i].Data) is { } message)
                {
                    yield return ($"{Path.GetFileName(path)} #{i + 1}", message);
                }
            }
        }
    }

    private static byte[]? FindMessage(int linkType, byte[] frame)
    {
        if (linkType != PcapFile.LinkTypeEthernet
            || !EthernetPacket.TryParse(frame, out var ethernet)
            || ethernet.EtherType != EtherTypes.Ipv4
            || !Ipv4Packet.TryParse(ethernet.Payload, out var packet)
            || packet.IsFragment)
        {
            return null;
        }

        if (packet.Protocol == IpProtocol.Udp && UdpPacket.TryParse(packet.Payload, out var udp))
        {
            return IsDns(udp.SourcePort, udp.DestinationPort) ? udp.Payload.ToArray() : null;
        }

        // The first message of a segment that begins with one (RFC 1035 section 4.2.2).
        return packet.Protocol == IpProtocol.Tcp && TcpPacket.TryParse(packet.Payload, out var tcp)
            && IsDns(tcp.SourcePort, tcp.DestinationPort) && tcp.Payload.Length > HeaderOfLength
                ? tcp.Payload[HeaderOfLength..].ToArray()
                : null;
    }

    private static bool IsDns(ushort source, ushort destination) => Ports.Contains(source) || Ports.Contains(destination);
}
