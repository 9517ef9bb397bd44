using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Innkeeper.Api;
using Innkeeper.Certificates;
using Innkeeper.Configuration;
using Innkeeper.Interop;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Web;

/// <summary>
/// The web console, the API and the metrics, at each address of [web] listen. Devices do not depend on it: an address that is not there yet, or
/// that another program uses, is tried again, and is a problem in the status meanwhile.
/// </summary>
internal sealed class WebServer : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private readonly ILogger _log;
    private readonly CertificateFiles? _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly ImmutableArray<(string Url, string Reason)> _closed;
    private ImmutableDictionary<WebEndpoint, string?> _endpoints;
    private bool _isOver;

    /// <param name="certificate">Null: no address has HTTPS, or there is none.</param>
    /// <param name="routes">Beside those of <paramref name="sessions"/>.</param>
    /// <param name="pages">The pages beside the API and the console's files.</param>
    /// <param name="isForbidden">See <see cref="WebEndpoint"/>.</param>
    public WebServer(
        WebConfig config, CertificateFiles? certificate, IReadOnlyList<ApiRoute> routes, ISessionOperations sessions, IReadOnlyList<WebPage> pages,
        Func<IPAddress, bool> isForbidden, TimeProvider clock, ILogger log)
    {
        _log = log;
        _certificate = certificate;
        var router = new ApiRouter([.. routes, .. SessionRoutes.Of(sessions)], log, _stop.Token);
        var requests = new WebRequests(router, sessions, new ConsoleFiles(), pages, new HostCheck(config.Host));
        var limiter = new ClientLimiter();
        _closed = [.. config.Listen.Where(a => certificate is null && config.UsesTls(a)).Select(a => ($"https://{a}", "there is no certificate: the gateway could not make one"))];
        _endpoints = config.Listen.Where(a => certificate is not null || !config.UsesTls(a))
            .ToImmutableDictionary(a => new WebEndpoint(a, config.UsesTls(a) ? certificate : null, requests, limiter, isForbidden), _ => (string?)"not tried yet");
        _timer = clock.CreateTimer(_ => Open(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>All that a web client can ask for: the API, and signing in.</summary>
    public static ApiRoute[] RoutesOf(GatewayOperations gateway) => [.. ApiRoutes.Of(gateway), .. SessionRoutes.Of(gateway.Sessions)];

    /// <summary>Where it answers, as URLs.</summary>
    public IReadOnlyList<string> Urls => [.. _endpoints.Where(e => e.Value is null).Select(e => e.Key.Url).Order(StringComparer.Ordinal)];

    public WebReport Report => new(Urls, _certificate is null ? null : Convert.ToHexString(SHA256.HashData(_certificate.Current().TargetCertificate.RawDataMemory.Span)));

    /// <summary>The addresses that it cannot use, with the reasons.</summary>
    public IReadOnlyList<(string Url, string Reason)> Missing => [.. _closed, .. _endpoints.Where(e => e.Value is not null).Select(e => (e.Key.Url, e.Value!))];

    /// <summary>Serves from now on.</summary>
    public void Begin() => Open();

    /// <summary>See <see cref="WebEndpoint.Drain"/>.</summary>
    public IReadOnlyList<InheritedSocket> Drain(TimeSpan patience)
    {
        lock (_lock)
        {
            End();
            var drained = Task.WhenAll(_endpoints.Keys.Select(e => Task.Run(() => e.Drain(patience))));
            return [.. drained.GetAwaiter().GetResult().OfType<InheritedSocket>()];
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            End();
            foreach (var endpoint in _endpoints.Keys)
            {
                endpoint.Dispose();
            }
        }
    }

    /// <summary>Streams end, and no address is tried any more.</summary>
    private void End()
    {
        if (!_isOver)
        {
            _isOver = true;
            _timer.Dispose();
            _stop.Cancel();
        }
    }

    private void Open()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            foreach (var (endpoint, before) in _endpoints.Where(e => e.Value is not null))
            {
                var reason = TryBegin(endpoint);
                _endpoints = _endpoints.SetItem(endpoint, reason);
                if (reason is null)
                {
                    _log.Listening(endpoint.Url);
                }
                else if (reason != before)
                {
                    _log.NotListening(endpoint.Url, reason);
                }
            }

            if (_endpoints.Values.Any(r => r is not null))
            {
                _timer.Change(s_retry, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <returns>Why it does not serve; null: it does.</returns>
    private static string? TryBegin(WebEndpoint endpoint)
    {
        try
        {
            endpoint.Begin();
            return null;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return e.Message;
        }
    }
}
