using System.Net;
using System.Text;
using Innkeeper.Api;
using Innkeeper.Management;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Innkeeper.Web;

/// <summary>Something that is served beside the API and the console, such as the metrics.</summary>
/// <param name="Path">Exactly.</param>
/// <param name="IsOpen">Whether a client needs neither a session nor a token.</param>
/// <param name="ContentType">Of what is written.</param>
internal sealed record WebPage(string Path, bool IsOpen, string ContentType, Func<Stream, CancellationToken, ValueTask> WriteAsync);

/// <summary>
/// Between Kestrel and what it serves: the API, the console's files, other pages. Here a client becomes an actor, and here stands what browsers are to
/// be kept from: foreign hosts' names, foreign pages' requests, scripts that are not ours.
/// </summary>
internal sealed class WebRequests(
    ApiRouter router, ISessionOperations sessions, ConsoleFiles files, IReadOnlyList<WebPage> pages, HostCheck hosts) : IHttpApplication<HttpContext>
{
    /// <summary>The header that a request with a session has, if it changes anything; its value is the session's.</summary>
    public const string Genuine = "X-Innkeeper-Request";

    private const string Api = "/api";
    private const string Document = Api + "/v1/openapi.json";

    /// <summary>No script or style but those of the console's files, and nothing from elsewhere.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing of it outlives the request.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        Secure(context.Response.Headers);
        try
        {
            await AnswerAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client went away, or the gateway ends.
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        if (!hosts.IsOurs(context.Request.Headers.Host.ToString()))
        {
            return TextAsync(context, StatusCodes.Status421MisdirectedRequest, "This server is not known by that name. Use its address, or set [web] url to the name.");
        }

        if (path == Document && IsRead(context))
        {
            return FileAsync(context, files.Find("/openapi.json"));
        }

        if (path.StartsWith(Api + "/", StringComparison.Ordinal))
        {
            return ApiAsync(context, path[Api.Length..]);
        }

        if (!IsRead(context))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, "Only GET and HEAD are possible here.");
        }

        return pages.FirstOrDefault(p => p.Path == path) is { } page ? PageAsync(context, page) : FileAsync(context, files.Find(path));
    }

    private async Task ApiAsync(HttpContext context, string path)
    {
        var access = Identify(context, out var refusal);
        context.Response.Headers.CacheControl = "no-store";
        var answer = refusal is not null ? ApiAnswer.Of(refusal) : await router.AnswerAsync(context, path, access?.Actor).ConfigureAwait(false);
        using var source = answer.Stream?.Source;
        using var file = answer.File;
        if (answer.Stream is { } stream)
        {
            using var ended = (access?.Ended ?? CancellationToken.None).UnsafeRegister(_ => context.Abort(), null);
            await router.StreamAsync(context, stream).ConfigureAwait(false);
            return;
        }

        await answer.SendAsync(context).ConfigureAwait(false);
    }

    /// <summary>The client's session or token; null: it has none.</summary>
    private Access? Identify(HttpContext context, out Failure? refusal)
    {
        var from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var authorization = context.Request.Headers.Authorization.ToString();
        refusal = null;
        Access? access;
        if (authorization != "")
        {
            access = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? sessions.FindToken(authorization["Bearer ".Length..].Trim(), from) : null;
            refusal = access is null ? new Unauthenticated("this token is not valid any more, or never was; make another with `innkeeper token create`") : null;
            return access;
        }

        access = sessions.Find(SessionCookie.Read(context), from);
        if (access is not null)
        {
            context.Features.Set(access);
        }

        if (!IsRead(context) && !(IsOfThisOrigin(context) && (access is null || sessions.IsGenuine(access, context.Request.Headers[Genuine]))))
        {
            refusal = new Forbidden("the page of this console", access?.Actor.Name ?? "this client", $"send the request from there, with the header {Genuine}");
        }

        return access;
    }

    /// <summary>
    /// Whether a page of this server sent a request. Browsers say so themselves (Fetch Metadata, and RFC 6454 section 7); a client that says nothing is no
    /// browser, and has no cookie that it does not mean to send.
    /// </summary>
    private static bool IsOfThisOrigin(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
        {
            return site is "same-origin" or "none";
        }

        return headers.Origin.ToString() is not { Length: > 0 } origin || origin == $"{context.Request.Scheme}://{headers.Host}";
    }

    private async Task PageAsync(HttpContext context, WebPage page)
    {
        var access = Identify(context, out var refusal);
        if (!page.IsOpen && access is null)
        {
            await ApiAnswer.Of(refusal ?? new Unauthenticated("a token is needed; make one with `innkeeper token create NAME --role viewer`")).SendAsync(context).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = page.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await page.WriteAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task FileAsync(HttpContext context, ConsoleFile? file)
    {
        if (file is null)
        {
            await TextAsync(context, StatusCodes.Status404NotFound, "There is no such page.").ConfigureAwait(false);
            return;
        }

        var (request, response) = (context.Request, context.Response);
        var tag = $"\"{file.Tag}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = file.IsKept ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        if (request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = file.ContentType;
        var isCompressed = request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (isCompressed)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        using var content = isCompressed ? file.Open() : ConsoleFiles.OpenPlain(file);
        response.ContentLength = isCompressed ? content.Length : null;
        if (!HttpMethods.IsHead(request.Method))
        {
            await content.CopyToAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        var body = Encoding.UTF8.GetBytes(text + "\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static bool IsRead(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    private static void Secure(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }
}
