using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>The content of a valid query.</summary>
internal readonly ref struct DnsQuery
{
    /// <summary>Octets of the longest key.</summary>
    public const int MaxKeySize = DnsName.MaxSize + KeyTail;

    /// <summary>Answers by UDP are never longer: no fragment on any path (DNS flag day 2020).</summary>
    public const int MaxUdpSize = 1232;

    private const int KeyTail = 5;
    private const byte DnssecOkKey = 1;
    private const byte CheckingDisabledKey = 2;

    private DnsQuery(DnsHeader header, DnsQuestion question, DnsEdns edns, bool hasEdns)
    {
        Header = header;
        Question = question;
        HasEdns = hasEdns;
        DnssecOk = hasEdns && edns.DnssecOk;
        UdpSize = hasEdns ? Math.Min(edns.UdpPayloadSize, MaxUdpSize) : DnsEdns.MinUdpPayloadSize;
    }

    public DnsHeader Header { get; }

    public DnsQuestion Question { get; }

    public bool HasEdns { get; }

    public bool DnssecOk { get; }

    /// <summary>The most octets of an answer by UDP.</summary>
    public int UdpSize { get; }

    /// <summary>The parts of the answer that depend on the client's flags.</summary>
    public AnswerStyle Style => new(Header.Id, Header.Flags, HasEdns, DnssecOk, UdpSize);

    /// <summary>Reads a query.</summary>
    /// <param name="octets">At least a header, and no response.</param>
    /// <param name="query">The query.</param>
    /// <param name="refusal">The answer's code when false is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> octets, out DnsQuery query, out DnsResponseCode refusal)
    {
        query = default;
        refusal = DnsResponseCode.FormatError;
        if (!DnsMessage.TryParse(octets, out var message))
        {
            return false;
        }

        if (message.Opcode != DnsOpcode.Query)
        {
            refusal = DnsResponseCode.NotImplemented;
            return false;
        }

        // RFC 9619: a query has one question.
        if (message.Count(DnsSection.Question) != 1 || !message.TryGetQuestion(out var question))
        {
            return false;
        }

        var hasEdns = message.TryGetEdns(out var edns);
        query = new DnsQuery(message.Header, question, edns, hasEdns);
        if (hasEdns && edns.Version != 0)
        {
            refusal = DnsResponseCode.BadVersion;
            return false;
        }

        // Zones are not transferred through a resolver, and of the other classes it knows nothing.
        if (question.Type is DnsType.Axfr or DnsType.Ixfr || question.Class != DnsClass.In)
        {
            refusal = DnsResponseCode.Refused;
            return false;
        }

        return true;
    }

    /// <summary>Questions with the same key have the same answer: name without case, type, class, DO and CD.</summary>
    /// <param name="key">At least <see cref="MaxKeySize"/> octets.</param>
    /// <returns>Octets written.</returns>
    public int WriteKey(Span<byte> key)
    {
        var octets = Question.Octets;
        octets.CopyTo(key);
        DnsName.FoldCase(key[..Question.Name.Length]);
        key[octets.Length] = (byte)((DnssecOk ? DnssecOkKey : 0) | ((Header.Flags & DnsBits.CheckingDisabled) != 0 ? CheckingDisabledKey : 0));
        return octets.Length + 1;
    }
}

/// <summary>The form of an answer for its client.</summary>
internal readonly record struct AnswerStyle(ushort Id, DnsBits Flags, bool HasEdns, bool DnssecOk, int UdpSize);
