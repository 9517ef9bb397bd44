namespace Innkeeper.Wire.Dns;

/// <summary>Walks the labels of one name through its compression pointers (RFC 1035 section 4.1.4), over any octets.</summary>
/// <remarks>
/// Ends always: a pointer must go before the place where the current run of labels began, and the labels there must end before that
/// place. The RFC has the same rule as "a prior occurrence". So a name is made of octets before its own end alone, and nothing
/// behind it can change it.
/// </remarks>
internal ref struct DnsLabelReader
{
    // A name of 255 octets has at most 127 labels, and a sender has no use for more than one pointer a label. Without this bound
    // a chain of bare pointers through 16 KiB would have to be walked for every record of a hostile message.
    internal const int MaxPointers = 127;

    private const int KindMask = 0xC0;
    private const int KindLabel = 0x00;
    private const int KindPointer = 0xC0;

    private readonly ReadOnlySpan<byte> _message;
    private int _position;
    private int _runStart;
    private int _runLimit;
    private int _pointers;

    internal DnsLabelReader(ReadOnlySpan<byte> message, int offset)
    {
        _message = message;
        _position = offset;
        _runStart = offset;
        _runLimit = message.Length;
    }

    /// <summary>The first octet after the name's place; known once <see cref="IsWhole"/>.</summary>
    internal int End { get; private set; }

    /// <summary>Octets of the labels read so far, uncompressed.</summary>
    internal int Length { get; private set; }

    /// <summary>Whether the root label was reached, so the name is a good one.</summary>
    internal bool IsWhole { get; private set; }

    /// <summary>Reads the next label with its length octet; the root label comes last.</summary>
    /// <returns>False behind the root label, and where the octets are no name.</returns>
    internal bool MoveNext(out ReadOnlySpan<byte> label)
    {
        label = default;
        while (!IsWhole && (uint)_position < (uint)_runLimit)
        {
            int octet = _message[_position];
            switch (octet & KindMask)
            {
                case KindLabel:
                    var size = 1 + octet;
                    if (size > _runLimit - _position || Length + size > DnsName.MaxSize)
                    {
                        return false;
                    }

                    label = _message.Slice(_position, size);
                    _position += size;
                    Length += size;
                    IsWhole = octet == 0;
                    End = IsWhole && _pointers == 0 ? _position : End;
                    return true;

                case KindPointer:
                    if (_position + 1 >= _runLimit || !TryFollow(((octet & ~KindMask) << 8) | _message[_position + 1]))
                    {
                        return false;
                    }

                    break;

                // RFC 6891 section 5 and RFC 6895 section 2: 01 was for extended labels, of which none is left; 10 is free.
                default:
                    return false;
            }
        }

        return false;
    }

    private bool TryFollow(int target)
    {
        // No name lies in the header, and the header of a cached message is rewritten: such a name would change with the ID.
        if (target < DnsHeader.Size || target >= _runStart || _pointers == MaxPointers)
        {
            return false;
        }

        End = _pointers == 0 ? _position + 2 : End;
        _pointers++;
        _position = target;
        _runLimit = _runStart;
        _runStart = target;
        return true;
    }
}
