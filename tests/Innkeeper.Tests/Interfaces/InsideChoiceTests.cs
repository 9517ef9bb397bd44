using Innkeeper.Configuration;
using Innkeeper.Interfaces;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>The network that the inside addresses get, beside what the host has.</summary>
public sealed class InsideChoiceTests
{
    private static (string Network, string? Conflict) Choose(string configured, string? current, params string[] taken)
    {
        var config = new InsideConfig { Network = Ipv4Network.Parse(configured) };
        var chosen = InsideChoice.Choose(
            config, current is null ? null : Ipv4Network.Parse(current), [.. taken.Select(t => new TakenNetwork(Ipv4Network.Parse(t), t))], out var conflict);
        return (chosen.ToString(), conflict);
    }

    [Fact]
    public void Choose_Nothing_IsTheSetting() => Assert.Equal(("100.64.0.0/10", null), Choose("100.64.0.0/10", null, "10.0.0.0/8", "192.0.2.0/24"));

    [Theory]
    [InlineData("100.64.0.0/10", "247.64.0.0/10", "100.100.2.136/32")]
    [InlineData("100.64.0.0/10", "247.64.0.0/10", "100.0.0.0/8")]
    [InlineData("100.64.0.0/10", "246.128.0.0/10", "100.64.0.0/16", "247.127.255.255/32")]
    [InlineData("247.64.0.0/10", "100.64.0.0/10", "240.0.0.0/4")]
    [InlineData("247.64.0.0/10", "10.64.0.0/10", "240.0.0.0/4", "100.64.0.0/10")]
    [InlineData("172.16.0.0/16", "247.64.0.0/16", "172.16.0.0/12")]
    [InlineData("10.0.0.0/8", "247.0.0.0/8", "10.1.2.3/32")]
    public void Choose_ATakenSetting_IsTheFirstFreeOne_OfTheSameSize(string configured, string expected, params string[] taken) =>
        Assert.Equal((expected, taken[0]), Choose(configured, null, taken));

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("128.0.0.0/1")]
    [InlineData("96.0.0.0/3")]
    [InlineData("224.0.0.0/3")]
    [InlineData("100.128.0.0/10")]
    public void Choose_BesideAWayToEverywhere_OrANeighbour_IsTheSetting(string taken)
    {
        Assert.Equal(("100.64.0.0/10", null), Choose("100.64.0.0/10", null, taken));
        Assert.Equal(("247.64.0.0/10", null), Choose("247.64.0.0/10", null, taken));
    }

    [Fact]
    public void Choose_WhileItRuns_StaysWhereItIs_ThoughTheSettingIsFreeAgain() =>
        Assert.Equal(("247.64.0.0/10", null), Choose("100.64.0.0/10", "247.64.0.0/10"));

    [Fact]
    public void Choose_WhileItRuns_GivesWayAgain() => Assert.Equal(("100.64.0.0/10", "247.0.0.0/8"), Choose("100.64.0.0/10", "247.64.0.0/10", "247.0.0.0/8"));

    [Fact]
    public void Choose_NothingIsFree_StaysAndSaysWhy() =>
        Assert.Equal(("247.64.0.0/10", "240.0.0.0/4"), Choose("247.64.0.0/10", "247.64.0.0/10", "240.0.0.0/4", "100.64.0.0/10", "10.0.0.0/8"));

    [Fact]
    public void Taken_Settings_AreWhatTheyName()
    {
        var config = Given.Settings(
            Given.TwoArms + "pool.addresses = [\"100.70.0.1-100.70.0.9\"]\npool.routed = true\ninside.network = \"10.64.0.0/16\"\ndhcp.network = \"10.65.0.0/16\"\n").Config!;
        var taken = InsideChoice.Taken(config, [Given.Access, Given.Uplink, Given.Inside.Stack with { Addresses = [Ipv4Network.Parse("247.64.0.1/32")] }], []);

        foreach (var network in (string[])["100.64.0.0/10", "10.65.0.0/16", "192.0.2.0/24", "137.118.199.0/24", "192.88.99.0/24"])
        {
            Assert.Contains(taken, t => t.Forbids(Ipv4Network.Parse(network)));
        }

        Assert.DoesNotContain(taken, t => t.Forbids(Ipv4Network.Parse("247.64.0.0/10")));
    }
}
