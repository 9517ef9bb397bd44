using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A view of a DHCPv6 message between client and server (RFC 8415 section 8).</summary>
/// <remarks>
/// <code>
/// 0 | 1     type | transaction, 3 octets
/// 4         options: code, length, both 2 octets, value
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails.
/// </remarks>
public readonly ref struct Dhcpv6Message
{
    /// <summary>The port of clients (RFC 8415 section 7.2).</summary>
    public const ushort ClientPort = 546;

    /// <summary>The port of servers.</summary>
    public const ushort ServerPort = 547;

    internal const int HeaderSize = 4;
    internal const int OptionHeaderSize = 4;

    private const int OptionLengthOffset = 2;

    private readonly ReadOnlySpan<byte> _message;

    private Dhcpv6Message(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>ff02::1:2, all servers and relays on the link (RFC 8415 section 7.1).</summary>
    public static Ipv6Address AllServers => new(new UInt128(0xff02_0000_0000_0000, 0x1_0002));

    /// <summary>Views the payload of a UDP datagram. Each option must lie within it. Relays' messages have another form and are refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Dhcpv6Message message)
    {
        message = default;
        if (payload.Length < HeaderSize || (Dhcpv6MessageType)payload[0] is Dhcpv6MessageType.RelayForward or Dhcpv6MessageType.RelayReply)
        {
            return false;
        }

        var left = payload[HeaderSize..];
        while (TryReadOption(ref left, out _, out _))
        {
        }

        if (!left.IsEmpty)
        {
            return false;
        }

        message = new Dhcpv6Message(payload);
        return true;
    }

    /// <summary>The type of the message.</summary>
    public Dhcpv6MessageType Type => (Dhcpv6MessageType)_message[0];

    /// <summary>Chosen by the client; 24 bits.</summary>
    public uint Transaction => BinaryPrimitives.ReadUInt32BigEndian(_message) & 0xff_ffff;

    /// <summary>An option's value, of the first with its code.</summary>
    /// <returns>False if it is not there.</returns>
    public bool TryGet(Dhcpv6Option wanted, out ReadOnlySpan<byte> value)
    {
        var left = _message[HeaderSize..];
        while (TryReadOption(ref left, out var code, out value))
        {
            if (code == wanted)
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Whether an option is there.</summary>
    public bool Has(Dhcpv6Option option) => TryGet(option, out _);

    /// <summary>Whether the client wants an option.</summary>
    public bool Requests(Dhcpv6Option option)
    {
        TryGet(Dhcpv6Option.OptionRequest, out var codes);
        for (; codes.Length >= sizeof(ushort); codes = codes[sizeof(ushort)..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(codes) == (ushort)option)
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>False at the end, where nothing is left, or at an option that exceeds what is left.</returns>
    private static bool TryReadOption(scoped ref ReadOnlySpan<byte> left, out Dhcpv6Option code, out ReadOnlySpan<byte> value)
    {
        code = default;
        value = default;
        if (left.Length < OptionHeaderSize)
        {
            return false;
        }

        var end = OptionHeaderSize + BinaryPrimitives.ReadUInt16BigEndian(left[OptionLengthOffset..]);
        if (left.Length < end)
        {
            return false;
        }

        code = (Dhcpv6Option)BinaryPrimitives.ReadUInt16BigEndian(left);
        value = left[OptionHeaderSize..end];
        left = left[end..];
        return true;
    }
}
