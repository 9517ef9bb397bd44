using System.Buffers.Binary;

namespace Innkeeper.Wire.Dns;

/// <summary>Writes a DNS message from front to back, counting as it goes; the octets written so far are a whole message at any time.</summary>
/// <remarks>
/// Every <c>TryAdd…</c> returns false and changes nothing if there is no room. Names are given in wire form. An owner that is the
/// question's name becomes a pointer to it (RFC 1035 section 4.1.4), and so repeats its case; no other name is compressed.
/// To be passed by reference: a copy counts on its own.
/// </remarks>
public ref partial struct DnsWriter
{
    // The two high bits mark a pointer, the rest is the place of the question's name.
    private const ushort QuestionPointer = 0xC000 | DnsQuestion.Offset;

    private readonly Span<byte> _buffer;
    private readonly byte _extendedCode;
    private DnsSection _section;
    private int _length;
    private int _questionNameLength;
    private bool _hasEdns;

    private DnsWriter(Span<byte> buffer, DnsHeader header)
    {
        _buffer = buffer;
        _extendedCode = (byte)((int)header.ResponseCode >> 4);
        _length = header.Write(buffer);
        _section = DnsSection.Question;
    }

    /// <summary>Begins a message with its header.</summary>
    /// <param name="buffer">Takes the message; its length is the limit, and 65535 octets another.</param>
    /// <param name="header">A response code above 15 needs <see cref="TryAddEdns"/> to be whole.</param>
    /// <returns>False if the buffer does not hold a header.</returns>
    public static bool TryBegin(Span<byte> buffer, DnsHeader header, out DnsWriter writer)
    {
        var fits = buffer.Length >= DnsHeader.Size;
        writer = fits ? new DnsWriter(buffer[..Math.Min(buffer.Length, DnsMessage.MaxSize)], header) : default;
        return fits;
    }

    /// <summary>Octets written so far.</summary>
    public readonly int Length => _length;

    /// <summary>The message so far.</summary>
    public readonly ReadOnlySpan<byte> Message => _buffer[.._length];

    /// <summary>Adds the one question.</summary>
    /// <exception cref="InvalidOperationException">There is a question or a record already.</exception>
    public bool TryAddQuestion(ReadOnlySpan<byte> name, DnsType type, DnsClass @class)
    {
        if (_length != DnsHeader.Size)
        {
            throw new InvalidOperationException("The question comes first, and there is one.");
        }

        RequireWireForm(name);
        var size = name.Length + DnsQuestion.FixedSize;
        if (size > _buffer.Length - _length)
        {
            return false;
        }

        name.CopyTo(_buffer[_length..]);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_length + name.Length)..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_length + name.Length + DnsQuestion.ClassOffset)..], (ushort)@class);
        _questionNameLength = name.Length;
        Commit(size);
        return true;
    }

    /// <summary>Adds any record with its data as it is.</summary>
    /// <param name="section">Not before that of the last record.</param>
    /// <param name="owner">In wire form.</param>
    /// <param name="ttl">Seconds; more than 2147483647 become that (RFC 2181 section 8).</param>
    /// <param name="data">
    /// At most 65535 octets. Data of another message may be copied only if no name in it is compressed, as pointers count from the
    /// header of that message.
    /// </param>
    /// <exception cref="InvalidOperationException">The section was left already.</exception>
    public bool TryAddRecord(
        DnsSection section, ReadOnlySpan<byte> owner, DnsType type, DnsClass @class, uint ttl, ReadOnlySpan<byte> data)
    {
        if (!TryStart(section, owner, type, @class, ttl, data.Length, out var room))
        {
            return false;
        }

        data.CopyTo(room);
        return true;
    }

    /// <summary>Adds the OPT record (RFC 6891 section 6.1.2), version 0, with the high bits of the response code.</summary>
    /// <param name="udpPayloadSize">The most octets of UDP data that we take.</param>
    /// <param name="dnssecOk">DO; a response repeats that of the query (RFC 3225 section 3).</param>
    /// <param name="options">Options in wire form; mostly none.</param>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public bool TryAddEdns(ushort udpPayloadSize, bool dnssecOk, ReadOnlySpan<byte> options)
    {
        if (_hasEdns)
        {
            throw new InvalidOperationException("A message has one OPT record.");
        }

        if (DnsEdns.Size + options.Length > _buffer.Length - _length)
        {
            return false;
        }

        Enter(DnsSection.Additional);
        _hasEdns = true;
        Commit(DnsEdns.Write(_buffer[_length..], udpPayloadSize, _extendedCode, dnssecOk, options));
        return true;
    }

    // Writes all but the data, for which there is room; so the steps after it cannot fail.
    private bool TryStart(
        DnsSection section, ReadOnlySpan<byte> owner, DnsType type, DnsClass @class, uint ttl, int dataLength, out Span<byte> data)
    {
        data = default;
        RequireWireForm(owner);
        var isQuestionName = _questionNameLength > 1 && DnsName.Equals(owner, _buffer.Slice(DnsQuestion.Offset, _questionNameLength));
        var ownerLength = isQuestionName ? sizeof(ushort) : owner.Length;
        var size = ownerLength + DnsRecord.FixedSize + dataLength;
        if (size > _buffer.Length - _length)
        {
            return false;
        }

        Enter(section);
        var record = _buffer.Slice(_length, size);
        if (isQuestionName)
        {
            BinaryPrimitives.WriteUInt16BigEndian(record, QuestionPointer);
        }
        else
        {
            owner.CopyTo(record);
        }

        var rest = record[ownerLength..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[DnsRecord.ClassOffset..], (ushort)@class);
        BinaryPrimitives.WriteUInt32BigEndian(rest[DnsRecord.TtlOffsetInFixed..], Math.Min(ttl, int.MaxValue));
        BinaryPrimitives.WriteUInt16BigEndian(rest[DnsRecord.DataLengthOffset..], (ushort)dataLength);
        data = rest[DnsRecord.FixedSize..];
        Commit(size);
        return true;
    }

    private void Enter(DnsSection section)
    {
        if (section is < DnsSection.Answer or > DnsSection.Additional || section < _section)
        {
            throw new InvalidOperationException($"The records of a message go in the order of its sections; {section} comes too late.");
        }

        _section = section;
    }

    private void Commit(int size)
    {
        _length += size;
        DnsHeader.WriteCount(_buffer, _section, DnsHeader.ReadCount(_buffer, _section) + 1);
    }

    private static void RequireWireForm(ReadOnlySpan<byte> name)
    {
        if (!DnsName.IsWireForm(name))
        {
            throw new ArgumentException("The name is not in wire form.", nameof(name));
        }
    }
}
