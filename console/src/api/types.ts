/** The API's answers, as the contract says. Thrown away when the OpenAPI document gives them. */

export type Role = "viewer" | "operator" | "admin";

export interface Session { schema: number; is_signed_in: boolean; name?: string; role?: Role; csrf?: string; needs_setup: boolean; gateway: string; time_zone?: string; version: string }

export interface Fault { kind: string; severity: string; text: string }
export interface Upstream { server: string; state: string; latency_ms: number; queries: number; answers: number; timeouts: number; failures: number }
export interface SharedAddress { address: string; state: string; devices: number }
export interface OutboxState { waiting: number; sent: number; dead: number; last_answer?: string | null; last_time?: string | null; last_taken?: boolean | null }
export interface Status {
  schema: number; version: string; state: string; started: string; access: string; uplink: string; uplink_address: string; gateway?: string | null;
  pool: { total: number; ready: number; bound: number; probing: number; quarantined: number };
  devices: number; bindings: number; storage_failure?: string | null;
  drops: Record<string, number>; counters: Record<string, number>; events: EventReport[];
  dns?: { counters: Record<string, number>; cached: number; cached_bytes: number; pending: number; upstreams: Upstream[]; pending_max: number } | null;
  napt?: { addresses: SharedAddress[]; mappings: number; resting: number; capacity: number; blocks: number; ports: number; ports_free: number; addresses_needed: number; refused: number } | null;
  mode: string; peer?: { state: string; mac: string; priority: number } | null;
  dhcp?: { server: string; network: string; addresses: string; total: number; leased: number; offered: number; quarantined: number } | null;
  mail?: OutboxState | null; webhook?: OutboxState | null; settings?: { number: number; failure?: string | null } | null;
  memory?: { used: number; limit: number; is_low: boolean } | null;
  firewall?: { path: string; interface: string; commands: string[] }[] | null;
  problems?: string[] | null; known?: Record<string, number> | null; health?: string | null; faults?: Fault[] | null;
}

export interface Binding {
  claimed: string; legal: string; inside: string; gateway?: string | null; state: string; first_seen: string; last_seen: string;
  packets_out: number; bytes_out: number; packets_in: number; bytes_in: number; dns_servers?: string[] | null;
  shared?: { address: string; tcp: number; udp: number; icmp: number; other: number } | null;
}
export interface Standing { state: string; reason: string; by: string; since: string; until?: string | null }
export interface Device {
  mac: string; vlan: number; vendor?: string | null; randomised: boolean; state: string; first_seen: string; last_seen: string; bindings: Binding[];
  packets_out: number; bytes_out: number; packets_in: number; bytes_in: number; name?: string | null; profile?: string | null; given_name?: string | null;
  tags?: string[] | null; host_name?: string | null; uses_dhcp?: boolean | null; standing?: Standing | null; pinned_profile?: string | null;
  pinned_legal?: string | null; is_seen: boolean; pinned_problem?: string | null;
}
export interface Devices { schema: number; devices: Device[]; total?: number; next?: string | null }
export interface DeviceChange { mac: string; text: string; not_durable?: string | null; dry_run?: boolean }
export interface OrderReport { schema: number; order: string; dry_run: boolean; touched: { mac: string; name?: string | null; text: string }[]; refused: { mac: string; error: string; text: string }[]; more: number }

export interface Step { id: string; verdict: string; text: string; time?: string | null }
export interface Diagnosis {
  schema: number; device: string; to: string; time: string; more: number;
  devices: { mac?: string | null; vlan: number; name?: string | null; verdict: string; cause: { id: string; text: string; remedy: string }; steps: Step[] }[];
}
export interface Ping { schema: number; mac: string; answers: { vlan: number; address: string; from: string; arp_ms?: number | null; echo_ms?: number | null }[] }

export interface Lease { address: string; state: string; mac: string; vlan: number; granted: string; expires: string; durable: boolean; host_name?: string | null; vendor_class?: string | null }
export interface Leases { schema: number; leases: Lease[] }

export interface Profile {
  name: string; admission: string; legal: string; inbound: boolean; isolate: boolean; addresses: number; denied: string[]; allowed: string[];
  rate_out?: number | null; rate_in?: number | null; lifetime?: number | null; gateway: string; fallback?: string | null; devices: Record<string, number>;
}
export interface GatewayWay { name: string; interface: string; next_hop?: string | null; state: string; since?: string | null }
export interface Profiles { schema: number; profiles: Profile[]; gateways: GatewayWay[] }

export interface EventReport { time: string; kind: string; text: string; sequence: number; mac?: string | null; address?: string | null; gateway?: string | null; actor?: string | null; severity?: string | null }
export interface Events { schema: number; events: EventReport[]; next?: number | string | null }
export interface AuditEntry { number: number; time: string; actor: string; kind: string; from: string; what: string; subject: string; text: string; before?: Record<string, unknown> | null; after?: Record<string, unknown> | null }
export interface Audit { schema: number; entries: AuditEntry[]; next?: number | string | null }

export interface Series { schema: number; start: string; step_s: number; series: { name: string; unit: string; values: (number | null)[] }[] }

export interface OutboxMessage { id: number; channel: string; state: string; subject: string; created: string; tries: number; next?: string | null; last_answer?: string | null }
export interface Outbox { schema: number; messages: OutboxMessage[] }

export interface ConfigurationFile { schema: number; path: string; text: string; writable: boolean; note?: string | null; etag?: string | null }
export interface CheckError { line: number; column: number; key?: string | null; message: string }
export interface Check { schema: number; errors: CheckError[] }
export interface Reload { changed: string[]; replaces: boolean; number?: number | null; held?: string[] | null; cut?: string[] | null; admitted?: string[] | null }
export interface Pending { until?: string | null; by?: string | null; number?: number | null }
export interface HistoryRow { number: number; time: string; by?: string | null; from?: string | null; comment?: string | null; how?: string; outcome: string; file?: string; text?: string | null }
export interface History { schema: number; in_force?: number; directory?: string; entries: HistoryRow[] }
export interface ConfigValue { key: string; value?: string | null; origin: string }
export interface Config { schema: number; file: string; in_force: boolean; values: ConfigValue[] }

export interface User { name: string; role: Role; created: string; last_sign_in?: string | null; disabled?: boolean }
export interface Users { schema: number; users: User[] }
export interface Token { name: string; role: Role; created: string; created_by?: string | null; expires?: string | null; last_use?: string | null; last_from?: string | null }
export interface Tokens { schema: number; tokens: Token[] }
