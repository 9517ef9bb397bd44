using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Innkeeper.Configuration;

namespace Innkeeper.Exports;

/// <summary>
/// A record for a collector: an event, an entry of the audit trail, or the begin or end of a device's use of an outside address. The JSON of the spool and of
/// files: fields are added, never changed or removed. docs/exports.md lists them.
/// </summary>
/// <param name="Time">When it happened, by the wall clock.</param>
/// <param name="Type">"event", "audit" or "mapping".</param>
internal sealed record ExportRecord(DateTimeOffset Time, string Type)
{
    public const string Event = "event";
    public const string Audit = "audit";
    public const string Mapping = "mapping";

    /// <summary>Counts up within an export, from 1: a gap is a loss, and a number that comes again was sent twice. 0: it has none yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Number { get; init; }

    /// <summary>Of an event its kind, of the audit trail the operation, of a mapping "begin" or "end".</summary>
    public string Kind { get; init; } = "";

    /// <summary>Of an event.</summary>
    public string? Severity { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Text { get; init; }

    /// <summary>The user or program that acted.</summary>
    public string? Actor { get; init; }

    /// <summary>Where the actor's request came from.</summary>
    public string? From { get; init; }

    /// <summary>Of the audit trail: the device's MAC, or the name of the user, token or file.</summary>
    public string? Subject { get; init; }

    /// <summary>Of the audit trail: the fields that changed, with their earlier values.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>The same fields with their new values.</summary>
    public JsonElement? After { get; init; }

    /// <summary>The device that it is about.</summary>
    public string? Mac { get; init; }

    public ushort? Vlan { get; init; }

    /// <summary>Of a mapping: the device's own address, where it is known. Of an event: the address that it is about.</summary>
    public string? Address { get; init; }

    /// <summary>Of an event: the gateway that it is about.</summary>
    public string? Gateway { get; init; }

    /// <summary>Of a mapping: the outside address.</summary>
    public string? Outside { get; init; }

    /// <summary>Of a mapping on a shared address: the first port; null: the device has the whole address.</summary>
    public ushort? FirstPort { get; init; }

    public ushort? LastPort { get; init; }

    /// <summary>Of a mapping on a shared address: an IP protocol's number; null: any.</summary>
    public byte? Protocol { get; init; }

    [JsonIgnore]
    public ExportContent Content => Type switch { Audit => ExportContent.Audit, Mapping => ExportContent.Mappings, _ => ExportContent.Events };

    /// <summary>Of a mapping: the use begins.</summary>
    [JsonIgnore]
    public bool IsBegin => Kind == Begin;

    public const string Begin = "begin";
    public const string End = "end";

    /// <summary>One line without its end.</summary>
    public byte[] ToLine() => JsonSerializer.SerializeToUtf8Bytes(this, s_context.ExportRecord);

    /// <returns>Null: the line is damaged.</returns>
    public static ExportRecord? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, s_context.ExportRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static readonly ExportContext s_context = new(new JsonSerializerOptions(ExportContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ExportRecord))]
internal sealed partial class ExportContext : JsonSerializerContext;
