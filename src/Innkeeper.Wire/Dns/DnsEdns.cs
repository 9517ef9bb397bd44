using System.Buffers.Binary;

namespace Innkeeper.Wire.Dns;

/// <summary>A view of the OPT record of a message (RFC 6891 section 6.1).</summary>
/// <remarks>
/// <code>
///  0         owner: the root, one octet of zero
///  1 | 3     type 41 | the sender's UDP payload size, in the place of the class
///  5 | 6     high eight bits of the response code | version     in the place
///  7         DO | Z, 15 bits                                    of the time to live
///  9         octets of options
/// 11         options: code | length, words of 16 bits | data; and so on
/// </code>
/// The options are not looked at when a message is parsed; see <see cref="HasWellFormedOptions"/>.
/// </remarks>
public readonly ref struct DnsEdns
{
    /// <summary>Octets without options.</summary>
    public const int Size = 11;

    /// <summary>The least UDP payload size; smaller numbers mean this one (RFC 6891 section 6.2.3).</summary>
    public const int MinUdpPayloadSize = 512;

    internal const int TypeOffset = 1;
    internal const int UdpPayloadSizeOffset = 3;
    internal const int ExtendedCodeOffset = 5;
    internal const int VersionOffset = 6;
    internal const int FlagsOffset = 7;
    internal const int OptionsLengthOffset = 9;

    private const int DnssecOkBit = 0x8000;
    private const int OptionHeaderSize = 4;

    private readonly ReadOnlySpan<byte> _record;

    internal DnsEdns(ReadOnlySpan<byte> record) => _record = record;

    /// <summary>The whole record.</summary>
    public ReadOnlySpan<byte> Octets => _record;

    /// <summary>The most octets of UDP data that the sender takes: 512 or more.</summary>
    public int UdpPayloadSize =>
        Math.Max(MinUdpPayloadSize, (int)BinaryPrimitives.ReadUInt16BigEndian(_record[UdpPayloadSizeOffset..]));

    /// <summary>The high eight bits of the response code.</summary>
    public byte ExtendedCode => _record[ExtendedCodeOffset];

    /// <summary>The version: 0, or one that this library does not know (RFC 6891 section 6.1.3).</summary>
    public byte Version => _record[VersionOffset];

    /// <summary>DO: the sender takes DNSSEC records (RFC 3225 section 3).</summary>
    public bool DnssecOk => (BinaryPrimitives.ReadUInt16BigEndian(_record[FlagsOffset..]) & DnssecOkBit) != 0;

    /// <summary>The options as they came.</summary>
    public ReadOnlySpan<byte> Options => _record[Size..];

    /// <summary>Whether the options fill their room exactly; a server answers others with a format error.</summary>
    public bool HasWellFormedOptions => Find(-1, out var rest) && rest.IsEmpty;

    /// <summary>Finds the first option with a code.</summary>
    /// <param name="code">From IANA "DNS EDNS0 Option Codes (OPT)", host order.</param>
    /// <param name="data">Its data, which may be empty.</param>
    /// <returns>False if there is none before the end, or before the first octet that is no option.</returns>
    public bool TryFindOption(ushort code, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (!Find(code, out var option) || option.IsEmpty)
        {
            return false;
        }

        data = option[OptionHeaderSize..];
        return true;
    }

    /// <summary>Writes an OPT record of version 0; the options may already stand in the buffer.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets and the options.</param>
    /// <returns>Octets written.</returns>
    internal static int Write(Span<byte> buffer, int udpPayloadSize, int extendedCode, bool dnssecOk, ReadOnlySpan<byte> options)
    {
        options.CopyTo(buffer[Size..]);
        buffer[..Size].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(buffer[TypeOffset..], (ushort)DnsType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[UdpPayloadSizeOffset..], (ushort)udpPayloadSize);
        buffer[ExtendedCodeOffset] = (byte)extendedCode;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[FlagsOffset..], (ushort)(dnssecOk ? DnssecOkBit : 0));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[OptionsLengthOffset..], (ushort)options.Length);
        return Size + options.Length;
    }

    // The option with the code, or nothing at the end; false where the octets are no option.
    private bool Find(int code, out ReadOnlySpan<byte> option)
    {
        for (option = Options; !option.IsEmpty;)
        {
            if (option.Length < OptionHeaderSize)
            {
                return false;
            }

            var size = OptionHeaderSize + BinaryPrimitives.ReadUInt16BigEndian(option[2..]);
            if (size > option.Length)
            {
                return false;
            }

            if (BinaryPrimitives.ReadUInt16BigEndian(option) == code)
            {
                option = option[..size];
                return true;
            }

            option = option[size..];
        }

        return true;
    }
}
