namespace Innkeeper.Wire.Dhcp;

/// <summary>Reads the options of one field, one by one (RFC 2132 section 2): code, length, value; pads are skipped, end ends.</summary>
/// <param name="field">The field's octets; none: no options.</param>
public ref struct DhcpOptions(ReadOnlySpan<byte> field)
{
    private ReadOnlySpan<byte> _left = field;

    /// <summary>False once an option was found that exceeds its field.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>The next option.</summary>
    /// <returns>False at the end, or at an option that exceeds the field.</returns>
    public bool TryRead(out DhcpOption code, out ReadOnlySpan<byte> value)
    {
        while (!_left.IsEmpty && _left[0] == (byte)DhcpOption.Pad)
        {
            _left = _left[1..];
        }

        code = _left.IsEmpty ? DhcpOption.End : (DhcpOption)_left[0];
        value = default;
        if (code == DhcpOption.End)
        {
            _left = default;
            return false;
        }

        if (_left.Length < 2 || _left.Length < 2 + _left[1])
        {
            IsSound = false;
            _left = default;
            return false;
        }

        value = _left.Slice(2, _left[1]);
        _left = _left[(2 + value.Length)..];
        return true;
    }
}
