using System.Net.Sockets;

namespace Innkeeper.Exports;

/// <summary>Connecting within a time.</summary>
internal static class Connection
{
    /// <summary>Connects to the first address of a host that accepts.</summary>
    /// <exception cref="SocketException">None does.</exception>
    /// <exception cref="OperationCanceledException">Not in time.</exception>
    public static void Connect(Socket socket, string host, int port, TimeSpan patience, CancellationToken stop)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(patience);

        // The look-up of a name cannot be cancelled: then it is abandoned.
        var connecting = socket.ConnectAsync(host, port, time.Token).AsTask();
        connecting.WaitAsync(time.Token).GetAwaiter().GetResult();
    }
}
