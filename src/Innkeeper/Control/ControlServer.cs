using System.Net.Sockets;
using Innkeeper.Api;
using Innkeeper.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Control;

/// <summary>
/// The operations on a Unix socket: HTTP/1.1 by Kestrel, without ASP.NET's routing and middleware around it. Transport only: requests become
/// calls, results become status codes and JSON. One request a connection.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    private const int MaxLine = 4096;
    private const int MaxHeaders = 8 * 1024;

    /// <summary>Octets.</summary>
    public const int MaxBody = 4096;

    /// <summary>For a request's whole header.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>For answers under way when the server stops.</summary>
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromSeconds(1);

    /// <summary>One line of JSON, which is what clients up to version 0.1 read.</summary>
    private static readonly byte[] s_notHttp =
        "{\"error\":\"this gateway speaks HTTP on its control socket; use the innkeeper command of the same version\",\"exit_code\":1}\n"u8.ToArray();

    private readonly string _path;
    private readonly SocketIdentity _own;
    private readonly ControlApplication _application;
    private readonly WebApplication _kestrel;
    private readonly CancellationTokenSource _stop = new();
    private bool _isDisposed;

    /// <param name="accept">Accepts one client from the listening socket; null: the socket's own accept.</param>
    /// <param name="actorOf">The actor that a user number stands for; null: see <see cref="PeerCredentials.ActorOf"/>.</param>
    /// <param name="group">See <see cref="SocketFile.Bind"/>.</param>
    /// <exception cref="IOException">Another gateway answers there, or the path cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The path may not be used.</exception>
    public ControlServer(
        string path, GatewayOperations gateway, ILogger? log = null, Func<Socket, CancellationToken, ValueTask<Socket>>? accept = null, Func<uint, Actor>? actorOf = null,
        TimeProvider? clock = null, string group = "")
    {
        log ??= NullLogger.Instance;
        _path = path;
        _application = new ControlApplication(new ApiRouter(ApiRoutes.Of(gateway), log, _stop.Token));
        var socket = SocketFile.Bind(path, group, out _own);
        var listener = new ControlListener(
            socket, accept ?? ((listening, stop) => listening.AcceptAsync(stop)), actorOf ?? PeerCredentials.ActorOf, clock ?? TimeProvider.System, log);

        // Without a log: any client could fill Kestrel's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, new UnixDomainSocketEndPoint(path)));
        builder.Services.AddSingleton<IConnectionListenerFactory>(listener);
        _kestrel = builder.Build();
        _kestrel.Services.GetRequiredService<IServer>().StartAsync(_application, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Whether a gateway listens there.</summary>
    /// <exception cref="UnauthorizedAccessException">Not known: this user may not connect.</exception>
    public static bool IsAnswering(string path) => SocketFile.IsAnswering(path);

    /// <summary>Accepts no more, ends the streams, and lets answers under way be sent.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _stop.Cancel();
        using (var over = new CancellationTokenSource(s_lastPatience))
        {
            _kestrel.Services.GetRequiredService<IServer>().StopAsync(over.Token).GetAwaiter().GetResult();
        }

        ((IDisposable)_kestrel).Dispose();
        SocketFile.Remove(_path, _own);
        _stop.Dispose();
    }

    private static void Configure(KestrelServerOptions options, UnixDomainSocketEndPoint endpoint)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        limits.MaxRequestLineSize = MaxLine;
        limits.MaxRequestHeadersTotalSize = MaxHeaders;
        limits.MaxRequestHeaderCount = 32;
        limits.MaxRequestBufferSize = MaxHeaders;
        limits.MaxRequestBodySize = MaxBody;
        limits.RequestHeadersTimeout = s_patience;
        limits.KeepAliveTimeout = s_patience;
        options.Listen(endpoint, connections =>
        {
            connections.Protocols = HttpProtocols.Http1;
            connections.Use(next => connection => ServeAsync(connection, next));
        });
    }

    /// <summary>Before Kestrel reads anything: a client of version 0.1 sends a line of lower-case words or JSON, and gets an error in its own format.</summary>
    private static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            using var patience = new CancellationTokenSource(s_patience);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.ConnectionClosed);
            var input = connection.Transport.Input;
            var first = await input.ReadAsync(over.Token).ConfigureAwait(false);
            if (first.Buffer.IsEmpty)
            {
                return;
            }

            var isHttp = first.Buffer.FirstSpan[0] is >= (byte)'A' and <= (byte)'Z';
            input.AdvanceTo(first.Buffer.Start);
            if (isHttp)
            {
                await next(connection).ConfigureAwait(false);
                return;
            }

            await connection.Transport.Output.WriteAsync(s_notHttp, over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It said nothing, or went away.
        }
        finally
        {
            connection.Features.Get<ControlConnection>()?.ReleaseSlot();
        }
    }
}
