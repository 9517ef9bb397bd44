using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>The same answer in the form that each client understands.</summary>
public sealed class ResolverAnswerFormTests
{
    private readonly ResolverHarness _harness = new("192.0.2.53");

    private ReceivedAnswer Resolve(byte[] query, Func<UpstreamQuery, byte[]> reply, QueryPath? path = null)
    {
        var client = _harness.Ask(query, path: path);
        _harness.Reply(_harness.Last, reply(_harness.Last));
        var answer = _harness.AssertAnswered(client);

        // From the cache it looks the same.
        Assert.Equal(answer.Octets, _harness.AssertAnswered(_harness.Ask(query, path: path)).Octets);
        return answer;
    }

    [Theory]
    [InlineData(0, 20, false)]
    [InlineData(0, 40, true)]
    [InlineData(100, 20, false)]
    [InlineData(512, 40, true)]
    [InlineData(1232, 70, false)]
    [InlineData(1232, 80, true)]
    [InlineData(4096, 80, true)]
    public void Answer_ByUdp_IsNoLongerThanTheClientTakesNor1232(ushort edns, int addresses, bool isTruncated)
    {
        var answer = Resolve(Queries.For("a.example", edns: edns), e => Replies.Good(e, count: addresses));
        Assert.Equal((isTruncated, isTruncated ? 0 : addresses), (answer.IsTruncated, answer.Addresses.Length));
        Assert.Equal((edns > 0, "a.example."), (answer.HasEdns, answer.Name));
        Assert.InRange(answer.Octets.Length, 1, Math.Clamp(edns, (ushort)512, (ushort)1232));
        Assert.Equal(isTruncated ? 2 : 0, _harness.Counted(DnsCounter.AnswersTruncated));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    public void Answer_ByStream_IsWhole(ushort edns)
    {
        var answer = Resolve(Queries.For("a.example", edns: edns), e => Replies.Good(e, count: 2000), QueryPath.Stream);
        Assert.Equal((false, 2000), (answer.IsTruncated, answer.Addresses.Length));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    public void Answer_Verified_SaysSoToWhoAsksOnly(bool flag, bool dnssecOk, bool told)
    {
        var query = Queries.For(
            "a.example", flags: flag ? DnsBits.AuthenticData : DnsBits.None, edns: 1232, dnssecOk: dnssecOk);
        var answer = Resolve(query, e => Replies.Good(e, flags: DnsBits.AuthenticData));
        Assert.Equal((told, dnssecOk), ((answer.Flags & DnsBits.AuthenticData) != 0, answer.DnssecOk));
    }

    [Theory]
    [InlineData(DnsBits.None)]
    [InlineData(DnsBits.RecursionDesired)]
    [InlineData(DnsBits.CheckingDisabled)]
    [InlineData(DnsBits.RecursionDesired | DnsBits.CheckingDisabled)]
    public void Answer_Flags_AreTheClientsAndOurs(DnsBits flags)
    {
        var answer = Resolve(Queries.For("a.example", flags: flags), e => Replies.Good(e, flags: DnsBits.AuthoritativeAnswer | DnsBits.CheckingDisabled));
        Assert.Equal(flags | DnsBits.Response | DnsBits.RecursionAvailable, answer.Flags);
        Assert.False(answer.HasEdns);
    }

    [Fact]
    public void Query_ToAServer_AsksForVerificationWithEdns()
    {
        _harness.Ask(Queries.For("a.Example", id: 5, flags: DnsBits.None));
        Assert.True(DnsMessage.TryParse(_harness.Sent[0].Query, out var query));
        Assert.Equal(DnsBits.RecursionDesired | DnsBits.AuthenticData, query.Flags);
        Assert.True(query.TryGetEdns(out var edns));
        Assert.Equal((1232, false, (byte)0), (edns.UdpPayloadSize, edns.DnssecOk, edns.Version));
        Assert.NotEqual(5, query.Id);
    }

    [Fact]
    public void Query_ToATlsServer_GoesByStreamFromTheBeginning()
    {
        var harness = new ResolverHarness("tls://9.9.9.9#dns.quad9.net", "192.0.2.54");
        harness.Ask("a.example");
        Assert.True(harness.Last.IsStream);
        harness.Fail(harness.Last);
        Assert.False(harness.Last.IsStream);
    }
}
