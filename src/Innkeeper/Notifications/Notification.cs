using System.Text.Json;
using System.Text.Json.Serialization;
using Innkeeper.Policy;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>
/// A notification for any channel: a device, an event, or a digest of several. It is kept in the outbox as
/// JSON, and a webhook's body is the same JSON.
/// </summary>
/// <param name="Id">32 hexadecimal digits that no other notification has: a receiver recognizes duplicates by it.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Source">The gateway's host name.</param>
/// <param name="Kind">"arrival", "digest", "test", or an event's kind.</param>
internal sealed record Notification(string Id, DateTimeOffset Time, string Source, string Kind)
{
    /// <summary>The kind of a digest.</summary>
    public const string DigestKind = "digest";

    /// <summary>The kind of a test message.</summary>
    public const string TestKind = "test";

    /// <summary>Increased when a field changes its meaning or is removed.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The new device of an arrival.</summary>
    public NewDevice? Device { get; init; }

    /// <summary>The event's text: a sentence.</summary>
    public string? Text { get; init; }

    /// <summary>The content of a digest.</summary>
    public Digest? Digest { get; init; }

    /// <summary>
    /// The page of the console about it; null where [web] url is not set. Only a page: no device is admitted by following it, for mail is read by scanners and
    /// forwarded to others.
    /// </summary>
    public string? Url { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, NotificationContext.Default.Notification);

    /// <summary>Null if the text is not a notification: a database may hold anything.</summary>
    public static Notification? FromJson(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, NotificationContext.Default.Notification);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Devices and events of a period, counted, and the first ones by name.</summary>
/// <param name="Since">The start of the period.</param>
/// <param name="Until">The end of the period.</param>
internal sealed record Digest(DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>Devices named one by one; the others are counted.</summary>
    public const int MostDevices = 50;

    /// <summary>Events whose text is kept; the others are counted.</summary>
    public const int MostEvents = 20;

    /// <summary>All devices of this digest.</summary>
    public int Arrivals { get; init; }

    /// <summary>Those of them with a locally administered MAC, which are not named.</summary>
    public int Randomised { get; init; }

    /// <summary>Those of them that wait for approval.</summary>
    public int Waiting { get; init; }

    /// <summary>Devices that were reported one by one just before.</summary>
    public int ToldSingly { get; init; }

    /// <summary>The first devices, none with a locally administered MAC.</summary>
    public IReadOnlyList<NewDevice> Devices { get; init; } = [];

    /// <summary>Events by kind.</summary>
    public IReadOnlyDictionary<string, int> Counts { get; init; } = new Dictionary<string, int>();

    /// <summary>The first events.</summary>
    public IReadOnlyList<DigestEvent> Events { get; init; } = [];

    [JsonIgnore]
    public bool IsEmpty => Arrivals == 0 && Counts.Count == 0;

    /// <summary>The digest with one more device.</summary>
    public Digest With(NewDevice device) => this with
    {
        Arrivals = Arrivals + 1,
        Randomised = Randomised + (device.IsRandomised ? 1 : 0),
        Waiting = Waiting + (device.IsWaiting ? 1 : 0),
        Devices = device.IsRandomised || Devices.Count >= MostDevices ? Devices : [.. Devices, device],
    };

    /// <summary>The digest with one more event.</summary>
    public Digest With(Event happened) => this with
    {
        Counts = new Dictionary<string, int>(Counts) { [happened.Kind] = Counts.GetValueOrDefault(happened.Kind) + 1 },
        Events = Events.Count >= MostEvents ? Events : [.. Events, new DigestEvent(happened.Time, happened.Kind, SafeText.Cut(happened.Text, SafeText.MaxSentence))],
    };

    /// <summary>The digest with things of which only the number is known.</summary>
    public Digest WithMissed(int arrivals, IEnumerable<KeyValuePair<string, int>> events)
    {
        var counts = new Dictionary<string, int>(Counts);
        foreach (var (kind, number) in events)
        {
            counts[kind] = counts.GetValueOrDefault(kind) + number;
        }

        return this with { Arrivals = Arrivals + arrivals, Counts = counts };
    }
}

/// <summary>An event in a digest.</summary>
internal readonly record struct DigestEvent(DateTimeOffset Time, string Kind, string Text);

/// <summary>Addresses as text.</summary>
internal sealed class MacAddressConverter : JsonConverter<MacAddress>
{
    public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && MacAddress.TryParse(reader.GetString(), out var mac) ? mac : throw new JsonException("This is no MAC address.");

    public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Addresses as text.</summary>
internal sealed class Ipv4AddressConverter : JsonConverter<Ipv4Address>
{
    public override Ipv4Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Ipv4Address.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("This is no IPv4 address.");

    public override void Write(Utf8JsonWriter writer, Ipv4Address value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>"new", "held", "admitted", "blocked".</summary>
internal sealed class AdmissionStateConverter() : JsonStringEnumConverter<AdmissionState>(JsonNamingPolicy.SnakeCaseLower);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, Converters = [typeof(MacAddressConverter), typeof(Ipv4AddressConverter), typeof(AdmissionStateConverter)])]
[JsonSerializable(typeof(Notification))]
[JsonSerializable(typeof(ThrottleState))]
internal sealed partial class NotificationContext : JsonSerializerContext;
