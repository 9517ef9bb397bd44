using System.Net;
using Innkeeper.Configuration;

namespace Innkeeper.Dns;

/// <summary>The DNS servers of this host (resolv.conf(5)).</summary>
internal static class ResolvConf
{
    /// <summary>The host's file, and the file in which systemd-resolved keeps the real servers when the first names only its stub.</summary>
    public static readonly IReadOnlyList<string> Paths = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];

    private static readonly IPAddress s_stub = IPAddress.Parse("127.0.0.53");
    private static readonly IPAddress s_stubProxy = IPAddress.Parse("127.0.0.54");
    private const int MaxServers = 8;

    /// <summary>Octets.</summary>
    private const int LargestFile = 64 * 1024;

    /// <summary>The servers of the first file that names a real one; none when there is no such file. Null: a file cannot be read now.</summary>
    public static IReadOnlyList<UpstreamAddress>? Read(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            string text;
            try
            {
                text = BoundedFile.ReadText(path, LargestFile);
            }
            catch (Exception e) when (e is FileNotFoundException or UnauthorizedAccessException)
            {
                continue;
            }
            catch (IOException) when (!Directory.Exists(path))
            {
                // It may be there, and name the servers that are in use: no descriptor is left, or the disk fails.
                return null;
            }
            catch (IOException)
            {
                continue;
            }

            if (Parse(text) is { Count: > 0 } servers)
            {
                return servers;
            }
        }

        return [];
    }

    /// <summary>The addresses of "nameserver" lines, systemd-resolved's stub left out: it would ask the real ones a second time.</summary>
    public static IReadOnlyList<UpstreamAddress> Parse(string text) =>
    [
        .. text.Split('\n')
            .Select(line => line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..])
            .Select(words => UpstreamAddress.Parse(words[1]))
            .OfType<UpstreamAddress>()
            .Where(server => !server.EndPoint.Address.Equals(s_stub) && !server.EndPoint.Address.Equals(s_stubProxy))
            .Distinct()
            .Take(MaxServers),
    ];
}
