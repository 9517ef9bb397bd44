using System.Net;

namespace Innkeeper.Web;

/// <summary>
/// Whether a request is for this server by its Host header. A foreign page can make its own name lead here (DNS rebinding), and a browser
/// then takes this server for the page's own: only names that are known to be ours are answered. Addresses are always ours: no name leads to them.
/// </summary>
/// <param name="name">The host of [web] url; null: none is set.</param>
internal sealed class HostCheck(string? name)
{
    private readonly HashSet<string> _names = new([.. new[] { "localhost", Environment.MachineName, name }.OfType<string>().Where(n => n != "")], StringComparer.OrdinalIgnoreCase);

    /// <param name="header">As it came: a host, and a port perhaps (RFC 9110 section 7.2).</param>
    public bool IsOurs(string header)
    {
        // An IPv6 address has brackets, any other host no colon.
        var colon = header.LastIndexOf(':');
        var host = header.EndsWith(']') || colon < 0 ? header : header[..colon];
        return (host is ['[', .., ']'] ? IPAddress.TryParse(host[1..^1], out _) : IPAddress.TryParse(host, out var address) && address.ToString() == host)
            || _names.Contains(host.EndsWith('.') ? host[..^1] : host);
    }
}
