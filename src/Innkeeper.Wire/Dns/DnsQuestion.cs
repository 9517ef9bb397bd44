using System.Buffers.Binary;

namespace Innkeeper.Wire.Dns;

/// <summary>A view of the first question of a message (RFC 1035 section 4.1.2).</summary>
/// <remarks>
/// <code>
/// name, 1 to 255 octets
/// type | class     words of 16 bits in network order
/// </code>
/// It follows the header directly, and a pointer must go back to a name: so its name is never compressed.
/// </remarks>
public readonly ref struct DnsQuestion
{
    /// <summary>The place of the first question in every message that has one, and its name with it.</summary>
    public const int Offset = DnsHeader.Size;

    /// <summary>Octets behind the name: type and class.</summary>
    internal const int FixedSize = 4;

    internal const int ClassOffset = 2;

    private readonly ReadOnlySpan<byte> _question;

    internal DnsQuestion(ReadOnlySpan<byte> question) => _question = question;

    /// <summary>The whole question as it came; a response repeats it.</summary>
    public ReadOnlySpan<byte> Octets => _question;

    /// <summary>The name asked for, in wire form, with the case as it came.</summary>
    public ReadOnlySpan<byte> Name => _question[..^FixedSize];

    /// <summary>The type asked for.</summary>
    public DnsType Type => (DnsType)BinaryPrimitives.ReadUInt16BigEndian(_question[^FixedSize..]);

    /// <summary>The class asked for.</summary>
    public DnsClass Class => (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(_question[^ClassOffset..]);
}
