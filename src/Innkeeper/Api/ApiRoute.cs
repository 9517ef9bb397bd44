using System.Text.Json.Serialization.Metadata;
using Innkeeper.Management;

namespace Innkeeper.Api;

internal enum ApiParameterType
{
    Text,
    Number,
    Flag,
}

/// <summary>A value that the query may have.</summary>
/// <param name="Text">Its meaning, for the API's document.</param>
/// <param name="Choices">The only values; null: any.</param>
internal sealed record ApiParameter(string Name, string Text, ApiParameterType Type = ApiParameterType.Text, IReadOnlyList<string>? Choices = null);

/// <summary>A method and path of the API, what it is for, and what answers it. The API's document is made from these.</summary>
/// <param name="Name">The operation's name: unique, and never changed, since clients may be generated from the document.</param>
/// <param name="Path">Without the door's prefix; a segment in braces takes any value.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Role">The least permission; null: anyone may ask, signed in or not. The operation itself checks it; a test holds that both agree.</param>
internal sealed record ApiRoute(string Name, string Method, string Path, string Summary, Permission? Role)
{
    private readonly string[] _segments = Split(Path);

    /// <summary>The names that the query may have.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>It takes If-Match, with the ETag that the client read.</summary>
    public bool IsConditional { get; init; }

    /// <summary>The body of the request; null: none is read.</summary>
    public JsonTypeInfo? Request { get; init; }

    /// <summary>Octets that the body may have; null: as many as the door allows.</summary>
    public int? MostBody { get; init; }

    /// <summary>The body of the answer when all is well; null: it is no JSON.</summary>
    public JsonTypeInfo? Response { get; init; }

    /// <summary>Of the answer when all is well.</summary>
    public string ContentType { get; init; } = ApiAnswer.Json;

    public required Func<ApiCall, ValueTask<ApiAnswer>> AnswerAsync { get; init; }

    public static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The values of the braces; null: the path is another.</summary>
    /// <param name="segments">Still percent-encoded.</param>
    public Dictionary<string, string>? Match(string[] segments)
    {
        if (segments.Length != _segments.Length)
        {
            return null;
        }

        var values = new Dictionary<string, string>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (_segments[i] is ['{', .., '}'] name)
            {
                values[name[1..^1]] = Uri.UnescapeDataString(segments[i]);
            }
            else if (_segments[i] != segments[i])
            {
                return null;
            }
        }

        return values;
    }
}
