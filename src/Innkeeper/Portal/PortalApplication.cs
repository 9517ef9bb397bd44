using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Innkeeper.Clocks;
using Innkeeper.Policy;
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
/// <param name="door">Lets devices in by forms.</param>
internal sealed class PortalApplication(
    PortalResponder responder, Func<Ipv4Address, PortalGuest?> lookup, Func<IGuestDoor> door, PortalCounters counters, TimeProvider clock, ILogger log) : IHttpApplication<HttpContext>
{
    private static readonly TimeSpan s_bodyPatience = TimeSpan.FromSeconds(5);

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
            var asked = new PortalRequest(AddressOf(context.Connection.LocalIpAddress), request.IsHttps, request.Method, request.Headers.Host.ToString(), request.Path.Value ?? "", request.Headers.AcceptLanguage.ToString())
            {
                Code = request.Query["code"].ToString(),
                Said = request.Query["r"].ToString(),
                Origin = request.Headers.Origin.ToString(),
            };
            var guest = lookup(AddressOf(context.Connection.RemoteIpAddress)) is { } found ? found with { IsEntering = found.State != AdmissionState.Admitted && door().IsEntering(found.Mac) } : null;
            answer = guest is not null && responder.IsForm(asked) ? await ActAsync(asked, context, guest).ConfigureAwait(false) : responder.Answer(asked, guest, clock.WallNow());
        }
        catch (Exception e) when (e is BadHttpRequestException or IOException or OperationCanceledException)
        {
            // A form that is too large, too slow or broken off.
            counters.Count(PortalCounter.FormsVoid);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.Headers.Connection = "close";
            return;
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

    private async Task<PortalAnswer> ActAsync(PortalRequest asked, HttpContext context, PortalGuest guest)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(s_bodyPatience);
        var body = new byte[PortalForm.MostOctets];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, patience.Token).ConfigureAwait(false);
        var fields = PortalForm.Read(body.AsSpan(0, length));
        var order = responder.Read(asked, fields, guest, clock.WallNow(), out var said);
        if (order is not null)
        {
            said = order.Terms is { } terms ? await door().AcceptAsync(guest, terms.Language, terms.Hash).ConfigureAwait(false) : await door().GiveCodeAsync(guest, order.Code ?? "").ConfigureAwait(false);
        }

        return PortalResponder.After(said, fields.GetValueOrDefault(PortalPage.CodeField));
    }

    /// <summary>The IPv4 address of a socket; 0.0.0.0 for other addresses.</summary>
    internal static Ipv4Address AddressOf(IPAddress? address)
    {
        Span<byte> octets = stackalloc byte[16];
        return address is not null && address.TryWriteBytes(octets, out var length) && length == Ipv4Address.Size ? Ipv4Address.Read(octets) : Ipv4Address.Any;
    }

    private static async Task WriteAsync(HttpResponse response, PortalAnswer answer)
    {
        var body = answer.Octets is { } octets ? [.. octets] : Encoding.UTF8.GetBytes(answer.Body);
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = body.Length;
        var headers = response.Headers;
        headers.Connection = "close";
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = answer.Policy;
        headers.XContentTypeOptions = "nosniff";

        // Not "no-referrer": a browser would then hide which page a form is of.
        headers["Referrer-Policy"] = "same-origin";
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
