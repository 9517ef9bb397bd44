using System.Buffers.Binary;

namespace Innkeeper.Wire.Discovery;

/// <summary>A view of an LLDP data unit (IEEE 802.1AB-2016 clause 8): a station says who it is to its neighbor on the wire.</summary>
/// <remarks>
/// A row of fields, each with a header of 16 bits in network order:
/// <code>
///  0       type, 7 bits | octets of value, 9 bits
///  2       value
/// </code>
/// Chassis identifier (type 1), port identifier (2) and time to live (3) come first, in this order; a field of type 0 ends the row. Made only by
/// <see cref="TryParse"/>, after which no member fails. Texts are as the station chose them: not safe to print.
/// </remarks>
public readonly ref struct LldpPacket
{
    private const int HeaderSize = 2;
    private const int TypeShift = 9;
    private const int LengthMask = 0x1FF;

    private const int End = 0;
    private const int Chassis = 1;
    private const int Port = 2;
    private const int TimeToLiveType = 3;
    private const int PortText = 4;
    private const int NameText = 5;
    private const int DescriptionText = 6;
    private const int Management = 8;

    /// <summary>IANA address family number of IPv4.</summary>
    private const byte FamilyIpv4 = 1;

    private readonly ReadOnlySpan<byte> _fields;

    private LldpPacket(ReadOnlySpan<byte> fields) => _fields = fields;

    /// <summary>
    /// Views the payload of a frame. The three mandatory fields must come first, and each field must lie within the data. The end field may be missing;
    /// octets after it are ignored.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out LldpPacket packet)
    {
        packet = default;
        var (at, count) = (0, 0);
        while (at < payload.Length)
        {
            if (!TryRead(payload[at..], out var type, out var value))
            {
                return false;
            }

            if (type == End)
            {
                break;
            }

            // Clause 8.2: the identifiers have a subtype and one octet or more.
            count++;
            if (count <= TimeToLiveType && (type != count || value.Length < 2))
            {
                return false;
            }

            at += HeaderSize + value.Length;
        }

        packet = new LldpPacket(payload[..at]);
        return count >= TimeToLiveType;
    }

    /// <summary>The kind of <see cref="ChassisId"/>: 4 a MAC address, 5 a network address, 7 a text that was set in the station; other numbers as they came.</summary>
    public byte ChassisIdKind => ValueOf(Chassis)[0];

    /// <summary>The station's identifier.</summary>
    public ReadOnlySpan<byte> ChassisId => ValueOf(Chassis)[1..];

    /// <summary>The kind of <see cref="PortId"/>; 7 is a text that was set in the station.</summary>
    public byte PortIdKind => ValueOf(Port)[0];

    /// <summary>The identifier of the station's port.</summary>
    public ReadOnlySpan<byte> PortId => ValueOf(Port)[1..];

    /// <summary>Seconds for which this holds; 0: the station goes.</summary>
    public ushort TimeToLive => BinaryPrimitives.ReadUInt16BigEndian(ValueOf(TimeToLiveType));

    /// <summary>The port in words; empty: it says nothing.</summary>
    public ReadOnlySpan<byte> PortDescription => ValueOf(PortText);

    /// <summary>The station's name; empty: it has none.</summary>
    public ReadOnlySpan<byte> SystemName => ValueOf(NameText);

    /// <summary>The station in words; empty: it says nothing.</summary>
    public ReadOnlySpan<byte> SystemDescription => ValueOf(DescriptionText);

    /// <summary>The station's first IPv4 address (clause 8.5.9); 0.0.0.0: it says none.</summary>
    public Ipv4Address ManagementAddress
    {
        get
        {
            var rest = _fields;
            while (TryRead(rest, out var type, out var value))
            {
                // Octets of family and address, family, address, then the interface.
                if (type == Management && value.Length >= 2 + Ipv4Address.Size && value[0] == 1 + Ipv4Address.Size && value[1] == FamilyIpv4)
                {
                    return Ipv4Address.Read(value[2..]);
                }

                rest = rest[(HeaderSize + value.Length)..];
            }

            return Ipv4Address.Any;
        }
    }

    /// <summary>The first field of a type; empty: there is none.</summary>
    private ReadOnlySpan<byte> ValueOf(int wanted)
    {
        var rest = _fields;
        while (TryRead(rest, out var type, out var value))
        {
            if (type == wanted)
            {
                return value;
            }

            rest = rest[(HeaderSize + value.Length)..];
        }

        return default;
    }

    private static bool TryRead(ReadOnlySpan<byte> fields, out int type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (fields.Length < HeaderSize)
        {
            return false;
        }

        var header = BinaryPrimitives.ReadUInt16BigEndian(fields);
        var length = header & LengthMask;
        if (length > fields.Length - HeaderSize)
        {
            return false;
        }

        type = header >> TypeShift;
        value = fields.Slice(HeaderSize, length);
        return true;
    }
}
