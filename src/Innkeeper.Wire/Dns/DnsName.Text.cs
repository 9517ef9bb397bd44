namespace Innkeeper.Wire.Dns;

/// <content>Names as people write them (RFC 1035 section 5.1, RFC 4343 section 2.1).</content>
public static partial class DnsName
{
    private const char Escape = '\\';
    private const char Separator = '.';

    // Every octet takes at most the four characters of \DDD, which is more than a label's length octet takes as a dot.
    private const int MaxTextLength = 4 * MaxSize;

    /// <summary>
    /// Parses a name: labels between dots, with or without a dot at the end, "\." for a dot within a label and "\DDD" for any
    /// octet by its decimal number. International names must already be in their ASCII form (RFC 5891).
    /// </summary>
    /// <param name="text">Printable ASCII without spaces. "." is the root; no text at all is no name.</param>
    /// <param name="wire">Takes the wire form; <see cref="MaxSize"/> octets hold any name. Undefined after a failure.</param>
    /// <param name="length">Octets written, 0 after a failure.</param>
    /// <returns>False if it is no name, a label or the name is too long, or it does not fit.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> wire, out int length)
    {
        length = 0;
        var room = Math.Min(wire.Length, MaxSize);
        var isRoot = text is ['.'];
        var (label, at) = (0, 1);
        for (var left = isRoot ? default : text; !left.IsEmpty;)
        {
            if (left[0] == Separator)
            {
                if (at == label + 1)
                {
                    return false;
                }

                wire[label] = (byte)(at - label - 1);
                (label, at) = (at, at + 1);
                left = left[1..];
            }
            else if (at >= room || at - label > MaxLabelSize || !TryReadOctet(ref left, out wire[at++]))
            {
                return false;
            }
        }

        // Without the dot at the end the last label is still open.
        if (at > label + 1)
        {
            wire[label] = (byte)(at - label - 1);
            label = at;
        }

        if (label >= room || text.IsEmpty)
        {
            return false;
        }

        wire[label] = 0;
        length = label + 1;
        return true;
    }

    /// <summary>Parses as <see cref="TryParse"/>, into a new array; for constants, settings and tests.</summary>
    /// <exception cref="FormatException">The text is not a name.</exception>
    public static byte[] Parse(string text)
    {
        Span<byte> wire = stackalloc byte[MaxSize];
        return TryParse(text, wire, out var length) ? wire[..length].ToArray() : throw new FormatException($"'{text}' is not a domain name.");
    }

    /// <summary>
    /// The name as text with a dot at the end, safe in a log or a zone file: octets outside printable ASCII, and the space, become
    /// "\DDD"; the characters that mean something to master files get a backslash.
    /// </summary>
    /// <param name="wire">A name in wire form.</param>
    /// <returns>The text, or "(malformed)" if it is no name in wire form.</returns>
    public static string Format(ReadOnlySpan<byte> wire)
    {
        if (!IsWireForm(wire))
        {
            return "(malformed)";
        }

        Span<char> text = stackalloc char[MaxTextLength];
        var length = 0;
        for (; wire[0] != 0; wire = wire[(1 + wire[0])..])
        {
            foreach (var octet in wire.Slice(1, wire[0]))
            {
                length += WriteOctet(text[length..], octet);
            }

            text[length++] = Separator;
        }

        return length == 0 ? "." : new string(text[..length]);
    }

    private static bool TryReadOctet(ref ReadOnlySpan<char> text, out byte octet)
    {
        octet = 0;
        if (text[0] != Escape)
        {
            return TryTake(ref text, 1, text[0] is > ' ' and <= '~' ? text[0] : -1, out octet);
        }

        if (text.Length < 2 || !char.IsAsciiDigit(text[1]))
        {
            return text.Length >= 2 && TryTake(ref text, 2, text[1] is >= ' ' and <= '~' ? text[1] : -1, out octet);
        }

        return text.Length >= 4 && char.IsAsciiDigit(text[2]) && char.IsAsciiDigit(text[3])
            && TryTake(ref text, 4, ((text[1] - '0') * 100) + ((text[2] - '0') * 10) + (text[3] - '0'), out octet);
    }

    private static bool TryTake(ref ReadOnlySpan<char> text, int count, int value, out byte octet)
    {
        text = text[count..];
        octet = (byte)value;
        return value is >= byte.MinValue and <= byte.MaxValue;
    }

    private static int WriteOctet(Span<char> text, byte octet)
    {
        if (octet is <= (byte)' ' or > (byte)'~')
        {
            text[0] = Escape;
            text[1] = (char)('0' + (octet / 100));
            text[2] = (char)('0' + (octet / 10 % 10));
            text[3] = (char)('0' + (octet % 10));
            return 4;
        }

        if ((char)octet is Separator or Escape or '"' or '(' or ')' or ';' or '@' or '$')
        {
            text[0] = Escape;
            text[1] = (char)octet;
            return 2;
        }

        text[0] = (char)octet;
        return 1;
    }
}
