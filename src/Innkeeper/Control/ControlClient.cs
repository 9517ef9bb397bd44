using System.Net.Sockets;
using System.Text;

namespace Innkeeper.Control;

/// <summary>Asks the running gateway.</summary>
internal static class ControlClient
{
    /// <returns>The answer's line, which may have broken off; null when no gateway answers there.</returns>
    /// <exception cref="UnauthorizedAccessException">One may, but not to this user.</exception>
    public static string? Ask(string path, string request)
    {
        string? answer = null;
        return Hear(path, request, milliseconds: 10_000, line =>
        {
            answer = line;
            return false;
        }) ? answer : null;
    }

    /// <summary>Hears lines until the gateway ends or <paramref name="tell"/> has enough.</summary>
    /// <param name="tell">Whether to go on.</param>
    /// <returns>Whether a gateway was there.</returns>
    /// <exception cref="UnauthorizedAccessException">One may be, but does not answer this user.</exception>
    public static bool Follow(string path, string request, Func<string, bool> tell) => Hear(path, request, milliseconds: 0, tell);

    private static bool Hear(string path, string request, int milliseconds, Func<string, bool> tell)
    {
        var isThere = false;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = milliseconds };
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.UTF8.GetBytes(request + "\n"));
            using var reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                isThere = true;
                if (!tell(line))
                {
                    break;
                }
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new UnauthorizedAccessException(SocketFile.MissingRight(path));
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IOException { InnerException: SocketException })
        {
            // Nobody there, or it ended.
        }

        return isThere;
    }
}
