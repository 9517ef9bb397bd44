using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

public sealed class GatewayInferenceLimitsTests
{
    private static readonly Ipv4Address s_server = Ipv4Address.Parse("203.0.113.10");
    private readonly GatewayInference _inference = new(Ipv4Address.Parse("47.31.128.195"));

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    [Theory]
    [InlineData("47.31.128.1", true)]
    [InlineData("47.31.128.254", true)]
    [InlineData("47.31.128.2", false)]
    [InlineData("47.31.128.255", false)]
    public void Sent_ToALoneTarget_IsAGuessWhereGatewaysAreNumberedSo(string target, bool guessed)
    {
        _inference.OnArpRequest(Ip(target));
        Assert.Equal(guessed, _inference.OnPacket(Ip(target), isEcho: false, TimeSpan.Zero));
        Assert.Equal((guessed ? Ip(target) : Ipv4Address.Any, false), (_inference.Gateway, _inference.IsProven));
    }

    [Fact]
    public void Sent_EchoAgainBeforeAnAnswerCouldCome_GuessesNothing()
    {
        _inference.OnArpRequest(Ip("47.31.128.77"));
        _inference.OnPacket(Ip("47.31.128.77"), true, TimeSpan.Zero);
        Assert.False(_inference.OnPacket(Ip("47.31.128.77"), true, GatewayInference.AnswerTime - TimeSpan.FromTicks(1)));
        Assert.Equal(Ipv4Address.Any, _inference.Gateway);
    }

    [Fact]
    public void Asked_ForANeighborToo_KeepsTheGuess()
    {
        _inference.OnArpRequest(Ip("47.31.128.1"));
        _inference.OnPacket(Ip("47.31.128.1"), true, TimeSpan.Zero);
        Assert.False(_inference.OnArpRequest(Ip("47.31.128.2")));
        Assert.Equal(Ip("47.31.128.1"), _inference.Gateway);
    }

    [Fact]
    public void Proven_Gateway_IsNeverTakenBack()
    {
        _inference.OnArpRequest(Ip("47.31.128.1"));
        Assert.True(_inference.OnPacket(s_server, false, TimeSpan.Zero));
        Assert.False(_inference.OnArpRequest(s_server));
        Assert.False(_inference.OnAnswered(Ip("47.31.128.1")));
        Assert.False(_inference.OnPacket(Ip("198.51.100.1"), true, TimeSpan.FromSeconds(9)));
        Assert.Equal((Ip("47.31.128.1"), true), (_inference.Gateway, _inference.IsProven));
    }

    [Fact]
    public void Sent_ElsewhereAfterAGuess_ProvesTheGateway()
    {
        _inference.OnArpRequest(Ip("47.31.128.1"));
        _inference.OnPacket(Ip("47.31.128.1"), true, TimeSpan.Zero);
        Assert.True(_inference.OnPacket(s_server, false, TimeSpan.Zero));
        Assert.True(_inference.IsProven);
    }

    [Fact]
    public void Answered_ByTheGuessedGateway_TakesTheGuessBack()
    {
        _inference.OnArpRequest(Ip("47.31.128.1"));
        _inference.OnPacket(Ip("47.31.128.1"), true, TimeSpan.Zero);
        Assert.True(_inference.OnAnswered(Ip("47.31.128.1")));
        Assert.False(_inference.OnAnswered(Ip("47.31.128.1")));
        Assert.Equal(Ipv4Address.Any, _inference.Gateway);
    }

    [Fact]
    public void Asked_ForMoreThanAreKept_ForgetsTheOldest()
    {
        for (var i = 0; i <= 8; i++)
        {
            _inference.OnArpRequest(Ip($"47.31.128.{10 + i}"));
        }

        Assert.True(_inference.OnPacket(Ip("47.31.128.10"), false, TimeSpan.Zero));
        Assert.Equal((Ip("47.31.128.18"), true), (_inference.Gateway, _inference.IsProven));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Known_BeforeARestart_IsRestoredAsItWas(bool proven)
    {
        var inference = GatewayInference.Known(Ip("47.31.128.195"), Ip("47.31.128.1"), proven);
        Assert.Equal((Ip("47.31.128.1"), proven), (inference.Gateway, inference.IsProven));
        Assert.Equal(!proven, inference.OnArpRequest(s_server));
    }

    [Fact]
    public void Inherited_UntilTheAddressAsksForAnother_IsTheDevicesGateway()
    {
        var inference = GatewayInference.Inherited(Ip("47.31.128.196"), Ip("47.31.128.1"));
        Assert.True(inference.IsProven);
        Assert.False(inference.OnArpRequest(Ip("47.31.128.1")));
        Assert.Equal((Ip("47.31.128.1"), true), (inference.Gateway, inference.IsProven));

        inference = GatewayInference.Inherited(Ip("10.0.0.5"), Ip("47.31.128.1"));
        Assert.True(inference.OnArpRequest(Ip("10.0.0.254")));
        Assert.Equal((Ipv4Address.Any, false), (inference.Gateway, inference.IsProven));
        Assert.True(inference.OnPacket(Ip("8.8.8.8"), isEcho: false, TimeSpan.Zero));
        Assert.Equal((Ip("10.0.0.254"), true), (inference.Gateway, inference.IsProven));
    }
}
