using System.Net.Sockets;
using System.Text;

namespace Innkeeper.Control;

/// <summary>Asks the running gateway.</summary>
internal static class ControlClient
{
    /// <returns>The answer's line of JSON, or null when no gateway answers there.</returns>
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
        catch (Exception e) when (e is SocketException or IOException or ArgumentException)
        {
            return null;
        }
    }
}
