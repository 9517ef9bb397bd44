using System.Collections.Immutable;
using System.Net;
using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Names of private addresses, as clients see them: never a question to a server.</summary>
public sealed class PrivateZonesTests
{
    private static readonly ImmutableDictionary<string, ImmutableArray<IPAddress>> s_hosts =
        ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty.Add("printer.lan", [IPAddress.Parse("192.168.1.9"), IPAddress.Parse("fd00::9")]);

    private readonly ResolverHarness _harness = Make(true);

    private static ResolverHarness Make(bool isHere) => new(
        new ResolverSettings(ResolverHarness.Addresses("192.0.2.53"), 1 << 20, false, 0),
        new LocalNames(
            s_hosts, "guest.example", _ => [], a => a.ToString() is "10.20.0.101" or "137.118.199.60" ? "press-1" : null, isHere ? new PrivateZones(s_hosts) : null));

    [Theory]
    [InlineData("101.0.20.10.in-addr.arpa")]
    [InlineData("60.199.118.137.IN-ADDR.arpa")]
    public void Ask_OutsideAddressOfANamedDevice_IsItsName_PublicOrNot(string name)
    {
        var answer = _harness.AssertAnswered(_harness.Ask(name, DnsType.Ptr));

        Assert.Equal("press-1.guest.example.", DnsName.Format(answer.Data));
        Assert.Equal([DnsType.Ptr], answer.Types);
        Assert.Empty(_harness.Sent);
    }

    [Theory]
    [InlineData("77.1.168.192.in-addr.arpa", "168.192.in-addr.arpa")]
    [InlineData("3.2.1.10.IN-ADDR.arpa", "10.in-addr.arpa")]
    [InlineData("9.9.16.172.in-addr.arpa", "16.172.in-addr.arpa")]
    [InlineData("9.9.31.172.in-addr.arpa", "31.172.in-addr.arpa")]
    [InlineData("1.0.64.100.in-addr.arpa", "64.100.in-addr.arpa")]
    [InlineData("1.0.127.100.in-addr.arpa", "127.100.in-addr.arpa")]
    [InlineData("1.2.254.169.in-addr.arpa", "254.169.in-addr.arpa")]
    [InlineData("1.0.0.127.in-addr.arpa", "127.in-addr.arpa")]
    [InlineData("1.0.0.0.in-addr.arpa", "0.in-addr.arpa")]
    [InlineData("1.2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa")]
    [InlineData("1.100.51.198.in-addr.arpa", "100.51.198.in-addr.arpa")]
    [InlineData("1.113.0.203.in-addr.arpa", "113.0.203.in-addr.arpa")]
    [InlineData("b._dns-sd._udp.0.0.0.10.in-addr.arpa", "10.in-addr.arpa")]
    [InlineData("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", "d.f.ip6.arpa")]
    [InlineData("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa", "8.e.f.ip6.arpa")]
    [InlineData("1.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa")]
    public void Ask_PrivateAddressThatHasNoName_IsANameErrorWithTheZonesSoa(string name, string zone)
    {
        var answer = _harness.AssertAnswered(_harness.Ask(name, DnsType.Ptr));

        Assert.Empty(_harness.Sent);
        Assert.Equal((DnsResponseCode.NameError, 1), (answer.Code, answer.Count(DnsSection.Authority)));
        Assert.Equal([DnsType.Soa], answer.Types);
        Assert.True(DnsMessage.TryParse(answer.Octets, out var message));
        Assert.True(DnsCaching.TryGetNegativeTtl(message, out var seconds));
        Assert.True(seconds <= 60, $"{seconds} s");
        var isOfTheZone = false;
        foreach (var record in message.Records)
        {
            isOfTheZone |= record.Type == DnsType.Soa && record.IsOwnedBy(DnsName.Parse(zone));
        }

        Assert.True(isOfTheZone);
    }

    [Theory]
    [InlineData("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa")]
    [InlineData("255.255.255.255.in-addr.arpa")]
    [InlineData("10.in-addr.arpa")]
    public void Ask_TheZoneItself_HasAnSoa(string zone)
    {
        var answer = _harness.AssertAnswered(_harness.Ask(zone, DnsType.Soa));

        Assert.Empty(_harness.Sent);
        Assert.Equal((DnsResponseCode.NoError, 1), (answer.Code, answer.Count(DnsSection.Answer)));
    }

    [Fact]
    public void Ask_PrivateAddressThatHasANameHere_GivesIt()
    {
        const string name = "9.1.168.192.in-addr.arpa";
        var answer = _harness.AssertAnswered(_harness.Ask(name, DnsType.Ptr));

        Assert.Empty(_harness.Sent);
        Assert.Equal((DnsResponseCode.NoError, 1), (answer.Code, answer.Count(DnsSection.Answer)));
        Assert.Contains(Convert.ToHexString(DnsName.Parse("printer")[..^1]), Convert.ToHexString(answer.Octets), StringComparison.Ordinal);
        Assert.Equal(DnsResponseCode.NoError, _harness.AssertAnswered(_harness.Ask(name, DnsType.Txt)).Code);
    }

    [Theory]
    [InlineData("1.168.192.in-addr.arpa")]
    [InlineData("203.10.in-addr.arpa")]
    public void Ask_AboveAddresses_IsNoNameError(string name) =>
        Assert.Equal((DnsResponseCode.NoError, 0), (_harness.AssertAnswered(_harness.Ask(name, DnsType.Ptr)).Code, _harness.Sent.Count));

    [Theory]
    [InlineData("8.8.8.8.in-addr.arpa")]
    [InlineData("1.0.15.172.in-addr.arpa")]
    [InlineData("1.0.32.172.in-addr.arpa")]
    [InlineData("1.0.63.100.in-addr.arpa")]
    [InlineData("1.0.128.100.in-addr.arpa")]
    [InlineData("110.in-addr.arpa")]
    [InlineData("in-addr.arpa")]
    [InlineData("8.8.8.8.0.6.8.4.1.0.0.2.ip6.arpa")]
    [InlineData("10.in-addr.arpa.example")]
    public void Ask_AnyOther_GoesToTheServers(string name)
    {
        _harness.Ask(name, DnsType.Ptr);

        Assert.Single(_harness.Sent);
    }

    [Fact]
    public void Ask_WhereTheServersAboveKnowThem_GoesToTheServers()
    {
        var harness = Make(false);

        harness.Ask("3.2.1.10.in-addr.arpa", DnsType.Ptr);

        Assert.Single(harness.Sent);
    }

    [Fact]
    public void Ask_FromOutside_IsAnsweredForKnownNamesOnly()
    {
        Assert.Equal(DnsResponseCode.NoError, _harness.AssertAnswered(_harness.Ask("9.1.168.192.in-addr.arpa", DnsType.Ptr, path: QueryPath.Outside)).Code);
        Assert.Equal(DnsResponseCode.Refused, _harness.AssertAnswered(_harness.Ask("8.1.168.192.in-addr.arpa", DnsType.Ptr, path: QueryPath.Outside)).Code);
    }
}
