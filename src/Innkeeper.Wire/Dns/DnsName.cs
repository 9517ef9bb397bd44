namespace Innkeeper.Wire.Dns;

/// <summary>Domain names (RFC 1035 section 3.1): labels, each behind its length octet, the empty root label last.</summary>
/// <remarks>
/// "Wire form" means that form without compression pointers. Letters are compared without their case, and only the ASCII ones
/// (RFC 4343). A length octet is at most 63 and so never looks like a letter: whole names are folded and compared octet by octet.
/// </remarks>
public static partial class DnsName
{
    /// <summary>The most octets of a name in wire form, root label included (RFC 1035 section 2.3.4).</summary>
    public const int MaxSize = 255;

    /// <summary>The most octets of a label, its length octet not counted (RFC 1035 section 2.3.4).</summary>
    public const int MaxLabelSize = 63;

    /// <summary>The root in wire form.</summary>
    public static ReadOnlySpan<byte> Root => [0];

    /// <summary>Copies a name of a message in wire form.</summary>
    /// <param name="message">The message from its header on, as pointers count from there.</param>
    /// <param name="offset">Where the name begins.</param>
    /// <param name="destination">At least <see cref="MaxSize"/> octets to hold any name; its content is undefined after a failure.</param>
    /// <param name="length">Octets written, 0 after a failure.</param>
    /// <returns>
    /// False if there is no name, or a pointer does not go backwards, or the name does not fit.
    /// </returns>
    public static bool TryDecompress(ReadOnlySpan<byte> message, int offset, Span<byte> destination, out int length)
    {
        length = 0;
        var reader = new DnsLabelReader(message, offset);
        while (reader.MoveNext(out var label))
        {
            if (reader.Length > destination.Length)
            {
                return false;
            }

            label.CopyTo(destination[(reader.Length - label.Length)..]);
        }

        length = reader.IsWhole ? reader.Length : 0;
        return reader.IsWhole;
    }

    /// <summary>Finds the end of a name of a message, after a look at the whole name through its pointers.</summary>
    /// <param name="message">The message from its header on.</param>
    /// <param name="offset">Where the name begins.</param>
    /// <param name="end">The offset of the first octet behind it, 0 after a failure.</param>
    public static bool TrySkip(ReadOnlySpan<byte> message, int offset, out int end)
    {
        var reader = new DnsLabelReader(message, offset);
        while (reader.MoveNext(out _))
        {
        }

        end = reader.IsWhole ? reader.End : 0;
        return reader.IsWhole;
    }

    /// <summary>Whether the octets are one name in wire form and nothing else.</summary>
    public static bool IsWireForm(ReadOnlySpan<byte> name)
    {
        var at = 0;
        while (at < name.Length && name[at] is > 0 and <= MaxLabelSize)
        {
            at += 1 + name[at];
        }

        return name.Length <= MaxSize && at == name.Length - 1 && name[at] == 0;
    }

    /// <summary>Turns the ASCII capitals of a name in wire form into small letters, in place (RFC 4343 section 3).</summary>
    public static void FoldCase(Span<byte> name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            name[i] = Fold(name[i]);
        }
    }

    /// <summary>Whether two names in wire form are the same.</summary>
    public static bool Equals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && Fold(left[i]) != Fold(right[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a name in a message is the same as one in wire form; also false if there is no name at that place.</summary>
    /// <param name="message">The message from its header on.</param>
    /// <param name="offset">Where the name begins.</param>
    /// <param name="name">The other name, in wire form.</param>
    public static bool Equals(ReadOnlySpan<byte> message, int offset, ReadOnlySpan<byte> name)
    {
        var reader = new DnsLabelReader(message, offset);
        while (reader.MoveNext(out var label))
        {
            if (label.Length > name.Length || !Equals(label, name[..label.Length]))
            {
                return false;
            }

            name = name[label.Length..];
        }

        return reader.IsWhole && name.IsEmpty;
    }

    /// <summary>Whether a name is a zone's own or is below it, label by label: "notexample.org" is not below "example.org".</summary>
    /// <param name="name">In wire form; false if it is not.</param>
    /// <param name="zone">In wire form; the root has every name below it.</param>
    public static bool IsAtOrBelow(ReadOnlySpan<byte> name, ReadOnlySpan<byte> zone)
    {
        while (name.Length > zone.Length && name[0] is > 0 and <= MaxLabelSize && name[0] < name.Length)
        {
            name = name[(1 + name[0])..];
        }

        return !zone.IsEmpty && Equals(name, zone);
    }

    /// <summary>Steps over a name that <see cref="TrySkip"/> has seen, without following its pointer.</summary>
    internal static int SkipKnown(ReadOnlySpan<byte> message, int offset)
    {
        while (message[offset] is > 0 and <= MaxLabelSize)
        {
            offset += 1 + message[offset];
        }

        return message[offset] == 0 ? offset + 1 : offset + 2;
    }

    private static byte Fold(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
}
