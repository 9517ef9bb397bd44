using Innkeeper.Api;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Innkeeper.Control;

/// <summary>Between Kestrel and the API: the actor is the user at the other end of the socket.</summary>
internal sealed class ControlApplication(ApiRouter router) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing of it outlives the request.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var connection = context.Features.GetRequiredFeature<ControlConnection>();
        context.Response.Headers.Connection = "close";
        var answer = await router.AnswerAsync(context, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0], connection.Actor).ConfigureAwait(false);
        using var source = answer.Stream?.Source;
        using var file = answer.File;
        try
        {
            if (answer.Stream is { } stream)
            {
                connection.ReleaseSlot();
                await router.StreamAsync(context, stream).ConfigureAwait(false);
                return;
            }

            await answer.SendAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client went away, or the gateway ends.
        }
    }
}
