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
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.UTF8.GetBytes(request + "\n"));
            using var reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
            return reader.ReadLine();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new UnauthorizedAccessException(SocketFile.MissingRight(path));
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException)
        {
            return null;
        }
    }
}
