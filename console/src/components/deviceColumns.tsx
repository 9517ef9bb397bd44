import type { ReactNode } from "react";
import type { Device } from "../api/types";
import { octets, safe } from "../format";
import { DeviceLink, DeviceState } from "./State";
import { Ago } from "./Time";

export type ColumnKey = "name" | "state" | "vlan" | "own" | "outside" | "profile" | "seen" | "traffic" | "mac" | "vendor" | "tags" | "first";

export interface Column {
  key: ColumnKey;
  /** As a grid's track. */
  width: string;
  /** In rem: the table scrolls sideways below. */
  least: number;
  /** The gateway's order by this column. */
  sort?: string;
  show: (device: Device) => ReactNode;
}

function track(least: number, share: number): Pick<Column, "width" | "least"> {
  return { width: `minmax(${least}rem, ${share}fr)`, least };
}

export const columns: readonly Column[] = [
  { key: "name", ...track(11, 2), sort: "name", show: (d) => <DeviceLink device={d} /> },
  { key: "state", ...track(9.5, 1.5), show: (d) => <DeviceState device={d} withLeft /> },
  { key: "vlan", ...track(3.5, 0.4), sort: "vlan", show: (d) => (d.vlan === 0 ? <span className="dim">–</span> : d.vlan) },
  { key: "own", ...track(8, 1.1), sort: "address", show: (d) => <Several values={d.bindings.map((b) => b.claimed)} /> },
  { key: "outside", ...track(8, 1.1), show: (d) => <Several values={d.bindings.map((b) => b.legal).filter((a) => a !== "0.0.0.0")} /> },
  { key: "profile", ...track(5.5, 0.8), show: (d) => safe(d.profile ?? "") },
  { key: "traffic", ...track(5.5, 0.7), sort: "traffic", show: (d) => octets(d.bytes_in + d.bytes_out) },
  { key: "seen", ...track(6.5, 0.8), sort: "seen", show: (d) => (d.is_seen ? <Ago at={d.last_seen} /> : <span className="dim">–</span>) },
  { key: "mac", ...track(9.5, 1), sort: "mac", show: (d) => <span className="mono">{d.mac}</span> },
  { key: "vendor", ...track(8, 1), show: (d) => safe(d.vendor ?? "") },
  { key: "tags", ...track(7, 1), show: (d) => safe((d.tags ?? []).join(", ")) },
  { key: "first", ...track(6, 0.8), show: (d) => (d.is_seen ? <Ago at={d.first_seen} /> : "") },
];

export const usualColumns: readonly ColumnKey[] = ["name", "state", "vlan", "own", "outside", "profile", "traffic", "seen"];

function Several({ values }: { values: readonly string[] }) {
  const different = [...new Set(values)];
  return (
    <span className="mono" title={different.length > 1 ? different.join(", ") : undefined}>
      {different[0] ?? "–"}
      {different.length > 1 && <span className="dim"> +{different.length - 1}</span>}
    </span>
  );
}
