using System.Globalization;
using System.Net;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>An upstream DNS server: its address and its protocol.</summary>
/// <param name="EndPoint">Its address and port.</param>
/// <param name="TlsName">For DNS over TLS (RFC 7858): the name that its certificate must show; null for plain DNS.</param>
internal sealed record UpstreamAddress(IPEndPoint EndPoint, string? TlsName)
{
    private const string TlsScheme = "tls://";
    private const int PlainPort = 53;
    private const int TlsPort = 853;

    /// <summary>"9.9.9.9", "9.9.9.9:53", "[2620:fe::fe]:53" or "tls://9.9.9.9#dns.quad9.net".</summary>
    public static UpstreamAddress? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (!text.StartsWith(TlsScheme, StringComparison.Ordinal))
        {
            return ParseEndPoint(text, PlainPort) is { } plain ? new UpstreamAddress(plain, null) : null;
        }

        var hash = text.IndexOf('#', StringComparison.Ordinal);
        return hash > 0 && Uri.CheckHostName(text[(hash + 1)..]) == UriHostNameType.Dns && ParseEndPoint(text[TlsScheme.Length..hash], TlsPort) is { } secured
            ? new UpstreamAddress(secured, text[(hash + 1)..])
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => TlsName is null ? $"{EndPoint}" : $"{TlsScheme}{EndPoint}#{TlsName}";

    private static IPEndPoint? ParseEndPoint(string text, int port)
    {
        // A single colon precedes a port. An IPv6 address has more colons, and brackets if a port follows.
        var (colon, closing) = (text.IndexOf(':', StringComparison.Ordinal), text.IndexOf(']', StringComparison.Ordinal));
        var (host, rest) = text.StartsWith('[') && closing > 0 ? (text[1..closing], text[(closing + 1)..])
            : colon >= 0 && colon == text.LastIndexOf(':') ? (text[..colon], text[colon..])
            : (text, "");
        var given = (ushort)port;
        if (rest != "" && (rest[0] != ':' || !ushort.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out given) || given == 0))
        {
            return null;
        }

        // IPAddress also accepts "1", "1.2", "010.0.0.1" and "[::1]:53", which are mistakes here.
        var isAddress = host.Contains(':', StringComparison.Ordinal) ? !host.Contains('[', StringComparison.Ordinal) : !text.StartsWith('[') && Ipv4Address.TryParse(host, out _);
        return isAddress && IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, given) : null;
    }
}
