using System.Collections.Immutable;
using System.Net;
using Innkeeper.Bindings;
using Innkeeper.Dns;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What a held device may reach by what it is answered: for which names, which addresses and how long.</summary>
public sealed class GardenTests : IGardenMap
{
    private const string Listed = "pay.example.org";
    private const string Local = "desk.example.org";
    private static readonly Ipv4Address s_ours = Ipv4Address.Parse("198.51.100.7");

    private readonly ResolverHarness _dns;
    private readonly List<(uint Number, Station Station, Ipv4Address Address, TimeSpan Until)> _opened = [];

    private int _answersBefore = -1;

    public GardenTests()
    {
        var hosts = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty.Add(Local, [IPAddress.Parse("198.51.100.20"), IPAddress.Parse("2001:db8::20")]);
        _dns = new ResolverHarness(
            new ResolverSettings(ResolverHarness.Addresses("192.0.2.53"), 1 << 20, false, 0, new GardenNames([Listed, Local, "*.stripe.com"])), new LocalNames(hosts, "", _ => [], _ => null), this);
        Hold(1, number: 7);
        Hold(2, number: 8);
    }

    bool IGardenMap.TryOpen(uint number, Station station, Ipv4Address address, TimeSpan until)
    {
        if (address == s_ours)
        {
            return false;
        }

        _answersBefore = _dns.Answers.Count;
        _opened.Add((number, station, address, until));
        return true;
    }

    private static Station StationOf(int device) => ResolverHarness.StationOf(ResolverHarness.Device(device));

    private void Hold(int device, uint number) => _dns.Askers[ResolverHarness.Device(device)] = new DnsAsker(StationOf(device), IsHeld: true, IsNew: true, number);

    private DnsClient AskAndReply(string name, Func<UpstreamQuery, byte[]> reply, int device = 1, DnsType type = DnsType.A, IAnswerPath? path = null)
    {
        var client = _dns.Ask(name, type, device, path);
        _dns.Reply(_dns.Last, reply(_dns.Last));
        _ = _dns.AssertAnswered(client);
        return client;
    }

    private long[] Counts => [_dns.Counted(DnsCounter.GardenAnswers), _dns.Counted(DnsCounter.GardenAddresses)];

    [Fact]
    public void HeldDevice_AnswerToAListedName_OpensItsAddressesToItsBinding()
    {
        AskAndReply("PAY.example.org", e => Replies.Good(e, ttl: 300, count: 2));

        Assert.Equal(
            [(7u, StationOf(1), Replies.Address, _dns.Now + TimeSpan.FromSeconds(300)), (7u, StationOf(1), Ipv4Address.Parse("192.0.2.2"), _dns.Now + TimeSpan.FromSeconds(300))], _opened);
        Assert.Equal([1, 2], Counts);
    }

    [Fact]
    public void HeldDevice_AnswerByTcp_OpensTheSame()
    {
        AskAndReply(Listed, e => Replies.Good(e), path: QueryPath.Stream);
        Assert.Single(_opened);
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("stripe.com")]
    [InlineData("pay.example.org.evil.example")]
    public void HeldDevice_AnswerToAnotherName_OpensNothing(string name)
    {
        AskAndReply(name, e => Replies.Good(e));
        Assert.Empty(_opened);
        Assert.Equal([0, 0], Counts);
    }

    [Fact]
    public void AdmittedDevice_AndHostOutside_OpenNothing()
    {
        AskAndReply(Listed, e => Replies.Good(e), device: 3);
        _dns.Ask(Local, device: 1, path: QueryPath.Outside);
        Assert.Empty(_opened);
    }

    [Fact]
    public void AskerWithoutABinding_OpensNothing()
    {
        _dns.Askers[ResolverHarness.Device(4)] = new DnsAsker(default, IsHeld: true, IsNew: true);
        AskAndReply(Listed, e => Replies.Good(e), device: 4);
        Assert.Empty(_opened);
    }

    /// <summary>The second gets the address only by an answer of its own, with what is left of the lifetime.</summary>
    [Fact]
    public void AnswerFromTheCache_OpensForTheOneThatAsked_ForTheLifetimeThatIsLeft()
    {
        AskAndReply(Listed, e => Replies.Good(e, ttl: 300));
        _opened.Clear();
        _dns.Wait(TimeSpan.FromSeconds(100));
        Assert.Empty(_opened);

        _ = _dns.AssertAnswered(_dns.Ask(Listed, device: 2));

        Assert.Equal([(8u, StationOf(2), Replies.Address, _dns.Now + TimeSpan.FromSeconds(200))], _opened);
    }

    [Fact]
    public void OneAnswerThatTwoAwait_OpensForEach()
    {
        var (one, two) = (_dns.Ask(Listed, device: 1), _dns.Ask(Listed, device: 2));
        _dns.Reply(_dns.Last, Replies.Good(_dns.Last));
        _ = (_dns.AssertAnswered(one), _dns.AssertAnswered(two));
        Assert.Equal([7u, 8u], _opened.Select(o => o.Number));
    }

    [Theory]
    [InlineData(0u, 60)]
    [InlineData(59u, 60)]
    [InlineData(61u, 61)]
    [InlineData(86_400u, 86_400)]
    [InlineData(604_800u, 86_400)]
    public void Lifetime_IsTheAnswers_AtLeastAMinuteAndAtMostADay(uint ttl, int seconds)
    {
        AskAndReply(Listed, e => Replies.Good(e, ttl));
        Assert.Equal(_dns.Now + TimeSpan.FromSeconds(seconds), Assert.Single(_opened).Until);
    }

    /// <summary>The name that was asked for decides, wherever its aliases lead; and only the end of the chain counts.</summary>
    [Fact]
    public void Alias_IsFollowed_AndRecordsOfOthersDoNotCount()
    {
        AskAndReply("js.stripe.com", e => Replies.Alias(e, "cdn.example.net", 120, Ipv4Address.Parse("198.51.100.30"), stray: Ipv4Address.Parse("198.51.100.31")));
        Assert.Equal([(Ipv4Address.Parse("198.51.100.30"), _dns.Now + TimeSpan.FromSeconds(120))], _opened.Select(o => (o.Address, o.Until)));

        _opened.Clear();
        AskAndReply("cdn.example.net", e => Replies.Good(e));
        Assert.Empty(_opened);
    }

    [Fact]
    public void LocalName_OfTheAdministrator_IsOpenedLikeAnother()
    {
        _ = _dns.AssertAnswered(_dns.Ask(Local));
        Assert.Equal([Ipv4Address.Parse("198.51.100.20")], _opened.Select(o => o.Address));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.1.1")]
    [InlineData("224.0.0.251")]
    [InlineData("255.255.255.255")]
    [InlineData("198.51.100.7")]
    public void Address_ThatNoHostOutsideHas_IsNotOpened(string address)
    {
        AskAndReply(Listed, e => Replies.Good(e, first: Ipv4Address.Parse(address)));
        Assert.Empty(_opened);
        Assert.Equal([1, 0], Counts);
    }

    [Fact]
    public void Answer_WithMoreAddressesThanAnyHostHas_OpensTheFirst()
    {
        AskAndReply(Listed, e => Replies.Good(e, count: Garden.MaxAddresses + 5), path: QueryPath.Stream);
        Assert.Equal(Garden.MaxAddresses, _opened.Count);
    }

    [Fact]
    public void Answer_ThatIsCutForUdp_OpensNothing_AndItsRepetitionByTcpDoes()
    {
        AskAndReply(Listed, e => Replies.Good(e, count: 40));
        Assert.Empty(_opened);

        _ = _dns.AssertAnswered(_dns.Ask(Listed, path: QueryPath.Stream));
        Assert.NotEmpty(_opened);
    }

    [Fact]
    public void NegativeAnswer_AndOtherTypes_OpenNothing()
    {
        AskAndReply(Listed, e => Replies.Negative(e, DnsResponseCode.NoError, 60), type: DnsType.Aaaa);
        AskAndReply(Listed, e => Replies.Good(e), type: DnsType.Txt);
        Assert.Empty(_opened);
    }

    /// <summary>What no server was asked for changes nothing, whoever sends it.</summary>
    [Fact]
    public void ForgedAnswer_SentToTheResolver_OpensNothing()
    {
        _ = _dns.Ask(Listed);
        var answer = Replies.Good(_dns.Last);
        _dns.Resolver.Ask(new DnsClient(QueryPath.Datagrams, ResolverHarness.Device(1), 53, ResolverHarness.Device(254)), answer, _dns.Now);
        _dns.Reply(_dns.Last, Replies.OtherId(_dns.Last));
        _dns.Reply(_dns.Last, Replies.OtherName(_dns.Last));
        Assert.Empty(_opened);
    }

    [Fact]
    public void Entry_IsThereBeforeTheAnswerLeaves()
    {
        AskAndReply(Listed, e => Replies.Good(e));
        Assert.Equal((0, 1), (_answersBefore, _dns.Answers.Count));
    }
}
