using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

public sealed class GatewayInferenceTests
{
    private static readonly Ipv4Address s_server = Ipv4Address.Parse("203.0.113.10");
    private readonly GatewayInference _inference = new(Ipv4Address.Parse("47.31.128.195"));

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    [Fact]
    public void Sent_ToWhomItNeverAskedFor_ProvesTheTargetAskedForLast()
    {
        _inference.OnArpRequest(Ip("47.31.128.9"));
        _inference.OnArpRequest(Ip("47.31.128.77"));
        Assert.True(_inference.OnPacket(s_server, false, TimeSpan.Zero));
        Assert.Equal((Ip("47.31.128.77"), true), (_inference.Gateway, _inference.IsProven));
    }

    [Fact]
    public void Sent_ToALoneTargetNumberedAsGateways_GuessesIt()
    {
        _inference.OnArpRequest(Ip("10.0.0.1"));
        Assert.True(_inference.OnPacket(Ip("10.0.0.1"), true, TimeSpan.Zero));
        Assert.Equal((Ip("10.0.0.1"), false), (_inference.Gateway, _inference.IsProven));
    }

    [Fact]
    public void Asked_ForAFarTargetToo_TakesTheGuessBack()
    {
        _inference.OnArpRequest(Ip("1.1.1.1"));
        _inference.OnPacket(Ip("1.1.1.1"), true, TimeSpan.Zero);
        Assert.True(_inference.OnArpRequest(s_server));
        Assert.Equal(Ipv4Address.Any, _inference.Gateway);
    }

    [Fact]
    public void Sent_EchoNobodyAnswers_GuessesItsTarget()
    {
        _inference.OnArpRequest(Ip("47.31.128.77"));
        Assert.False(_inference.OnPacket(Ip("47.31.128.77"), true, TimeSpan.Zero));
        Assert.True(_inference.OnPacket(Ip("47.31.128.77"), true, GatewayInference.AnswerTime));
        Assert.Equal(Ip("47.31.128.77"), _inference.Gateway);
    }

    [Fact]
    public void Answered_FromOutside_IsNoGateway()
    {
        _inference.OnArpRequest(s_server);
        _inference.OnPacket(s_server, true, TimeSpan.Zero);
        _inference.OnAnswered(s_server);
        Assert.False(_inference.OnPacket(s_server, true, TimeSpan.FromSeconds(1)));
        Assert.Equal(Ipv4Address.Any, _inference.Gateway);
    }

    [Fact]
    public void Sent_WithoutAnyArp_SaysNothing()
    {
        Assert.False(_inference.OnPacket(s_server, false, TimeSpan.Zero));
        Assert.Equal(Ipv4Address.Any, _inference.Gateway);
    }
}
