using System.Collections.Concurrent;
using Innkeeper.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Api;

/// <summary>Finds a request's route and carries it out, for every door. A fault in a report must not look like a gateway that is gone.</summary>
/// <param name="stop">Ends the streams.</param>
internal sealed class ApiRouter(IReadOnlyList<ApiRoute> routes, ILogger log, CancellationToken stop)
{
    private static readonly TimeSpan s_endPatience = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<(string Request, Type Kind), bool> _failures = new();

    /// <param name="path">As it came, percent-encoded: a value may have any character in it. Without the door's prefix and the query.</param>
    /// <param name="actor">Null: the client is not signed in.</param>
    public async ValueTask<ApiAnswer> AnswerAsync(HttpContext context, string path, Actor? actor)
    {
        var segments = ApiRoute.Split(path);
        var there = routes.Select(route => (Route: route, Values: route.Match(segments))).Where(r => r.Values is not null).ToList();
        var found = there.FirstOrDefault(r => r.Route.Method == context.Request.Method);
        if (found.Route is null)
        {
            return NoSuchRoute(context, path, [.. there.Select(r => r.Route.Method)]);
        }

        if (actor is null && found.Route.Role is not null)
        {
            return ApiAnswer.Of(new Unauthenticated("you are not signed in"));
        }

        // A client who may not do this has no large body read.
        var call = new ApiCall(context, actor, found.Values!);
        if (found.Route.MostBody is { } most && actor?.Lacks(found.Route.Role ?? Permission.Viewer) is null)
        {
            call.AllowBody(most);
        }

        try
        {
            return call.CheckQuery(found.Route.Parameters) is { } wrong ? ApiAnswer.Of(wrong) : await found.Route.AnswerAsync(call).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            return ApiAnswer.Of(new Invalid("body", e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "one that is longer" : "it", $"one of up to {call.MostBody} octets"), e.StatusCode);
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            return Failed($"{context.Request.Method} {found.Route.Path}", e);
        }
    }

    /// <summary>Sends a stream until it or the gateway ends. Other clients do not wait for one that reads slowly.</summary>
    public async Task StreamAsync(HttpContext context, ApiStream stream)
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

    private static ApiAnswer NoSuchRoute(HttpContext context, string path, string[] methods)
    {
        if (methods.Length == 0)
        {
            return ApiAnswer.Of(new NotFound("resource", path));
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        return ApiAnswer.Of(new Invalid("method", context.Request.Method, string.Join(" or ", methods)), StatusCodes.Status405MethodNotAllowed);
    }

    /// <summary>Says that a request failed, and logs each kind of failure once.</summary>
    private ApiAnswer Failed(string request, Exception e)
    {
        if (_failures.TryAdd((request, e.GetType()), true))
        {
            log.AnswerFailed(e, request);
        }

        return ApiAnswer.Of(
            new Unavailable($"the report could not be made ({e.GetType().Name}: {e.Message}); the gateway's log has more"), StatusCodes.Status500InternalServerError);
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
