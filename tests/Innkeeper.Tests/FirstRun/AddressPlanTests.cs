using Innkeeper.FirstRun;
using Innkeeper.Wire;

namespace Innkeeper.Tests.FirstRun;

public sealed class AddressPlanTests
{
    private static readonly Ipv4Network s_own = Ipv4Network.Parse("192.0.2.2/24");
    private static readonly Ipv4Address s_router = Ipv4Address.Parse("192.0.2.254");

    /// <summary>The figures of docs/sizing.md and docs/limits.md.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(352, 0)]
    [InlineData(353, 1)]
    [InlineData(1000, 1)]
    [InlineData(1009, 2)]
    [InlineData(3000, 3)]
    [InlineData(10_000, 10)]
    public void Needed_IsWhatTheSizingSays(int devices, int needed) => Assert.Equal(needed, AddressPlan.Needed(devices));

    [Fact]
    public void Candidates_BeginAtTheEnd_WithoutTheRouterAndTheOwnAddress()
    {
        var candidates = AddressPlan.Candidates(s_own, s_router, 3);

        Assert.Equal(32, candidates.Length);
        Assert.Equal("192.0.2.253", candidates[0].ToString());
        Assert.DoesNotContain(s_router, candidates);
        Assert.Equal(256, AddressPlan.Candidates(Ipv4Network.Parse("10.0.0.2/8"), null, 4000).Length);
    }

    [Theory]
    [InlineData("192.0.2.2/30", "192.0.2.1")]
    [InlineData("192.0.2.1/30", "192.0.2.2")]
    [InlineData("192.0.2.1/31", "")]
    [InlineData("192.0.2.1/32", "")]
    [InlineData("0.0.0.1/0", "255.255.255.254")]
    public void Candidates_OfANetworkOfAnySize_AreNeverItsEnds(string own, string first) =>
        Assert.Equal(first, string.Join("", AddressPlan.Candidates(Ipv4Network.Parse(own), null, 1).Take(1)));

    [Theory]
    [InlineData("", 3, "192.0.2.251-192.0.2.253")]
    [InlineData("252", 3, "192.0.2.249-192.0.2.251")]
    [InlineData("252", 1, "192.0.2.253-192.0.2.253")]
    [InlineData("253 252 250", 40, "192.0.2.251-192.0.2.251, 192.0.2.222-192.0.2.249")]
    public void Choice_IsOneRange_WherePossible(string used, int wanted, string chosen)
    {
        var taken = used.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(last => Ipv4Address.Parse($"192.0.2.{last}")).ToHashSet();

        Assert.Equal(chosen, string.Join(", ", AddressPlan.Choose(AddressPlan.Candidates(s_own, s_router, 3), taken, wanted).Select(r => $"{r.First}-{r.Last}")));
    }

    /// <summary>The hole that the own address and the router leave is no range.</summary>
    [Fact]
    public void Choice_DoesNotSpanAddressesThatWereNotAskedFor()
    {
        var network = Ipv4Network.Parse("192.0.2.250/24");

        var chosen = AddressPlan.Choose(AddressPlan.Candidates(network, null, 5), new HashSet<Ipv4Address>(), 5);

        Assert.Equal("192.0.2.245-192.0.2.249", string.Join(", ", chosen.Select(r => $"{r.First}-{r.Last}")));
    }
}
