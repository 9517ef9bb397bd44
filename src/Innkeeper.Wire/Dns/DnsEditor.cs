using System.Buffers.Binary;

namespace Innkeeper.Wire.Dns;

/// <summary>Changes a message in place, to fit a cached answer to one client; it stays a whole message throughout.</summary>
/// <remarks>
/// Nothing moves but the OPT record, which holds no name: so compression pointers stay right (RFC 1035 section 4.1.4). Only a
/// name that its sender let begin within a time to live changes with that, and may become none; nothing here follows it.
/// To be passed by reference: a copy does not see later changes of the length.
/// </remarks>
public ref struct DnsEditor
{
    private readonly Span<byte> _buffer;
    private readonly int _recordsOffset;
    private int _ednsOffset;
    private int _length;

    private DnsEditor(Span<byte> buffer, DnsMessage message)
    {
        _buffer = buffer;
        _recordsOffset = message.RecordsOffset;
        _ednsOffset = message.EdnsOffset;
        _length = message.Length;
    }

    /// <summary>Opens the message at the start of a buffer.</summary>
    /// <param name="buffer">The message, and room for an OPT record behind it if one is to be added.</param>
    /// <param name="length">Octets of the message.</param>
    /// <returns>False if it is no message; see <see cref="DnsMessage.TryParse"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The buffer is shorter than <paramref name="length"/>.</exception>
    public static bool TryOpen(Span<byte> buffer, int length, out DnsEditor editor)
    {
        var isMessage = DnsMessage.TryParse(buffer[..length], out var message);
        editor = isMessage ? new DnsEditor(buffer[..Math.Min(buffer.Length, DnsMessage.MaxSize)], message) : default;
        return isMessage;
    }

    /// <summary>Octets of the message as it is now.</summary>
    public readonly int Length => _length;

    /// <summary>The message as it is now.</summary>
    public readonly ReadOnlySpan<byte> Message => _buffer[.._length];

    /// <summary>Gives the message the ID of its client's query.</summary>
    public readonly void SetId(ushort id) => BinaryPrimitives.WriteUInt16BigEndian(_buffer[DnsHeader.IdOffset..], id);

    /// <summary>Sets or clears flags, and leaves the others.</summary>
    public readonly void SetFlags(DnsBits flags, bool value)
    {
        var word = BinaryPrimitives.ReadUInt16BigEndian(_buffer[DnsHeader.FlagsOffset..]);
        var mask = (int)flags & DnsHeader.FlagsMask;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[DnsHeader.FlagsOffset..], (ushort)(value ? word | mask : word & ~mask));
    }

    /// <summary>Takes time off the time to live of every record but OPT, down to 0, the time that the message was cached.</summary>
    public readonly void AgeTtls(uint seconds)
    {
        foreach (var record in Records)
        {
            if (record.Type != DnsType.Opt)
            {
                var lifetime = record.Lifetime;
                BinaryPrimitives.WriteUInt32BigEndian(_buffer[record.TtlOffset..], lifetime - Math.Min(lifetime, seconds));
            }
        }
    }

    /// <summary>Makes the time to live of every record but OPT no longer than this.</summary>
    public readonly void CapTtls(uint seconds)
    {
        foreach (var record in Records)
        {
            if (record.Type != DnsType.Opt)
            {
                BinaryPrimitives.WriteUInt32BigEndian(_buffer[record.TtlOffset..], Math.Min(record.Lifetime, seconds));
            }
        }
    }

    /// <summary>Makes the time to live of every record but OPT no shorter than this, as stale data is given one again (RFC 8767 section 4).</summary>
    public readonly void RaiseTtls(uint seconds)
    {
        foreach (var record in Records)
        {
            if (record.Type != DnsType.Opt)
            {
                BinaryPrimitives.WriteUInt32BigEndian(_buffer[record.TtlOffset..], Math.Max(record.Lifetime, seconds));
            }
        }
    }

    /// <summary>Writes the question's name as its client spelled it: clients check the case (draft-vixie-dnsext-dns0x20).</summary>
    /// <param name="name">The client's name, in wire form.</param>
    /// <returns>False, and nothing changes, if the message has no question or asks for another name.</returns>
    public readonly bool TrySetQuestionCase(ReadOnlySpan<byte> name)
    {
        // Mostly there is one question, spelled the same, and then there is nothing to look at label by label.
        if (DnsQuestion.Offset + name.Length + DnsQuestion.FixedSize == _recordsOffset && _buffer.Slice(DnsQuestion.Offset, name.Length).SequenceEqual(name))
        {
            return true;
        }

        if (DnsHeader.ReadCount(_buffer, DnsSection.Question) == 0 || !DnsName.Equals(Message, DnsQuestion.Offset, name))
        {
            return false;
        }

        name.CopyTo(_buffer[DnsQuestion.Offset..]);
        return true;
    }

    /// <summary>Takes the OPT record away, as a client without EDNS must not get one (RFC 6891 section 7).</summary>
    /// <remarks>
    /// Records behind it go too: names in them may be compressed, so they cannot move up. Servers mostly put OPT last; and records that an
    /// additional section lacks are not missed (RFC 2181 section 9), while a signature of the transaction is void after any change.
    /// A response code that needs the OPT record becomes <see cref="DnsResponseCode.ServerFailure"/>: its low bits alone would
    /// say something else.
    /// </remarks>
    /// <returns>How many records went: 0 if there was no OPT record.</returns>
    public int RemoveEdns()
    {
        if (_ednsOffset == 0)
        {
            return 0;
        }

        var removed = 0;
        foreach (var record in Records)
        {
            removed += record.Offset >= _ednsOffset ? 1 : 0;
        }

        if (_buffer[_ednsOffset + DnsEdns.ExtendedCodeOffset] != 0)
        {
            ref var octet = ref _buffer[DnsHeader.FlagsOffset + 1];
            octet = (byte)((octet & ~DnsHeader.ResponseCodeMask) | (int)DnsResponseCode.ServerFailure);
        }

        DnsHeader.WriteCount(_buffer, DnsSection.Additional, DnsHeader.ReadCount(_buffer, DnsSection.Additional) - removed);
        _length = _ednsOffset;
        _ednsOffset = 0;
        return removed;
    }

    /// <summary>Adds an OPT record of version 0, or puts it in the place of the one there; see <see cref="RemoveEdns"/>.</summary>
    /// <param name="udpPayloadSize">The most octets of UDP data that we take.</param>
    /// <param name="dnssecOk">DO; a response repeats that of the query (RFC 3225 section 3).</param>
    /// <param name="options">Options as they stand on the wire; they may be those of the message.</param>
    /// <returns>False, and nothing changes, if the buffer has no room.</returns>
    public bool TrySetEdns(ushort udpPayloadSize, bool dnssecOk, ReadOnlySpan<byte> options)
    {
        var at = _ednsOffset == 0 ? _length : _ednsOffset;
        if (DnsEdns.Size + options.Length > _buffer.Length - at)
        {
            return false;
        }

        var code = _buffer[DnsHeader.FlagsOffset + 1];
        var extendedCode = _ednsOffset == 0 ? (byte)0 : _buffer[at + DnsEdns.ExtendedCodeOffset];
        RemoveEdns();

        _buffer[DnsHeader.FlagsOffset + 1] = code;
        _length = at + DnsEdns.Write(_buffer[at..], udpPayloadSize, extendedCode, dnssecOk, options);
        _ednsOffset = at;
        DnsHeader.WriteCount(_buffer, DnsSection.Additional, DnsHeader.ReadCount(_buffer, DnsSection.Additional) + 1);
        return true;
    }

    /// <summary>
    /// Leaves header, question and OPT record and sets TC, so that the client asks again over TCP (RFC 2181 section 9, RFC 6891
    /// section 7). Records are left out whole sections at a time, as half an RRset is of no use.
    /// </summary>
    public void Truncate()
    {
        var end = _recordsOffset;
        if (_ednsOffset != 0)
        {
            var edns = _buffer[_ednsOffset..new DnsRecord(Message, DnsSection.Additional, _ednsOffset).EndOffset];
            edns.CopyTo(_buffer[end..]);
            _ednsOffset = end;
            end += edns.Length;
        }

        _length = end;
        DnsHeader.WriteCount(_buffer, DnsSection.Answer, 0);
        DnsHeader.WriteCount(_buffer, DnsSection.Authority, 0);
        DnsHeader.WriteCount(_buffer, DnsSection.Additional, _ednsOffset == 0 ? 0 : 1);
        SetFlags(DnsBits.Truncated, true);
    }

    private readonly DnsRecords Records => new(Message, _recordsOffset);
}
