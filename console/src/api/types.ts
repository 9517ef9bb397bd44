import type { components } from "./openapi.gen";

/** The API's answers by the console's words for them: `npm run types` reads them out of the gateway's OpenAPI document. */
type Schemas = components["schemas"];

export type Session = Schemas["SessionReport"];
export type Role = NonNullable<Session["role"]>;

export type Fault = Schemas["FaultReport"];
export type Upstream = Schemas["UpstreamReport"];
export type SharedAddress = Schemas["SharedAddressReport"];
export type OutboxState = Schemas["OutboxReport"];
export type Status = Schemas["StatusReport"];

export type Binding = Schemas["BindingReport"];
export type Standing = Schemas["AdmissionReport"];
export type Device = Schemas["DeviceReport"];
export type Devices = Schemas["DevicesReport"];
export type Cause = NonNullable<Device["cause"]>;
export type DeviceChange = Schemas["DeviceChange"];
export type OrderReport = Schemas["OrderReport"];

export type Step = Schemas["StepReport"];
export type Diagnosis = Schemas["DiagnosisReport"];
export type Ping = Schemas["PingReport"];

export type Lease = Schemas["LeaseReport"];
export type Leases = Schemas["LeasesReport"];

export type Profile = Schemas["ProfileReport"];
export type GatewayWay = Schemas["GatewayReport"];
export type Profiles = Schemas["ProfilesReport"];

export type EventReport = Schemas["EventReport"];
export type Events = Schemas["EventsReport"];
export type AuditEntry = Schemas["AuditEntryReport"];
export type Audit = Schemas["AuditReport"];

export type Series = Schemas["SeriesReport"];

export type OutboxMessage = Schemas["OutboxMessageReport"];
export type MailTest = Schemas["MailTestReport"];
export type Outbox = Schemas["OutboxMessagesReport"];

export type ConfigurationFile = Schemas["ConfigFileReport"];
export type CheckError = Schemas["CheckError"];
export type Check = Schemas["CheckReport"];
export type Reload = Schemas["ReloadReport"];
export type Pending = Schemas["PendingReport"];
export type HistoryRow = Schemas["HistoryEntry"];
export type History = Schemas["HistoryReport"];
export type ConfigValue = Schemas["ConfigValueReport"];
export type Config = Schemas["ConfigReport"];

export type Machine = Schemas["MachineReport"];
export type Machines = Schemas["MachinesReport"];
export type MachineEntry = Schemas["MachineEntry"];

export type User = Schemas["UserReport"];
export type Users = Schemas["UsersReport"];
export type Token = Schemas["TokenReport"];
export type Tokens = Schemas["TokensReport"];

export type CodeUse = Schemas["CodeUse"];
export type Voucher = Schemas["VoucherReport"];
export type Vouchers = Schemas["VouchersReport"];
export type MadeVouchers = Schemas["VouchersMade"];
export type Room = Schemas["RoomReport"];
export type Rooms = Schemas["RoomsReport"];
export type RoomChange = Schemas["RoomChange"];

export type Interface = Schemas["InterfaceReport"];
export type PathStage = Schemas["PathStageReport"];
export type Network = Schemas["NetworkReport"];

export type OwnSession = Schemas["OwnSessionReport"];
export type OwnSessions = Schemas["SessionsReport"];

export type FirstRunPort = Schemas["FirstRunPort"];
export type FirstRunReport = Schemas["FirstRunReport"];
export type Plan = Schemas["PlanReport"];
export type FirstRunFile = Schemas["FirstRunFile"];
