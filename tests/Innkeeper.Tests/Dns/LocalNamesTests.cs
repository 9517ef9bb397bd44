using System.Collections.Immutable;
using System.Net;
using Innkeeper.Dns;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Names that are answered here, as clients see them.</summary>
public sealed class LocalNamesTests
{
    private const string Device = "d-02-00-00-00-00-01";
    private static readonly Ipv4Address s_legal = Ipv4Address.Parse("192.0.2.10");

    private readonly ResolverHarness _harness = Make(
        new()
        {
            ["Printer.lan"] = [IPAddress.Parse("192.168.1.9"), IPAddress.Parse("fd00::9")],
            ["v6.lan"] = [IPAddress.Parse("fd00::6")],
            ["nas.guest.example"] = [IPAddress.Parse("192.168.1.10")],
        });

    private static ResolverHarness Make(Dictionary<string, ImmutableArray<IPAddress>> hosts) =>
        new(new ResolverSettings(ResolverHarness.Addresses("192.0.2.53"), 1 << 20, true, 1), new LocalNames(hosts, "Guest.example", l => l == Device ? [s_legal, new(s_legal.Value + 1)] : [], a => a == s_legal ? Device : null));

    private ReceivedAnswer Ask(string name, DnsType type = DnsType.A, QueryPath? path = null)
    {
        var answer = _harness.AssertAnswered(_harness.Ask(name, type, path: path));
        Assert.Empty(_harness.Sent);
        Assert.Equal(DnsBits.AuthoritativeAnswer | DnsBits.RecursionAvailable, answer.Flags & (DnsBits.AuthoritativeAnswer | DnsBits.RecursionAvailable));
        return answer;
    }

    [Theory]
    [InlineData("printer.lan", DnsType.A, new[] { DnsType.A })]
    [InlineData("PRINTER.lan", DnsType.Aaaa, new[] { DnsType.Aaaa })]
    [InlineData("printer.lan", DnsType.Any, new[] { DnsType.A, DnsType.Aaaa })]
    [InlineData("printer.lan", DnsType.Mx, new DnsType[0])]
    [InlineData("v6.lan", DnsType.A, new DnsType[0])]
    [InlineData("nas.guest.example", DnsType.A, new[] { DnsType.A })]
    public void Ask_Host_GivesItsAddressesOfTheType(string name, DnsType type, DnsType[] expected)
    {
        var answer = Ask(name, type);
        Assert.Equal((DnsResponseCode.NoError, $"{name}."), (answer.Code, answer.Name));
        Assert.Equal(expected, answer.Types);
        Assert.All(answer.Ttls, t => Assert.Equal(AnswerWriter.LocalTtl, t));
        Assert.Equal(expected.Contains(DnsType.A) ? 1 : 0, answer.Addresses.Length);
    }

    [Fact]
    public void Ask_BelowOrBesideAHost_IsNotLocal()
    {
        _harness.Ask("x.printer.lan", device: 1);
        _harness.Ask("notguest.example", device: 2);
        _harness.Ask("example", device: 3);
        Assert.Equal(3, _harness.Sent.Count);
    }

    [Fact]
    public void Ask_HostSpelledTwice_HasTheAddressesOfBoth()
    {
        var harness = Make(new() { ["nas.lan"] = [IPAddress.Parse("192.168.1.1")], ["NAS.lan."] = [IPAddress.Parse("192.168.1.2"), IPAddress.Parse("192.168.1.1")] });
        Assert.Equal(2, harness.AssertAnswered(harness.Ask("nas.lan")).Addresses.Length);
    }

    [Fact]
    public void Ask_HostWithManyAddresses_IsTruncatedByUdpAndWholeByStream()
    {
        var name = $"{new string('a', 60)}.{new string('b', 60)}.lan";
        var harness = Make(new() { [name] = [.. Enumerable.Range(1, 16).Select(i => IPAddress.Parse($"fd00::{i}"))] });
        var answer = harness.AssertAnswered(harness.Ask(name, DnsType.Aaaa));
        Assert.Equal((true, 0), (answer.IsTruncated, answer.Types.Length));
        Assert.Equal(1, harness.Counted(DnsCounter.AnswersTruncated));
        Assert.Equal(16, harness.AssertAnswered(harness.Ask(name, DnsType.Aaaa, path: QueryPath.Stream)).Types.Length);
        Assert.Equal(16, harness.AssertAnswered(harness.Ask(Queries.For(name, DnsType.Aaaa, edns: 1232))).Types.Length);
    }

    [Theory]
    [InlineData(Device, DnsType.A, true)]
    [InlineData("D-02-00-00-00-00-01", DnsType.A, true)]
    [InlineData(Device, DnsType.Any, true)]
    [InlineData(Device, DnsType.Aaaa, false)]
    public void Ask_DeviceOfTheZone_GivesItsLegalAddresses(string label, DnsType type, bool has)
    {
        var answer = Ask($"{label}.guest.EXAMPLE", type);
        Assert.Equal(DnsResponseCode.NoError, answer.Code);
        Assert.Equal(has ? [s_legal, new(s_legal.Value + 1)] : [], answer.Addresses);
        Assert.Equal(has ? 0 : 1, answer.Count(DnsSection.Authority));
    }

    [Theory]
    [InlineData("d-02-00-00-00-00-02.guest.example")]
    [InlineData("x.d-02-00-00-00-00-01.guest.example")]
    [InlineData("\\255.guest.example")]
    [InlineData("012345678901234567890123456789012345678901234567890.guest.example")]
    public void Ask_NobodyOfTheZone_IsANameErrorWithSoa(string name)
    {
        var answer = Ask(name);
        Assert.Equal(DnsResponseCode.NameError, answer.Code);
        Assert.Equal([DnsType.Soa], answer.Types);
        Assert.Equal((0, 1), (answer.Count(DnsSection.Answer), answer.Count(DnsSection.Authority)));
        Assert.True(DnsMessage.TryParse(answer.Octets, out var message) && DnsCaching.TryGetNegativeTtl(message, out var seconds) && seconds == 5);
    }

    [Theory]
    [InlineData(DnsType.Soa, 1)]
    [InlineData(DnsType.Any, 1)]
    [InlineData(DnsType.A, 0)]
    public void Ask_TheZoneItself_HasAnSoa(DnsType type, int answers)
    {
        var answer = Ask("guest.example", type);
        Assert.Equal(DnsResponseCode.NoError, answer.Code);
        Assert.Equal([DnsType.Soa], answer.Types);
        Assert.Equal((answers, 1 - answers), (answer.Count(DnsSection.Answer), answer.Count(DnsSection.Authority)));
    }

    [Fact]
    public void Ask_FromOutside_IsAnsweredForLocalNames()
    {
        Assert.Single(Ask("printer.lan", path: QueryPath.Outside).Addresses);
        Assert.Equal(2, Ask($"{Device}.guest.example", path: QueryPath.Outside).Addresses.Length);
        Assert.Equal(DnsResponseCode.NameError, Ask("nobody.guest.example", path: QueryPath.Outside).Code);
        Assert.Equal(DnsResponseCode.Refused, _harness.AssertAnswered(_harness.Ask("a.example", path: QueryPath.Outside)).Code);
    }

    [Fact]
    public void Ask_WithEdns_IsAnsweredWithEdns()
    {
        var answer = _harness.AssertAnswered(_harness.Ask(Queries.For("printer.lan", id: 9, edns: 1232, dnssecOk: true)));
        Assert.Equal((9, true, true), (answer.Id, answer.HasEdns, answer.DnssecOk));
    }
}
