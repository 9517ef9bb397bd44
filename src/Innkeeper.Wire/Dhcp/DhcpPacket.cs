using System.Buffers.Binary;

namespace Innkeeper.Wire.Dhcp;

/// <summary>A view of a DHCP message over Ethernet (RFC 2131 section 2).</summary>
/// <remarks>
/// <code>
///   0 | 1 | 2 | 3   op: 1 = request, 2 = reply | htype, 1 = Ethernet | hlen, 6 | hops
///   4               xid
///   8 | 10          secs | flags: the first bit = broadcast
///  12 | 16          ciaddr | yiaddr
///  20 | 24          siaddr | giaddr
///  28               chaddr, 16 octets, of which hlen count
///  44               sname, 64 octets
/// 108               file, 128 octets
/// 236               magic cookie 63 82 53 63
/// 240               options: code, length, value ...; 0 = pad, 255 = end
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails.
/// </remarks>
public readonly ref struct DhcpPacket
{
    private const byte OverloadFile = 1;
    private const byte OverloadServerName = 2;

    private readonly ReadOnlySpan<byte> _message;
    private readonly byte _overload;
    private readonly bool _hasOptions;

    private DhcpPacket(ReadOnlySpan<byte> message, bool hasOptions, byte overload)
    {
        _message = message;
        _hasOptions = hasOptions;
        _overload = overload;
    }

    /// <summary>
    /// Views the payload of a UDP datagram. It must be a message about Ethernet, and each option must lie within its field. The end option may be
    /// missing; octets after it are ignored. A request without the cookie is one of BOOTP, without options (RFC 951; RFC 1497).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out DhcpPacket packet)
    {
        packet = default;
        if (payload.Length < DhcpHeader.Size
            || payload[DhcpHeader.OperationOffset] is not (DhcpHeader.Request or DhcpHeader.Reply)
            || payload[DhcpHeader.HardwareTypeOffset] != DhcpHeader.HardwareEthernet
            || payload[DhcpHeader.HardwareLengthOffset] != MacAddress.Size)
        {
            return false;
        }

        var hasOptions = BinaryPrimitives.ReadUInt32BigEndian(payload[DhcpHeader.CookieOffset..]) == DhcpHeader.Cookie;
        if (!hasOptions && (payload[DhcpHeader.OperationOffset] != DhcpHeader.Request || payload.Length < DhcpHeader.MinMessageSize))
        {
            return false;
        }

        var options = new DhcpOptions(hasOptions ? payload[DhcpHeader.Size..] : default);
        byte overload = 0;
        while (options.TryRead(out var code, out var value))
        {
            if (code == DhcpOption.Overload)
            {
                // RFC 2131 section 4.1: only the field 'options' tells which other fields hold options.
                if (value.Length != 1 || value[0] is not (>= OverloadFile and <= (OverloadFile | OverloadServerName)))
                {
                    return false;
                }

                overload = value[0];
            }
        }

        var whole = new DhcpPacket(payload, hasOptions, overload);
        if (!options.IsSound || !IsSound(whole.FileOptions) || !IsSound(whole.ServerNameOptions))
        {
            return false;
        }

        packet = whole;
        return true;
    }

    /// <summary>True: from a server; false: from a client.</summary>
    public bool IsReply => _message[DhcpHeader.OperationOffset] == DhcpHeader.Reply;

    /// <summary>From a client of BOOTP (RFC 951, RFC 1534 section 2): there is no message type.</summary>
    public bool IsBootp => !IsReply && !TryGet(DhcpOption.MessageType, out _);

    /// <summary>Relays that it passed.</summary>
    public byte Hops => _message[DhcpHeader.HopsOffset];

    /// <summary>Chosen by the client.</summary>
    public uint TransactionId => BinaryPrimitives.ReadUInt32BigEndian(_message[DhcpHeader.TransactionIdOffset..]);

    /// <summary>Seconds since the client began, by its own account.</summary>
    public ushort Seconds => BinaryPrimitives.ReadUInt16BigEndian(_message[DhcpHeader.SecondsOffset..]);

    /// <summary>The client cannot take unicast before it has an address.</summary>
    public bool IsBroadcast => (BinaryPrimitives.ReadUInt16BigEndian(_message[DhcpHeader.FlagsOffset..]) & DhcpHeader.BroadcastFlag) != 0;

    /// <summary>The address that the client has, 'ciaddr'; or 0.0.0.0.</summary>
    public Ipv4Address ClientAddress => Ipv4Address.Read(_message[DhcpHeader.ClientAddressOffset..]);

    /// <summary>The address that the client gets, 'yiaddr'; or 0.0.0.0.</summary>
    public Ipv4Address YourAddress => Ipv4Address.Read(_message[DhcpHeader.YourAddressOffset..]);

    /// <summary>The server of the next step of booting, 'siaddr'; or 0.0.0.0.</summary>
    public Ipv4Address ServerAddress => Ipv4Address.Read(_message[DhcpHeader.ServerAddressOffset..]);

    /// <summary>The relay, 'giaddr'; or 0.0.0.0.</summary>
    public Ipv4Address RelayAddress => Ipv4Address.Read(_message[DhcpHeader.RelayAddressOffset..]);

    /// <summary>The client's own MAC address, 'chaddr'.</summary>
    public MacAddress ClientMac => MacAddress.Read(_message[DhcpHeader.ClientMacOffset..]);

    /// <summary>The type of the message.</summary>
    public DhcpMessageType MessageType => TryGet(DhcpOption.MessageType, out var value) && value.Length == 1 ? (DhcpMessageType)value[0] : DhcpMessageType.None;

    /// <summary>An option's value. Several options with one code are one long option (RFC 3396 section 5).</summary>
    /// <param name="wanted">Not pad, end or overload.</param>
    /// <param name="value">In the message itself, or a copy where it is in parts.</param>
    public bool TryGet(DhcpOption wanted, out ReadOnlySpan<byte> value)
    {
        value = default;
        var isFound = false;
        foreach (var field in (ReadOnlySpan<int>)[0, 1, 2])
        {
            // RFC 3396 section 5: the order is 'options', 'file', 'sname'.
            var options = field == 0 ? new DhcpOptions(_hasOptions ? _message[DhcpHeader.Size..] : default) : field == 1 ? FileOptions : ServerNameOptions;
            while (options.TryRead(out var code, out var part))
            {
                if (code == wanted)
                {
                    value = isFound ? (byte[])[.. value, .. part] : part;
                    isFound = true;
                }
            }
        }

        return isFound;
    }

    /// <summary>An option that is one address.</summary>
    /// <returns>0.0.0.0 if it is not there or is not one.</returns>
    public Ipv4Address AddressOf(DhcpOption option) => TryGet(option, out var value) && value.Length == Ipv4Address.Size ? Ipv4Address.Read(value) : Ipv4Address.Any;

    /// <summary>An option that is a number of 4 octets; null if it is not there or is not one.</summary>
    public uint? NumberOf(DhcpOption option) => TryGet(option, out var value) && value.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    /// <summary>
    /// Octets of the longest message (without IP and UDP headers) that the client accepts: at least <see cref="DhcpHeader.MinAcceptedSize"/>.
    /// </summary>
    public int MaxMessageSize => TryGet(DhcpOption.MaxMessageSize, out var value) && value.Length == sizeof(ushort)
        ? Math.Max(DhcpHeader.MinAcceptedSize, BinaryPrimitives.ReadUInt16BigEndian(value) - Ipv4Header.Size - UdpHeader.Size)
        : DhcpHeader.MinAcceptedSize;

    private DhcpOptions FileOptions => new((_overload & OverloadFile) != 0 ? _message[DhcpHeader.FileOffset..DhcpHeader.CookieOffset] : default);

    private DhcpOptions ServerNameOptions => new((_overload & OverloadServerName) != 0 ? _message[DhcpHeader.ServerNameOffset..DhcpHeader.FileOffset] : default);

    private static bool IsSound(DhcpOptions options)
    {
        while (options.TryRead(out _, out _))
        {
        }

        return options.IsSound;
    }
}
