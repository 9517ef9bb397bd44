using Innkeeper.Guests;

namespace Innkeeper.Tests.Guests;

/// <summary>Codes that people type: what the check character finds, and how they may be written.</summary>
public sealed class GuestCodeTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(GuestCode.Shortest, GuestCode.Longest - GuestCode.Shortest + 1)];

    /// <summary>Every one of them, not a sample.</summary>
    [Theory]
    [MemberData(nameof(Lengths))]
    public void IsWhole_AnySingleWrongCharacter_IsFound(int length)
    {
        var code = GuestCode.New(length);
        Assert.True(GuestCode.IsWhole(code));
        Assert.Equal(length + 1, code.Length);

        var wrong = Enumerable.Range(0, code.Length).SelectMany(at => GuestCode.Alphabet.Where(c => c != code[at]).Select(c => $"{code[..at]}{c}{code[(at + 1)..]}")).ToList();

        Assert.Equal(code.Length * (GuestCode.Alphabet.Length - 1), wrong.Count);
        Assert.All(wrong, w => Assert.False(GuestCode.IsWhole(w), w));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void IsWhole_AnySwapOfTwo_IsFound(int length)
    {
        var code = GuestCode.New(length);
        foreach (var (a, b) in Enumerable.Range(0, code.Length).SelectMany(a => Enumerable.Range(a + 1, code.Length - a - 1).Select(b => (a, b))).Where(p => code[p.a] != code[p.b]))
        {
            var swapped = code.ToCharArray();
            (swapped[a], swapped[b]) = (swapped[b], swapped[a]);
            Assert.False(GuestCode.IsWhole(new string(swapped)), $"{code}: {a} and {b}");
        }
    }

    [Fact]
    public void Alphabet_HasNoLookAlikes_AndAPrimeNumberOfCharacters()
    {
        Assert.Equal(29, GuestCode.Alphabet.Distinct().Count());
        Assert.DoesNotContain(GuestCode.Alphabet, c => "0O1ILUV".Contains(c, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("7km-q2x-9rw", "7KMQ2X9RW")]
    [InlineData(" 7KM Q2X 9RW ", "7KMQ2X9RW")]
    [InlineData("7KM–Q2X—9RW\u00a0", "7KMQ2X9RW")] // dashes and spaces of phones' keyboards
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData(" - ", null)]
    [InlineData("7KM<script>", null)]
    [InlineData("７ＫＭ", null)]
    [InlineData("ÄÖÜ234", null)]
    public void Read_TakesWhatPeopleType(string? typed, string? expected) => Assert.Equal(expected, GuestCode.Read(typed));

    [Fact]
    public void Read_OfAnyLength_DoesNotThrow()
    {
        Assert.Null(GuestCode.Read(new string('A', 33)));
        Assert.Null(GuestCode.Read(new string('A', 100_000)));
        Assert.Null(GuestCode.Read("\ud800\udfff\0"));
    }

    [Theory]
    [InlineData("ABCDEFGHJ", "ABC-DEF-GHJ")]
    [InlineData("ABCDEFGH", "ABCD-EFGH")]
    [InlineData("ABCDEFG", "ABCD-EFG")]
    public void Group_IsReadAgain(string code, string printed)
    {
        Assert.Equal(printed, GuestCode.Group(code));
        Assert.Equal(code, GuestCode.Read(printed));
    }

    [Fact]
    public void New_UsesTheWholeAlphabet()
    {
        var seen = Enumerable.Range(0, 500).SelectMany(_ => GuestCode.New(16)).ToHashSet();

        Assert.Equal(GuestCode.Alphabet.Order(), seen.Order());
    }
}
