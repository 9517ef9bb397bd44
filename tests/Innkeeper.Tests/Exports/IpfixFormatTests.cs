using System.Buffers.Binary;
using Innkeeper.Exports;

namespace Innkeeper.Tests.Exports;

public sealed class IpfixFormatTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(0x6A000000);
    private static readonly TemplateRefresh s_refresh = new(3, TimeSpan.FromMinutes(1));

    private static SpooledRecord Binding(long number, string kind = ExportRecord.Begin) => new(number, new ExportRecord(s_now, ExportRecord.Mapping)
    {
        Kind = kind,
        Mac = "02:ee:00:00:00:01",
        Vlan = 7,
        Address = "10.1.2.3",
        Outside = "192.0.2.50",
    }, default);

    private static SpooledRecord Block(long number, string kind = ExportRecord.Begin) => new(number, new ExportRecord(s_now.AddMilliseconds(-1), ExportRecord.Mapping)
    {
        Kind = kind,
        Mac = "02:ee:00:00:00:02",
        Vlan = 0,
        Address = "10.1.2.4",
        Outside = "192.0.2.1",
        FirstPort = 1024,
        LastPort = 1151,
        Protocol = 6,
    }, default);

    private static List<ExportPacket> Encode(IpfixFormat format, params IReadOnlyList<SpooledRecord> records) => [.. format.PacketsOf(records, s_now)];

    private static string Hex(string text) => string.Concat(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Written out by hand from RFC 7011 sections 3.1 to 3.4 and IANA's numbers of the elements.</summary>
    [Fact]
    public void FirstMessage_HasTemplatesAndData()
    {
        var packet = Assert.Single(Encode(new IpfixFormat(s_refresh, 1200), Binding(1), Binding(2, ExportRecord.End), Block(3)));

        const string Expected = """
            000a 00b0 6a000000 00000000 00000001
            0002 0048
              0100 0006 0143 0008 00e6 0001 0008 0004 00e1 0004 0038 0006 003a 0002
              0101 0009 0143 0008 00e6 0001 0008 0004 00e1 0004 0169 0002 016a 0002 0004 0001 0038 0006 003a 0002
            0100 0036
              0000019E0A6E0000 0e 0a010203 c0000232 02ee00000001 0007
              0000019E0A6E0000 0f 0a010203 c0000232 02ee00000001 0007
            0101 0022
              0000019E0A6DFFFF 10 0a010204 c0000201 0400 047f 06 02ee00000002 0000
            """;
        var milliseconds = (s_now.ToUnixTimeMilliseconds().ToString("X16"), (s_now.ToUnixTimeMilliseconds() - 1).ToString("X16"));
        var expected = Hex(Expected).Replace("0000019E0A6E0000", milliseconds.Item1, StringComparison.Ordinal).Replace("0000019E0A6DFFFF", milliseconds.Item2, StringComparison.Ordinal);
        Assert.Equal(expected, Convert.ToHexString(packet.Octets.Span), ignoreCase: true);
        Assert.Equal((3, 3L), (packet.Records, packet.Last));
    }

    [Fact]
    public void Templates_OverUdp_ComeAgainAfterSoManyMessages_AndAfterATime()
    {
        var format = new IpfixFormat(s_refresh, 1200);
        bool[] sent = [.. Enumerable.Range(1, 7).Select(i => HasTemplates(Assert.Single(Encode(format, Binding(i)))))];

        Assert.Equal([true, false, false, true, false, false, true], sent);
        Assert.True(HasTemplates(Assert.Single(format.PacketsOf([Binding(8)], s_now + s_refresh.Time))));
    }

    [Fact]
    public void Templates_OverTcp_ComeOnceForEachConnection()
    {
        var format = new IpfixFormat(null, 1200);
        Assert.Equal([true, false, false], Enumerable.Range(1, 3).Select(i => HasTemplates(Assert.Single(Encode(format, Binding(i))))));

        format.Begin();
        Assert.True(HasTemplates(Assert.Single(Encode(format, Binding(4)))));
    }

    /// <summary>RFC 7011 section 3.1: the number of the message's first data record within the connection; templates do not count.</summary>
    [Fact]
    public void Sequence_CountsDataRecords()
    {
        var format = new IpfixFormat(s_refresh, 1200);
        Assert.Equal([0u, 2u, 3u], new[] { Encode(format, Binding(1), Block(2)), Encode(format, Binding(3)), Encode(format, Block(4)) }.Select(p => SequenceOf(Assert.Single(p))));

        format.Begin();
        Assert.Equal(0u, SequenceOf(Assert.Single(Encode(format, Binding(5)))));
    }

    /// <summary>Messages are whole whatever mix of records they carry: lengths add up, and each record is there once.</summary>
    [Fact]
    public void ManyRecords_GoIntoMessagesOfBoundedSize()
    {
        var random = new Random(7011);
        var records = Enumerable.Range(1, 500).Select(i => random.Next(2) == 0 ? Binding(i) : Block(i)).ToList();
        var packets = Encode(new IpfixFormat(s_refresh, 300), records);

        Assert.Equal(500, packets.Sum(p => p.Records));
        Assert.Equal(500, packets[^1].Last);
        Assert.All(packets, p =>
        {
            Assert.InRange(p.Octets.Length, 17, 300);
            Assert.Equal(p.Octets.Length, BinaryPrimitives.ReadUInt16BigEndian(p.Octets.Span[2..]));
            Assert.Equal(p.Records, SetsOf(p).Sum(s => s.Id switch { 256 => s.Octets / 25, 257 => s.Octets / 30, _ => 0 }));
        });
    }

    [Fact]
    public void RecordsThatAreNoMappings_AndErasedOnes_ArePassedOver()
    {
        SpooledRecord[] others = [new(1, new ExportRecord(s_now, ExportRecord.Event), default), new(2, null, default), new(3, new ExportRecord(s_now, ExportRecord.Mapping) { Outside = "x" }, default)];
        Assert.Empty(Encode(new IpfixFormat(s_refresh, 1200), others));
        Assert.Equal(1, Assert.Single(Encode(new IpfixFormat(s_refresh, 1200), [.. others, Binding(4)])).Records);
    }

    private static bool HasTemplates(ExportPacket packet) => SetsOf(packet).Any(s => s.Id == 2);

    private static uint SequenceOf(ExportPacket packet) => BinaryPrimitives.ReadUInt32BigEndian(packet.Octets.Span[8..]);

    private static List<(int Id, int Octets)> SetsOf(ExportPacket packet)
    {
        var sets = new List<(int, int)>();
        for (var rest = packet.Octets.Span[16..]; !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            sets.Add((BinaryPrimitives.ReadUInt16BigEndian(rest), length - 4));
            rest = rest[length..];
        }

        return sets;
    }
}
