using Innkeeper.TestFrames;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

/// <summary>Walks the parsers through the captures of tcpdump's own tests, among them many broken on purpose.</summary>
public class CaptureCorpusTests(ITestOutputHelper output)
{
    private const string Absent = "No captures: ../shared/corpora/tcpdump-tests/tests is not there.";

    [Fact]
    public void Walk_EveryEthernetCapture_NeverThrows()
    {
        var folder = Checkout.Corpus("tcpdump-tests/tests");
        Assert.SkipWhen(folder is null, Absent);

        var (files, frames, taken) = (0, 0, 0L);
        foreach (var (name, capture) in EthernetCaptures(folder!))
        {
            files++;
            for (var i = 0; i < capture.Records.Count; i++)
            {
                frames++;
                taken += WalkFrame(capture.Records[i].Data, name, i + 1);
            }
        }

        output.WriteLine($"{files} captures, {frames} frames, {taken} times taken by a parser");
        Assert.True(files > 100, $"Only {files} Ethernet captures found.");
        Assert.True(taken > frames, "The parsers took nearly nothing.");
    }

    [Fact]
    public void Checksums_OfRealPackets_MostlyRight()
    {
        var folder = Checkout.Corpus("tcpdump-tests/tests");
        Assert.SkipWhen(folder is null, Absent);

        var headers = new Dictionary<bool, int> { [true] = 0, [false] = 0 };
        var transports = Enum.GetValues<TransportChecksumResult>().ToDictionary(result => result, _ => 0);
        foreach (var record in EthernetCaptures(folder!).SelectMany(capture => capture.File.Records))
        {
            if (EthernetPacket.TryParse(record.Data, out var ethernet) && ethernet.EtherType == EtherTypes.Ipv4
                && Ipv4Packet.TryParse(ethernet.Payload, out var packet))
            {
                headers[packet.HasValidHeaderChecksum]++;
                transports[TransportChecksum.TryComplete(ethernet.Payload.ToArray())]++;
            }
        }

        output.WriteLine($"IPv4 headers {headers[true]} right, {headers[false]} wrong; {string.Join(", ", transports)}");
        Assert.True(headers[true] > 10 * headers[false]);

        // Captured at the sender, before the card: these show what CHECKSUM_PARTIAL really looks like.
        Assert.True(transports[TransportChecksumResult.Completed] > 100);
        Assert.True(transports[TransportChecksumResult.Right] > 5 * transports[TransportChecksumResult.Wrong]);
    }

    private static long WalkFrame(byte[] data, string file, int number)
    {
        var length = 0;
        try
        {
            long taken = AnyOctets.WalkAndDescribe(data);
            for (; length < Math.Min(128, data.Length); length++)
            {
                taken += AnyOctets.Walk(data.AsSpan(0, length));
            }

            return taken;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{file}, frame {number} cut to {length}: {Convert.ToHexStringLower(data)}", exception);
        }
    }

    private static IEnumerable<(string Name, PcapFile File)> EthernetCaptures(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (TryRead(path, out var capture) && capture.LinkType == PcapFile.LinkTypeEthernet)
            {
                yield return (Path.GetFileName(path), capture);
            }
        }
    }

    private static bool TryRead(string path, out PcapFile capture)
    {
        try
        {
            capture = PcapFile.Read(path);
            return true;
        }
        catch (InvalidDataException)
        {
            // pcapng, expected outputs and lists stand in the same folder.
            capture = new PcapFile(0, false, []);
            return false;
        }
    }
}
