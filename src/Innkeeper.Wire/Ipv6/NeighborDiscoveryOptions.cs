namespace Innkeeper.Wire;

/// <summary>Reads the options behind a message of neighbour discovery, one by one (RFC 4861 section 4.6): type, length / 8, value.</summary>
/// <param name="octets">All options.</param>
internal ref struct NeighborDiscoveryOptions(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _left = octets;

    /// <summary>False once an option was found that has no length or exceeds the message: the packet is silently discarded (section 4.6).</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>The next option.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="option">The option, from its type on; a multiple of 8 octets.</param>
    /// <returns>False at the end, or at an option that is not sound.</returns>
    public bool TryRead(out byte type, out ReadOnlySpan<byte> option)
    {
        type = 0;
        option = default;
        if (_left.IsEmpty)
        {
            return false;
        }

        var length = _left.Length < NeighborDiscoveryMessage.OptionUnit ? 0 : _left[1] * NeighborDiscoveryMessage.OptionUnit;
        if (length == 0 || length > _left.Length)
        {
            IsSound = false;
            _left = default;
            return false;
        }

        type = _left[0];
        option = _left[..length];
        _left = _left[length..];
        return true;
    }
}
