using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Innkeeper.Clocks;
using Innkeeper.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Portal;

/// <summary>A connection's state for the server: whether a whole request arrived.</summary>
internal sealed class PortalRequestState
{
    public bool IsServed { get; set; }
}

/// <summary>
/// Connects Kestrel and <see cref="PortalResponder"/>: passes a request's values on, and writes the answer. One request for each connection.
/// </summary>
/// <param name="lookup">Finds the device of an inside address; null: unknown. Called by any thread.</param>
internal sealed class PortalApplication(
    PortalResponder responder, Func<Ipv4Address, PortalGuest?> lookup, PortalCounters counters, TimeProvider clock, ILogger log) : IHttpApplication<HttpContext>
{
    private readonly ConcurrentDictionary<Type, bool> _said = [];

    public HttpContext CreateContext(IFeatureCollection features) => new DefaultHttpContext(features);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // No data of it outlives the request.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Features.Get<PortalRequestState>() is { } state)
        {
            state.IsServed = true;
        }

        counters.Count(PortalCounter.Requests);
        PortalAnswer answer;
        try
        {
            var request = context.Request;
            var asked = new PortalRequest(AddressOf(context.Connection.LocalIpAddress), request.IsHttps, request.Method, request.Headers.Host.ToString(), request.Path.Value ?? "", request.Headers.AcceptLanguage.ToString());
            answer = responder.Answer(asked, lookup(AddressOf(context.Connection.RemoteIpAddress)), clock.WallNow());
        }
        catch (Exception e)
        {
            // No request should lead here. If one does, only that request fails, and the log reports the first.
            counters.Count(PortalCounter.InternalErrors);
            if (_said.TryAdd(e.GetType(), true))
            {
                log.Failed(e);
            }

            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            context.Response.Headers.Connection = "close";
            return;
        }

        counters.Count(answer.Counter);
        await WriteAsync(context.Response, answer).ConfigureAwait(false);
    }

    /// <summary>The IPv4 address of a socket; 0.0.0.0 for other addresses.</summary>
    internal static Ipv4Address AddressOf(IPAddress? address)
    {
        Span<byte> octets = stackalloc byte[16];
        return address is not null && address.TryWriteBytes(octets, out var length) && length == Ipv4Address.Size ? Ipv4Address.Read(octets) : Ipv4Address.Any;
    }

    private static async Task WriteAsync(HttpResponse response, PortalAnswer answer)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = body.Length;
        var headers = response.Headers;
        headers.Connection = "close";
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = PortalPage.ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (answer.Location is not null)
        {
            headers.Location = answer.Location;
        }

        if (answer.Refresh > 0)
        {
            headers["Refresh"] = answer.Refresh.ToString();
        }

        if (answer.Status == StatusCodes.Status405MethodNotAllowed)
        {
            headers.Allow = "GET, HEAD";
        }

        await response.Body.WriteAsync(body).ConfigureAwait(false);
    }
}
