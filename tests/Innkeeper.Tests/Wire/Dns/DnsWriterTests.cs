using FsCheck.Xunit;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class DnsWriterTests
{
    private static readonly byte[] Www = DnsSamples.Name("www.Example.org");
    private static readonly byte[] Zone = DnsSamples.Name("Example.org");
    private static readonly DnsSoaTimes Times = new(1, 3600, 900, 604800, 300);

    private static readonly DnsHeader Response =
        new(0x1A2B, DnsBits.Response | DnsBits.RecursionDesired | DnsBits.RecursionAvailable, DnsOpcode.Query, DnsResponseCode.NoError);

    [Fact]
    public void Write_Query_SameOctets()
    {
        var buffer = WireSamples.Dirty(100);
        Assert.True(DnsWriter.TryBegin(buffer, Response with { Flags = DnsBits.RecursionDesired | DnsBits.AuthenticData }, out var writer));
        Assert.True(writer.TryAddQuestion(Www, DnsType.A, DnsClass.In));
        Assert.True(writer.TryAddEdns(4096, true, WireSamples.Hex("000a0008 0102030405060708")));
        Assert.Equal(DnsSamples.Query, writer.Message.ToArray());
        Assert.All(buffer[writer.Length..], octet => Assert.Equal(0xA5, octet));
    }

    [Fact]
    public void Write_Address_OwnerPointsToQuestion()
    {
        Assert.True(DnsWriter.TryBegin(new byte[100], Response, out var writer));
        Assert.True(writer.TryAddQuestion(Www, DnsType.A, DnsClass.In));
        Assert.True(writer.TryAddA(DnsSection.Answer, DnsSamples.Name("WWW.EXAMPLE.ORG"), 60, WireSamples.IpA));
        Assert.Equal(
            DnsSamples.Message(1, 1, 0, 0, DnsSamples.Question + "c00c 0001 0001 0000003c 0004 c0000201"),
            writer.Message.ToArray());
    }

    [Fact]
    public void Write_EveryKind_ComesBack()
    {
        Assert.True(DnsWriter.TryBegin(WireSamples.Dirty(1000), Response with { ResponseCode = DnsResponseCode.BadVersion }, out var writer));
        Assert.True(writer.TryAddQuestion(Www, DnsType.Any, DnsClass.In));
        Assert.True(writer.TryAddCname(DnsSection.Answer, Www, 1, Zone));
        Assert.True(writer.TryAddPtr(DnsSection.Answer, Zone, 2, Www));
        Assert.True(writer.TryAddAaaa(DnsSection.Answer, Www, 3, Enumerable.Range(0, 16).Select(i => (byte)i).ToArray()));
        Assert.True(writer.TryAddHinfo(DnsSection.Answer, Www, 4, "RFC8482"u8, default));
        Assert.True(writer.TryAddTxt(DnsSection.Answer, Www, DnsClass.Chaos, 5, "hello"u8));
        Assert.True(writer.TryAddSoa(DnsSection.Authority, Zone, uint.MaxValue, Www, DnsName.Root, Times));
        Assert.True(writer.TryAddRecord(DnsSection.Additional, DnsName.Root, (DnsType)65280, (DnsClass)7, 6, [9, 8]));
        Assert.True(writer.TryAddEdns(1232, false, default));

        Assert.True(DnsMessage.TryParse(writer.Message, out var message));
        Assert.Equal(writer.Length, message.Length);
        Assert.Equal(DnsResponseCode.BadVersion, message.ResponseCode);
        List<string> seen = [];
        foreach (var record in message.Records)
        {
            seen.Add($"{record.Section} {record.Type} {(int)record.Class} {record.Ttl} {Convert.ToHexStringLower(record.Data)}");
            Assert.Equal(record.Type == DnsType.Soa, DnsSoaTimes.TryRead(record, out var times));
            Assert.Equal(record.Type == DnsType.Soa ? Times : default, times);
        }

        Assert.Equal(
            [
                "Answer Cname 1 1 074578616d706c65036f726700",
                "Answer Ptr 1 2 03777777074578616d706c65036f726700",
                "Answer Aaaa 1 3 000102030405060708090a0b0c0d0e0f",
                "Answer Hinfo 1 4 075246433834383200",
                "Answer Txt 3 5 0568656c6c6f",
                "Authority Soa 1 2147483647 03777777074578616d706c65036f726700" + "00" + "0000000100000e100000038400093a800000012c",
                "Additional 65280 7 6 0908",
                $"Additional Opt 1232 {1 << 24} ",
            ],
            seen);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(255, 256)]
    [InlineData(256, 258)]
    [InlineData(511, 514)]
    public void Write_Text_AsManyStringsAsNeeded(int length, int expected)
    {
        var text = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        Assert.True(DnsWriter.TryBegin(new byte[1000], Response, out var writer));
        Assert.True(writer.TryAddTxt(DnsSection.Answer, DnsName.Root, DnsClass.In, 0, text));
        Assert.True(DnsMessage.TryParse(writer.Message, out var message));
        var records = message.Records;
        Assert.True(records.MoveNext());
        Assert.Equal(expected, records.Current.DataLength);

        List<byte> read = [];
        for (var data = records.Current.Data; !data.IsEmpty; data = data[(1 + data[0])..])
        {
            read.AddRange(data.Slice(1, data[0]));
        }

        Assert.Equal(text, read);
    }

    [Fact]
    public void Write_EveryRoom_WholeMessageOrNothing()
    {
        var whole = Fill(new byte[500], out var all);
        Assert.Equal(0b11_1111_1111, all);
        for (var room = 0; room < whole; room++)
        {
            var buffer = WireSamples.Dirty(room + 20);
            var length = Fill(buffer.AsSpan(0, room), out var added);
            Assert.All(buffer[length..], octet => Assert.Equal(0xA5, octet));
            Assert.NotEqual(all, added);
            if (length > 0)
            {
                Assert.True(DnsMessage.TryParse(buffer.AsSpan(0, length), out var message));
                Assert.Equal(length, message.Length);
                Assert.Equal(
                    int.PopCount(added) - 1,
                    Enum.GetValues<DnsSection>().Sum(section => DnsHeaderCount(buffer, section)));
            }
        }
    }

    [Fact]
    public void Write_BeyondLargestMessage_Refused()
    {
        Assert.True(DnsWriter.TryBegin(new byte[80000], Response, out var writer));
        Assert.True(writer.TryAddRecord(DnsSection.Answer, DnsName.Root, DnsType.Txt, DnsClass.In, 0, new byte[65000]));
        Assert.False(writer.TryAddRecord(DnsSection.Answer, DnsName.Root, DnsType.Txt, DnsClass.In, 0, new byte[70000]));
        Assert.False(writer.TryAddRecord(DnsSection.Answer, DnsName.Root, DnsType.Txt, DnsClass.In, 0, new byte[600]));
        Assert.False(writer.TryAddEdns(512, false, new byte[600]));
        Assert.True(DnsMessage.TryParse(writer.Message, out _));
    }

    [Fact]
    public void Write_OutOfOrderOrNoName_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => With((ref writer) => writer.TryAddQuestion(Www, DnsType.A, DnsClass.In)));
        Assert.Throws<InvalidOperationException>(() => With((ref writer) => writer.TryAddA(DnsSection.Question, Www, 0, default)));
        Assert.Throws<InvalidOperationException>(() => With((ref writer) =>
            writer.TryAddA(DnsSection.Authority, Www, 0, default) && writer.TryAddA(DnsSection.Answer, Www, 0, default)));
        Assert.Throws<InvalidOperationException>(() => With((ref writer) =>
            writer.TryAddEdns(512, false, default) && writer.TryAddEdns(512, false, default)));
        Assert.Throws<ArgumentException>(() => With((ref writer) => writer.TryAddA(DnsSection.Answer, [1, 2], 0, default)));
        Assert.Throws<ArgumentException>(() => With((ref writer) => writer.TryAddCname(DnsSection.Answer, Www, 0, [0xC0, 0x0C])));
        Assert.Throws<ArgumentException>(() => With((ref writer) => writer.TryAddSoa(DnsSection.Answer, Www, 0, Www, [], default)));
        Assert.Throws<ArgumentException>(() => With((ref writer) => writer.TryAddAaaa(DnsSection.Answer, Www, 0, new byte[4])));
        Assert.Throws<ArgumentException>(() => With((ref writer) => writer.TryAddHinfo(DnsSection.Answer, Www, 0, new byte[256], [])));
    }

    [Property(MaxTest = 300)]
    public void WriteAndParse_AnyRecord_ComesBack(ushort type, ushort @class, uint ttl, byte[] data, ushort id)
    {
        type = type == (ushort)DnsType.Opt ? (ushort)1 : type;
        Assert.True(DnsWriter.TryBegin(new byte[4000], Response with { Id = id }, out var writer));
        Assert.True(writer.TryAddRecord(DnsSection.Authority, Zone, (DnsType)type, (DnsClass)@class, ttl, data));
        Assert.True(DnsMessage.TryParse(writer.Message, out var message));
        var records = message.Records;
        Assert.True(records.MoveNext());
        Assert.Equal(id, message.Id);
        Assert.Equal(((DnsType)type, (DnsClass)@class, Math.Min(ttl, int.MaxValue)), (records.Current.Type, records.Current.Class, records.Current.Ttl));
        Assert.Equal(data, records.Current.Data.ToArray());
        Assert.True(records.Current.IsOwnedBy(Zone));
    }

    private delegate bool Use(ref DnsWriter writer);

    private static void With(Use use)
    {
        Assert.True(DnsWriter.TryBegin(new byte[500], Response, out var writer));
        Assert.True(writer.TryAddQuestion(Www, DnsType.A, DnsClass.In));
        use(ref writer);
    }

    private static int DnsHeaderCount(byte[] message, DnsSection section) => message[5 + (2 * (int)section)];

    // Adds what fits; a bit for each part that did.
    private static int Fill(Span<byte> buffer, out int added)
    {
        added = 0;
        if (!DnsWriter.TryBegin(buffer, Response, out var writer))
        {
            return 0;
        }

        added |= 1;
        added |= writer.TryAddQuestion(Www, DnsType.A, DnsClass.In) ? 2 : 0;
        added |= writer.TryAddSoa(DnsSection.Answer, Zone, 0, Www, Zone, Times) ? 4 : 0;
        added |= writer.TryAddCname(DnsSection.Answer, Www, 0, Zone) ? 8 : 0;
        added |= writer.TryAddPtr(DnsSection.Answer, Zone, 0, Www) ? 16 : 0;
        added |= writer.TryAddAaaa(DnsSection.Authority, Zone, 0, new byte[16]) ? 32 : 0;
        added |= writer.TryAddTxt(DnsSection.Authority, Zone, DnsClass.In, 0, "a text"u8) ? 64 : 0;
        added |= writer.TryAddHinfo(DnsSection.Authority, Zone, 0, "cpu"u8, "os"u8) ? 128 : 0;
        added |= writer.TryAddEdns(512, true, [1, 2, 3]) ? 256 : 0;
        added |= writer.TryAddA(DnsSection.Additional, Www, 0, WireSamples.IpA) ? 512 : 0;
        return writer.Length;
    }
}
