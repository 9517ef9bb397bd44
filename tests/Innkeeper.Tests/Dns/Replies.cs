using Innkeeper.Dns;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What servers send for an exchange: good answers, and all that is not.</summary>
internal static class Replies
{
    public static readonly Ipv4Address Address = Ipv4Address.Parse("192.0.2.1");

    private const DnsBits Usual = DnsBits.Response | DnsBits.RecursionDesired | DnsBits.RecursionAvailable;

    private static readonly byte[] s_zone = DnsName.Parse("example");

    private delegate void Fill(ref DnsWriter writer, ReadOnlySpan<byte> name);

    /// <summary>An answer with one record of the type asked for; another type than A gets a fixed text.</summary>
    public static byte[] Good(UpstreamQuery exchange, uint ttl = 300, DnsBits flags = DnsBits.None, int count = 1, Ipv4Address? first = null) =>
        Make(exchange, DnsResponseCode.NoError, flags, true, (ref DnsWriter writer, ReadOnlySpan<byte> name) =>
        {
            var type = TypeOf(exchange);
            for (var i = 0; i < count; i++)
            {
                Assert.True(type == DnsType.A
                    ? writer.TryAddA(DnsSection.Answer, name, ttl, new Ipv4Address((first ?? Address).Value + (uint)i))
                    : writer.TryAddRecord(DnsSection.Answer, name, type, DnsClass.In, ttl, "\u0004text"u8));
            }
        });

    public static byte[] Data(UpstreamQuery exchange, DnsType type, byte[] data) =>
        Make(exchange, DnsResponseCode.NoError, DnsBits.None, true, (ref DnsWriter writer, ReadOnlySpan<byte> name) =>
            Assert.True(writer.TryAddRecord(DnsSection.Answer, name, type, DnsClass.In, 300, data)));

    /// <summary>No such name, or no such data.</summary>
    /// <param name="minimum">Null: without an SOA record.</param>
    /// <param name="alias">The time to live of an alias before it; 0: there is none.</param>
    public static byte[] Negative(UpstreamQuery exchange, DnsResponseCode code, uint? minimum, uint soaTtl = 3600, uint alias = 0) =>
        Make(exchange, code, DnsBits.None, true, (ref DnsWriter writer, ReadOnlySpan<byte> name) =>
        {
            if (alias > 0)
            {
                Assert.True(writer.TryAddCname(DnsSection.Answer, name, alias, DnsName.Parse("gone.example")));
            }

            if (minimum is { } seconds)
            {
                Assert.True(writer.TryAddSoa(DnsSection.Authority, s_zone, soaTtl, s_zone, s_zone, new DnsSoaTimes(1, 2, 3, 4, seconds)));
            }
        });

    public static byte[] Code(UpstreamQuery exchange, DnsResponseCode code, bool withEdns = true) => Make(exchange, code, DnsBits.None, withEdns, Nothing);

    public static byte[] Failure(UpstreamQuery exchange) => Code(exchange, DnsResponseCode.ServerFailure);

    public static byte[] Truncated(UpstreamQuery exchange) => Make(exchange, DnsResponseCode.NoError, DnsBits.Truncated, true, Nothing);

    public static byte[] Referral(UpstreamQuery exchange) =>
        Make(exchange, DnsResponseCode.NoError, DnsBits.None, true, (ref DnsWriter writer, ReadOnlySpan<byte> _) =>
            Assert.True(writer.TryAddRecord(DnsSection.Authority, s_zone, DnsType.Ns, DnsClass.In, 60, DnsName.Parse("ns.example"))));

    /// <summary>An alias of itself.</summary>
    public static byte[] Loop(UpstreamQuery exchange) =>
        Make(exchange, DnsResponseCode.NoError, DnsBits.None, true, (ref DnsWriter writer, ReadOnlySpan<byte> name) =>
            Assert.True(writer.TryAddCname(DnsSection.Answer, name, 60, name)));

    /// <summary>An alias, its address, and an address of a name that was not asked for.</summary>
    public static byte[] Alias(UpstreamQuery exchange, string target, uint ttl, Ipv4Address address, Ipv4Address stray) =>
        Make(exchange, DnsResponseCode.NoError, DnsBits.None, true, (ref DnsWriter writer, ReadOnlySpan<byte> name) =>
        {
            Assert.True(writer.TryAddCname(DnsSection.Answer, name, 300, DnsName.Parse(target)));
            Assert.True(writer.TryAddA(DnsSection.Answer, DnsName.Parse(target), ttl, address));
            Assert.True(writer.TryAddA(DnsSection.Answer, DnsName.Parse("other.example"), ttl, stray));
        });

    public static byte[] OtherId(UpstreamQuery exchange) => Queries.With(Good(exchange), 0, (ushort)(exchange.Id + 1));

    public static byte[] OtherType(UpstreamQuery exchange)
    {
        var asked = exchange.Question.Question;
        return Queries.With(Good(exchange), DnsHeader.Size + asked.Length - 4, (ushort)(TypeOf(exchange) + 1));
    }

    /// <summary>The answer to a name that differs in one octet, and not by its case.</summary>
    public static byte[] OtherName(UpstreamQuery exchange)
    {
        var reply = Good(exchange);
        reply[DnsHeader.Size + 1] = (byte)(reply[DnsHeader.Size + 1] == (byte)'q' ? 'z' : 'q');
        return reply;
    }

    /// <summary>The right name in capitals.</summary>
    public static byte[] OtherCase(UpstreamQuery exchange)
    {
        var reply = Good(exchange);
        for (var i = DnsHeader.Size + 1; reply[i] != 0; i++)
        {
            reply[i] = reply[i] is >= (byte)'a' and <= (byte)'z' ? (byte)(reply[i] - 0x20) : reply[i];
        }

        return reply;
    }

    public static byte[] Query(UpstreamQuery exchange) => Queries.With(Good(exchange), 2, (ushort)DnsBits.RecursionDesired);

    public static byte[] TwoQuestions(UpstreamQuery exchange)
    {
        var asked = exchange.Question.Question;
        var good = Code(exchange, DnsResponseCode.NoError, withEdns: false);
        return Queries.With([.. good, .. asked], 4, 2);
    }

    /// <summary>The header alone, as servers send it that did not understand.</summary>
    public static byte[] HeaderOnly(UpstreamQuery exchange, DnsResponseCode code)
    {
        var reply = new byte[DnsHeader.Size];
        new DnsHeader(exchange.Id, DnsBits.Response, DnsOpcode.Query, code).Write(reply);
        return reply;
    }

    public static byte[] Malformed(UpstreamQuery exchange) => Good(exchange)[..^1];

    public static DnsType TypeOf(UpstreamQuery exchange) =>
        (DnsType)((exchange.Question.Question[^4] << 8) | exchange.Question.Question[^3]);

    private static void Nothing(ref DnsWriter writer, ReadOnlySpan<byte> name)
    {
    }

    private static byte[] Make(UpstreamQuery exchange, DnsResponseCode code, DnsBits flags, bool withEdns, Fill fill)
    {
        var room = new byte[65535];
        Assert.True(DnsWriter.TryBegin(room, new DnsHeader(exchange.Id, Usual | flags, DnsOpcode.Query, code), out var writer));
        var asked = exchange.Question.Question;
        Assert.True(writer.TryAddQuestion(asked.AsSpan()[..^4], TypeOf(exchange), DnsClass.In));
        fill(ref writer, asked.AsSpan()[..^4]);
        if (withEdns && exchange.WithEdns)
        {
            Assert.True(writer.TryAddEdns(1232, exchange.Question.DnssecOk, []));
        }

        return room[..writer.Length];
    }
}
