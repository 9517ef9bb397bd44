using System.Net;
using Innkeeper.Configuration;
using Innkeeper.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What the data plane is told of the service, and of who answers while it is away.</summary>
public sealed class SignOfLifeTests : IDnsWatch
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(3);

    private readonly List<(TimeSpan Until, string? Fallback)> _given = [];

    void IDnsWatch.Set(TimeSpan until, IPEndPoint? fallback) => _given.Add((until, fallback?.ToString()));

    private static Upstream Server(string text) => new(UpstreamAddress.Parse(text)!);

    private static Upstream Answering(string text)
    {
        var server = Server(text);
        server.Answered(TimeSpan.FromMilliseconds(9));
        return server;
    }

    private static Upstream Dead(string text)
    {
        var server = Answering(text);
        server.FailedTrial(s_now);
        Assert.True(server.IsDead);
        return server;
    }

    private string? FallbackAmong(params Upstream[] servers)
    {
        new SignOfLife(this, null).Give(s_now, servers);
        return _given[^1].Fallback;
    }

    [Fact]
    public void Given_InTime_LastsUntilTheOneAfterTheNext()
    {
        var life = new SignOfLife(this, null);
        for (var now = s_now; now < s_now + TimeSpan.FromSeconds(2); now += TimeSpan.FromMilliseconds(100))
        {
            life.Give(now, []);
        }

        Assert.Equal(7, _given.Count);
        Assert.All(_given.Zip(_given.Skip(1)), pair => Assert.InRange(pair.Second.Until - pair.First.Until, TimeSpan.Zero, TimeSpan.FromMilliseconds(500)));
        Assert.Equal(s_now + TimeSpan.FromSeconds(1), _given[0].Until);
        Assert.True(SignOfLife.Validity >= 4 * SignOfLife.Interval);
    }

    /// <summary>The thread that answers may give one more while another thread ends it: it stays ended.</summary>
    [Fact]
    public void End_IsAtOnce_AndForGood()
    {
        var life = new SignOfLife(this, null);
        life.Give(s_now, [Server("9.9.9.9")]);
        life.End();
        life.Give(s_now + TimeSpan.FromSeconds(1), [Server("9.9.9.9")]);
        Assert.Equal((TimeSpan.Zero, "9.9.9.9:53"), _given[^1]);
        Assert.Equal(2, _given.Count);
    }

    /// <summary>A start takes longer than the usual sign lasts: connections under way would be led to the fallback resolver, which resets them.</summary>
    [Fact]
    public void HandOver_LastsLongerThanAStart_AndIsTheLast()
    {
        var life = new SignOfLife(this, null);
        life.Give(s_now, [Server("9.9.9.9")]);
        life.HandOver(s_now);
        life.Give(s_now + TimeSpan.FromSeconds(1), [Server("9.9.9.9")]);
        Assert.Equal((s_now + TimeSpan.FromSeconds(5), "9.9.9.9:53"), _given[^1]);
        Assert.Equal(2, _given.Count);
    }

    [Fact]
    public void Fallback_IsTheFirstServer_UntilOthersAreKnownToBeBetter()
    {
        Assert.Equal("192.0.2.1:53", FallbackAmong(Server("192.0.2.1"), Server("192.0.2.2")));
        Assert.Equal("192.0.2.2:5353", FallbackAmong(Server("192.0.2.1"), Answering("192.0.2.2:5353"), Answering("192.0.2.3")));
        Assert.Equal("192.0.2.2:53", FallbackAmong(Dead("192.0.2.1"), Server("192.0.2.2")));
        Assert.Equal("192.0.2.1:53", FallbackAmong(Dead("192.0.2.1"), Dead("192.0.2.2")));
    }

    /// <summary>The process may be killed right after the first answer, and its first server may be a dead one.</summary>
    [Fact]
    public void Fallback_ThatBecomesTheBest_IsGivenAtOnce()
    {
        var (first, second) = (Server("192.0.2.1"), Server("192.0.2.2"));
        var life = new SignOfLife(this, null);
        life.Give(s_now, [first, second]);
        second.Answered(TimeSpan.FromMilliseconds(5));
        life.Give(s_now + TimeSpan.FromMilliseconds(1), [first, second]);
        life.Give(s_now + TimeSpan.FromMilliseconds(2), [first, second]);
        Assert.Equal(["192.0.2.1:53", "192.0.2.2:53"], _given.Select(g => g.Fallback));
    }

    [Fact]
    public void Fallback_IsOneThatTheDataPlaneCanReach()
    {
        Assert.Equal("192.0.2.4:53", FallbackAmong(Answering("tls://192.0.2.1#dns.example"), Answering("[2001:db8::1]:53"), Answering("127.0.0.1"), Server("192.0.2.4")));
        Assert.Null(FallbackAmong(Answering("tls://192.0.2.1#dns.example"), Answering("127.0.0.1")));
        Assert.Null(FallbackAmong());
    }

    [Fact]
    public void Fallback_ThatIsConfigured_IsTheOne()
    {
        new SignOfLife(this, IPEndPoint.Parse("198.51.100.7:53")).Give(s_now, [Answering("192.0.2.1")]);
        Assert.Equal("198.51.100.7:53", _given[^1].Fallback);
    }
}
