import type { components } from "./openapi.gen";

/** The API's answers by the console's words for them: `npm run types` reads them out of the gateway's OpenAPI document. */
type Schemas = components["schemas"];

export type Role = "viewer" | "operator" | "admin";

export interface Session { schema: number; is_signed_in: boolean; name?: string; role?: Role; csrf?: string; needs_setup: boolean; gateway: string; time_zone?: string; version: string }

export type Fault = Schemas["FaultReport"];
export type Upstream = Schemas["UpstreamReport"];
export type SharedAddress = Schemas["SharedAddressReport"];
export type OutboxState = Schemas["OutboxReport"];
export type Status = Schemas["StatusReport"];

export type Binding = Schemas["BindingReport"];
export type Standing = Schemas["AdmissionReport"];
export type Device = Schemas["DeviceReport"];
export type Devices = Schemas["DevicesReport"];
export type DeviceChange = Schemas["DeviceChange"];
export interface OrderReport { schema: number; order: string; dry_run: boolean; touched_count: number; touched: { mac: string; name?: string | null; text: string }[]; refused_count: number; refused: { mac: string; error: string; text: string }[]; more: number; not_durable?: string | null }

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

export interface ConfigurationFile { schema: number; path: string; text: string; writable: boolean; note?: string | null; etag?: string | null }
export interface CheckError { line: number; column: number; key?: string | null; message: string }
export interface Check { schema: number; errors: CheckError[] }
export type Reload = Schemas["ReloadReport"];
export interface Pending { until?: string | null; by?: string | null; number?: number | null }
export interface HistoryRow { number: number; time: string; by?: string | null; from?: string | null; comment?: string | null; how?: string; outcome: string; file?: string; text?: string | null }
export interface History { schema: number; in_force?: number; directory?: string; entries: HistoryRow[] }
export type ConfigValue = Schemas["ConfigValueReport"];
export type Config = Schemas["ConfigReport"];

export interface User { name: string; role: Role; created: string; last_sign_in?: string | null; disabled: boolean }
export interface Users { schema: number; users: User[] }
export interface Token { name: string; role: Role; created: string; created_by?: string | null; expires?: string | null; last_use?: string | null; last_from?: string | null }
export interface Tokens { schema: number; tokens: Token[] }

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
export interface OwnSession { number: string; since: string; last_seen: string; from: string; is_this: boolean }
export interface OwnSessions { schema: number; sessions: OwnSession[] }
