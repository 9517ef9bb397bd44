using System.Buffers.Binary;

namespace Innkeeper.Wire.Discovery;

/// <summary>A view of a PROFINET DCP message in which a station says who it is (IEC 61158-6-10 clause 4.3): the answer to an identify request, or a hello.</summary>
/// <remarks>
/// The payload of a frame with <see cref="EtherTypes.Profinet"/>, in network order:
/// <code>
///  0               frame identifier: FEFC hello, FEFE identify request, FEFF identify response
///  2 | 3           service: 5 identify, 6 hello | service type: 0 request, 1 response
///  4               transaction number, 32 bits
///  8               a request: the factor by which responses are spread, in steps of 10 ms
/// 10               octets of blocks
/// 12               blocks, each padded to an even number of octets:
///                  option | suboption | octets of data, 16 bits | information, 16 bits, and value
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails. Texts are as the station chose them: not safe to print.
/// </remarks>
public readonly ref struct DcpPacket
{
    /// <summary>Octets before the blocks.</summary>
    internal const int HeaderSize = 12;

    internal const int BlockHeaderSize = 4;
    internal const ushort IdentifyRequest = 0xFEFE;
    internal const byte Identify = 5;

    private const ushort HelloRequest = 0xFEFC;
    private const ushort IdentifyResponse = 0xFEFF;
    private const byte Hello = 6;
    private const byte Request = 0;
    private const byte Success = 1;
    private const int InformationSize = 2;
    private const ushort IpParameter = 0x0102;
    private const ushort StationTypeValue = 0x0201;
    private const ushort NameValue = 0x0202;
    private const ushort DeviceValue = 0x0203;
    private const int IpParameterSize = 3 * Ipv4Address.Size;

    private readonly ReadOnlySpan<byte> _blocks;

    private DcpPacket(uint transaction, ReadOnlySpan<byte> blocks)
    {
        TransactionId = transaction;
        _blocks = blocks;
    }

    /// <summary>Views the payload of a frame, if it is such a message and each block lies within the octets that the header counts. Octets after them are padding.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out DcpPacket packet)
    {
        packet = default;
        if (payload.Length < HeaderSize
            || (BinaryPrimitives.ReadUInt16BigEndian(payload), payload[2], payload[3]) is not ((IdentifyResponse, Identify, Success) or (HelloRequest, Hello, Request)))
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(payload[10..]);
        if (length > payload.Length - HeaderSize)
        {
            return false;
        }

        var blocks = payload.Slice(HeaderSize, length);
        var rest = blocks;
        while (TryRead(ref rest, out _, out _))
        {
        }

        packet = new DcpPacket(BinaryPrimitives.ReadUInt32BigEndian(payload[4..]), blocks);
        return rest.IsEmpty;
    }

    /// <summary>The number of the request that this answers.</summary>
    public uint TransactionId { get; }

    /// <summary>The name that the station is called by; empty: it has none yet.</summary>
    public ReadOnlySpan<byte> NameOfStation => ValueOf(NameValue);

    /// <summary>The kind of station, in its maker's words; empty: it says nothing.</summary>
    public ReadOnlySpan<byte> StationType => ValueOf(StationTypeValue);

    /// <summary>Its own address; 0.0.0.0: none is set.</summary>
    public Ipv4Address Address => IpOf(0);

    /// <summary>Its gateway; 0.0.0.0, or its own address: none is set.</summary>
    public Ipv4Address Gateway => IpOf(2);

    /// <summary>The number of its maker; null: it says nothing.</summary>
    public ushort? VendorId => NumberOf(0);

    /// <summary>The maker's number for such devices; null: it says nothing.</summary>
    public ushort? DeviceId => NumberOf(1);

    private Ipv4Address IpOf(int index) => ValueOf(IpParameter) is { Length: >= IpParameterSize } value ? Ipv4Address.Read(value[(index * Ipv4Address.Size)..]) : Ipv4Address.Any;

    private ushort? NumberOf(int index) => ValueOf(DeviceValue) is { Length: >= 2 * sizeof(ushort) } value ? BinaryPrimitives.ReadUInt16BigEndian(value[(index * sizeof(ushort))..]) : null;

    /// <summary>The value of the first block of an option and suboption, without the information before it; empty: there is none.</summary>
    private ReadOnlySpan<byte> ValueOf(ushort wanted)
    {
        var rest = _blocks;
        while (TryRead(ref rest, out var option, out var data))
        {
            if (option == wanted)
            {
                return data.Length > InformationSize ? data[InformationSize..] : default;
            }
        }

        return default;
    }

    /// <summary>Takes a block; of the last one the padding may be missing.</summary>
    private static bool TryRead(scoped ref ReadOnlySpan<byte> rest, out ushort option, out ReadOnlySpan<byte> data)
    {
        option = 0;
        data = default;
        if (rest.Length < BlockHeaderSize)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length > rest.Length - BlockHeaderSize)
        {
            return false;
        }

        option = BinaryPrimitives.ReadUInt16BigEndian(rest);
        data = rest.Slice(BlockHeaderSize, length);
        rest = rest[Math.Min(rest.Length, BlockHeaderSize + length + (length & 1))..];
        return true;
    }
}
