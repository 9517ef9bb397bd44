using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

/// <summary>Reads messages that others made, whole, cut and changed, beside ARSoft.Tools.Net.</summary>
public class DnsOracleTests(ITestOutputHelper output)
{
    [Fact]
    public void Compare_FuzzMessages_SameReadingOrNamedReason()
    {
        Assert.SkipWhen(DnsCorpora.IsAbsent, DnsCorpora.Absent);
        var verdicts = Compare(DnsCorpora.Fuzz());
        Assert.True(verdicts[DnsVerdict.SameReading] >= 295);
        Assert.True(verdicts[DnsVerdict.OracleReadsData] <= 2);
        AssertNoOther(verdicts, DnsVerdict.SameReading, DnsVerdict.OracleReadsData, DnsVerdict.BothRefuse);
    }

    [Fact]
    public void Compare_CapturedMessages_SameReadingOrNamedReason()
    {
        Assert.SkipWhen(DnsCorpora.IsAbsent, DnsCorpora.Absent);
        var verdicts = Compare(DnsCorpora.Captures());
        Assert.True(verdicts[DnsVerdict.SameReading] >= 70);
        AssertNoOther(verdicts, DnsVerdict.SameReading, DnsVerdict.BothRefuse);
    }

    [Fact]
    public void Compare_EveryTruncation_SameReadingOrNamedReason()
    {
        Assert.SkipWhen(DnsCorpora.IsAbsent, DnsCorpora.Absent);
        var verdicts = Compare(
            from message in DnsCorpora.All()
            where message.Octets.Length <= 400
            from length in Enumerable.Range(0, message.Octets.Length)
            select ($"{message.Name} cut to {length}", message.Octets[..length]));
        Assert.True(verdicts[DnsVerdict.BothRefuse] >= 20000);
        AssertNoOther(verdicts, DnsVerdict.BothRefuse);
    }

    [Fact]
    public void Compare_ChangedMessages_SameReadingOrNamedReason()
    {
        Assert.SkipWhen(DnsCorpora.IsAbsent, DnsCorpora.Absent);
        var random = new Random(1035);
        var verdicts = Compare(
            from message in DnsCorpora.All()
            where message.Octets.Length is > 12 and <= 1000
            from round in Enumerable.Range(0, 40)
            select ($"{message.Name} change {round}", Change(message.Octets, random)));
        Assert.True(verdicts[DnsVerdict.SameReading] >= 5000);
        Assert.True(verdicts[DnsVerdict.BothRefuse] >= 1000);
    }

    [Theory]
    [MemberData(nameof(DnsSamples.All), MemberType = typeof(DnsSamples))]
    public void Compare_OwnSamples_SameReading(string name, byte[] message)
    {
        _ = name;
        // The signature of the sample is no real one, so the other stumbles over its data.
        Assert.Equal(message == DnsSamples.Signed ? DnsVerdict.OracleReadsData : DnsVerdict.SameReading, DnsOracle.Compare(message));
    }

    [Fact]
    public void Compare_QuestionNameOdd_NamedReason()
    {
        Assert.Equal(DnsVerdict.OracleFollowsAnyPointer, Question("c012 0001 0001 00"));
        Assert.Equal(DnsVerdict.OracleFollowsAnyPointer, Question("c004 0001 0001"));
        Assert.Equal(DnsVerdict.OracleKnowsBitLabels, Question("4108ff 00 0001 0001"));
        Assert.Equal(DnsVerdict.BothRefuse, Question("8108ff 00 0001 0001"));
        Assert.Equal(DnsVerdict.BothRefuse, Question("c00c 0001 0001"));
        Assert.Equal(DnsVerdict.OracleTakesLongNames, Question(string.Concat(Enumerable.Repeat("3f" + new string('6', 126), 4)) + "00 0001 0001"));

        static DnsVerdict Question(string rest) => DnsOracle.Compare(DnsSamples.Message(1, 0, 0, 0, rest));
    }

    [Theory]
    [InlineData(0, 2, "00 0029 0200 00000000 0000" + "00 0029 0300 00000000 0000", nameof(DnsVerdict.OracleTakesAnyOpt))]
    [InlineData(1, 0, "00 0029 0200 00000000 0000", nameof(DnsVerdict.OracleTakesAnyOpt))]
    [InlineData(0, 1, "0161 00 0029 0200 00000000 0000", nameof(DnsVerdict.OracleTakesAnyOpt))]
    [InlineData(1, 0, "00 0001 0001 00000000 0003 010203", nameof(DnsVerdict.OracleReadsData))]
    [InlineData(1, 0, "00 0001 0001 00000000 0009 01020304", nameof(DnsVerdict.OracleOverlooksLength))]
    [InlineData(1, 0, "00 ff00 0001 00000000 0009 01020304", nameof(DnsVerdict.BothRefuse))]
    public void Compare_RecordOdd_NamedReason(int answers, int additionals, string rest, string expected) =>
        Assert.Equal(expected, DnsOracle.Compare(DnsSamples.Message(0, answers, 0, additionals, rest)).ToString());

    [Fact]
    public void Compare_EditedMessages_StillRead()
    {
        Assert.SkipWhen(DnsCorpora.IsAbsent, DnsCorpora.Absent);
        var verdicts = Compare(
            from message in DnsCorpora.All()
            where DnsMessage.TryParse(message.Octets, out _)
            from edited in Edit(message.Octets)
            select (message.Name, edited));
        Assert.True(verdicts[DnsVerdict.SameReading] >= 1000);
        AssertNoOther(verdicts, DnsVerdict.SameReading, DnsVerdict.OracleReadsData);
    }

    [Fact]
    public void Write_EveryKind_OracleReadsTheData()
    {
        var name = DnsSamples.Name("www.Example.org");
        Assert.True(DnsWriter.TryBegin(new byte[1000], new DnsHeader(1, DnsBits.Response, DnsOpcode.Query, DnsResponseCode.NoError), out var writer));
        Assert.True(writer.TryAddQuestion(name, DnsType.Any, DnsClass.In));
        Assert.True(writer.TryAddA(DnsSection.Answer, name, 1, WireSamples.IpA));
        Assert.True(writer.TryAddAaaa(DnsSection.Answer, name, 2, WireSamples.Hex("20010db8 00000000 00000000 00000001")));
        Assert.True(writer.TryAddCname(DnsSection.Answer, name, 3, DnsSamples.Name("a.b")));
        Assert.True(writer.TryAddPtr(DnsSection.Answer, DnsSamples.Name("1.2.0.192.in-addr.arpa"), 4, name));
        Assert.True(writer.TryAddTxt(DnsSection.Answer, name, DnsClass.Chaos, 5, "one text"u8));
        Assert.True(writer.TryAddHinfo(DnsSection.Answer, name, 6, "RFC8482"u8, default));
        Assert.True(writer.TryAddSoa(DnsSection.Answer, DnsName.Root, 7, name, DnsSamples.Name("me.b"), new DnsSoaTimes(1, 2, 3, 4, 5)));

        var octets = writer.Message.ToArray();
        Assert.Equal(DnsVerdict.SameReading, DnsOracle.Compare(octets));
        Assert.Equal(
            [
                "www.Example.org. 1 IN A 192.0.2.1",
                "www.Example.org. 2 IN AAAA 2001:db8::1",
                "www.Example.org. 3 IN CNAME a.b.",
                "1.2.0.192.in-addr.arpa. 4 IN PTR www.Example.org.",
                "www.Example.org. 5 CH TXT \"one text\"",
                "www.Example.org. 6 IN HINFO \"RFC8482\" \"\"",
                ". 7 IN SOA www.Example.org. me.b. 1 2 3 4 5",
            ],
            ARSoft.Tools.Net.Dns.DnsMessage.Parse(octets).AnswerRecords.Select(record => record.ToString()));
    }

    [Fact]
    public void Walk_EveryMessage_NeverThrows()
    {
        Assert.SkipWhen(DnsCorpora.IsAbsent, DnsCorpora.Absent);
        var (messages, taken) = (0, 0);
        foreach (var (name, octets) in DnsCorpora.All())
        {
            messages++;
            try
            {
                taken += AnyDns.Walk(octets) ? 1 : 0;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{name}: {Convert.ToHexStringLower(octets)}", exception);
            }
        }

        output.WriteLine($"{messages} messages, {taken} taken");
        Assert.True(taken >= 370);
    }

    private Dictionary<DnsVerdict, int> Compare(IEnumerable<(string Name, byte[] Octets)> messages)
    {
        var verdicts = Enum.GetValues<DnsVerdict>().ToDictionary(verdict => verdict, _ => 0);
        foreach (var (name, octets) in messages)
        {
            try
            {
                verdicts[DnsOracle.Compare(octets)]++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{name}: {Convert.ToHexStringLower(octets)}", exception);
            }
        }

        output.WriteLine($"{verdicts.Values.Sum()} messages: {string.Join(", ", verdicts)}");
        return verdicts;
    }

    private static void AssertNoOther(Dictionary<DnsVerdict, int> verdicts, params DnsVerdict[] expected) =>
        Assert.All(verdicts.Where(pair => !expected.Contains(pair.Key)), pair => Assert.Equal(0, pair.Value));

    // Aged, with our OPT record, without one, and truncated.
    private static List<byte[]> Edit(byte[] octets)
    {
        byte[] buffer = [.. octets, .. new byte[DnsEdns.Size]];
        List<byte[]> edited = [];
        Assert.True(DnsEditor.TryOpen(buffer, octets.Length, out var editor));
        editor.SetId(7);
        editor.CapTtls(86400);
        editor.AgeTtls(100);
        edited.Add(editor.Message.ToArray());
        Assert.True(editor.TrySetEdns(1232, true, default));
        edited.Add(editor.Message.ToArray());
        editor.RemoveEdns();
        edited.Add(editor.Message.ToArray());
        editor.Truncate();
        edited.Add(editor.Message.ToArray());
        return edited;
    }

    private static byte[] Change(byte[] octets, Random random)
    {
        byte[] changed = [.. octets];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            changed[random.Next(2, changed.Length)] = random.Next(3) switch
            {
                0 => 0xC0,
                1 => (byte)random.Next(64),
                _ => (byte)random.Next(256),
            };
        }

        return changed;
    }
}
