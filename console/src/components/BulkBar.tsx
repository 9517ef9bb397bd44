import { useEffect, useState } from "react";
import { decideMany, order } from "../api/orders";
import type { Bulk, BulkOrder } from "../api/orders";
import type { Pager } from "../api/pager";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Device, OrderReport, Profiles } from "../api/types";
import { number, safe } from "../format";
import { useTexts } from "../texts";
import { TimeChoice, isTime } from "./DeviceActions";
import { FormDialog } from "./Dialog";
import { Choice, TextInput } from "./fields";
import { Action, ErrorNote, Words } from "./ui";

type Filter = Readonly<Record<string, string | undefined>>;

interface BulkProps {
  filter: Filter;
  pager: Pager<Device>;
  /** Undefined: all that the filter matches. */
  selected: readonly string[] | undefined;
  onAll: () => void;
  onClear: () => void;
}

/** What can be ordered for the selected devices. */
export function BulkBar({ filter, pager, selected, onAll, onClear }: BulkProps) {
  const t = useTexts();
  const isAdmin = useMay("admin");
  const [open, setOpen] = useState<BulkOrder>();
  const total = pager.total ?? 0;
  const orders: readonly BulkOrder[] = isAdmin ? ["approve", "block", "hold", "tag", "untag", "profile", "forget"] : ["approve", "block"];
  return (
    <section className="bulk" aria-label={t.bulk.label}>
      <strong role="status">{selected === undefined ? t.bulk.all(total) : t.bulk.selected(selected.length)}</strong>
      {orders.map((name) => (
        <Action key={name} small look={name === "block" || name === "forget" ? "danger" : undefined} onPress={() => setOpen(name)}>
          {t.bulk.orders[name]}
        </Action>
      ))}
      {selected !== undefined && selected.length < total && (
        <Action small look="plain" onPress={onAll}>
          {t.bulk.selectAll(number(total))}
        </Action>
      )}
      <Action small look="plain" onPress={onClear}>
        {t.bulk.clear}
      </Action>
      {open !== undefined && (
        <BulkDialog
          name={open}
          filter={filter}
          selected={selected}
          pager={pager}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            pager.refresh();
            onClear();
          }}
        />
      )}
    </section>
  );
}

function BulkDialog({ name, filter, selected, pager, onClose, onDone }: { name: BulkOrder; filter: Filter; selected: readonly string[] | undefined; pager: Pager<Device>; onClose: () => void; onDone: () => void }) {
  const t = useTexts();
  const [time, setTime] = useState("8h");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const needsValue = name === "tag" || name === "untag";
  const isReady = (name !== "approve" || time === "" || isTime(time)) && (!needsValue || value.trim() !== "");
  const bulk: Bulk = {
    order: name,
    devices: selected,
    for: name === "approve" && time !== "" ? time : undefined,
    value: needsValue || name === "profile" ? value.trim() : undefined,
    reason: reason.trim() === "" ? undefined : reason.trim(),
  };
  const trial = useTrial(bulk, filter, isReady);
  return (
    <FormDialog
      title={t.bulk.titles[name]}
      onClose={onClose}
      action={t.bulk.orders[name].replace("…", "")}
      look={name === "block" || name === "forget" ? "danger" : "primary"}
      isReady={isReady && trial.report !== undefined && trial.report.touched_count > 0}
      onAction={async () => {
        await decideMany(bulk, filter, [...pager.rows()]);
        onDone();
      }}
    >
      {name === "approve" && <TimeChoice value={time} onChange={setTime} />}
      {needsValue && <TextInput label={t.devices.tag} value={value} onChange={setValue} autoFocus maxLength={32} />}
      {name === "profile" && <ProfileChoice value={value} onChange={setValue} />}
      {(name === "approve" || name === "block" || name === "hold") && <TextInput label={t.orders.reason} value={reason} onChange={setReason} hint={t.orders.reasonHint} maxLength={200} />}
      {trial.error !== undefined && <ErrorNote error={trial.error} />}
      {trial.report !== undefined && <Preview report={trial.report} name={name} />}
    </FormDialog>
  );
}

function ProfileChoice({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useTexts();
  const profiles = useResource<Profiles>("/profiles");
  return <Choice label={t.orders.withProfile} value={value} onChange={onChange} options={[["", t.orders.byRules], ...(profiles.data?.profiles ?? []).map((p) => [p.name, p.name] as const)]} />;
}

/** What the order would do, asked of the gateway: nothing happens. */
function useTrial(bulk: Bulk, filter: Filter, isReady: boolean): { report?: OrderReport; error?: unknown } {
  const key = JSON.stringify([bulk, filter]);
  const [trial, setTrial] = useState<{ key?: string; report?: OrderReport; error?: unknown }>({});
  useEffect(() => {
    if (!isReady) {
      return;
    }

    let isOver = false;
    const [wanted, where] = JSON.parse(key) as [Bulk, Filter];
    const timer = setTimeout(() => {
      order(wanted, where, true).then(
        (report) => isOver || setTrial({ key, report }),
        (error: unknown) => isOver || setTrial({ key, error }),
      );
    }, 200);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, isReady]);
  return isReady && trial.key === key ? trial : {};
}

const mostNames = 12;

function Preview({ report, name }: { report: OrderReport; name: BulkOrder }) {
  const t = useTexts();
  const count = report.touched_count;
  return (
    <div role="status" className="stack tight">
      <strong>{t.bulk.preview[name](count)}</strong>
      {report.touched.length > 0 && (
        <p className="small dim words">
          {report.touched.slice(0, mostNames).map((d) => safe(d.name ?? d.mac)).join(", ")}
          {count > mostNames && ` ${t.bulk.andMore(number(count - mostNames))}`}
        </p>
      )}
      {report.refused.length > 0 && (
        <details>
          <summary>{t.bulk.refused(report.refused_count)}</summary>
          <ul className="small">
            {report.refused.slice(0, mostNames).map((d) => (
              <li key={d.mac}>
                <span className="mono">{d.mac}</span>: <Words>{d.text}</Words>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
