using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>The fields that a change changed, as two JSON objects. No I/O, clock or log.</summary>
internal static class AuditFields
{
    /// <summary>UTF-16 units of one value.</summary>
    private const int LongestValue = 200;

    /// <summary>Octets of one object. Fields that have no room are left out, and "more" says so.</summary>
    internal const int MaxLength = 4096;

    /// <summary>The widest that a value, its name and the mark for others can be.</summary>
    private const int Reserve = 32;

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The fields of a device's record that an order changed.</summary>
    /// <param name="before">Null: there was none.</param>
    /// <param name="after">Null: there is none any more.</param>
    public static (string? Before, string? After) Of(DeviceRecord? before, DeviceRecord? after, Func<DateTimeOffset, DateTimeOffset> toWall) => Of(FieldsOf(before, toWall), FieldsOf(after, toWall));

    /// <summary>The fields that differ. A field that is null or missing on both sides is in neither object.</summary>
    /// <returns>Null for a side without any value.</returns>
    public static (string? Before, string? After) Of(IReadOnlyDictionary<string, string?> before, IReadOnlyDictionary<string, string?> after)
    {
        var changed = before.Keys.Union(after.Keys).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name)).ToList();
        return (Write(changed, before), Write(changed, after));
    }

    private static Dictionary<string, string?> FieldsOf(DeviceRecord? record, Func<DateTimeOffset, DateTimeOffset> toWall) => record is null ? [] : new()
    {
        ["state"] = DeviceQueries.NameOf(record.Admission.State),
        ["until"] = record.Admission.Until is { } until ? $"{toWall(until).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : null,
        ["reason"] = record.Admission.Reason is "" ? null : record.Admission.Reason,
        ["by"] = record.Admission.By is "" ? null : record.Admission.By,
        ["name"] = record.Name is "" ? null : record.Name,
        ["tags"] = record.Tags.IsEmpty ? null : string.Join(", ", record.Tags),
        ["profile"] = record.Profile,
        ["pinned_profile"] = record.PinnedProfile,
        ["pinned_address"] = record.PinnedLegal?.ToString(),
    };

    private static string? Write(List<string> names, IReadOnlyDictionary<string, string?> values)
    {
        if (!names.Any(name => values.GetValueOrDefault(name) is not null))
        {
            return null;
        }

        var octets = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(octets, s_options))
        {
            writer.WriteStartObject();
            foreach (var name in names)
            {
                var value = values.GetValueOrDefault(name) is { } known ? SafeText.Cut(known, LongestValue) : null;
                if (writer.BytesCommitted + writer.BytesPending + name.Length + Encoding.UTF8.GetMaxByteCount(value?.Length ?? 0) * 2 + Reserve > MaxLength)
                {
                    writer.WriteBoolean("more", true);
                    break;
                }

                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }
}
