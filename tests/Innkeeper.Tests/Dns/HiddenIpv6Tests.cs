using System.Collections.Immutable;
using System.Net;
using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Names have no IPv6 addresses where there is no IPv6 outside.</summary>
public sealed class HiddenIpv6Tests
{
    private const string Local = "desk.example.org";

    private readonly HashSet<ushort> _served = [];
    private readonly ResolverHarness _dns;

    public HiddenIpv6Tests()
    {
        var hosts = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty.Add(Local, [IPAddress.Parse("2001:db8::20")]);
        _dns = new ResolverHarness(
            new ResolverSettings(ResolverHarness.Addresses("192.0.2.53"), 1 << 20, false, 0, LacksIpv6: vlan => !_served.Contains(vlan)), new LocalNames(hosts, "", _ => [], _ => null));
    }

    [Fact]
    public void Aaaa_IsAnsweredWithNoneAtOnce_AndNoServerIsAsked()
    {
        _dns.Ask("www.example.com", DnsType.Aaaa);

        var answer = _dns.Answers[^1];
        Assert.Equal((DnsResponseCode.NoError, 0), (answer.Code, answer.Types.Length));
        Assert.Empty(_dns.Sent);
        Assert.Equal(1, _dns.Resolver.Counted(DnsCounter.Ipv6Hidden));
    }

    [Fact]
    public void OtherTypes_AreAskedAsAlways()
    {
        _dns.Ask("www.example.com", DnsType.A);

        Assert.Single(_dns.Sent);
        Assert.Equal(0, _dns.Resolver.Counted(DnsCounter.Ipv6Hidden));
    }

    [Fact]
    public void AnotherRouterInTheVlan_BringsTheAddressesBack()
    {
        _served.Add(0);

        _dns.Ask("www.example.com", DnsType.Aaaa);

        Assert.Single(_dns.Sent);
    }

    [Fact]
    public void DeviceThatValidatesForItself_GetsThem_AsAnAnswerWithoutProofIsForgedToIt()
    {
        _dns.Ask(Queries.For("www.example.com", DnsType.Aaaa, flags: DnsBits.RecursionDesired | DnsBits.CheckingDisabled, edns: 1232, dnssecOk: true));

        Assert.Single(_dns.Sent);
    }

    [Fact]
    public void LocalNames_KeepTheirs()
    {
        _dns.Ask(Local, DnsType.Aaaa);

        Assert.Equal([DnsType.Aaaa], _dns.Answers[^1].Types);
    }
}
