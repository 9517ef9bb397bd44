using System.Buffers.Binary;
using System.Text;

namespace Innkeeper.Wire;

/// <summary>Writes one DHCPv6 message, option by option; <see cref="Dhcpv6Message"/> shows its layout. An option that no longer fits is left out as a whole, and the method returns false.</summary>
public ref struct Dhcpv6Writer
{
    private const ushort LinkLayerIdentifier = 3;
    private const ushort HardwareEthernet = 1;
    private const int LinkLayerIdentifierSize = (2 * sizeof(ushort)) + MacAddress.Size;

    private readonly Span<byte> _buffer;

    /// <summary>Begins a message.</summary>
    /// <param name="buffer">At least 4 octets; the message will have no more than there are.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="transaction">The client's; 24 bits.</param>
    public Dhcpv6Writer(Span<byte> buffer, Dhcpv6MessageType type, uint transaction)
    {
        _buffer = buffer;
        BinaryPrimitives.WriteUInt32BigEndian(buffer, transaction);
        buffer[0] = (byte)type;
        Length = Dhcpv6Message.HeaderSize;
    }

    /// <summary>Octets written so far: a whole message at any time.</summary>
    public int Length { get; private set; }

    /// <summary>The server identifier that is made of a MAC: DUID-LL (RFC 8415 section 11.4). It lasts as long as the network card, without anything to be kept.</summary>
    public static byte[] IdentifierOf(MacAddress mac)
    {
        var identifier = new byte[LinkLayerIdentifierSize];
        BinaryPrimitives.WriteUInt16BigEndian(identifier, LinkLayerIdentifier);
        BinaryPrimitives.WriteUInt16BigEndian(identifier.AsSpan(sizeof(ushort)), HardwareEthernet);
        mac.Write(identifier.AsSpan(2 * sizeof(ushort)));
        return identifier;
    }

    /// <summary>Adds an option.</summary>
    public bool TryAdd(Dhcpv6Option code, scoped ReadOnlySpan<byte> value)
    {
        if (!TryBegin(code, value.Length, out var written))
        {
            return false;
        }

        value.CopyTo(written);
        return true;
    }

    /// <summary>Adds an option that is a number of 4 octets.</summary>
    public bool TryAdd(Dhcpv6Option code, uint number)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, number);
        return TryAdd(code, value);
    }

    /// <summary>Adds an option that is a list of addresses.</summary>
    public bool TryAdd(Dhcpv6Option code, IReadOnlyList<Ipv6Address> addresses)
    {
        if (!TryBegin(code, addresses.Count * Ipv6Address.Size, out var value))
        {
            return false;
        }

        for (var i = 0; i < addresses.Count; i++)
        {
            addresses[i].Write(value[(i * Ipv6Address.Size)..]);
        }

        return true;
    }

    /// <summary>Adds an option that is a text in ASCII.</summary>
    public bool TryAdd(Dhcpv6Option code, string text) => TryAdd(code, Encoding.ASCII.GetBytes(text));

    private bool TryBegin(Dhcpv6Option code, int length, out Span<byte> value)
    {
        value = default;
        if (length > ushort.MaxValue || Length + Dhcpv6Message.OptionHeaderSize + length > _buffer.Length)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[Length..], (ushort)code);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(Length + sizeof(ushort))..], (ushort)length);
        value = _buffer.Slice(Length + Dhcpv6Message.OptionHeaderSize, length);
        Length += Dhcpv6Message.OptionHeaderSize + length;
        return true;
    }
}
