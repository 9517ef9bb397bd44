using System.Globalization;
using System.Net;

namespace Innkeeper.Configuration;

/// <summary>A server that resolves for us: where, and how it is spoken to.</summary>
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
        // IPAddress takes "1" and "1.2" for addresses; nobody means that here.
        var colons = text.Count(c => c == ':');
        if (colons <= 1 && text.Split(':')[0].Count(c => c == '.') != 3)
        {
            return null;
        }

        if (colons >= 2 && text[0] != '[')
        {
            return IPAddress.TryParse(text, out var bare) ? new IPEndPoint(bare, port) : null;
        }

        var end = text.LastIndexOf(':');
        if (end > text.LastIndexOf(']') && end >= 0)
        {
            return ushort.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0
                && IPAddress.TryParse(text.AsSpan(0, end), out var address) ? new IPEndPoint(address, given) : null;
        }

        return IPAddress.TryParse(text, out var alone) ? new IPEndPoint(alone, port) : null;
    }
}
