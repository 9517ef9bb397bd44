using System.Buffers.Binary;

namespace Innkeeper.Wire.Dhcp;

/// <summary>The fixed part of a DHCP message to be written (RFC 2131 section 2); <see cref="DhcpPacket"/> shows its layout.</summary>
/// <param name="IsReply">True: from a server (op 2); false: from a client (op 1).</param>
/// <param name="TransactionId">Chosen by the client, sent back by the server.</param>
/// <param name="ClientMac">The client's own MAC address, 'chaddr'.</param>
public readonly record struct DhcpHeader(bool IsReply, uint TransactionId, MacAddress ClientMac)
{
    /// <summary>The UDP port of servers.</summary>
    public const ushort ServerPort = 67;

    /// <summary>The UDP port of clients.</summary>
    public const ushort ClientPort = 68;

    /// <summary>Octets before the options, magic cookie included.</summary>
    public const int Size = 240;

    /// <summary>Octets of the shortest message that any BOOTP client accepts (RFC 951: 64 octets of 'vend').</summary>
    public const int MinMessageSize = 300;

    /// <summary>Octets of the longest message that every client accepts: a datagram of 576 (RFC 2131 section 2).</summary>
    public const int MinAcceptedSize = 576 - Ipv4Header.Size - UdpHeader.Size;

    internal const int OperationOffset = 0;
    internal const int HardwareTypeOffset = 1;
    internal const int HardwareLengthOffset = 2;
    internal const int HopsOffset = 3;
    internal const int TransactionIdOffset = 4;
    internal const int SecondsOffset = 8;
    internal const int FlagsOffset = 10;
    internal const int ClientAddressOffset = 12;
    internal const int YourAddressOffset = 16;
    internal const int ServerAddressOffset = 20;
    internal const int RelayAddressOffset = 24;
    internal const int ClientMacOffset = 28;
    internal const int ServerNameOffset = 44;
    internal const int FileOffset = 108;
    internal const int CookieOffset = 236;

    internal const byte Request = 1;
    internal const byte Reply = 2;
    internal const byte HardwareEthernet = 1;
    internal const ushort BroadcastFlag = 0x8000;
    internal const uint Cookie = 0x63825363;

    /// <summary>Seconds since the client began.</summary>
    public ushort Seconds { get; init; }

    /// <summary>The client cannot take unicast before it has an address.</summary>
    public bool IsBroadcast { get; init; }

    /// <summary>The address that the client has and answers ARP for, 'ciaddr'.</summary>
    public Ipv4Address ClientAddress { get; init; }

    /// <summary>The address that the client gets, 'yiaddr'.</summary>
    public Ipv4Address YourAddress { get; init; }

    /// <summary>The server of the next step of booting, 'siaddr'.</summary>
    public Ipv4Address ServerAddress { get; init; }

    /// <summary>The relay, 'giaddr'.</summary>
    public Ipv4Address RelayAddress { get; init; }

    /// <summary>Writes the fixed part and the cookie; 'sname' and 'file' are empty.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets.</param>
    /// <returns>Octets written: <see cref="Size"/>.</returns>
    public int Write(Span<byte> buffer)
    {
        buffer[..Size].Clear();
        buffer[OperationOffset] = IsReply ? Reply : Request;
        buffer[HardwareTypeOffset] = HardwareEthernet;
        buffer[HardwareLengthOffset] = MacAddress.Size;
        BinaryPrimitives.WriteUInt32BigEndian(buffer[TransactionIdOffset..], TransactionId);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[SecondsOffset..], Seconds);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[FlagsOffset..], IsBroadcast ? BroadcastFlag : (ushort)0);
        ClientAddress.Write(buffer[ClientAddressOffset..]);
        YourAddress.Write(buffer[YourAddressOffset..]);
        ServerAddress.Write(buffer[ServerAddressOffset..]);
        RelayAddress.Write(buffer[RelayAddressOffset..]);
        ClientMac.Write(buffer[ClientMacOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[CookieOffset..], Cookie);
        return Size;
    }
}
