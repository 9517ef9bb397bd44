using System.Text.Json;
using System.Text.Json.Serialization;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Control;

/// <summary>
/// What the control socket is asked, in one line: a command's words as on the command line ("status", "devices"), or a JSON
/// object with them as "command" and more fields: {"command":"devices approve","device":"02:00:00:00:00:01","for":"8h"}.
/// </summary>
internal sealed record ControlRequest(string Command)
{
    /// <summary>Octets of the line.</summary>
    public const int MaxSize = 4096;

    /// <summary>A MAC or a given name.</summary>
    public string? Device { get; init; }

    /// <summary>Only devices that stand there.</summary>
    public string? State { get; init; }

    /// <summary>See <see cref="DeviceVerb"/>.</summary>
    public string? Value { get; init; }

    /// <summary>A time such as "8h".</summary>
    public string? For { get; init; }

    public string? Reason { get; init; }

    /// <summary>How many events of the past.</summary>
    public int? Last { get; init; }

    /// <summary>Whether events to come are wanted.</summary>
    public bool? Follow { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    private IEnumerable<string> Given =>
        new (string Name, bool IsGiven)[]
        {
            ("device", Device is not null), ("state", State is not null), ("value", Value is not null), ("for", For is not null),
            ("reason", Reason is not null), ("last", Last is not null), ("follow", Follow is not null),
        }.Where(f => f.IsGiven).Select(f => f.Name).Concat(Others?.Keys ?? Enumerable.Empty<string>());

    /// <summary>Commands and the fields that each takes.</summary>
    private static readonly Dictionary<string, string[]> s_commands = new()
    {
        ["status"] = [],
        ["devices"] = ["state", "device"],
        ["devices approve"] = ["device", "value", "for", "reason"],
        ["devices block"] = ["device", "reason"],
        ["devices hold"] = ["device", "reason"],
        ["devices forget"] = ["device"],
        ["devices name"] = ["device", "value"],
        ["devices tag"] = ["device", "value"],
        ["devices untag"] = ["device", "value"],
        ["devices profile"] = ["device", "value"],
        ["devices pin"] = ["device", "value"],
        ["profiles"] = [],
        ["leases"] = [],
        ["events"] = ["last", "follow"],
        ["config show"] = [],
        ["config reload"] = [],
    };

    /// <summary>The line that says it; bare words where they are enough, which every version understands.</summary>
    public string ToLine() => Given.Any() ? JsonSerializer.Serialize(this, RequestContext.Default.ControlRequest) : Command;

    /// <summary>Reads a request; never throws.</summary>
    /// <returns>Null with what is wrong.</returns>
    public static ControlRequest? Read(string line, out string wrong)
    {
        wrong = "";
        try
        {
            var request = line.StartsWith('{') ? JsonSerializer.Deserialize(line, RequestContext.Default.ControlRequest)! : new ControlRequest(line);
            if (!s_commands.TryGetValue(request.Command, out var takes))
            {
                wrong = $"ask for {string.Join(", ", s_commands.Keys)}";
                return null;
            }

            if (request.Given.FirstOrDefault(f => !takes.Contains(f)) is { } stray)
            {
                wrong = $"{request.Command} takes no field {SafeText.Shorten(stray)}; " +
                    (Suggest.Nearest(SafeText.Shorten(stray), takes) is { } nearest ? $"did you mean {nearest}?" : takes.Length == 0 ? "it takes none" : $"it takes {string.Join(", ", takes)}");
                return null;
            }

            return request;
        }
        catch (JsonException e)
        {
            wrong = "a request is a command's words, or one JSON object with them as its field \"command\"" +
                (e.Path is { Length: > 2 } path ? $"; its {SafeText.Shorten(path[2..])} will not do" : "");
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ControlRequest))]
internal sealed partial class RequestContext : JsonSerializerContext;
