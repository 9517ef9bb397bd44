using System.Buffers.Binary;

namespace Innkeeper.Wire.Dns;

/// <summary>A view of a DNS message (RFC 1035 section 4.1): header, questions, and three sections of records.</summary>
/// <remarks>
/// Made only by <see cref="TryParse"/>, after which no member fails, as long as the octets stay as they are. <see cref="DnsHeader"/>,
/// <see cref="DnsQuestion"/>, <see cref="DnsRecord"/> and <see cref="DnsEdns"/> draw the parts.
/// </remarks>
public readonly ref struct DnsMessage
{
    /// <summary>The most octets of a message: its length has 16 bits over TCP (RFC 1035 section 4.2.2).</summary>
    public const int MaxSize = ushort.MaxValue;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _recordsOffset;
    private readonly int _ednsOffset;

    private DnsMessage(ReadOnlySpan<byte> message, int recordsOffset, int ednsOffset)
    {
        _message = message;
        _recordsOffset = recordsOffset;
        _ednsOffset = ednsOffset;
    }

    /// <summary>
    /// Views the message at the start of <paramref name="data"/>. Every question and record that the header counts must be there,
    /// each with a good name, and at most one OPT record, owned by the root, in the additional section (RFC 6891 section 6.1.1).
    /// Octets behind the last record are ignored and not seen again, so that they are neither kept nor passed on.
    /// </summary>
    /// <remarks>
    /// The data of records is opaque, also where its type is known (RFC 3597): a record that is not read does no harm, and the meaning of
    /// the names in it depends on the type. Code that reads such a name checks it itself, as
    /// <see cref="DnsRecord.TryCopyDataName"/> does. How many questions there are is not judged here either: a query has one
    /// (RFC 9619), but a format error may come back with none.
    /// </remarks>
    public static bool TryParse(ReadOnlySpan<byte> data, out DnsMessage message)
    {
        message = default;
        if (data.Length is < DnsHeader.Size or > MaxSize)
        {
            return false;
        }

        var at = DnsHeader.Size;
        for (var left = DnsHeader.ReadCount(data, DnsSection.Question); left > 0; left--)
        {
            if (!DnsName.TrySkip(data, at, out at) || (at += DnsQuestion.FixedSize) > data.Length)
            {
                return false;
            }
        }

        var (recordsOffset, ednsOffset) = (at, 0);
        for (var section = DnsSection.Answer; section <= DnsSection.Additional; section++)
        {
            for (var left = DnsHeader.ReadCount(data, section); left > 0; left--)
            {
                var start = at;
                if (!TrySkipRecord(data, ref at, out var type))
                {
                    return false;
                }

                if (type == DnsType.Opt)
                {
                    // The owner must be the root in full: a pointer to a zero would not survive a move of the record.
                    if (section != DnsSection.Additional || ednsOffset != 0 || data[start] != 0)
                    {
                        return false;
                    }

                    ednsOffset = start;
                }
            }
        }

        message = new DnsMessage(data[..at], recordsOffset, ednsOffset);
        return true;
    }

    /// <summary>The whole message, without octets after it.</summary>
    public ReadOnlySpan<byte> Octets => _message;

    /// <summary>Octets of the whole message.</summary>
    public int Length => _message.Length;

    /// <summary>The first two words of the header, with the low four bits of the response code only.</summary>
    public DnsHeader Header => DnsHeader.Read(_message);

    /// <summary>The number that ties a response to its query, host order.</summary>
    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(_message[DnsHeader.IdOffset..]);

    /// <summary>The flags.</summary>
    public DnsBits Flags => Header.Flags;

    /// <summary>QR: a response rather than a query.</summary>
    public bool IsResponse => Has(DnsBits.Response);

    /// <summary>The kind of request.</summary>
    public DnsOpcode Opcode => Header.Opcode;

    /// <summary>AA: from an authority.</summary>
    public bool IsAuthoritative => Has(DnsBits.AuthoritativeAnswer);

    /// <summary>TC: something was left out.</summary>
    public bool IsTruncated => Has(DnsBits.Truncated);

    /// <summary>RD: the client wants recursion.</summary>
    public bool RecursionDesired => Has(DnsBits.RecursionDesired);

    /// <summary>RA: the server offers recursion.</summary>
    public bool RecursionAvailable => Has(DnsBits.RecursionAvailable);

    /// <summary>AD: verified by the server.</summary>
    public bool AuthenticData => Has(DnsBits.AuthenticData);

    /// <summary>CD: not to be verified by the server.</summary>
    public bool CheckingDisabled => Has(DnsBits.CheckingDisabled);

    /// <summary>How it went, with the bits of the OPT record.</summary>
    public DnsResponseCode ResponseCode =>
        Header.ResponseCode | (DnsResponseCode)(TryGetEdns(out var edns) ? edns.ExtendedCode << 4 : 0);

    /// <summary>How many questions or records a section has.</summary>
    public int Count(DnsSection section) => DnsHeader.ReadCount(_message, section);

    /// <summary>All records; see <see cref="DnsRecord.Section"/>.</summary>
    public DnsRecords Records => new(_message, _recordsOffset);

    /// <summary>Whether there is an OPT record.</summary>
    public bool HasEdns => _ednsOffset != 0;

    /// <summary>Where the first record begins, or would: behind the last question.</summary>
    internal int RecordsOffset => _recordsOffset;

    /// <summary>Where the OPT record begins; 0 if there is none.</summary>
    internal int EdnsOffset => _ednsOffset;

    /// <summary>Views the first question.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryGetQuestion(out DnsQuestion question)
    {
        question = default;
        if (Count(DnsSection.Question) == 0)
        {
            return false;
        }

        var end = DnsName.SkipKnown(_message, DnsQuestion.Offset) + DnsQuestion.FixedSize;
        question = new DnsQuestion(_message[DnsQuestion.Offset..end]);
        return true;
    }

    /// <summary>Views the OPT record.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryGetEdns(out DnsEdns edns)
    {
        edns = HasEdns ? new DnsEdns(_message[_ednsOffset..new DnsRecord(_message, DnsSection.Additional, _ednsOffset).EndOffset]) : default;
        return HasEdns;
    }

    private bool Has(DnsBits flag) => (Header.Flags & flag) != 0;

    private static bool TrySkipRecord(ReadOnlySpan<byte> data, ref int at, out DnsType type)
    {
        type = DnsType.None;
        if (!DnsName.TrySkip(data, at, out at) || at > data.Length - DnsRecord.FixedSize)
        {
            return false;
        }

        type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(data[at..]);
        at += DnsRecord.FixedSize + BinaryPrimitives.ReadUInt16BigEndian(data[(at + DnsRecord.DataLengthOffset)..]);
        return at <= data.Length;
    }
}
