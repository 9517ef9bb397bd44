using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData(0x00, "NUL")]
    [InlineData(0x1b, "escape: terminal sequences")]
    [InlineData(0x0a, "line feed")]
    [InlineData(0x85, "next line")]
    [InlineData(0x9b, "control sequence introducer, C1")]
    [InlineData(0xad, "soft hyphen")]
    [InlineData(0x34f, "combining grapheme joiner")]
    [InlineData(0x61c, "Arabic letter mark")]
    [InlineData(0x180e, "Mongolian vowel separator")]
    [InlineData(0x200b, "zero width space")]
    [InlineData(0x200d, "zero width joiner")]
    [InlineData(0x200f, "right-to-left mark")]
    [InlineData(0x2028, "line separator")]
    [InlineData(0x2029, "paragraph separator")]
    [InlineData(0x202e, "right-to-left override")]
    [InlineData(0x2060, "word joiner")]
    [InlineData(0x2066, "left-to-right isolate")]
    [InlineData(0x3164, "Hangul filler")]
    [InlineData(0xe000, "private use")]
    [InlineData(0xfeff, "byte order mark")]
    [InlineData(0xffff, "not a character")]
    [InlineData(0xe0041, "tag letter A")]
    [InlineData(0x10fffd, "private use, plane 16")]
    public void IsPrintable_CharacterThatHidesOrMovesText_IsNot(int scalar, string what) => Assert.False(SafeText.IsPrintable(new Rune(scalar)), what);

    [Theory]
    [InlineData("printer-7")]
    [InlineData("Zoë’s 电话")]
    [InlineData("עברית العربية ไทย 한국어")]
    [InlineData("a\\b <script> & \"q\"")]
    [InlineData("🖨️ 𝔘")]
    public void OneLine_WordsOfAnyLanguage_StayAsTheyAre(string text)
    {
        Assert.Equal(text, SafeText.OneLine(text));
        Assert.True(SafeText.IsOneLine(text));
    }

    [Theory]
    [InlineData("a\r\nb\0c\u001b[31m", "a  b c [31m")]
    [InlineData("\u202eevil\u2028\u2066\ufeff", " evil   ")]
    [InlineData("x\udb40\udc41y", "x y")]
    public void OneLine_EachHarmfulCharacter_IsASpace(string text, string shown)
    {
        Assert.Equal(shown, SafeText.OneLine(text));
        Assert.False(SafeText.IsOneLine(text));
    }

    [Fact]
    public void OneLine_HalfOfASurrogatePair_IsAReplacementCharacter() => Assert.Equal("x\ufffdy", SafeText.OneLine("x\ud83dy"));

    [Theory]
    [InlineData(null, 5, "")]
    [InlineData("abcde", 5, "abcde")]
    [InlineData("abcdef", 5, "abcde...")]
    [InlineData("🖨🖨🖨", 2, "🖨🖨...")]
    [InlineData("", 0, "")]
    [InlineData("a", 0, "...")]
    public void Cut_ToALength_CountsCharacters(string? text, int most, string shown) => Assert.Equal(shown, SafeText.Cut(text, most));

    [Fact]
    public void Shorten_CutsAt60_WithoutHalvingACharacter()
    {
        Assert.Equal(new string('x', 60), SafeText.Shorten(new string('x', 60)));
        Assert.Equal(new string('x', 57) + "...", SafeText.Shorten(new string('x', 61)));
        Assert.Equal(new string('x', 56) + "...", SafeText.Shorten(new string('x', 56) + "🖨🖨🖨🖨"));
    }

    [Theory]
    [InlineData("  Foo\r\n  Bar\tInc. ", "Foo Bar Inc.")]
    [InlineData("a\u202e\u2028 \u00a0b", "a b")]
    [InlineData(" \n ", "")]
    public void Collapse_RunsOfWhiteSpace_AreOneSpace(string text, string shown) => Assert.Equal(shown, SafeText.Collapse(text));

    [Theory]
    [InlineData("printer-7", "printer-7")]
    [InlineData("Zoë’s 电话", "Zoë’s 电话")]
    [InlineData("a\r\nb\0c\u001b[31m", @"a\u{d}\u{a}b\u{0}c\u{1b}[31m")]
    [InlineData("\u202eevil\u2028\u2066\ufeff\u3164", @"\u{202e}evil\u{2028}\u{2066}\u{feff}\u{3164}")]
    [InlineData(@"\u{41}", @"\u{5c}u{41}")]
    public void Escape_HarmfulCharacters_ShowTheirNumbers(string text, string shown) => Assert.Equal(shown, SafeText.Escape(Encoding.UTF8.GetBytes(text), 63));

    [Fact]
    public void Escape_WhatIsNoUtf8_IsShownOctetByOctet() => Assert.Equal(@"a\xff\xc3b", SafeText.Escape([(byte)'a', 0xff, 0xc3, (byte)'b'], 63));

    /// <summary>Whatever comes in: one line, nothing harmful, no longer than it may be, and nothing changes when it is made safe again.</summary>
    [Property(MaxTest = 2000)]
    public Property AnyText_IsSafeAfterwards()
    {
        var harmful = new[] { "\u202e", "\u200b", "\u2028", "\u001b", "\n", "\ud800", "\udc00", "\ue000", "\u3164", "\udb40\udc41", "🖨", "é", "a", " ", "\\" };
        return Prop.ForAll(Gen.OneOf(Gen.Elements(harmful), ArbMap.Default.GeneratorFor<char>().Select(c => $"{c}")).ListOf().ToArbitrary(), pieces =>
        {
            var text = string.Concat(pieces);
            var shown = new[]
            {
                SafeText.OneLine(text), SafeText.Cut(text, 7), SafeText.Shorten(text), SafeText.Collapse(text), SafeText.Escape(Encoding.UTF8.GetBytes(text), 63),
                SafeText.Escape(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()), 63),
            };
            Assert.All(shown, safe => Assert.All(safe.EnumerateRunes(), r => Assert.True(SafeText.IsPrintable(r), $"{r.Value:x}")));
            Assert.All(shown, safe => Assert.Equal(safe, SafeText.OneLine(safe)));
            Assert.All(shown, safe => Assert.DoesNotContain(safe, c => CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format));
            Assert.InRange(shown[1].EnumerateRunes().Count(), 0, 10);
            Assert.InRange(shown[2].Length, 0, 60);
        });
    }
}
