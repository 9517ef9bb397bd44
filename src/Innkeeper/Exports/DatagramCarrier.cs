using System.Net.Sockets;

namespace Innkeeper.Exports;

/// <summary>Datagrams (RFC 5426 for syslog, RFC 7011 section 10.3 for IPFIX). Whether one arrives is not known, only that a host refuses them.</summary>
internal sealed class DatagramCarrier(string host, int port) : IExportCarrier
{
    /// <summary>In which a host on the way or the collector's own says that it is not there (ICMP).</summary>
    private const int RefusalMicroseconds = 50_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private Socket? _socket;

    public void Open(CancellationToken stop)
    {
        var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            Connection.Connect(socket, host, port, s_patience, stop);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        Volatile.Write(ref _socket, socket);
    }

    public void Write(ReadOnlySpan<byte> octets) => _socket!.Send(octets);

    public bool Settle() =>
        _socket!.Poll(RefusalMicroseconds, SelectMode.SelectError) ? throw new SocketException((int)SocketError.ConnectionRefused) : true;

    public void Close() => Interlocked.Exchange(ref _socket, null)?.Dispose();
}
