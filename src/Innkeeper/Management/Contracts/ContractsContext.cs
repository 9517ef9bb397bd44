using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/*
 * The JSON of `--json` and of the control socket: snake case, times in ISO 8601 UTC. Each report has its own `schema`. That number rises
 * when a field changes its meaning or is removed, not when one is added. Schema 2 of devices: `state` is a device's admission status.
 *
 * A report must have every parameter without a default: an answer that lacks one is no such report. Fields added later need a default, so
 * that a newer client can ask a gateway of an older version. A request with unknown fields is refused: the client would believe that a
 * misspelt field had an effect.
 */
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(DevicesReport))]
[JsonSerializable(typeof(DiagnosisReport))]
[JsonSerializable(typeof(ProfilesReport))]
[JsonSerializable(typeof(LeasesReport))]
[JsonSerializable(typeof(EventsReport))]
[JsonSerializable(typeof(MissedReport))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(DeviceChange))]
[JsonSerializable(typeof(ConfigReport))]
[JsonSerializable(typeof(ReloadReport))]
[JsonSerializable(typeof(ConfigFileReport))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(PendingReport))]
[JsonSerializable(typeof(ConfigChange))]
[JsonSerializable(typeof(HistoryReport))]
[JsonSerializable(typeof(HistoryEntry))]
[JsonSerializable(typeof(PingReport))]
[JsonSerializable(typeof(WakeReport))]
[JsonSerializable(typeof(UsersReport))]
[JsonSerializable(typeof(TokensReport))]
[JsonSerializable(typeof(AccountChange))]
[JsonSerializable(typeof(SetupLink))]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(SessionsReport))]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(SeriesReport))]
[JsonSerializable(typeof(OrderReport))]
[JsonSerializable(typeof(NetworkReport))]
[JsonSerializable(typeof(OutboxMessagesReport))]
[JsonSerializable(typeof(MessageChange))]
[JsonSerializable(typeof(MailTestReport))]
[JsonSerializable(typeof(MachinesReport))]
[JsonSerializable(typeof(ForwardsReport))]
[JsonSerializable(typeof(FindReport))]
[JsonSerializable(typeof(FirstRunReport))]
[JsonSerializable(typeof(PlanReport))]
[JsonSerializable(typeof(FirstRunFile))]
[JsonSerializable(typeof(FirstRunTrial))]
[JsonSerializable(typeof(VouchersReport))]
[JsonSerializable(typeof(VoucherReport))]
[JsonSerializable(typeof(VouchersMade))]
[JsonSerializable(typeof(VoucherChange))]
[JsonSerializable(typeof(RoomsReport))]
[JsonSerializable(typeof(RoomReport))]
[JsonSerializable(typeof(RoomChange))]
[JsonSerializable(typeof(AcceptancesReport))]
[JsonSerializable(typeof(Failure))]
internal sealed partial class ContractsContext : JsonSerializerContext;

/// <summary>Requests to the gateway.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Setting))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(NewPassword))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(SetupRequest))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(MailTestRequest))]
[JsonSerializable(typeof(ConfigText))]
[JsonSerializable(typeof(ApplyRequest))]
[JsonSerializable(typeof(MachineEntries))]
[JsonSerializable(typeof(ForwardEntry))]
[JsonSerializable(typeof(PlanRequest))]
[JsonSerializable(typeof(FirstRunMail))]
[JsonSerializable(typeof(FirstRunChoices))]
[JsonSerializable(typeof(NewVouchers))]
[JsonSerializable(typeof(VoucherExtension))]
[JsonSerializable(typeof(RoomSetting))]
internal sealed partial class RequestsContext : JsonSerializerContext;
