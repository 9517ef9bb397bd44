using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Net;
using Innkeeper.Certificates;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Portal;

/// <summary>
/// Runs the portal: Kestrel, without the rest of ASP.NET, on sockets of the gateway's. Every client is a device, and
/// may be hostile: small buffers, short times, few connections, one request each. It serves after <see cref="Begin"/>.
/// </summary>
internal sealed class PortalService : IDisposable
{
    private const int MaxConnections = 200;

    /// <summary>Browsers open six at once to one host; phones' checks come beside them.</summary>
    private const int MaxOfOne = 12;

    private const int MaxLine = 8 * 1024;
    private const int MaxHeaders = 16 * 1024;
    private const int MaxBody = 1024;
    private const int SocketBuffers = 32 * 1024;
    private const int Backlog = 256;
    private const string HttpName = "portal-http";
    private const string HttpsName = "portal-https";

    /// <summary>For a whole header, and for a TLS handshake.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Func<string, ushort, Socket> _open;
    private readonly PortalApplication _application;
    private readonly CertificateFiles? _certificate;
    private readonly ILogger _log;
    private readonly ConnectionLimiter _limiter = new(MaxConnections, MaxOfOne);
    private readonly Lock _lock = new();
    private Socket _http;
    private Socket? _https;
    private WebApplication? _kestrel;
    private bool _isOver;

    /// <param name="certificate">Null: no HTTPS.</param>
    /// <param name="lookup">Finds the device of an inside address; null: unknown. Called by any thread.</param>
    /// <param name="door">Lets devices in by forms. Called by any thread, once it serves.</param>
    /// <param name="look">The page's look now. Called by any thread.</param>
    /// <param name="open">Opens a bound TCP socket, by the name under which the previous process may have left it, at a port; 0: any.</param>
    /// <exception cref="IOException">A socket could not be opened.</exception>
    public PortalService(
        PortalSettings settings, CertificateFiles? certificate, Func<Ipv4Address, PortalGuest?> lookup, Func<IGuestDoor> door, Func<PortalLook> look, Func<string, ushort, Socket> open, TimeProvider clock,
        ILogger log)
    {
        _open = open;
        _certificate = certificate;
        _log = log;
        _application = new PortalApplication(new PortalResponder(settings, look, PortalTokens.Create()), lookup, door, Counters, clock, log);
        Open(0, 0);
    }

    public PortalCounters Counters { get; } = new();

    /// <summary>Connections at this moment.</summary>
    public int Connections => _limiter.Taken;

    /// <summary>The port that the data plane sends devices' requests to port 80 to.</summary>
    public ushort HttpPort { get; private set; }

    /// <summary>The same for port 443; 0 without HTTPS.</summary>
    public ushort HttpsPort { get; private set; }

    /// <summary>A socket among the gateway's services on the inside network.</summary>
    /// <exception cref="IOException">Refused.</exception>
    public static Socket OpenInside(string name, ushort port)
    {
        try
        {
            var handle = ServiceSocket.Open(Libc.SOCK_STREAM, InsideNetwork.StackEnd, port, inside: true, SocketBuffers, name);
            return new Socket(new SafeSocketHandle(handle, ownsHandle: true));
        }
        catch (IOException e)
        {
            throw new IOException($"portal: {e.Message}", e);
        }
    }

    /// <summary>Serves from now on; clients that came before have waited.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _kestrel = Serve();
        }
    }

    /// <summary>An interface was created again: the previous sockets are bound to one that is gone. Does not wait.</summary>
    public void Reopen() => _ = Task.Run(() =>
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            try
            {
                var isAtWork = _kestrel is not null;
                Stop(TimeSpan.Zero);
                Open(HttpPort, HttpsPort);
                _kestrel = isAtWork ? Serve() : null;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                _log.NotReopened(e.Message);
            }
        }
    });

    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            Stop(TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Accepts no more connections, and serves the present ones as far as time allows. New ones wait in the sockets, which stay open for the
    /// next program.
    /// </summary>
    public IReadOnlyList<InheritedSocket> Drain(TimeSpan patience)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return [];
            }

            // Kestrel closes its own.
            _isOver = true;
            var sockets = new[] { (Name: HttpName, Socket: _http), (Name: HttpsName, Socket: _https) }
                .Where(s => s.Socket is not null)
                .Select(s => new InheritedSocket(s.Name, Libc.fcntl((int)s.Socket!.Handle, Libc.F_DUPFD_CLOEXEC, 0)))
                .Where(s => s.Handle >= 0).ToList();
            Stop(patience);
            return sockets;
        }
    }

    [MemberNotNull(nameof(_http))]
    private void Open(ushort httpPort, ushort httpsPort)
    {
        _http = _open(HttpName, httpPort);
        _https = _certificate is null ? null : _open(HttpsName, httpsPort);
        HttpPort = (ushort)((IPEndPoint)_http.LocalEndPoint!).Port;
        HttpsPort = (ushort)((_https?.LocalEndPoint as IPEndPoint)?.Port ?? 0);
    }

    private WebApplication Serve()
    {
        var (http, https) = (_http, _https);

        // Kestrel and its services, without a host to run it or a log to write to: it would log every fault that a client can cause, and
        // the important ones are counted.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure).UseSockets(transport =>
        {
            transport.Backlog = Backlog;
            transport.CreateBoundListenSocket = endpoint => ((IPEndPoint)endpoint).Port == HttpPort ? http : https!;
        });
        var kestrel = builder.Build();
        kestrel.Services.GetRequiredService<IServer>().StartAsync(_application, CancellationToken.None).GetAwaiter().GetResult();
        return kestrel;
    }

    private void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        limits.MaxRequestLineSize = MaxLine;
        limits.MaxRequestHeadersTotalSize = MaxHeaders;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBufferSize = MaxHeaders;
        limits.MaxRequestBodySize = MaxBody;
        limits.MaxResponseBufferSize = MaxHeaders;
        limits.RequestHeadersTimeout = s_patience;
        limits.KeepAliveTimeout = s_patience;
        options.Listen(IPAddress.Any, HttpPort, Guard);
        if (_certificate is { } certificate)
        {
            options.Listen(IPAddress.Any, HttpsPort, endpoint =>
            {
                Guard(endpoint);
                endpoint.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = s_patience,
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current() }),
                });
            });
        }
    }

    /// <param name="patience">The time for present clients; then Kestrel closes their connections.</param>
    private void Stop(TimeSpan patience)
    {
        if (_kestrel is not null)
        {
            using var over = new CancellationTokenSource(patience);
            _kestrel.Services.GetRequiredService<IServer>().StopAsync(over.Token).GetAwaiter().GetResult();
            ((IDisposable)_kestrel).Dispose();
            _kestrel = null;
        }

        _http.Dispose();
        _https?.Dispose();
    }

    /// <summary>Before a connection is read: takes its slot, and counts its result.</summary>
    private void Guard(ListenOptions endpoint)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(next => async connection =>
        {
            Counters.Count(PortalCounter.Connections);

            // A client that has connected is served even when no more are accepted: Kestrel would close connections without a request yet.
            // One request ends it anyway.
            connection.Features.Set<IConnectionLifetimeNotificationFeature>(null);
            var state = new PortalRequestState();
            connection.Features.Set(state);
            var device = PortalApplication.AddressOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
            var slot = _limiter.Enter(device, connection.Abort, out var displaced);
            if (displaced)
            {
                Counters.Count(PortalCounter.Displaced);
            }

            try
            {
                await next(connection).ConfigureAwait(false);
            }
            finally
            {
                _limiter.Leave(slot);
                if (!state.IsServed)
                {
                    Counters.Count(PortalCounter.Unfinished);
                }
            }
        });
    }
}
