using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class DnsMessageTests
{
    private const string Opt = "00 0029 0200 00 00 0000 0000";

    [Fact]
    public void Parse_Query_Fields()
    {
        Assert.True(DnsMessage.TryParse(DnsSamples.Query, out var message));
        Assert.Equal(0x1A2B, message.Id);
        Assert.False(message.IsResponse);
        Assert.Equal(DnsOpcode.Query, message.Opcode);
        Assert.Equal(DnsBits.RecursionDesired | DnsBits.AuthenticData, message.Flags);
        Assert.Equal(DnsResponseCode.NoError, message.ResponseCode);
        Assert.Equal(DnsSamples.Query.Length, message.Length);
        Assert.Equal((1, 0, 0, 1), (message.Count(DnsSection.Question), message.Count(DnsSection.Answer), message.Count(DnsSection.Authority), message.Count(DnsSection.Additional)));

        Assert.True(message.TryGetQuestion(out var question));
        Assert.Equal("www.Example.org.", DnsName.Format(question.Name));
        Assert.Equal((DnsType.A, DnsClass.In), (question.Type, question.Class));
        Assert.Equal(WireSamples.Hex(DnsSamples.Question), question.Octets.ToArray());
    }

    [Fact]
    public void Parse_Query_Edns()
    {
        Assert.True(DnsMessage.TryParse(DnsSamples.Query, out var message));
        Assert.True(message.HasEdns);
        Assert.True(message.TryGetEdns(out var edns));
        Assert.Equal((4096, 0, 0), (edns.UdpPayloadSize, edns.Version, edns.ExtendedCode));
        Assert.True(edns.DnssecOk);
        Assert.Equal(12, edns.Options.Length);
        Assert.Equal(23, edns.Octets.Length);
        Assert.True(edns.HasWellFormedOptions);
        Assert.True(edns.TryFindOption(10, out var cookie));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], cookie.ToArray());
        Assert.False(edns.TryFindOption(8, out _));
    }

    [Theory]
    [InlineData("0000", "", true, false)]
    [InlineData("0004", "000a0000", true, true)]
    [InlineData("0008", "00080000 000a0000", true, true)]
    [InlineData("0003", "000a00", false, false)]
    [InlineData("0004", "000a0001", false, false)]
    [InlineData("0005", "000a0000 ff", false, true)]
    public void Edns_Options_FoundAndJudged(string length, string options, bool wellFormed, bool found)
    {
        Assert.True(DnsMessage.TryParse(DnsSamples.Message(0, 0, 0, 1, "00 0029 0100 00 00 0000" + length + options), out var message));
        Assert.True(message.TryGetEdns(out var edns));
        Assert.Equal(wellFormed, edns.HasWellFormedOptions);
        Assert.Equal(found, edns.TryFindOption(10, out var data));
        Assert.True(data.IsEmpty);

        // RFC 6891 section 6.2.3: 256 means 512.
        Assert.Equal(512, edns.UdpPayloadSize);
    }

    [Fact]
    public void Parse_Chain_Records()
    {
        Assert.True(DnsMessage.TryParse(DnsSamples.Chain, out var message));
        Assert.True(message.IsResponse && message.RecursionAvailable && message.AuthenticData);
        Assert.False(message.IsAuthoritative || message.IsTruncated || message.CheckingDisabled);

        List<string> seen = [];
        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        foreach (var record in message.Records)
        {
            Assert.True(record.TryCopyOwner(name, out var length));
            Assert.True(record.IsOwnedBy(name[..length]));
            var target = record.TryCopyDataName(name, out var targetLength) ? DnsName.Format(name[..targetLength]) : Convert.ToHexString(record.Data);
            _ = record.TryCopyOwner(name, out length);
            seen.Add($"{record.Section} {record.Offset} {DnsName.Format(name[..length])} {record.Type} {(int)record.Class} {record.Ttl}@{record.TtlOffset} {record.DataOffset}+{record.DataLength} {target}");
        }

        Assert.Equal(
            [
                "Answer 33 www.Example.org. Cname 1 300@39 45+6 web.Example.org.",
                "Answer 51 web.Example.org. A 1 60@57 63+4 C0000201",
                "Answer 67 web.Example.org. A 1 60@73 79+4 C0000202",
                "Additional 83 . Opt 1232 0@88 94+0 ",
            ],
            seen);
    }

    [Theory]
    [MemberData(nameof(DnsSamples.All), MemberType = typeof(DnsSamples))]
    public void Parse_EveryTruncation_Refused(string name, byte[] octets)
    {
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.False(DnsMessage.TryParse(octets.AsSpan(0, length), out _), $"{name} cut to {length}");
        }

        Assert.True(DnsMessage.TryParse(octets, out _));
    }

    [Fact]
    public void Parse_OctetsBehind_NotSeen()
    {
        Assert.True(DnsMessage.TryParse([.. DnsSamples.Chain, 1, 2, 3], out var message));
        Assert.Equal(DnsSamples.Chain, message.Octets.ToArray());
    }

    [Fact]
    public void Parse_HeaderOnly_NoQuestion()
    {
        Assert.True(DnsMessage.TryParse(WireSamples.Hex("0001 8181 0000 0000 0000 0000"), out var message));
        Assert.Equal(DnsResponseCode.FormatError, message.ResponseCode);
        Assert.False(message.TryGetQuestion(out _));
        Assert.False(message.TryGetEdns(out _));
        Assert.False(message.Records.MoveNext());
    }

    [Theory]
    [InlineData("c00c 0001 0001")]
    [InlineData("0161 c00c 0001 0001")]
    [InlineData("c012 0001 0001 00")]
    [InlineData("4161 00 0001 0001")]
    [InlineData("8161 00 0001 0001")]
    [InlineData("c000 0001 0001")]
    public void Parse_QuestionNameBad_Refused(string rest) => Assert.False(DnsMessage.TryParse(DnsSamples.Message(1, 0, 0, 0, rest), out _));

    [Theory]
    [InlineData(0, 0, 1, Opt, true)]
    [InlineData(1, 0, 0, Opt, false)]
    [InlineData(0, 1, 0, Opt, false)]
    [InlineData(0, 0, 2, Opt + Opt, false)]
    [InlineData(0, 0, 1, "0161 00 0029 0200 00000000 0000", false)]
    [InlineData(0, 0, 2, "00 0001 0001 00000000 0000 c00c 0029 0200 00000000 0000", false)]
    [InlineData(0, 0, 2, Opt + "00 00fa 00ff 00000000 0000", true)]
    public void Parse_OptRecord_OneOfTheRootInAdditional(int answers, int authorities, int additionals, string records, bool taken) =>
        Assert.Equal(taken, DnsMessage.TryParse(DnsSamples.Message(0, answers, authorities, additionals, records), out _));

    [Fact]
    public void Parse_DataOfKnownTypeBroken_PassesUnharmed()
    {
        // An address of three octets, and an alias whose name points at itself.
        var octets = DnsSamples.Message(0, 2, 0, 0, "00 0001 0001 00000000 0003 010203" + "00 0005 0001 80000000 0002 c025");
        Assert.True(DnsMessage.TryParse(octets, out var message));
        var records = message.Records;
        Assert.True(records.MoveNext());
        Assert.Equal([1, 2, 3], records.Current.Data.ToArray());
        Assert.True(records.MoveNext());
        Assert.Equal((0x80000000u, 0u), (records.Current.Ttl, records.Current.Lifetime));
        Assert.False(records.Current.TryCopyDataName(new byte[255], out _));
        Assert.False(records.MoveNext());
        Assert.False(records.MoveNext());
    }

    [Theory]
    [InlineData("0161 00", "0003", true)]
    [InlineData("0161 00 ff", "0004", false)]
    [InlineData("0161 00", "0002", false)]
    [InlineData("", "0000", false)]
    public void DataName_AnyLength_ExactlyTheData(string data, string length, bool taken)
    {
        Assert.True(DnsMessage.TryParse(DnsSamples.Message(0, 1, 0, 0, "00 000c 0001 00000000" + length + data), out var message));
        var records = message.Records;
        Assert.True(records.MoveNext());
        Assert.Equal(taken, records.Current.TryCopyDataName(new byte[255], out _));
    }

    [Fact]
    public void ResponseCode_WithOpt_TwelveBits()
    {
        Assert.True(DnsMessage.TryParse(DnsSamples.Message(0, 0, 0, 1, "00 0029 0200 01 00 0000 0000"), out var message));
        Assert.Equal(DnsResponseCode.BadVersion, message.ResponseCode);
        Assert.Equal(DnsResponseCode.NoError, message.Header.ResponseCode);
    }

    [Fact]
    public void Parse_LargestAndTooLarge_TakenAndRefused()
    {
        var octets = new byte[DnsMessage.MaxSize + 1];
        Assert.True(DnsMessage.TryParse(octets.AsSpan(0, DnsMessage.MaxSize), out _));
        Assert.False(DnsMessage.TryParse(octets, out _));
    }

    [Fact]
    public void Header_EveryWord_ComesBack()
    {
        var buffer = WireSamples.Dirty(13);
        for (var word = 0; word <= ushort.MaxValue; word += 5)
        {
            byte[] octets = [0x12, 0x34, (byte)(word >> 8), (byte)word, 0, 0, 0, 0, 0, 0, 0, 0];
            Assert.True(DnsHeader.TryParse(octets, out var header));
            Assert.Equal(DnsHeader.Size, header.Write(buffer));
            Assert.Equal([.. octets, 0xA5], buffer);
        }

        Assert.False(DnsHeader.TryParse(new byte[11], out _));
    }
}
