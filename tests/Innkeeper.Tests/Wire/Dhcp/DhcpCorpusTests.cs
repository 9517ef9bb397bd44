using Innkeeper.TestFrames;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Tests.Wire.Dhcp;

/// <summary>Messages that nobody of this project wrote.</summary>
public class DhcpCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Walk_KeasFuzzInputs_NeverThrows()
    {
        var folder = Checkout.Corpus("kea-fuzz");
        Assert.SkipWhen(folder is null, "No inputs: ../shared/corpora/kea-fuzz is not there.");

        var (files, taken) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(folder!, "*", SearchOption.AllDirectories))
        {
            files++;
            var octets = File.ReadAllBytes(file);

            // Packets are kept as hexadecimal text. Some are payloads, some begin with headers before it: DHCP is looked for everywhere.
            var text = System.Text.Encoding.Latin1.GetString(octets).Trim();
            if (text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit))
            {
                octets = Convert.FromHexString(text);
            }

            for (var offset = 0; offset < Math.Min(octets.Length, 512); offset++)
            {
                taken += Walk(octets.AsSpan(offset));
            }

            for (var length = 0; length < Math.Min(octets.Length, 2048); length++)
            {
                Walk(octets.AsSpan(0, length));
            }
        }

        output.WriteLine($"{files} files, {taken} messages");
        Assert.True(taken >= 2, $"Of {files} files no message was taken.");
    }

    [Fact]
    public void Walk_DhcpOfTcpdumpsCaptures_MostIsTaken()
    {
        var folder = Checkout.Corpus("tcpdump-tests/tests");
        Assert.SkipWhen(folder is null, "No captures: ../shared/corpora/tcpdump-tests/tests is not there.");

        var (datagrams, taken) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(folder!, "*.pcap"))
        {
            PcapFile capture;
            try
            {
                capture = PcapFile.Read(file);
            }
            catch (InvalidDataException)
            {
                continue;
            }

            foreach (var record in capture.Records)
            {
                if (EthernetPacket.TryParse(record.Data, out var ethernet) && Ipv4Packet.TryParse(ethernet.Payload, out var ip) && ip.Protocol == IpProtocol.Udp
                    && UdpPacket.TryParse(ip.Payload, out var udp) && (udp.DestinationPort is 67 or 68 || udp.SourcePort is 67 or 68))
                {
                    datagrams++;
                    taken += Walk(udp.Payload);
                    for (var length = 0; length < udp.Payload.Length; length++)
                    {
                        Walk(udp.Payload[..length]);
                    }
                }
            }
        }

        output.WriteLine($"{datagrams} datagrams, {taken} messages");
        Assert.True(taken >= 10 && 2 * taken >= datagrams, $"{taken} of {datagrams} taken.");
    }

    private static int Walk(ReadOnlySpan<byte> octets)
    {
        if (!DhcpPacket.TryParse(octets, out var packet))
        {
            return 0;
        }

        DhcpPacketTests.Walk(packet);
        return 1;
    }
}
