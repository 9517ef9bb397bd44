namespace Innkeeper.Wire.Dns;

/// <summary>Walks the records of a message, section by section in their order; for <c>foreach</c>, and without allocation.</summary>
public ref struct DnsRecords
{
    private readonly ReadOnlySpan<byte> _message;
    private DnsSection _section;
    private int _left;
    private int _next;
    private DnsRecord _current;

    internal DnsRecords(ReadOnlySpan<byte> message, int offset)
    {
        _message = message;
        _section = DnsSection.Question;
        _next = offset;
    }

    /// <summary>The record that <see cref="MoveNext"/> came to.</summary>
    public readonly DnsRecord Current => _current;

    /// <summary>A walk from where this one is.</summary>
    public readonly DnsRecords GetEnumerator() => this;

    /// <summary>Goes to the next record.</summary>
    /// <returns>False behind the last.</returns>
    public bool MoveNext()
    {
        while (_left == 0)
        {
            if (_section == DnsSection.Additional)
            {
                return false;
            }

            _section++;
            _left = DnsHeader.ReadCount(_message, _section);
        }

        _left--;
        _current = new DnsRecord(_message, _section, _next);
        _next = _current.EndOffset;
        return true;
    }
}
