using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/*
 * What `--json` prints and what the control socket says: snake case, times in ISO 8601 UTC. Each report has a `schema` of its own, which goes
 * up when a field changes its meaning or goes; fields are added without. Schema 2 of devices: `state` tells a device's admission.
 *
 * What a report must have is its parameters without a default: one that lacks any is not the answer asked for. Fields added later need a
 * default, so that a gateway that still runs an older version can be asked. A request's unknown fields are refused: a misspelt one would
 * be taken for obeyed.
 */
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(DevicesReport))]
[JsonSerializable(typeof(ProfilesReport))]
[JsonSerializable(typeof(LeasesReport))]
[JsonSerializable(typeof(EventsReport))]
[JsonSerializable(typeof(MissedReport))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(DeviceChange))]
[JsonSerializable(typeof(ConfigReport))]
[JsonSerializable(typeof(ReloadReport))]
[JsonSerializable(typeof(Failure))]
internal sealed partial class ContractsContext : JsonSerializerContext;

/// <summary>What is sent to the gateway.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Setting))]
internal sealed partial class RequestsContext : JsonSerializerContext;
