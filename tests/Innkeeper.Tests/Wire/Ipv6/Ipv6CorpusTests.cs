using Innkeeper.TestFrames;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

/// <summary>Frames that tcpdump's own tests are made of, many of them broken on purpose.</summary>
public class Ipv6CorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Walk_CapturesOfIpv6AtEveryOffsetAndLength_NeverThrows()
    {
        var folder = Checkout.Corpus("tcpdump-tests/tests");
        Assert.SkipWhen(folder is null, "No captures: ../shared/corpora/tcpdump-tests/tests is not there.");

        var (frames, headers, messages) = (0, 0, 0);
        foreach (var path in Directory.EnumerateFiles(folder!, "*.pcap").Where(IsAboutIpv6))
        {
            foreach (var record in Records(path))
            {
                frames++;
                var data = record.Data;

                // Captures of other links than Ethernet have their header elsewhere: IPv6 is looked for everywhere.
                for (var offset = 0; offset < Math.Min(data.Length, 64); offset++)
                {
                    headers += Ipv6Header.TryParse(data.AsSpan(offset), out _) ? 1 : 0;
                    messages += NeighborDiscoveryMessage.TryParse(data.AsSpan(offset), out _) ? 1 : 0;
                }

                for (var length = 0; length < Math.Min(data.Length, 2048); length++)
                {
                    AnyOctets.Walk(data.AsSpan(0, length));
                }
            }
        }

        output.WriteLine($"{frames} frames, {headers} headers, {messages} messages of neighbour discovery");
        Assert.True(frames > 50 && headers > 50 && messages > 5, $"{frames} frames, {headers} headers, {messages} messages");
    }

    [Theory]
    [InlineData("icmpv6-ns-nonce.pcap", NeighborDiscoveryKind.NeighborSolicitation)]
    [InlineData("icmpv6-ra-pref64.pcap", NeighborDiscoveryKind.RouterAdvertisement)]
    public void Parse_CaptureOfRealHosts_Messages(string file, NeighborDiscoveryKind kind)
    {
        var folder = Checkout.Corpus("tcpdump-tests/tests");
        Assert.SkipWhen(folder is null, "No captures: ../shared/corpora/tcpdump-tests/tests is not there.");

        var kinds = new List<NeighborDiscoveryKind>();
        foreach (var record in Records(Path.Combine(folder!, file)))
        {
            if (EthernetPacket.TryParse(record.Data, out var ethernet) && NeighborDiscoveryMessage.TryParse(ethernet.Payload, out var message))
            {
                kinds.Add(message.Kind);
            }
        }

        Assert.Contains(kind, kinds);
    }

    [Fact]
    public void Parse_CaptureOfARouter_ItsPrefix()
    {
        var folder = Checkout.Corpus("tcpdump-tests/tests");
        Assert.SkipWhen(folder is null, "No captures: ../shared/corpora/tcpdump-tests/tests is not there.");

        var record = Records(Path.Combine(folder!, "icmpv6-ra-pref64.pcap"))[0];
        Assert.True(EthernetPacket.TryParse(record.Data, out var ethernet));
        var parsed = RouterAdvertisement.Parse(ethernet.Payload);
        Assert.NotNull(parsed);
        Assert.Equal((500, 80, false, true), (parsed.LifetimeSeconds, parsed.HopLimit, parsed.IsManaged, parsed.HasOther));
        Assert.Equal((ethernet.Source, null), (parsed.LinkLayer, parsed.Mtu));
        Assert.Equal(new PrefixInformation(Ipv6Network.Parse("2001:db8:cc:dd::/64"), true, false, 3600, 1800), Assert.Single(parsed.Prefixes));
    }

    private static bool IsAboutIpv6(string path)
    {
        var name = Path.GetFileName(path);
        return name.Contains("ipv6", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ip6", StringComparison.Ordinal)
            || name.StartsWith("icmp6", StringComparison.Ordinal) || name.StartsWith("icmpv6", StringComparison.Ordinal);
    }

    private static IReadOnlyList<PcapRecord> Records(string path)
    {
        try
        {
            return PcapFile.Read(path).Records;
        }
        catch (InvalidDataException)
        {
            // A pcapng file by another name.
            return [];
        }
    }
}
