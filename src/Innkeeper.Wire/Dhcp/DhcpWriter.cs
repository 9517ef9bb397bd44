using System.Buffers.Binary;

namespace Innkeeper.Wire.Dhcp;

/// <summary>Writes one DHCP message, option by option. An option that no longer fits is left out as a whole, and the method returns false.</summary>
public ref struct DhcpWriter
{
    private const int MaxOptionSize = 255;

    private readonly Span<byte> _buffer;

    /// <summary>Begins a message.</summary>
    /// <param name="buffer">At least <see cref="DhcpHeader.MinMessageSize"/> octets; the message will have no more than there are.</param>
    /// <param name="header">The fixed part.</param>
    public DhcpWriter(Span<byte> buffer, in DhcpHeader header)
    {
        _buffer = buffer;
        Length = header.Write(buffer);
    }

    /// <summary>Octets written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Adds an option; one longer than 255 octets in parts (RFC 3396 section 6).</summary>
    /// <returns>False if it does not fit, and nothing of it is written.</returns>
    public bool TryAdd(DhcpOption code, scoped ReadOnlySpan<byte> value)
    {
        var parts = Math.Max(1, (value.Length + MaxOptionSize - 1) / MaxOptionSize);

        // One octet is kept for the end option.
        if (Length + (2 * parts) + value.Length + 1 > _buffer.Length)
        {
            return false;
        }

        do
        {
            var part = value[..Math.Min(MaxOptionSize, value.Length)];
            _buffer[Length] = (byte)code;
            _buffer[Length + 1] = (byte)part.Length;
            part.CopyTo(_buffer[(Length + 2)..]);
            Length += 2 + part.Length;
            value = value[part.Length..];
        }
        while (!value.IsEmpty);
        return true;
    }

    /// <summary>Adds an option of one octet.</summary>
    public bool TryAdd(DhcpOption code, byte value) => TryAdd(code, [value]);

    /// <summary>Adds an option that is one address.</summary>
    public bool TryAdd(DhcpOption code, Ipv4Address address)
    {
        Span<byte> value = stackalloc byte[Ipv4Address.Size];
        address.Write(value);
        return TryAdd(code, value);
    }

    /// <summary>Adds an option that is a number of 4 octets.</summary>
    public bool TryAdd(DhcpOption code, uint number)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, number);
        return TryAdd(code, value);
    }

    /// <summary>Adds an option that is a number of 2 octets.</summary>
    public bool TryAdd(DhcpOption code, ushort number)
    {
        Span<byte> value = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(value, number);
        return TryAdd(code, value);
    }

    /// <summary>Ends the options, and pads to <see cref="DhcpHeader.MinMessageSize"/>.</summary>
    /// <returns>Octets of the whole message.</returns>
    public int Finish()
    {
        _buffer[Length++] = (byte)DhcpOption.End;
        if (Length < DhcpHeader.MinMessageSize)
        {
            _buffer[Length..DhcpHeader.MinMessageSize].Clear();
            Length = DhcpHeader.MinMessageSize;
        }

        return Length;
    }
}
