using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class DnsCachingTests
{
    // Records about the question of DnsSamples: pointers go to www.Example.org at 12 and Example.org at 16.
    private const string Address = "c00c 0001 0001 0000003c 0004 c0000201";
    private const string Signature = "c00c 002e 0001 0000003c 0001 00";
    private const string Soa = "c010 0006 0001 00000e10 0016 00 00 00000001 00000e10 00000384 00093a80 0000012c";
    private const string SoaCut = "c010 0006 0001 00000e10 0014 00 00 00000001 00000e10 00000384 00093a80 0000";
    private const string Ns = "c010 0002 0001 00000e10 0001 00";
    private const string WwwToWeb = "c00c 0005 0001 0000012c 0006 03776562c010";
    private const string WebToW2 = "03776562c010 0005 0001 0000012c 0005 027732c010";
    private const string W2Address = "027732c010 0001 0001 0000000a 0004 c0000201";
    private const string WwwToSelf = "c00c 0005 0001 0000012c 0002 c00c";
    private const string WwwToBroken = "c00c 0005 0001 0000012c 0002 c0ff";

    private static DnsAnswerKind Classify(byte[] octets)
    {
        Assert.True(DnsMessage.TryParse(octets, out var message));
        var kind = DnsCaching.Classify(message);
        Assert.Equal(kind is DnsAnswerKind.NameError or DnsAnswerKind.NoData, DnsCaching.IsNegative(message));
        return kind;
    }

    private static byte[] Answer(string answers, int answerCount, string authorities, int authorityCount) =>
        DnsSamples.Message(1, answerCount, authorityCount, 0, DnsSamples.Question + answers + authorities);

    [Theory]
    [InlineData(Address, 1, "", 0, DnsAnswerKind.Positive)]
    [InlineData("", 0, "", 0, DnsAnswerKind.NoData)]
    [InlineData("", 0, Soa, 1, DnsAnswerKind.NoData)]
    [InlineData("", 0, Ns, 1, DnsAnswerKind.Referral)]
    [InlineData("", 0, Ns + Soa, 2, DnsAnswerKind.NoData)]
    [InlineData("", 0, Address, 1, DnsAnswerKind.NoData)]
    [InlineData(Signature, 1, Soa, 1, DnsAnswerKind.NoData)]
    [InlineData(Signature + Address, 2, "", 0, DnsAnswerKind.Positive)]
    [InlineData(W2Address, 1, Soa, 1, DnsAnswerKind.NoData)]
    [InlineData(WwwToWeb + WebToW2 + W2Address, 3, "", 0, DnsAnswerKind.Positive)]
    [InlineData(W2Address + WebToW2 + WwwToWeb, 3, "", 0, DnsAnswerKind.Positive)]
    [InlineData(WwwToWeb + WebToW2, 2, Soa, 1, DnsAnswerKind.NoData)]
    [InlineData(WwwToWeb, 1, Ns, 1, DnsAnswerKind.Referral)]
    [InlineData(WwwToSelf, 1, "", 0, DnsAnswerKind.Unusable)]
    [InlineData(WwwToBroken, 1, "", 0, DnsAnswerKind.Unusable)]
    public void Classify_Answer_Kind(string answers, int answerCount, string authorities, int authorityCount, DnsAnswerKind kind) =>
        Assert.Equal(kind, Classify(Answer(answers, answerCount, authorities, authorityCount)));

    [Fact]
    public void Classify_AskedForAliasOrAnything_AliasIsTheAnswer()
    {
        var alias = Answer(WwwToWeb, 1, Soa, 1);
        Assert.Equal(DnsAnswerKind.Positive, Classify(DnsSamples.With(alias, 30, (byte)DnsType.Cname)));
        Assert.Equal(DnsAnswerKind.Positive, Classify(DnsSamples.With(alias, 30, (byte)DnsType.Any)));
    }

    [Fact]
    public void Classify_OtherClass_NotTheAnswer() =>
        Assert.Equal(DnsAnswerKind.NoData, Classify(DnsSamples.With(Answer(Address, 1, "", 0), 32, (byte)DnsClass.Chaos)));

    [Theory]
    [InlineData(2, 0x01)] // a query
    [InlineData(2, 0x83)] // truncated
    [InlineData(2, 0xA1)] // a notification
    [InlineData(3, 0x82)] // server failure
    [InlineData(3, 0x85)] // refused
    public void Classify_NoAnswerToKeep_Unusable(int offset, byte value)
    {
        Assert.Equal(DnsAnswerKind.Unusable, Classify(DnsSamples.With(Answer(Address, 1, "", 0), offset, value)));
        Assert.Equal(DnsAnswerKind.Unusable, Classify(DnsSamples.With(Answer("", 0, Soa, 1), offset, value)));
    }

    [Fact]
    public void Classify_NoQuestion_Unusable() => Assert.Equal(DnsAnswerKind.Unusable, Classify(DnsSamples.Message(0, 0, 0, 0, "")));

    [Fact]
    public void Classify_NameErrorAlsoBehindAlias_NameError()
    {
        Assert.Equal(DnsAnswerKind.NameError, Classify(DnsSamples.NameError));
        Assert.Equal(DnsAnswerKind.NameError, Classify(DnsSamples.With(Answer(WwwToWeb, 1, Soa, 1), 3, 0x83)));
    }

    [Fact]
    public void Classify_ExtendedCode_Unusable() =>
        Assert.Equal(DnsAnswerKind.Unusable, Classify(DnsSamples.With(DnsSamples.NameError, 82, 1)));

    [Theory]
    [InlineData(16, DnsAnswerKind.Positive)]
    [InlineData(17, DnsAnswerKind.Unusable)]
    public void Classify_LongChain_Bounded(int aliases, DnsAnswerKind kind)
    {
        Assert.True(DnsWriter.TryBegin(new byte[5000], new DnsHeader(1, DnsBits.Response, DnsOpcode.Query, DnsResponseCode.NoError), out var writer));
        Assert.True(writer.TryAddQuestion(DnsSamples.Name("n0"), DnsType.A, DnsClass.In));

        // Backwards, so that each step takes another walk.
        Assert.True(writer.TryAddA(DnsSection.Answer, DnsSamples.Name($"n{aliases}"), 0, WireSamples.IpA));
        for (var i = aliases - 1; i >= 0; i--)
        {
            Assert.True(writer.TryAddCname(DnsSection.Answer, DnsSamples.Name($"N{i}"), 0, DnsSamples.Name($"n{i + 1}")));
        }

        Assert.Equal(kind, Classify(writer.Message.ToArray()));
    }

    [Fact]
    public void MinimumTtl_AllSectionsButOpt_Shortest()
    {
        Assert.True(DnsMessage.TryParse(DnsSamples.Chain, out var chain));
        Assert.True(DnsCaching.TryGetMinimumTtl(chain, out var seconds));
        Assert.Equal(60u, seconds);

        Assert.True(DnsMessage.TryParse(DnsSamples.With(DnsSamples.Chain, 73, 0xFF), out var negative));
        Assert.True(DnsCaching.TryGetMinimumTtl(negative, out seconds));
        Assert.Equal(0u, seconds);

        Assert.True(DnsMessage.TryParse(DnsSamples.Query, out var query));
        Assert.False(DnsCaching.TryGetMinimumTtl(query, out seconds));
        Assert.Equal(0u, seconds);
    }

    [Theory]
    [InlineData(Soa, 1, true, 300u)]
    [InlineData(Ns + Soa, 2, true, 300u)]
    [InlineData("c010 0006 0001 00000010 0016 00 00 00000001 00000e10 00000384 00093a80 0000012c", 1, true, 16u)]
    [InlineData("c010 0006 0001 00000010 0016 00 00 00000001 00000e10 00000384 00093a80 ffffffff", 1, true, 0u)]
    [InlineData("c010 0006 0001 ffffffff 0016 00 00 00000001 00000e10 00000384 00093a80 0000012c", 1, true, 0u)]
    [InlineData("c010 0006 0001 00000e10 0014 c010 c010 00000001 00000e10 00000384 00093a80", 1, false, 0u)]
    [InlineData("c010 0006 0001 00000e10 0018 c00c c0ff 00000001 00000e10 00000384 00093a80 0000012c", 1, false, 0u)]
    [InlineData(SoaCut, 1, false, 0u)]
    [InlineData(SoaCut + Soa, 2, true, 300u)]
    [InlineData(Ns, 1, false, 0u)]
    [InlineData("", 0, false, 0u)]
    public void NegativeTtl_Authority_SmallerOfTtlAndMinimum(string authorities, int count, bool found, uint expected)
    {
        Assert.True(DnsMessage.TryParse(Answer("", 0, authorities, count), out var message));
        Assert.Equal(found, DnsCaching.TryGetNegativeTtl(message, out var seconds));
        Assert.Equal(expected, seconds);
    }

    [Fact]
    public void NegativeTtl_CompressedNames_Read()
    {
        Assert.True(DnsMessage.TryParse(DnsSamples.NameError, out var message));
        Assert.True(DnsCaching.TryGetNegativeTtl(message, out var seconds));
        Assert.Equal(300u, seconds);
    }

    [Fact]
    public void NegativeTtl_SoaInAnswerOnly_None()
    {
        Assert.True(DnsMessage.TryParse(Answer(Soa, 1, "", 0), out var message));
        Assert.False(DnsCaching.TryGetNegativeTtl(message, out _));
    }
}
