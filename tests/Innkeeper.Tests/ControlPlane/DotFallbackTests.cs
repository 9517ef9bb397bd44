using Innkeeper.ControlPlane;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane;

public sealed class DotFallbackTests
{
    private static readonly Ipv4Address s_server = Ipv4Address.Of(9, 9, 9, 9);
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private readonly DotFallback _dns = new();

    private static HeldSyn Syn(byte number) => new([number], 0);

    [Fact]
    public void Server_ThatDoesNotAnswerInTime_IsSilent_ForAllWhoTried()
    {
        _dns.Tried(s_server, Syn(1), s_now);
        _dns.Tried(s_server, Syn(2), s_now + TimeSpan.FromMilliseconds(500));

        Assert.Equal(s_now + DotFallback.Patience, _dns.NextDue);
        Assert.False(_dns.TakeSilent(s_now + DotFallback.Patience - TimeSpan.FromTicks(1), out _, out _));
        Assert.True(_dns.TakeSilent(s_now + DotFallback.Patience, out var server, out var syns));
        Assert.Equal((s_server, 2), (server, syns.Count));
        Assert.False(_dns.TakeSilent(s_now + TimeSpan.FromDays(1), out _, out _));
        Assert.Null(_dns.NextDue);
    }

    [Fact]
    public void Server_ThatAnswered_IsNotSilent()
    {
        _dns.Tried(s_server, Syn(1), s_now);
        _dns.Answered(s_server);

        Assert.False(_dns.TakeSilent(s_now + TimeSpan.FromDays(1), out _, out _));
    }

    [Fact]
    public void Trials_OfAThousandServersAndSyns_AreBounded()
    {
        for (var i = 0; i < 1000; i++)
        {
            _dns.Tried(new Ipv4Address((uint)i), Syn(1), s_now);
            _dns.Tried(s_server, Syn(1), s_now);
        }

        var (servers, most) = (0, 0);
        while (_dns.TakeSilent(s_now + DotFallback.Patience, out _, out var syns))
        {
            (servers, most) = (servers + 1, Math.Max(most, syns.Count));
        }

        Assert.Equal((256, 8), (servers, most));
    }
}
