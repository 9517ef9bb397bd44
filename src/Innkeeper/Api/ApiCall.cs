using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Configuration;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Innkeeper.Api;

/// <summary>One request: its actor, and the values of its path, query and body.</summary>
/// <param name="actor">Null: the client is not signed in.</param>
/// <param name="path">The values of the route's braces, by name.</param>
internal sealed class ApiCall(HttpContext context, Actor? actor, IReadOnlyDictionary<string, string> path)
{
    public HttpContext Context => context;

    /// <summary>The one who asks. Only a route that is open to anyone has none.</summary>
    public Actor Actor => actor ?? throw new InvalidOperationException("This route is open to anyone, and asks who it is.");

    /// <summary>Octets that the body may have.</summary>
    public long? MostBody => context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;

    /// <summary>Whether the client takes server-sent events.</summary>
    public bool TakesEventStream => context.Request.Headers.Accept.ToString().Contains(ApiStream.EventStream, StringComparison.OrdinalIgnoreCase);

    /// <summary>The last event that a browser had before its connection broke off; null: this is its first, or no number.</summary>
    public long? LastEventId => long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public string Path(string name) => path[name];

    /// <summary>Lets the body have more octets than the door allows.</summary>
    public void AllowBody(int octets)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = octets;
        }
    }

    /// <summary>A value of the query; null: it is not given.</summary>
    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A number of the query.</summary>
    /// <param name="otherwise">The value when the query has none.</param>
    public Invalid? Number(string name, long? otherwise, out long? number)
    {
        number = otherwise;
        if (Query(name) is not { } text)
        {
            return null;
        }

        number = long.TryParse(text, out var read) ? read : null;
        return number is null ? new Invalid(name, text, "a number") : null;
    }

    /// <summary>A time of the query, such as "30s"; the default is the usual time of a capture.</summary>
    public Invalid? Time(string name, out TimeSpan time)
    {
        var text = Query(name);
        var read = text is null ? CaptureLimits.UsualTime : SettingTypes.ParseDuration(text, least: 1);
        time = read ?? default;
        return read is null ? new Invalid(name, text, "a time such as \"30s\" or \"5m\"") : null;
    }

    /// <summary>A flag of the query; false when it has none.</summary>
    public Invalid? Flag(string name, out bool flag)
    {
        var text = Query(name);
        flag = text == "true";
        return text is null or "true" or "false" ? null : new Invalid(name, text, "true or false");
    }

    /// <summary>How a write is done: `dry_run` of the query, and the If-Match header.</summary>
    public Invalid? Options(out WriteOptions options)
    {
        var wrong = Flag("dry_run", out var isDryRun);
        var ifMatch = context.Request.Headers.IfMatch.ToString();
        options = new WriteOptions(isDryRun, ifMatch.Length == 0 ? null : ifMatch);
        return wrong;
    }

    /// <summary>A fault of the query; null: none. A misspelt name is a fault: the client would believe that it had an effect.</summary>
    public Invalid? CheckQuery(IReadOnlyList<ApiParameter> takes)
    {
        string[] names = [.. takes.Select(t => t.Name)];
        return context.Request.Query.Keys.FirstOrDefault(k => !names.Contains(k)) is { } stray
            ? new Invalid("parameter", stray, Suggest.Nearest(stray, names) ?? (names.Length == 0 ? "none" : string.Join(", ", names)))
            : null;
    }

    /// <summary>The body; an empty one stands for an object without fields.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, or did not come.</exception>
    public async ValueTask<Result<T>> ReadAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        using var octets = new MemoryStream();
        await context.Request.Body.CopyToAsync(octets, context.RequestAborted).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(octets.Length == 0 ? "{}"u8 : octets.GetBuffer().AsSpan(0, (int)octets.Length), type) is { } body
                ? body
                : new Invalid("body", "null", Fields(type));
        }
        catch (JsonException e)
        {
            return new Invalid("body", e.Path is { Length: > 2 } field ? field[2..] : "body", Fields(type));
        }
    }

    private static string Fields<T>(JsonTypeInfo<T> type) => $"a JSON object with these {(type.Properties.All(p => p.PropertyType == typeof(string)) ? "text fields" : "fields")}: {string.Join(", ", type.Properties.Select(p => p.Name))}";
}
