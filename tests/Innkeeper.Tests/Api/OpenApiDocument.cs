using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Innkeeper.Api;
using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Api;

/// <summary>
/// The API's document (OpenAPI 3.1), made from the routes, the types of their bodies and the comments on those types. The daemon ships the
/// document as a file and without this generator: clients read it, and the console's types come from it.
/// </summary>
internal sealed partial class OpenApiDocument
{
    private static readonly string[] s_roles = [.. Enum.GetValues<Permission>().Select(Actor.NameOf)];

    /// <summary>Texts that have one of a few values: clients get a type for them.</summary>
    private static readonly Dictionary<(Type Type, string Property), IEnumerable<string>> s_choices = new()
    {
        [(typeof(SessionReport), nameof(SessionReport.Role))] = s_roles,
        [(typeof(UserReport), nameof(UserReport.Role))] = s_roles,
        [(typeof(TokenReport), nameof(TokenReport.Role))] = s_roles,
        [(typeof(DeviceReport), nameof(DeviceReport.State))] = DevicesReport.States,
        [(typeof(DeviceReport), nameof(DeviceReport.Cause))] = DeviceCause.All,
        [(typeof(EventReport), nameof(EventReport.Severity))] = EventSeverity.All,
    };

    private readonly ContractComments _comments = new();
    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);

    [GeneratedRegex("\\{(?<name>[a-z]+)\\}")]
    private static partial Regex Braces();

    public static string Of(IReadOnlyList<ApiRoute> routes) => new OpenApiDocument().Make(routes);

    private string Make(IReadOnlyList<ApiRoute> routes)
    {
        var paths = new JsonObject();
        foreach (var path in routes.GroupBy(r => r.Path))
        {
            paths[path.Key["/v1".Length..]] = new JsonObject(path.Select(r => KeyValuePair.Create<string, JsonNode?>(r.Method.ToLowerInvariant(), OperationOf(r))));
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Innkeeper",
                ["version"] = "1",
                ["description"] = "The gateway's operations. Times are ISO 8601 in UTC. Failures are problems (RFC 9457); their field `error` is a stable code.",
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/api/v1" }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }, new JsonObject { ["session"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject([.. Problem(), .. _schemas.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, s.Value))]),
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["session"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = "innkeeper" },
                },
            },
        };
        return document.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Problem() =>
    [
        new("Problem", new JsonObject
        {
            ["type"] = "object",
            ["description"] = "Why an operation was not carried out (RFC 9457). Each code has fields of its own beside these.",
            ["required"] = new JsonArray("error", "type", "title", "status", "detail"),
            ["properties"] = new JsonObject
            {
                ["error"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. FailureCodes.All.Select(c => JsonValue.Create(c))]) },
                ["type"] = new JsonObject { ["type"] = "string" },
                ["title"] = new JsonObject { ["type"] = "string" },
                ["status"] = new JsonObject { ["type"] = "integer" },
                ["detail"] = new JsonObject { ["type"] = "string", ["description"] = "One sentence for people." },
            },
        }),
    ];

    private JsonObject OperationOf(ApiRoute route)
    {
        var operation = new JsonObject
        {
            ["operationId"] = route.Name,
            ["tags"] = new JsonArray(ApiRoute.Split(route.Path)[1]),
            ["summary"] = route.Summary,
        };
        if (route.Role is { } role)
        {
            operation["x-role"] = Actor.NameOf(role);
        }
        else
        {
            operation["security"] = new JsonArray();
        }

        JsonNode[] parameters = [.. Braces().Matches(route.Path).Select(m => InPath(m.Groups["name"].Value)), .. route.Parameters.Select(InQuery), .. route.IsConditional ? [IfMatch()] : Array.Empty<JsonNode>()];
        if (parameters.Length > 0)
        {
            operation["parameters"] = new JsonArray(parameters);
        }

        if (route.Request is { } request)
        {
            operation["requestBody"] = new JsonObject { ["content"] = Content("application/json", Reference(request, isRequest: true)) };
        }

        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = "Done.",
                ["content"] = Content(route.ContentType, route.Response is { } response ? Reference(response, isRequest: false) : new JsonObject { ["type"] = "string", ["contentMediaType"] = route.ContentType }),
            },
            ["default"] = new JsonObject
            {
                ["description"] = "Not done.",
                ["content"] = Content("application/problem+json", new JsonObject { ["$ref"] = "#/components/schemas/Problem" }),
            },
        };
        return operation;
    }

    private static JsonObject InPath(string name) =>
        new() { ["name"] = name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject IfMatch() => new()
    {
        ["name"] = "If-Match",
        ["in"] = "header",
        ["description"] = "The ETag that was read: the answer is 412 if it is another one now.",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject InQuery(ApiParameter parameter)
    {
        var schema = new JsonObject { ["type"] = parameter.Type switch { ApiParameterType.Number => "integer", ApiParameterType.Flag => "boolean", _ => "string" } };
        if (parameter.Choices is { } choices)
        {
            schema["enum"] = new JsonArray([.. choices.Select(c => JsonValue.Create(c))]);
        }

        return new JsonObject { ["name"] = parameter.Name, ["in"] = "query", ["description"] = parameter.Text, ["schema"] = schema };
    }

    private static JsonObject Content(string type, JsonNode schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private JsonObject Reference(JsonTypeInfo type, bool isRequest)
    {
        var name = type.Type.Name;
        if (!_schemas.ContainsKey(name))
        {
            // Its place is taken first: a type may contain itself.
            _schemas[name] = new JsonObject();
            _schemas[name] = SchemaOf(type, isRequest);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private JsonNode SchemaOf(JsonTypeInfo type, bool isRequest)
    {
        var schema = type.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Transform(context, node, isRequest),
        });
        if (_comments.Of(type.Type) is { } comment && schema is JsonObject described)
        {
            described.Insert(0, "description", comment);
        }

        return schema;
    }

    /// <summary>Types of ours become references, and properties get their comments.</summary>
    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode node, bool isRequest)
    {
        var type = context.TypeInfo;
        if (!context.Path.IsEmpty && type.Kind == JsonTypeInfoKind.Object && type.Type.Namespace!.StartsWith("Innkeeper", StringComparison.Ordinal))
        {
            var isNullable = node is JsonObject { } inner && inner["type"] is JsonArray;
            JsonNode reference = Reference(type, isRequest);
            node = isNullable ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
        }

        if (node is not JsonObject schema)
        {
            return node;
        }

        if (context.Path.IsEmpty && !isRequest && type.Kind == JsonTypeInfoKind.Object)
        {
            // Every field of an answer is there, but those that are left out when they are null.
            schema["required"] = new JsonArray([.. type.Properties.Where(p => p.ShouldSerialize is null).Select(p => JsonValue.Create(p.Name))]);
        }

        if (context.PropertyInfo is { AttributeProvider: System.Reflection.MemberInfo member } choice && s_choices.TryGetValue((choice.DeclaringType, member.Name), out var choices))
        {
            var isNullable = schema["type"] is JsonArray;
            schema["enum"] = new JsonArray([.. choices.Select(c => JsonValue.Create(c)), .. isNullable ? [null] : Array.Empty<JsonNode?>()]);
        }

        if (context.PropertyInfo is { } property && (property.AttributeProvider as System.Reflection.MemberInfo)?.Name is { } name && _comments.Of(property.DeclaringType, name) is { } comment)
        {
            schema.Insert(0, "description", comment);
        }

        return schema;
    }
}
