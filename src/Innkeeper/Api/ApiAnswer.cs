using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Microsoft.AspNetCore.Http;

namespace Innkeeper.Api;

/// <summary>The answer to a request: a status and one line of JSON, a stream, or a file.</summary>
/// <param name="Stream">Not null: instead of a body.</param>
/// <param name="File">Not null: instead of a body. Disposed of when it is sent.</param>
internal sealed record ApiAnswer(int Status, byte[] Body, ApiStream? Stream = null, FileStream? File = null)
{
    public const string Json = "application/json";

    public string ContentType { get; init; } = Json;

    /// <summary>The version of what was read, for If-Match (RFC 9110 section 8.8.3), without quotes; null: it has none.</summary>
    public string? ETag { get; init; }

    /// <summary>Cookies to set, each a whole header value.</summary>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>When a refused client may try again, in whole seconds; null: that is not known.</summary>
    public int? RetryAfter { get; init; }

    public static ApiAnswer Of(FileStream file) => new(StatusCodes.Status200OK, [], File: file) { ContentType = "application/gzip" };

    public static ApiAnswer Of(ApiStream stream) => new(StatusCodes.Status200OK, [], stream) { ContentType = stream.ContentType };

    public static ApiAnswer Of<T>(T value, JsonTypeInfo<T> type) => new(StatusCodes.Status200OK, LineOf(value, type));

    public static ApiAnswer Of(Failure failure, int? status = null) => new(status ?? StatusOf(failure), ProblemOf(failure, status ?? StatusOf(failure)))
    {
        ContentType = "application/problem+json",
        RetryAfter = (failure as Throttled)?.RetryAfter,
    };

    public static byte[] LineOf<T>(T value, JsonTypeInfo<T> type) => [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];

    /// <summary>An event, or how many were missed.</summary>
    public static byte[] LineOf(EventItem item) =>
        item.IsEvent ? LineOf(item.Event, ContractsContext.Default.EventReport) : LineOf(new MissedReport(item.Missed), ContractsContext.Default.MissedReport);

    /// <summary>Sends it, all but a stream.</summary>
    public async Task SendAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        if (ETag is not null)
        {
            response.Headers.ETag = $"\"{ETag}\"";
        }

        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var cookie in Cookies)
        {
            response.Headers.Append("Set-Cookie", cookie);
        }

        // The client finds by the length whether all of it came.
        response.ContentLength = File?.Length ?? Body.Length;
        if (File is not null)
        {
            await File.CopyToAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        await response.Body.WriteAsync(Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static int StatusOf(Failure failure) => failure switch
    {
        Invalid => StatusCodes.Status400BadRequest,
        Unauthenticated => StatusCodes.Status401Unauthorized,
        Forbidden => StatusCodes.Status403Forbidden,
        NotFound => StatusCodes.Status404NotFound,
        Ambiguous or Conflict => StatusCodes.Status409Conflict,
        Changed => StatusCodes.Status412PreconditionFailed,
        Rejected => StatusCodes.Status422UnprocessableEntity,
        Throttled => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>A failure with its own fields, and with those of a problem (RFC 9457 section 3.1). `error` stays first: by it readers know the kind.</summary>
    private static byte[] ProblemOf(Failure failure, int status)
    {
        using var body = new MemoryStream();
        using (var fields = JsonSerializer.SerializeToDocument(failure, ContractsContext.Default.Failure))
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            foreach (var field in fields.RootElement.EnumerateObject())
            {
                field.WriteTo(json);
            }

            var code = fields.RootElement.GetProperty("error").GetString();
            json.WriteString("type", $"urn:innkeeper:problem:{code}");
            json.WriteString("title", TitleOf(failure));
            json.WriteNumber("status", status);
            json.WriteString("detail", failure.Message);
            json.WriteEndObject();
        }

        body.WriteByte((byte)'\n');
        return body.ToArray();
    }

    private static string TitleOf(Failure failure) => failure switch
    {
        Invalid => "A value is wrong",
        Unauthenticated => "You are not signed in",
        Forbidden => "The permission is missing",
        NotFound => "It does not exist",
        Ambiguous => "Several devices match",
        Conflict => "Another device has it",
        Changed => "It was changed meanwhile",
        Rejected => "The configuration has errors",
        Throttled => "Too many attempts",
        _ => "It cannot be done now",
    };
}
