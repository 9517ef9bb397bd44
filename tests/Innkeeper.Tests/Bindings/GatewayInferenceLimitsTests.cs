using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

public sealed class GatewayInferenceLimitsTests
{
    private static readonly Ipv4Address s_server = Ipv4Address.Parse("203.0.113.10");
    private readonly GatewayInference _belief = new(Ipv4Address.Parse("47.31.128.195"));

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    [Theory]
    [InlineData("47.31.128.1", true)]
    [InlineData("47.31.128.254", true)]
    [InlineData("47.31.128.2", false)]
    [InlineData("47.31.128.255", false)]
    public void Sent_ToALoneTarget_IsAGuessWhereGatewaysAreNumberedSo(string target, bool guessed)
    {
        _belief.Asked(Ip(target));
        Assert.Equal(guessed, _belief.Sent(Ip(target), isEcho: false, TimeSpan.Zero));
        Assert.Equal((guessed ? Ip(target) : Ipv4Address.Any, false), (_belief.Gateway, _belief.IsProven));
    }

    [Fact]
    public void Sent_EchoAgainBeforeAnAnswerCouldCome_GuessesNothing()
    {
        _belief.Asked(Ip("47.31.128.77"));
        _belief.Sent(Ip("47.31.128.77"), true, TimeSpan.Zero);
        Assert.False(_belief.Sent(Ip("47.31.128.77"), true, GatewayInference.AnswerTime - TimeSpan.FromTicks(1)));
        Assert.Equal(Ipv4Address.Any, _belief.Gateway);
    }

    [Fact]
    public void Asked_ForANeighbourToo_KeepsTheGuess()
    {
        _belief.Asked(Ip("47.31.128.1"));
        _belief.Sent(Ip("47.31.128.1"), true, TimeSpan.Zero);
        Assert.False(_belief.Asked(Ip("47.31.128.2")));
        Assert.Equal(Ip("47.31.128.1"), _belief.Gateway);
    }

    [Fact]
    public void Proven_Gateway_IsNeverTakenBack()
    {
        _belief.Asked(Ip("47.31.128.1"));
        Assert.True(_belief.Sent(s_server, false, TimeSpan.Zero));
        Assert.False(_belief.Asked(s_server));
        Assert.False(_belief.Answered(Ip("47.31.128.1")));
        Assert.False(_belief.Sent(Ip("198.51.100.1"), true, TimeSpan.FromSeconds(9)));
        Assert.Equal((Ip("47.31.128.1"), true), (_belief.Gateway, _belief.IsProven));
    }

    [Fact]
    public void Sent_ElsewhereAfterAGuess_ProvesTheGateway()
    {
        _belief.Asked(Ip("47.31.128.1"));
        _belief.Sent(Ip("47.31.128.1"), true, TimeSpan.Zero);
        Assert.True(_belief.Sent(s_server, false, TimeSpan.Zero));
        Assert.True(_belief.IsProven);
    }

    [Fact]
    public void Answered_ByTheGuessedGateway_TakesTheGuessBack()
    {
        _belief.Asked(Ip("47.31.128.1"));
        _belief.Sent(Ip("47.31.128.1"), true, TimeSpan.Zero);
        Assert.True(_belief.Answered(Ip("47.31.128.1")));
        Assert.False(_belief.Answered(Ip("47.31.128.1")));
        Assert.Equal(Ipv4Address.Any, _belief.Gateway);
    }

    [Fact]
    public void Asked_ForMoreThanAreKept_ForgetsTheOldest()
    {
        for (var i = 0; i <= 8; i++)
        {
            _belief.Asked(Ip($"47.31.128.{10 + i}"));
        }

        Assert.True(_belief.Sent(Ip("47.31.128.10"), false, TimeSpan.Zero));
        Assert.Equal((Ip("47.31.128.18"), true), (_belief.Gateway, _belief.IsProven));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Known_BeforeARestart_IsBelievedAsItWas(bool proven)
    {
        var belief = GatewayInference.Known(Ip("47.31.128.195"), Ip("47.31.128.1"), proven);
        Assert.Equal((Ip("47.31.128.1"), proven), (belief.Gateway, belief.IsProven));
        Assert.Equal(!proven, belief.Asked(s_server));
    }

    [Fact]
    public void Inherited_UntilTheAddressAsksForAnother_IsTheDevicesGateway()
    {
        var belief = GatewayInference.Inherited(Ip("47.31.128.196"), Ip("47.31.128.1"));
        Assert.True(belief.IsProven);
        Assert.False(belief.Asked(Ip("47.31.128.1")));
        Assert.Equal((Ip("47.31.128.1"), true), (belief.Gateway, belief.IsProven));

        belief = GatewayInference.Inherited(Ip("10.0.0.5"), Ip("47.31.128.1"));
        Assert.True(belief.Asked(Ip("10.0.0.254")));
        Assert.Equal((Ipv4Address.Any, false), (belief.Gateway, belief.IsProven));
        Assert.True(belief.Sent(Ip("8.8.8.8"), isEcho: false, TimeSpan.Zero));
        Assert.Equal((Ip("10.0.0.254"), true), (belief.Gateway, belief.IsProven));
    }
}
