using System.Collections.Concurrent;
using Innkeeper.Management;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Control;

/// <summary>Between Kestrel and the operations: finds a request's route, and writes its answer. A fault in a report must not look like a gateway that is gone.</summary>
/// <param name="stop">Ends the streams.</param>
internal sealed class ControlApplication(GatewayOperations gateway, ILogger log, CancellationToken stop) : IHttpApplication<HttpContext>
{
    private static readonly TimeSpan s_endPatience = TimeSpan.FromMilliseconds(100);

    private readonly ControlRoute[] _routes = ControlRoutes.Of(gateway);
    private readonly ConcurrentDictionary<(string Request, Type Kind), bool> _failures = new();

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing of it outlives the request.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var connection = context.Features.GetRequiredFeature<ControlConnection>();
        context.Response.Headers.Connection = "close";
        var answer = await AnswerAsync(context, connection.Actor).ConfigureAwait(false);
        var stream = answer.Stream;
        using var source = stream?.Source;
        using var file = answer.File;
        try
        {
            if (file is not null)
            {
                await SendAsync(context, file).ConfigureAwait(false);
                return;
            }

            if (stream is not null)
            {
                connection.ReleaseSlot();
                await StreamAsync(context, stream).ConfigureAwait(false);
                return;
            }

            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client went away, or the gateway ends.
        }
    }

    private async ValueTask<ControlAnswer> AnswerAsync(HttpContext context, Actor actor)
    {
        // The path as it came: a value may have any character in it, encoded.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        var segments = ControlRoutes.Split(path);
        var there = _routes.Select(route => (Route: route, Values: route.Match(segments))).Where(r => r.Values is not null).ToList();
        var found = there.FirstOrDefault(r => r.Route.Method == context.Request.Method);
        if (found.Route is null)
        {
            return NoSuchRoute(context, path, [.. there.Select(r => r.Route.Method)]);
        }

        var call = new ControlCall(context, actor, found.Values!);
        try
        {
            return call.CheckQuery(found.Route.Takes) is { } wrong ? ControlAnswer.Of(wrong) : await found.Route.AnswerAsync(call).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            return ControlAnswer.Of(new Invalid("body", "it", $"one of up to {ControlServer.MaxBody} octets"), e.StatusCode);
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            return Failed($"{context.Request.Method} /{string.Join('/', found.Route.Segments)}", e);
        }
    }

    private static ControlAnswer NoSuchRoute(HttpContext context, string path, string[] methods)
    {
        if (methods.Length == 0)
        {
            return ControlAnswer.Of(new NotFound("resource", path));
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        return ControlAnswer.Of(new Invalid("method", context.Request.Method, string.Join(" or ", methods)), StatusCodes.Status405MethodNotAllowed);
    }

    /// <summary>Says that a request failed, and logs each kind of failure once.</summary>
    private ControlAnswer Failed(string request, Exception e)
    {
        if (_failures.TryAdd((request, e.GetType()), true))
        {
            log.AnswerFailed(e, request);
        }

        return ControlAnswer.Of(
            new Unavailable($"the report could not be made ({e.GetType().Name}: {e.Message}); the gateway's log has more"), StatusCodes.Status500InternalServerError);
    }

    /// <summary>The client finds by the length whether all of it came.</summary>
    private static async Task SendAsync(HttpContext context, FileStream file)
    {
        context.Response.ContentType = "application/gzip";
        context.Response.ContentLength = file.Length;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Other clients do not wait for one that reads slowly.</summary>
    private async Task StreamAsync(HttpContext context, ControlStream stream)
    {
        // A reader may pause for as long as it likes: its buffers are bounded.
        context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>().MinDataRate = null;
        context.Response.ContentType = stream.ContentType;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop, context.RequestAborted);
        await context.Response.StartAsync(over.Token).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(over.Token).ConfigureAwait(false);
        try
        {
            await foreach (var part in stream.ReadAsync(over.Token).ConfigureAwait(false))
            {
                await WriteAsync(context, part, over.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await EndAsync(context).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends the end of a stream. A client that has stopped to read does not get it: the gateway's end does not wait for it.</summary>
    private static async Task EndAsync(HttpContext context)
    {
        try
        {
            await context.Response.CompleteAsync().WaitAsync(s_endPatience).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> part, CancellationToken over)
    {
        try
        {
            await context.Response.Body.WriteAsync(part, over).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(over).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It does not read: the gateway's end does not wait for it.
            context.Abort();
            throw;
        }
    }
}
