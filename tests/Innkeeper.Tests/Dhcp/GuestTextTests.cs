using System.Globalization;
using System.Text;
using Innkeeper.Dhcp;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Dhcp;

public sealed class GuestTextTests
{
    [Theory]
    [InlineData("printer-7", "printer-7")]
    [InlineData("Zoë’s 电话", "Zoë’s 电话")]
    [InlineData("a\r\nb\0c\u001b[31m", @"a\u{d}\u{a}b\u{0}c\u{1b}[31m")]
    [InlineData("\u202eevil\u2028\u2066\ufeff", @"\u{202e}evil\u{2028}\u{2066}\u{feff}")]
    [InlineData(@"\u{41}", @"\u{5c}u{41}")]
    [InlineData("", "")]
    public void Show_EscapesWhatIsNotHarmless(string raw, string shown) => Assert.Equal(shown, GuestText.Of(Encoding.UTF8.GetBytes(raw)).ToString());

    [Fact]
    public void Show_WhatIsNoUtf8_IsEscapedOctetByOctet() => Assert.Equal(@"a\xff\xc3b", GuestText.Of([(byte)'a', 0xff, 0xc3, (byte)'b']).ToString());

    [Fact]
    public void Show_Long_IsCut()
    {
        var text = GuestText.Of(Encoding.UTF8.GetBytes(new string('x', 1000)));
        Assert.Equal(255, text.Raw.Length);
        Assert.Equal(new string('x', 63) + "...", text.ToString());
    }

    [Fact]
    public void Show_Nothing_IsEmpty() => Assert.Equal((true, "", 0), (default(GuestText).IsEmpty, default(GuestText).ToString(), default(GuestText).Raw.Length));

    [Fact]
    public void Show_NaughtyStrings_AreOneHarmlessLine()
    {
        Assert.SkipWhen(NaughtyStrings.All.Count == 0, NaughtyStrings.Absent);

        Assert.True(NaughtyStrings.All.Count > 400);
        Assert.All(NaughtyStrings.All, each => Assert.All(GuestText.Of(Encoding.UTF8.GetBytes(each)).ToString(), c => Assert.False(
            CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)));
    }
}
