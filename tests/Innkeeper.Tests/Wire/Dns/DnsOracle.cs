using System.Buffers.Binary;
using System.Globalization;
using Innkeeper.Wire.Dns;
using Oracle = ARSoft.Tools.Net.Dns;

namespace Innkeeper.Tests.Wire.Dns;

/// <summary>How our reading of some octets stands to that of ARSoft.Tools.Net.</summary>
internal enum DnsVerdict
{
    /// <summary>Both take them, and read the same.</summary>
    SameReading,

    /// <summary>Both refuse them.</summary>
    BothRefuse,

    /// <summary>Only we take them: the other looks into the data of records, and reads the same once it knows none of the types.</summary>
    OracleReadsData,

    /// <summary>Only the other takes them: of the last record's data it reads what the type needs, though more is announced than is there.</summary>
    OracleOverlooksLength,

    /// <summary>Only the other takes them: it follows pointers to anywhere, also forward, into the header, or onto the name itself.</summary>
    OracleFollowsAnyPointer,

    /// <summary>Only the other takes them: it knows the bit labels of RFC 2673, which RFC 6891 took back.</summary>
    OracleKnowsBitLabels,

    /// <summary>Only the other takes them: it does not count the octets of a name.</summary>
    OracleTakesLongNames,

    /// <summary>Only the other takes them: it does not mind where OPT records stand, how many they are and who owns them.</summary>
    OracleTakesAnyOpt,
}

/// <summary>Compares our reading with the other's; any difference without a name throws.</summary>
internal static class DnsOracle
{
    // From the range for private use (RFC 6895 section 3.1).
    private const ushort UnknownType = 65280;

    private const int BitLabel = 0x41;

    public static DnsVerdict Compare(byte[] octets)
    {
        var rule = DnsRules.FirstBroken(octets, out var typeOffsets);
        var isOurs = DnsMessage.TryParse(octets, out var ours);
        Assert.Equal(rule == DnsRule.None, isOurs);
        var isTheirs = TryParse(octets, out var theirs);
        if (isOurs && isTheirs)
        {
            Assert.Equal(Ours(ours), Theirs(theirs!));
            return DnsVerdict.SameReading;
        }

        if (isOurs)
        {
            var unknown = WithTypesUnknown(octets, typeOffsets);
            Assert.True(DnsMessage.TryParse(unknown, out ours));
            Assert.True(TryParse(unknown, out theirs), "The other refuses more than the data of a record.");
            Assert.Equal(Ours(ours), Theirs(theirs!));
            return DnsVerdict.OracleReadsData;
        }

        return !isTheirs ? DnsVerdict.BothRefuse : rule switch
        {
            DnsRule.PointerForward or DnsRule.PointerIntoHeader or DnsRule.PointerOntoItself or DnsRule.PointersTooMany => DnsVerdict.OracleFollowsAnyPointer,
            DnsRule.LabelKind when octets.Contains((byte)BitLabel) => DnsVerdict.OracleKnowsBitLabels,
            DnsRule.DataCut when !TryParse(WithTypesUnknown(octets, typeOffsets), out _) => DnsVerdict.OracleOverlooksLength,
            DnsRule.NameTooLong => DnsVerdict.OracleTakesLongNames,
            DnsRule.OptMisplaced => DnsVerdict.OracleTakesAnyOpt,
            _ => throw new InvalidOperationException($"The other takes what breaks the rule {rule}."),
        };
    }

    private static bool TryParse(byte[] octets, out Oracle.DnsMessage? message)
    {
        try
        {
            message = Oracle.DnsMessage.Parse(octets);
            return true;
        }
        catch (Exception)
        {
            // It has no exception of its own: what breaks is what comes.
            message = null;
            return false;
        }
    }

    private static byte[] WithTypesUnknown(byte[] octets, List<int> typeOffsets)
    {
        byte[] copy = [.. octets];
        foreach (var offset in typeOffsets)
        {
            BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(offset), UnknownType);
        }

        return copy;
    }

    private static List<string> Ours(DnsMessage message)
    {
        List<string> lines =
        [
            Head(message.Id, message.IsResponse, (int)message.ResponseCode, message.IsAuthoritative, message.IsTruncated,
                message.RecursionDesired, message.RecursionAvailable, message.AuthenticData, message.CheckingDisabled),
            Counts(message.Count(DnsSection.Question), message.Count(DnsSection.Answer), message.Count(DnsSection.Authority), message.Count(DnsSection.Additional)),
        ];
        if (message.TryGetQuestion(out var question))
        {
            lines.Add($"{Labels(question.Name)} {(int)question.Type} {(int)question.Class}");
        }

        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        foreach (var record in message.Records)
        {
            Assert.True(record.TryCopyOwner(name, out var length));
            lines.Add(Record(Labels(name[..length]), (int)record.Type, (int)record.Class, record.Ttl));
        }

        if (message.TryGetEdns(out var edns))
        {
            lines.Add(Edns(edns.UdpPayloadSize, edns.Version, edns.DnssecOk, edns.ExtendedCode));
        }

        return lines;
    }

    private static List<string> Theirs(Oracle.DnsMessage message)
    {
        // It takes a signature at the end out of its section.
        List<Oracle.DnsRecordBase> additional = [.. message.AdditionalRecords];
        if (message.TSigOptions is not null)
        {
            additional.Add(message.TSigOptions);
        }

        List<string> lines =
        [
            Head(message.TransactionID, !message.IsQuery, (int)message.ReturnCode, message.IsAuthoritiveAnswer, message.IsTruncated,
                message.IsRecursionDesired, message.IsRecursionAllowed, message.IsAuthenticData, message.IsCheckingDisabled),
            Counts(message.Questions.Count, message.AnswerRecords.Count, message.AuthorityRecords.Count, additional.Count),
        ];
        lines.AddRange(message.Questions.Take(1).Select(question => $"{Labels(question.Name)} {(int)question.RecordType} {(int)question.RecordClass}"));
        lines.AddRange(message.AnswerRecords.Concat(message.AuthorityRecords).Concat(additional).Select(record =>
            Record(Labels(record.Name), (int)record.RecordType, (int)record.RecordClass, (uint)record.TimeToLive)));
        if (message.EDnsOptions is { } edns)
        {
            lines.Add(Edns(Math.Max(DnsEdns.MinUdpPayloadSize, (int)edns.UdpPayloadSize), edns.Version, edns.IsDnsSecOk, (int)edns.ExtendedReturnCode >> 4));
        }

        return lines;
    }

    private static string Head(int id, bool response, int code, params ReadOnlySpan<bool> flags) =>
        string.Create(CultureInfo.InvariantCulture, $"{id} {response} {code} {string.Join(' ', flags.ToArray())}");

    private static string Counts(params ReadOnlySpan<int> counts) => string.Join(' ', counts.ToArray());

    // The time to live of a signature is 0 by its RFC, and the other does not keep another.
    private static string Record(string owner, int type, int @class, uint ttl) =>
        type == (int)DnsType.Tsig ? $"{owner} {type}" : $"{owner} {type} {@class} {ttl}";

    private static string Edns(int size, int version, bool dnssecOk, int extendedCode) => $"{size} {version} {dnssecOk} {extendedCode}";

    private static string Labels(ARSoft.Tools.Net.DomainName name) => string.Join('|', name.Labels);

    // It reads labels as ASCII, so of an octet above 127 a question mark is left.
    private static string Labels(ReadOnlySpan<byte> wire)
    {
        List<string> labels = [];
        for (; wire[0] != 0; wire = wire[(1 + wire[0])..])
        {
            labels.Add(System.Text.Encoding.ASCII.GetString(wire.Slice(1, wire[0])));
        }

        return string.Join('|', labels);
    }
}
