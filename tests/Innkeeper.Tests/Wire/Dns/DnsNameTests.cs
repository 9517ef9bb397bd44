using FsCheck.Xunit;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class DnsNameTests
{
    private static readonly string LongLabel = string.Concat(Enumerable.Repeat("61", 63));

    // Twelve octets in the place of the header, from where pointers count.
    private static byte[] Behind(string hex) => [.. new byte[DnsHeader.Size], .. WireSamples.Hex(hex)];

    private static string? Decompress(byte[] message, int offset)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        if (!DnsName.TryDecompress(message, offset, name, out var length))
        {
            Assert.Equal(0, length);
            Assert.False(DnsName.TrySkip(message, offset, out var none));
            Assert.Equal(0, none);
            return null;
        }

        Assert.True(DnsName.IsWireForm(name[..length]));
        Assert.True(DnsName.Equals(message, offset, name[..length]));
        Assert.True(DnsName.TrySkip(message, offset, out _));
        return DnsName.Format(name[..length]);
    }

    [Theory]
    [InlineData("00", 12, 13, ".")]
    [InlineData("0161 00", 12, 15, "a.")]
    [InlineData("0161 00 0162c00c", 15, 19, "b.a.")]
    [InlineData("0161 00 c00c c00f", 17, 19, "a.")]
    [InlineData("0161 0162 00 c00e", 17, 19, "b.")]
    [InlineData("0161 00 0162c00c 0163c00f ff", 19, 23, "c.b.a.")]
    public void Decompress_GoodName_TextAndEnd(string hex, int offset, int end, string text)
    {
        var message = Behind(hex);
        Assert.Equal(text, Decompress(message, offset));
        Assert.True(DnsName.TrySkip(message, offset, out var found));
        Assert.Equal(end, found);
    }

    [Theory]
    [InlineData("", 12)]
    [InlineData("01", 12)]
    [InlineData("0161", 12)]
    [InlineData("0261 00", 12)]
    [InlineData("c0", 12)]
    [InlineData("c00c", 12)]
    [InlineData("0161 c00c", 12)]
    [InlineData("c00e 00", 12)]
    [InlineData("c00e c00c", 12)]
    [InlineData("c00e c00c", 14)]
    [InlineData("c000", 12)]
    [InlineData("c00b", 12)]
    [InlineData("4161 00", 12)]
    [InlineData("8161 00", 12)]
    [InlineData("ffff", 12)]
    [InlineData("00", -1)]
    [InlineData("00", 13)]
    [InlineData("00", int.MaxValue)]
    [InlineData("0161 c010 00", 12)]
    [InlineData("03616161 c00c 00", 14)]
    [InlineData("02c00c 00", 13)]
    [InlineData("0161 c00c 00", 14)]
    public void Decompress_LoopForwardOverlapCutOrUnknownLabel_Refused(string hex, int offset) => Assert.Null(Decompress(Behind(hex), offset));

    [Fact]
    public void Decompress_NameOf255Octets_Taken()
    {
        var message = Behind($"3f{LongLabel} 3f{LongLabel} 3f{LongLabel} 3d{LongLabel[4..]} 00");
        Assert.Equal(DnsName.MaxSize + DnsHeader.Size, message.Length);
        Assert.Equal(255, Decompress(message, 12)!.Length + 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3f{0}")]
    public void Decompress_NameOf256OctetsOrMore_Refused(string more)
    {
        var label = $"3f{LongLabel}";
        Assert.Null(Decompress(Behind($"{label} {label} {label} 3e{LongLabel[2..]} 00"), 12));
        Assert.Null(Decompress(Behind(string.Concat(label, label, label, label, more.Replace("{0}", LongLabel, StringComparison.Ordinal), "00")), 12));
    }

    [Fact]
    public void Decompress_LongThroughPointer_Refused()
    {
        var label = $"3f{LongLabel}";
        Assert.NotNull(Decompress(Behind($"{label} {label} {label} 00 01 61 c00c"), 12 + 193));
        Assert.Null(Decompress(Behind($"{label} {label} {label} 00 3e{LongLabel[2..]} c00c"), 12 + 193));
    }

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, false)]
    public void Decompress_ChainOfBarePointers_BoundedHops(int pointers, bool taken)
    {
        List<byte> message = [.. Behind("00")];
        var target = 12;
        for (var i = 0; i < pointers; i++)
        {
            var at = message.Count;
            message.AddRange([(byte)(0xC0 | (target >> 8)), (byte)target]);
            target = at;
        }

        Assert.Equal(taken ? "." : null, Decompress([.. message], target));
    }

    [Fact]
    public void Decompress_NoRoom_Refused()
    {
        var message = Behind("0161 0162 00");
        for (var room = 0; room < 5; room++)
        {
            Assert.False(DnsName.TryDecompress(message, 12, new byte[room], out var none));
            Assert.Equal(0, none);
        }

        Assert.True(DnsName.TryDecompress(message, 12, new byte[5], out var length));
        Assert.Equal(5, length);
    }

    [Theory]
    [InlineData("www.Example.ORG", "WWW.example.org", true)]
    [InlineData("www.example.org", "wwx.example.org", false)]
    [InlineData("a\\.b", "a.b", false)]
    [InlineData("a\\192", "a\\224", false)]
    [InlineData("@", "`", false)]
    [InlineData("\\[", "{", false)]
    [InlineData(".", "a", false)]
    [InlineData(".", ".", true)]
    public void Equals_Names_AsciiCaseOnly(string left, string right, bool same)
    {
        Assert.Equal(same, DnsName.Equals(DnsSamples.Name(left), DnsSamples.Name(right)));
        Assert.Equal(same, DnsName.Equals([.. new byte[12], .. DnsSamples.Name(left)], 12, DnsSamples.Name(right)));
    }

    [Fact]
    public void Equals_InMessage_ShorterAndLongerDiffer()
    {
        var message = Behind("0161 0162 00");
        Assert.True(DnsName.Equals(message, 12, DnsSamples.Name("A.B")));
        Assert.False(DnsName.Equals(message, 12, DnsSamples.Name("a")));
        Assert.False(DnsName.Equals(message, 12, DnsSamples.Name("a.b.c")));
        Assert.False(DnsName.Equals(message, 12, []));
        Assert.False(DnsName.Equals(message, 13, DnsSamples.Name("a.b")));
    }

    [Fact]
    public void FoldCase_AllOctets_CapitalsOnly()
    {
        var octets = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        DnsName.FoldCase(octets);
        Assert.All(Enumerable.Range(0, 256), i => Assert.Equal(i is >= 'A' and <= 'Z' ? i + 32 : i, octets[i]));
    }

    [Theory]
    [InlineData("www.example.org", "example.org", true)]
    [InlineData("EXAMPLE.org", "example.ORG", true)]
    [InlineData("notexample.org", "example.org", false)]
    [InlineData("example.org", "www.example.org", false)]
    [InlineData("example.org", ".", true)]
    [InlineData(".", ".", true)]
    [InlineData(".", "org", false)]
    [InlineData("a\\007example.org", "example.org", false)]
    public void IsAtOrBelow_NameAndZone_ByLabels(string name, string zone, bool expected) =>
        Assert.Equal(expected, DnsName.IsAtOrBelow(DnsSamples.Name(name), DnsSamples.Name(zone)));

    [Fact]
    public void IsAtOrBelow_NoNames_False()
    {
        Assert.False(DnsName.IsAtOrBelow([], []));
        Assert.False(DnsName.IsAtOrBelow([0], []));
        Assert.False(DnsName.IsAtOrBelow([5, 1], [0]));
        Assert.False(DnsName.IsAtOrBelow([0xC0, 0x0C, 0], [0]));
    }

    [Theory]
    [InlineData("00", true)]
    [InlineData("0161 00", true)]
    [InlineData("", false)]
    [InlineData("0161", false)]
    [InlineData("0161 00 00", false)]
    [InlineData("c00c", false)]
    [InlineData("4000", false)]
    public void IsWireForm_Octets_OneWholeName(string hex, bool expected) => Assert.Equal(expected, DnsName.IsWireForm(WireSamples.Hex(hex)));

    [Property(MaxTest = 1000)]
    public void EveryHelper_RandomOctets_NeverThrows(byte[] octets, byte[] other)
    {
        _ = (DnsName.IsWireForm(octets), DnsName.IsAtOrBelow(octets, other), DnsName.Equals(octets, other), DnsName.Format(octets));
        for (var offset = 0; offset <= octets.Length; offset++)
        {
            Decompress(octets, offset);
            DnsName.Equals(octets, offset, other);
        }
    }
}
