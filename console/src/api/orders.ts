import { toast } from "../components/Toasts";
import { safe } from "../format";
import { texts } from "../texts";
import { call, path } from "./client";
import { refreshAll, streaming } from "./live";
import { session } from "./session";
import type { Cause, Device, DeviceChange, OrderReport } from "./types";

/** A device's name for people: yours, its own in quotes, otherwise its MAC. */
export function nameOf(device: Pick<Device, "mac" | "given_name" | "host_name">): string {
  return device.given_name != null && device.given_name !== "" ? safe(device.given_name) : device.host_name != null && device.host_name !== "" ? `“${safe(device.host_name)}”` : device.mac;
}

export type Shown = "online" | "silent" | "waits" | "ended" | "blocked" | "refused" | "new";

/** The causes that a person can mend, for a filter: devices that you blocked, or whose profile is closed, need nothing. */
export const needsYou = (["held", "held-by-order", "expired", "device-limit", "pool-exhausted", "table-full", "leases-exhausted", "volume-used"] satisfies readonly Cause[]).join(",");

const onlineFor = 300_000;

/** What the console says a device is: why it cannot use the network, or else whether it was heard lately. */
export function shownState(device: Pick<Device, "state" | "cause" | "is_seen" | "last_seen" | "bindings">, now: number): Shown {
  switch (device.cause) {
    case "held":
    case "held-closed":
    case "held-by-order":
      return "waits";
    case "expired":
      return "ended";
    case "blocked":
      return "blocked";
    case null:
      break;
    default:
      return "refused";
  }

  return device.state !== "admitted" ? "new" : device.is_seen && device.bindings.length > 0 && now - new Date(device.last_seen).getTime() < onlineFor ? "online" : "silent";
}

export interface Approval {
  for?: string;
  profile?: string;
  reason?: string;
}

export type Decision = { order: "approve"; approval: Approval } | { order: "block" | "hold"; reason?: string };

/** The order that gives a device the admission back that it has now; null: the person may not give it. */
export function wayBack(device: Device, now: number): Decision | null {
  const isAdmin = session.get()?.role === "admin";
  const until = device.standing?.until;
  switch (device.state) {
    case "admitted": {
      const seconds = until == null ? undefined : Math.floor((new Date(until).getTime() - now) / 1000);
      return seconds === undefined ? (isAdmin ? { order: "approve", approval: {} } : null) : seconds < 1 ? null : { order: "approve", approval: { for: `${seconds}s` } };
    }

    case "blocked":
      return { order: "block" };
    default:
      return isAdmin ? { order: "hold" } : null;
  }
}

function bodyOf(decision: Decision): object {
  return decision.order === "approve" ? decision.approval : { reason: decision.reason };
}

async function send(mac: string, decision: Decision, ifMatch?: string): Promise<DeviceChange> {
  return (await call<DeviceChange>(`${path`/devices/${mac}`}/${decision.order}`, { method: "POST", body: bodyOf(decision), ifMatch })).data;
}

/** The version of a device that the person sees: an order for it is refused where another came first. */
function versionOf(device: Device): string | undefined {
  return device.etag == null ? undefined : `"${device.etag}"`;
}

/** Decides about one device, and offers the way back. */
export async function decide(device: Device, decision: Decision): Promise<void> {
  const back = wayBack(device, Date.now());
  const t = texts().orders;
  await send(device.mac, decision, versionOf(device));
  readAgain();
  toast(t.done[decision.order](nameOf(device)), back === null ? undefined : () => undo(() => send(device.mac, back)));
}

/** The order's event says what changed; where none can come, everything is read again. */
function readAgain(): void {
  if (!streaming.get()) {
    refreshAll();
  }
}

/** Carries a way back out, and says how that went. */
export function undo(back: () => Promise<unknown>): void {
  const t = texts();
  back().then(
    () => {
      toast(t.orders.undone);
      readAgain();
    },
    () => toast(t.orders.notUndone),
  );
}

/** Sets a device's name, profile or address; an empty value clears it. */
export async function setValue(device: Device, what: "name" | "profile" | "address", value: string): Promise<void> {
  const was = { name: device.given_name, profile: device.pinned_profile, address: device.pinned_legal }[what] ?? "";
  const put = (next: string, ifMatch?: string) => call(`${path`/devices/${device.mac}`}/${what}`, { method: "PUT", body: { value: next }, ifMatch });
  await put(value, versionOf(device));
  readAgain();
  toast(texts().orders.changed(nameOf(device)), () => undo(() => put(was)));
}

export async function setTag(device: Device, tag: string, isThere: boolean): Promise<void> {
  const put = (wanted: boolean) => call(path`/devices/${device.mac}/tags/${tag}`, { method: wanted ? "PUT" : "DELETE" });
  await put(isThere);
  toast(texts().orders.changed(nameOf(device)), () => undo(() => put(!isThere)));
}

/** Forgets a device; erased, it is also taken out of everything that the gateway keeps, and the toast says what stays. */
export async function forget(device: Device, isErased = false): Promise<void> {
  const { erasure } = (await call<DeviceChange>(path`/devices/${device.mac}`, { method: "DELETE", query: isErased ? { erase: "true" } : {} })).data;
  if (erasure && erasure.failed.length > 0) {
    toast(texts().orders.notErased(erasure.failed.join("; ")));
    return;
  }

  toast(erasure ? texts().orders.erased(nameOf(device), erasure.stays.map((stay) => stay.what).join("; ")) : texts().orders.forgotten(nameOf(device)));
}

export type BulkOrder = "approve" | "block" | "hold" | "forget" | "tag" | "untag" | "profile";

export interface Bulk {
  order: BulkOrder;
  value?: string;
  for?: string;
  reason?: string;
  /** The MACs; undefined: all that the filter matches. */
  devices?: readonly string[];
}

/** Orders for many devices: those named, otherwise all of the filter. */
export async function order(bulk: Bulk, filter: Readonly<Record<string, string | undefined>>, dryRun: boolean): Promise<OrderReport> {
  return (await call<OrderReport>("/orders", { method: "POST", query: bulk.devices === undefined ? filter : {}, body: bulk, dryRun })).data;
}

/** The orders that undo another for devices that were read before; null: there are none, or not for all of them. */
export function wayBackOfMany(bulk: Bulk, report: OrderReport, known: readonly Device[], now: number): readonly Bulk[] | null {
  if (bulk.order === "forget" || report.touched.length < report.touched_count) {
    return null;
  }

  const before = new Map(known.map((device) => [device.mac, device]));
  const groups = new Map<string, { bulk: Bulk; macs: string[] }>();
  for (const { mac } of report.touched) {
    const device = before.get(mac);
    const back = device === undefined ? null : inverse(bulk, device, now);
    if (back === null) {
      return null;
    }

    if (back === "same") {
      continue;
    }

    const key = JSON.stringify(back);
    const group = groups.get(key) ?? { bulk: back, macs: [] };
    group.macs.push(mac);
    groups.set(key, group);
  }

  return [...groups.values()].map((group) => ({ ...group.bulk, devices: group.macs }));
}

function inverse(bulk: Bulk, device: Device, now: number): Bulk | "same" | null {
  const hadTag = device.tags?.includes(bulk.value ?? "") === true;
  switch (bulk.order) {
    case "tag":
      return hadTag ? "same" : { order: "untag", value: bulk.value };
    case "untag":
      return hadTag ? { order: "tag", value: bulk.value } : "same";
    case "profile":
      return { order: "profile", value: device.pinned_profile ?? "" };
    default: {
      const back = wayBack(device, now);
      return back === null ? null : back.order === "approve" ? { order: "approve", for: back.approval.for } : { order: back.order };
    }
  }
}

/** Carries an order for many devices out, and offers the way back where there is one for all of them. */
export async function decideMany(bulk: Bulk, filter: Readonly<Record<string, string | undefined>>, known: readonly Device[]): Promise<void> {
  const report = await order(bulk, filter, false);
  const back = wayBackOfMany(bulk, report, known, Date.now());
  const t = texts().bulk;
  const text = t.done[bulk.order](report.touched_count);
  toast(
    report.refused_count === 0 ? text : `${text} ${t.refused(report.refused_count)}`,
    back === null ? undefined : () => undo(() => Promise.all(back.map((one) => order(one, {}, false)))),
  );
}
