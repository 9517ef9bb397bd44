using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>
/// Addresses that a public name must not have: by them a page from outside could reach inside hosts (DNS rebinding). No I/O, clock or log.
/// </summary>
internal static class PrivateAnswers
{
    /// <summary>RFC 6890: this host, private, shared, loopback, link-local; group and reserved.</summary>
    private static readonly Ipv4Network[] s_ipv4 =
    [
        .. new[] { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3" }.Select(Ipv4Network.Parse),
    ];

    public static bool HasAny(DnsMessage message)
    {
        foreach (var record in message.Records)
        {
            if (record.Section == DnsSection.Answer && ((record.Type == DnsType.A && IsPrivate4(record.Data)) || (record.Type == DnsType.Aaaa && IsPrivate6(record.Data))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPrivate4(ReadOnlySpan<byte> data)
    {
        if (data.Length != Ipv4Address.Size)
        {
            return false;
        }

        var address = Ipv4Address.Read(data);
        return Array.Exists(s_ipv4, n => n.Contains(address));
    }

    /// <summary>::/127, ::ffff:0:0/96 and 64:ff9b::/96 with a private IPv4 address within, fc00::/7, fe80::/10, ff00::/8.</summary>
    private static bool IsPrivate6(ReadOnlySpan<byte> data)
    {
        if (data.Length != 16)
        {
            return false;
        }

        if ((data[0] & 0xfe) == 0xfc || (data[0] == 0xfe && (data[1] & 0xc0) == 0x80) || data[0] == 0xff)
        {
            return true;
        }

        var isMapped = data[..10].IndexOfAnyExcept((byte)0) < 0 && data[10] == 0xff && data[11] == 0xff;
        var isTranslated = data[..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]);
        return isMapped || isTranslated
            ? IsPrivate4(data[12..])
            : data[..15].IndexOfAnyExcept((byte)0) < 0 && data[15] <= 1;
    }
}
