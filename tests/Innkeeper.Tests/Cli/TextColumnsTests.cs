using Innkeeper.Cli;

namespace Innkeeper.Tests.Cli;

public sealed class TextColumnsTests
{
    [Theory]
    [InlineData("abc", 5, false, "abc  ")]
    [InlineData("abc", 5, true, "  abc")]
    [InlineData("abcdef", 5, false, "abcd…")]
    [InlineData("漢字漢字", 5, false, "漢字…")]
    [InlineData("漢字漢字", 6, false, "漢字… ")]
    [InlineData("a\u001b[2J", 4, false, "a […")]
    public void Fit_CutsOrFills_ByColumnsOfTheTerminal(string text, int width, bool isRight, string expected) => Assert.Equal(expected.TrimEnd('\0'), TextColumns.Fit(text, width, isRight));

    [Fact]
    public void Lines_FitTheWidth_TheWidestColumnGivesWay()
    {
        TextColumn[] columns = [new("a"), new("long"), new("n", IsRight: true)];
        string[][] rows = [["x", new string('y', 50), "7"], ["xx", "y", "1000"]];
        Assert.Equal(["a   long           n", "x   yyyyyyyyy…     7", "xx  y           1000"], TextColumns.Lines(columns, rows, 20));
    }
}
