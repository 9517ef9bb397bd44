using System.Buffers.Binary;

namespace Innkeeper.Wire.Discovery;

/// <summary>A view of an EtherNet/IP answer to ListIdentity (CIP Networks Library, volume 2, chapter 2-4): a device says who it is.</summary>
/// <remarks>
/// The payload of a UDP datagram, numbers with their lowest octet first:
/// <code>
///  0 | 2           command, 0x63 | octets of data
///  4               session, status, the asker's context (8 octets), options: 20 octets
/// 24               number of items; then each: type, 0x0C = identity | octets of item | item
/// identity:
///  0               protocol version
///  2               socket address, in network order: family | port | address | 8 octets of zero
/// 18 | 20 | 22     vendor | device type | product code
/// 24 | 26 | 28     revision | status | serial number, 32 bits
/// 32               octets of product name | product name | state
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails. Texts are as the device chose them: not safe to print.
/// </remarks>
public readonly ref struct ListIdentityPacket
{
    /// <summary>The UDP port of devices.</summary>
    public const ushort UdpPort = 44818;

    internal const int HeaderSize = 24;
    internal const ushort Command = 0x63;

    private const int ItemHeaderSize = 4;
    private const ushort IdentityItem = 0x0C;
    private const int AddressOffset = 6;
    private const int NameLengthOffset = 32;

    private readonly ReadOnlySpan<byte> _identity;

    private ListIdentityPacket(ReadOnlySpan<byte> identity) => _identity = identity;

    /// <summary>Views the payload of a datagram, if it is an answer whose first item is an identity that lies whole within the data.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out ListIdentityPacket packet)
    {
        packet = default;
        if (payload.Length < HeaderSize + sizeof(ushort) + ItemHeaderSize || BinaryPrimitives.ReadUInt16LittleEndian(payload) != Command
            || BinaryPrimitives.ReadUInt16LittleEndian(payload[HeaderSize..]) == 0)
        {
            return false;
        }

        var item = payload[(HeaderSize + sizeof(ushort))..];
        var length = BinaryPrimitives.ReadUInt16LittleEndian(item[2..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(item) != IdentityItem || length > item.Length - ItemHeaderSize)
        {
            return false;
        }

        var identity = item.Slice(ItemHeaderSize, length);
        if (length <= NameLengthOffset || identity[NameLengthOffset] > length - NameLengthOffset - 1)
        {
            return false;
        }

        packet = new ListIdentityPacket(identity);
        return true;
    }

    /// <summary>Its own address; 0.0.0.0: it says none.</summary>
    public Ipv4Address Address => Ipv4Address.Read(_identity[AddressOffset..]);

    /// <summary>The number of its maker at the ODVA.</summary>
    public ushort VendorId => BinaryPrimitives.ReadUInt16LittleEndian(_identity[18..]);

    /// <summary>The kind of device.</summary>
    public ushort DeviceType => BinaryPrimitives.ReadUInt16LittleEndian(_identity[20..]);

    /// <summary>The maker's number for such devices.</summary>
    public ushort ProductCode => BinaryPrimitives.ReadUInt16LittleEndian(_identity[22..]);

    /// <summary>The device's own number.</summary>
    public uint SerialNumber => BinaryPrimitives.ReadUInt32LittleEndian(_identity[28..]);

    /// <summary>The name of the product; empty: it says none.</summary>
    public ReadOnlySpan<byte> ProductName => _identity.Slice(NameLengthOffset + 1, _identity[NameLengthOffset]);
}
