using FsCheck.Xunit;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class DnsNameTextTests
{
    [Theory]
    [InlineData(".", "00", ".")]
    [InlineData("a", "0161 00", "a.")]
    [InlineData("a.", "0161 00", "a.")]
    [InlineData("Www.Example.org", "03577777 074578616d706c65 036f7267 00", "Www.Example.org.")]
    [InlineData("_dns._udp.local", "045f646e73 045f756470 056c6f63616c 00", "_dns._udp.local.")]
    [InlineData("a\\.b.c", "03612e62 0163 00", "a\\.b.c.")]
    [InlineData("\\000\\255\\032", "0300ff20 00", "\\000\\255\\032.")]
    [InlineData("\\ a\\;", "0320613b 00", "\\032a\\;.")]
    [InlineData("a$b@c\"(d)", "09612462406322286429 00", "a\\$b\\@c\\\"\\(d\\).")]
    [InlineData("\\\\", "015c 00", "\\\\.")]
    [InlineData("*.x", "012a 0178 00", "*.x.")]
    public void Parse_Text_WireFormAndBack(string text, string hex, string formatted)
    {
        var wire = WireSamples.Dirty(DnsName.MaxSize);
        Assert.True(DnsName.TryParse(text, wire, out var length));
        Assert.Equal(WireSamples.Hex(hex), wire[..length]);
        Assert.Equal(formatted, DnsName.Format(wire.AsSpan(0, length)));
        Assert.Equal(wire[..length], DnsName.Parse(text));

        // No octet of room too few will do.
        for (var room = 0; room < length; room++)
        {
            Assert.False(DnsName.TryParse(text, wire.AsSpan(0, room), out var none));
            Assert.Equal(0, none);
        }

        Assert.True(DnsName.TryParse(text, wire.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("a..")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("é")]
    [InlineData("\u0141")]
    [InlineData("\\")]
    [InlineData("a\\")]
    [InlineData("\\1")]
    [InlineData("\\12")]
    [InlineData("\\12a")]
    [InlineData("\\256")]
    [InlineData("\\999")]
    [InlineData("\\é")]
    [InlineData("\\\n")]
    public void Parse_NoName_Refused(string text)
    {
        Assert.False(DnsName.TryParse(text, new byte[DnsName.MaxSize], out var length));
        Assert.Equal(0, length);
        Assert.Throws<FormatException>(() => DnsName.Parse(text));
    }

    [Fact]
    public void Parse_LabelOf63And64_TakenAndRefused()
    {
        Assert.Equal(65, DnsName.Parse(new string('a', 63)).Length);
        Assert.Throws<FormatException>(() => DnsName.Parse(new string('a', 64)));
        Assert.Throws<FormatException>(() => DnsName.Parse(new string('a', 64) + ".b"));
    }

    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    public void Parse_NameOf255And256_TakenAndRefused(int last, bool taken)
    {
        var label = new string('a', 63) + ".";
        var text = label + label + label + new string('b', last);
        Assert.Equal(taken, DnsName.TryParse(text, new byte[300], out var length));
        Assert.Equal(taken ? 255 : 0, length);
        Assert.Equal(taken, DnsName.TryParse(text + ".", new byte[300], out _));
    }

    [Fact]
    public void Format_NoWireForm_SaysSo()
    {
        Assert.Equal("(malformed)", DnsName.Format([]));
        Assert.Equal("(malformed)", DnsName.Format([1]));
        Assert.Equal("(malformed)", DnsName.Format([0xC0, 0x0C]));
    }

    [Property(MaxTest = 500)]
    public void FormatAndParse_AnyLabels_ComesBackPrintable(byte[][] labels)
    {
        byte[] wire = [.. labels.Where(label => label is { Length: > 0 and <= 63 }).Take(4).SelectMany(label => (byte[])[(byte)label.Length, .. label]), 0];
        var text = DnsName.Format(wire);
        Assert.All(text, character => Assert.InRange(character, '!', '~'));
        Assert.Equal(wire, DnsName.Parse(text));
    }

    [Property(MaxTest = 1000)]
    public void Parse_AnyText_NeverThrows(string text) => _ = DnsName.TryParse(text, new byte[40], out _);
}
