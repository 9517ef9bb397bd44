using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Innkeeper.Interop;
using Innkeeper.Notifications;

namespace Innkeeper.Exports;

/// <summary>
/// A connection over TCP (RFC 6587, RFC 7011 section 10.4) or TLS (RFC 5425). Neither protocol acknowledges records: what the collector's host has
/// acknowledged by TCP counts as taken, and all other records are sent again over the next connection.
/// </summary>
/// <param name="isTls">The certificate must come from a trusted authority and show the host's name (RFC 5425 section 5.2).</param>
/// <param name="authorities">A PEM file; null: the system's.</param>
internal sealed class StreamCarrier(string host, int port, bool isTls = false, string? authorities = null) : IExportCarrier
{
    private const int SettleSteps = 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_farewell = TimeSpan.FromMilliseconds(200);

    private Socket? _socket;
    private Stream? _stream;
    private Task<int>? _reading;

    public void Open(CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = (int)s_patience.TotalMilliseconds };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        try
        {
            Connection.Connect(socket, host, port, s_patience, stop);
            Volatile.Write(ref _socket, socket);
            _stream = isTls ? Secure(socket) : new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        // A collector has nothing to say: that it closed the connection is all that can be read.
        _reading = _stream.ReadAsync(new byte[256], CancellationToken.None).AsTask();
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        DemandOpen();
        _stream!.Write(octets);
        _stream.Flush();
    }

    public bool Settle()
    {
        for (var step = 0; step < SettleSteps; step++)
        {
            DemandOpen();
            if (Libc.Unacknowledged(_socket!.SafeHandle) is not > 0)
            {
                return true;
            }

            Thread.Sleep(s_step);
        }

        return false;
    }

    public void Close()
    {
        SayGoodbye();
        Interlocked.Exchange(ref _socket, null)?.Dispose();
        _stream?.Dispose();
        _reading?.ContinueWith(read => _ = read.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
    }

    /// <summary>RFC 5425 section 4.4: close_notify announces the end, so that the collector does not take it for an attack.</summary>
    private void SayGoodbye()
    {
        try
        {
            (_stream as SslStream)?.ShutdownAsync().Wait(s_farewell);
        }
        catch (Exception e) when (ExportFault.IsExpected(e) || e is AggregateException)
        {
            // The connection is broken already.
        }
    }

    /// <summary>Writing to a connection that the collector has closed would lose what is written.</summary>
    private void DemandOpen()
    {
        if (_reading is { IsCompleted: true } read)
        {
            // Its failure is the reason.
            if (read.GetAwaiter().GetResult() == 0)
            {
                throw new IOException("the collector closed the connection");
            }

            _reading = _stream!.ReadAsync(new byte[256]).AsTask();
        }
    }

    private SslStream Secure(Socket socket)
    {
        var plain = new NetworkStream(socket, ownsSocket: true) { ReadTimeout = (int)s_patience.TotalMilliseconds };
        var secured = new SslStream(plain);
        try
        {
            var authority = authorities is null ? null : new CertificateAuthority(authorities);
            secured.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    errors == SslPolicyErrors.None || authority?.Vouches(certificate, chain, errors) == true,
            });
        }
        catch
        {
            secured.Dispose();
            throw;
        }

        plain.ReadTimeout = Timeout.Infinite;
        return secured;
    }
}
