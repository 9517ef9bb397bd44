using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class DnsEditorTests
{
    private static readonly byte[] ChainWithoutOpt = DnsSamples.With(DnsSamples.Chain[..83], 11, 0);

    private static DnsEditor Open(byte[] message, int room, out byte[] buffer)
    {
        buffer = [.. message, .. WireSamples.Dirty(room)];
        Assert.True(DnsEditor.TryOpen(buffer, message.Length, out var editor));
        return editor;
    }

    private static uint[] Ttls(ReadOnlySpan<byte> octets)
    {
        Assert.True(DnsMessage.TryParse(octets, out var message));
        List<uint> ttls = [];
        foreach (var record in message.Records)
        {
            ttls.Add(record.Ttl);
        }

        return [.. ttls];
    }

    [Fact]
    public void Open_NoMessageOrOctetsBehind_RefusedOrLeftOut()
    {
        Assert.False(DnsEditor.TryOpen(new byte[50], 11, out _));
        Assert.False(DnsEditor.TryOpen([.. DnsSamples.Chain], DnsSamples.Chain.Length - 1, out _));
        Assert.True(DnsEditor.TryOpen([.. DnsSamples.Chain, 7], DnsSamples.Chain.Length + 1, out var editor));
        Assert.Equal(DnsSamples.Chain.Length, editor.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => DnsEditor.TryOpen(new byte[12], 13, out _));
    }

    [Fact]
    public void SetIdAndFlags_OfClient_NothingElseChanges()
    {
        var editor = Open(DnsSamples.Chain, 3, out var buffer);
        editor.SetId(0xBEEF);
        editor.SetFlags(DnsBits.RecursionDesired | DnsBits.AuthenticData, false);
        editor.SetFlags(DnsBits.CheckingDisabled | DnsBits.AuthoritativeAnswer, true);
        Assert.Equal([0xBE, 0xEF, 0x84, 0x90, .. DnsSamples.Chain[4..], 0xA5, 0xA5, 0xA5], buffer);
    }

    [Fact]
    public void SetFlags_AllBits_OpcodeAndCodeStay()
    {
        var editor = Open(DnsSamples.With(DnsSamples.With(DnsSamples.Query, 2, 0x28), 3, 0x05), 0, out var buffer);
        editor.SetFlags((DnsBits)0xFFFF, true);
        Assert.Equal([0xAF, 0xF5], buffer[2..4]);
        editor.SetFlags((DnsBits)0xFFFF, false);
        Assert.Equal([0x28, 0x05], buffer[2..4]);
    }

    [Theory]
    [InlineData(0u, 300u, 60u)]
    [InlineData(59u, 241u, 1u)]
    [InlineData(60u, 240u, 0u)]
    [InlineData(61u, 239u, 0u)]
    [InlineData(uint.MaxValue, 0u, 0u)]
    public void AgeTtls_Seconds_DownToZeroAndOptKept(uint seconds, uint first, uint second)
    {
        var editor = Open(DnsSamples.With(DnsSamples.Chain, 90, 0x80), 0, out _);
        editor.AgeTtls(seconds);
        Assert.Equal([first, second, second, 0x8000u], Ttls(editor.Message));
    }

    [Theory]
    [InlineData(1000u, 300u, 60u)]
    [InlineData(100u, 100u, 60u)]
    [InlineData(0u, 0u, 0u)]
    public void CapTtls_Seconds_NoneLongerAndOptKept(uint seconds, uint first, uint second)
    {
        var editor = Open(DnsSamples.With(DnsSamples.Chain, 90, 0x80), 0, out _);
        editor.CapTtls(seconds);
        Assert.Equal([first, second, second, 0x8000u], Ttls(editor.Message));
    }

    [Fact]
    public void AgeOrCapTtls_HighestBitSet_Zero()
    {
        var odd = DnsSamples.With(DnsSamples.Chain, 39, 0x80);
        var aged = Open(odd, 0, out _);
        aged.AgeTtls(1);
        Assert.Equal([0u, 59u, 59u, 0u], Ttls(aged.Message));
        var capped = Open(odd, 0, out _);
        capped.CapTtls(1000);
        Assert.Equal([0u, 60u, 60u, 0u], Ttls(capped.Message));
    }

    [Fact]
    public void SetQuestionCase_SameName_ClientsSpelling()
    {
        var editor = Open(DnsSamples.Chain, 0, out var buffer);
        var asked = DnsSamples.Name("wWw.eXaMpLe.OrG");
        Assert.True(editor.TrySetQuestionCase(asked));
        Assert.Equal([.. DnsSamples.Chain[..12], .. asked, .. DnsSamples.Chain[29..]], buffer);
    }

    [Theory]
    [InlineData("www.example.com")]
    [InlineData("example.org")]
    [InlineData("a.www.example.org")]
    [InlineData(".")]
    public void SetQuestionCase_OtherName_Refused(string name)
    {
        var editor = Open(DnsSamples.Chain, 0, out var buffer);
        Assert.False(editor.TrySetQuestionCase(DnsSamples.Name(name)));
        Assert.False(editor.TrySetQuestionCase([]));
        Assert.Equal(DnsSamples.Chain, buffer);
        Assert.False(Open(new byte[12], 0, out _).TrySetQuestionCase([0]));
    }

    [Fact]
    public void RemoveEdns_LastOrNone_OnlyItGoes()
    {
        var editor = Open(DnsSamples.Chain, 0, out _);
        Assert.Equal(1, editor.RemoveEdns());
        Assert.Equal(ChainWithoutOpt, editor.Message.ToArray());
        Assert.Equal(0, editor.RemoveEdns());
        Assert.Equal(ChainWithoutOpt, editor.Message.ToArray());
    }

    [Fact]
    public void RemoveEdns_SignatureBehind_GoesToo()
    {
        var editor = Open(DnsSamples.Signed, 0, out _);
        Assert.Equal(2, editor.RemoveEdns());
        Assert.Equal(ChainWithoutOpt, editor.Message.ToArray());
    }

    [Fact]
    public void RemoveEdns_CodeNeedsIt_ServerFailure()
    {
        // BADCOOKIE is 0x017: its low bits alone would say YXRRSET.
        var editor = Open(DnsSamples.With(DnsSamples.With(DnsSamples.Chain, 88, 1), 3, 0xA7), 0, out _);
        editor.RemoveEdns();
        Assert.Equal(DnsSamples.With(ChainWithoutOpt, 3, 0xA2), editor.Message.ToArray());
    }

    [Fact]
    public void SetEdns_NoneBefore_Added()
    {
        var editor = Open(ChainWithoutOpt, 11, out _);
        Assert.True(editor.TrySetEdns(1232, false, default));
        Assert.Equal(DnsSamples.Chain, editor.Message.ToArray());
    }

    [Fact]
    public void SetEdns_OneBefore_ReplacedWithCodeKept()
    {
        var editor = Open(DnsSamples.With(DnsSamples.With(DnsSamples.Signed, 88, 1), 3, 0xA7), 20, out _);
        Assert.True(editor.TrySetEdns(4096, true, [0, 10, 0, 0]));
        Assert.True(DnsMessage.TryParse(editor.Message, out var message));
        Assert.Equal((DnsResponseCode.BadCookie, 1), (message.ResponseCode, message.Count(DnsSection.Additional)));
        Assert.True(message.TryGetEdns(out var edns));
        Assert.Equal((4096, true, 4), (edns.UdpPayloadSize, edns.DnssecOk, edns.Options.Length));
        Assert.Equal(98, editor.Length);
    }

    [Fact]
    public void SetEdns_OptionsOfTheMessage_Kept()
    {
        var editor = Open(DnsSamples.Query, 0, out _);
        Assert.True(DnsMessage.TryParse(editor.Message, out var message));
        Assert.True(message.TryGetEdns(out var edns));
        Assert.True(editor.TrySetEdns(4096, true, edns.Options));
        Assert.Equal(DnsSamples.Query, editor.Message.ToArray());
    }

    [Fact]
    public void SetEdns_NoRoom_NothingChanges()
    {
        var editor = Open(ChainWithoutOpt, 10, out var buffer);
        Assert.False(editor.TrySetEdns(1232, false, default));
        Assert.Equal([.. ChainWithoutOpt, .. WireSamples.Dirty(10)], buffer);
        var full = Open(DnsSamples.Chain, 0, out buffer);
        Assert.False(full.TrySetEdns(1232, false, [1]));
        Assert.Equal(DnsSamples.Chain, buffer);
    }

    [Fact]
    public void Truncate_Chain_HeaderQuestionAndOpt()
    {
        var editor = Open(DnsSamples.Chain, 0, out _);
        editor.Truncate();
        Assert.Equal(
            [.. WireSamples.Hex("1a2b 83a0 0001 0000 0000 0001" + DnsSamples.Question), .. DnsSamples.Chain[83..]],
            editor.Message.ToArray());
        Assert.Equal(1, editor.RemoveEdns());
        editor.Truncate();
        Assert.Equal(WireSamples.Hex("1a2b 83a0 0001 0000 0000 0000" + DnsSamples.Question), editor.Message.ToArray());
    }

    [Fact]
    public void Truncate_Signed_SignatureLeftOut()
    {
        var editor = Open(DnsSamples.Signed, 0, out _);
        editor.Truncate();
        Assert.Equal(44, editor.Length);
        Assert.True(DnsMessage.TryParse(editor.Message, out var message));
        Assert.True(message.HasEdns && message.IsTruncated);
    }
}
