using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

public sealed class SuggestTests
{
    [Theory]
    [InlineData("interfaces", "interface")]
    [InlineData("adress", "address")]
    [InlineData("vlnas", "vlans")]
    [InlineData("mtu", "mtu")]
    [InlineData("mtx", "mtu")]
    [InlineData("xyz", null)]
    [InlineData("colour", null)]
    [InlineData("", null)]
    public void Nearest_AFewMistakes_IsTheNameThatWasMeant(string name, string? meant) => Assert.Equal(meant, Suggest.Nearest(name, ["interface", "address", "vlans", "mtu"]));

    [Fact]
    public void Nearest_NoCandidates_IsNone() => Assert.Null(Suggest.Nearest("a", []));
}
