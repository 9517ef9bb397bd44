using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

/// <summary>Why a message is refused.</summary>
internal enum DnsRule
{
    None,
    Cut,
    DataCut,
    LabelKind,
    NameTooLong,
    PointerForward,
    PointerIntoHeader,
    PointerOntoItself,
    PointersTooMany,
    OptMisplaced,
}

/// <summary>The rules of a message once more, written as plainly as they go, to say which one a message breaks first.</summary>
internal static class DnsRules
{
    /// <param name="typeOffsets">Where the types of the records seen stand.</param>
    public static DnsRule FirstBroken(byte[] message, out List<int> typeOffsets)
    {
        typeOffsets = [];
        if (message.Length < 12)
        {
            return DnsRule.Cut;
        }

        var (at, opts) = (12, 0);
        for (var section = 0; section < 4; section++)
        {
            for (var i = Word(message, 4 + (2 * section)); i > 0; i--)
            {
                var length = 0;
                var start = at;
                var rule = Name(message, at, message.Length, 0, ref length, out at);
                if (rule != DnsRule.None)
                {
                    return rule;
                }

                var fixedSize = section == 0 ? 4 : 10;
                if (at + fixedSize > message.Length)
                {
                    return DnsRule.Cut;
                }

                if (section > 0)
                {
                    typeOffsets.Add(at);
                }

                if (section > 0 && Word(message, at) == (int)DnsType.Opt && (section != 3 || opts++ > 0 || message[start] != 0))
                {
                    return DnsRule.OptMisplaced;
                }

                at += fixedSize + (section == 0 ? 0 : Word(message, at + 8));
                if (at > message.Length)
                {
                    return DnsRule.DataCut;
                }
            }
        }

        return DnsRule.None;
    }

    // A name, of which the part that began at start must end before limit.
    private static DnsRule Name(byte[] message, int start, int limit, int pointers, ref int length, out int end)
    {
        var beyond = pointers == 0 ? DnsRule.Cut : DnsRule.PointerOntoItself;
        for (end = start; end < limit;)
        {
            int octet = message[end++];
            if (octet >= 0xC0)
            {
                if (end >= limit)
                {
                    return beyond;
                }

                var target = ((octet - 0xC0) * 256) + message[end++];
                return target < 12 ? DnsRule.PointerIntoHeader
                    : target >= start ? DnsRule.PointerForward
                    : pointers == 127 ? DnsRule.PointersTooMany
                    : Name(message, target, start, pointers + 1, ref length, out _);
            }

            if (octet >= 0x40)
            {
                return DnsRule.LabelKind;
            }

            end += octet;
            length += 1 + octet;
            if (end > limit)
            {
                return beyond;
            }

            if (length > 255)
            {
                return DnsRule.NameTooLong;
            }

            if (octet == 0)
            {
                return DnsRule.None;
            }
        }

        return beyond;
    }

    private static int Word(byte[] message, int at) => (message[at] * 256) + message[at + 1];
}
