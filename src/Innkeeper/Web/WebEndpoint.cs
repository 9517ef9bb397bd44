using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Innkeeper.Certificates;
using Innkeeper.Interop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Innkeeper.Web;

/// <summary>One address of the web console: its socket, and a Kestrel that serves it.</summary>
/// <param name="certificate">Null: no HTTPS.</param>
/// <param name="isForbidden">Whether a local address is one that devices reach: a connection there is ended before anything is read.</param>
internal sealed class WebEndpoint(IPEndPoint address, CertificateFiles? certificate, WebRequests requests, ClientLimiter limiter, Func<IPAddress, bool> isForbidden) : IDisposable
{
    /// <summary>Octets, of a body that anyone may send; routes for administrators allow themselves more.</summary>
    public const int MaxBody = 16 * 1024;

    private const int MaxLine = 8 * 1024;
    private const int MaxHeaders = 16 * 1024;
    private const int Backlog = 128;

    /// <summary>For a whole header, and for a TLS handshake.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(60);

    private Socket? _socket;
    private WebApplication? _kestrel;

    public bool IsServing => _kestrel is not null;

    public string Url => $"{(certificate is null ? "http" : "https")}://{address}";

    /// <summary>The name under which the next process finds the socket.</summary>
    private string Name => $"web-{address}";

    /// <summary>Opens the socket, if it is not yet open, and serves.</summary>
    /// <exception cref="SocketException">The address is not there, or is in use.</exception>
    public void Begin()
    {
        var socket = Open();
        try
        {
            // Without a log: any client could fill Kestrel's.
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure).UseSockets(transport =>
            {
                transport.Backlog = Backlog;
                transport.CreateBoundListenSocket = _ => socket;
            });
            var kestrel = builder.Build();
            kestrel.Services.GetRequiredService<IServer>().StartAsync(requests, CancellationToken.None).GetAwaiter().GetResult();
            (_socket, _kestrel) = (socket, kestrel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Accepts no more, and lets answers under way be sent. New clients wait in the socket, which stays open for the next process.</summary>
    /// <returns>Null: there is none.</returns>
    public InheritedSocket? Drain(TimeSpan patience)
    {
        // Kestrel closes its own.
        var kept = _socket is { } socket ? Libc.fcntl((int)socket.Handle, Libc.F_DUPFD_CLOEXEC, 0) : -1;
        Stop(patience);
        return kept < 0 ? null : new InheritedSocket(Name, kept);
    }

    public void Dispose() => Stop(TimeSpan.Zero);

    private void Stop(TimeSpan patience)
    {
        if (_kestrel is not null)
        {
            using var over = new CancellationTokenSource(patience);
            _kestrel.Services.GetRequiredService<IServer>().StopAsync(over.Token).GetAwaiter().GetResult();
            ((IDisposable)_kestrel).Dispose();
            _kestrel = null;
        }

        _socket?.Dispose();
        _socket = null;
    }

    private Socket Open()
    {
        if (ProcessHandover.Take(Name) is { } inherited)
        {
            return new Socket(new SafeSocketHandle(inherited, ownsHandle: true));
        }

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // "[::]" leaves IPv4 to an address of its own.
                socket.DualMode = false;
            }

            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1);
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        limits.MaxRequestLineSize = MaxLine;
        limits.MaxRequestHeadersTotalSize = MaxHeaders;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBufferSize = 64 * 1024;
        limits.MaxRequestBodySize = MaxBody;
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.RequestHeadersTimeout = s_patience;
        limits.KeepAliveTimeout = s_keepAlive;
        options.Listen(address, endpoint =>
        {
            endpoint.Use(next => connection => ServeAsync(connection, next));
            endpoint.Protocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
            if (certificate is not null)
            {
                endpoint.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = s_patience,
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = certificate.Current(),
                        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                    }),
                });
            }
        });
    }

    /// <summary>Before anything of a connection is read.</summary>
    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var (local, client) = ((connection.LocalEndPoint as IPEndPoint)?.Address, (connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (local is null || client is null || isForbidden(local) || isForbidden(client) || !limiter.TryEnter(client))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            limiter.Leave(client);
        }
    }
}
