import { useRef, useState } from "react";
import { call, path } from "../api/client";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Machine, MachineEntry, Machines as MachineList } from "../api/types";
import { FormDialog } from "../components/Dialog";
import { TextInput } from "../components/fields";
import { Page } from "../components/Page";
import { Table } from "../components/Table";
import { Ago } from "../components/Time";
import { toast } from "../components/Toasts";
import { Action, Card, Empty, Loaded } from "../components/ui";
import { csv, download, readCsv, stamp } from "../csv";
import { safe } from "../format";
import { useTexts } from "../texts";

const columns = ["name", "mac", "vlan", "address", "outside", "gateway", "appear", "description"] as const;
type Column = (typeof columns)[number];
type Values = Readonly<Record<Column, string>>;
const nothing: Values = { name: "", mac: "", vlan: "", address: "", outside: "", gateway: "", appear: "", description: "" };

type Open = { kind: "add" | "change"; values: Values } | { kind: "remove"; name: string } | { kind: "import"; entries: readonly MachineEntry[] };

export default function Machines() {
  const t = useTexts();
  const may = useMay("admin");
  const machines = useResource<MachineList>("/machines", { every: 10_000, concerns: (e) => e.kind === "machine-found" || e.kind.startsWith("configuration") });
  const [open, setOpen] = useState<Open>();
  return (
    <Page
      title={t.nav.machines}
      isWide
      actions={
        <div className="row">
          {may && (
            <>
              <Action onPress={() => setOpen({ kind: "add", values: nothing })}>{t.machines.add}</Action>
              <Import onRead={(entries) => setOpen({ kind: "import", entries })} />
            </>
          )}
          <Action icon="download" onPress={() => download(`machines-${stamp()}.csv`, csv([columns, ...(machines.data?.machines ?? []).map((m) => columns.map((c) => valuesOf(m)[c]))]))}>
            {t.machines.export}
          </Action>
        </div>
      }
    >
      <p className="dim">{t.machines.intro}</p>
      <Card flush>
        <Loaded of={machines}>
          {(data) =>
            data.machines.length === 0 ? (
              <Empty>{t.machines.none}</Empty>
            ) : (
              <Table heads={[t.machines.name, t.machines.state, t.machines.outside, t.machines.address, t.machines.device, t.machines.lastSeen, t.common.actions]}>
                {data.machines.map((m) => (
                  <tr key={m.name}>
                    <th scope="row">
                      {safe(m.name)} {m.description != null && <span className="dim">{safe(m.description)}</span>}
                    </th>
                    <td data-label={t.machines.state}>{t.machines.states[m.state as keyof typeof t.machines.states]}</td>
                    <td data-label={t.machines.outside}>{m.reaches ?? m.outside ?? "–"}</td>
                    <td data-label={t.machines.address}>{m.address ?? "–"}</td>
                    <td data-label={t.machines.device}>
                      {m.device == null ? t.machines.any : <a href={`#/devices/${m.device}`}>{m.device}</a>}
                      {m.vlan !== 0 && <span className="dim"> VLAN {m.vlan}</span>}
                    </td>
                    <td data-label={t.machines.lastSeen}>{m.last_seen == null ? t.machines.never : <Ago at={m.last_seen} />}</td>
                    <td>
                      {may && (
                        <span className="row">
                          <Action small onPress={() => setOpen({ kind: "change", values: valuesOf(m) })} aria-label={`${t.machines.change}: ${m.name}`}>
                            {t.machines.change}
                          </Action>
                          <Action small look="danger" onPress={() => setOpen({ kind: "remove", name: m.name })} aria-label={`${t.common.remove}: ${m.name}`}>
                            {t.common.remove}
                          </Action>
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
              </Table>
            )
          }
        </Loaded>
      </Card>
      {open !== undefined && <MachineForm open={open} onClose={() => setOpen(undefined)} onDone={machines.reload} />}
    </Page>
  );
}

function MachineForm({ open, onClose, onDone }: { open: Open; onClose: () => void; onDone: () => void }) {
  const t = useTexts();
  const [values, setValues] = useState<Values>(open.kind === "add" || open.kind === "change" ? open.values : nothing);
  const fields = open.kind === "add" ? columns : open.kind === "change" ? columns.slice(1) : [];
  const put = (machines: readonly MachineEntry[]) => call("/machines", { method: "POST", body: { machines } });
  const forms = {
    add: { title: t.machines.add, action: t.common.save, send: () => put([entryOf(values)]) },
    change: { title: t.machines.changeOf(safe(values.name)), action: t.common.save, send: () => put([entryOf(values)]) },
    remove: { title: t.machines.removeOf(open.kind === "remove" ? safe(open.name) : ""), action: t.common.remove, send: () => call(path`/machines/${open.kind === "remove" ? open.name : ""}`, { method: "DELETE" }) },
    import: { title: t.machines.importOf(open.kind === "import" ? open.entries.length : 0), action: t.machines.import, send: () => put(open.kind === "import" ? open.entries : []) },
  };
  const form = forms[open.kind];
  return (
    <FormDialog
      title={form.title}
      onClose={onClose}
      action={form.action}
      look={open.kind === "remove" ? "danger" : "primary"}
      isReady={fields.length === 0 || values.name.trim() !== ""}
      onAction={async () => {
        await form.send();
        toast(t.machines.done);
        onDone();
      }}
    >
      {fields.map((column) => (
        <TextInput
          key={column}
          label={t.machines[column]}
          value={values[column]}
          onChange={(value) => setValues({ ...values, [column]: value })}
          hint={t.machines.hints[column]}
          autoFocus={column === fields[0]}
          maxLength={200}
          autoComplete="off"
        />
      ))}
      {open.kind === "remove" && <p>{t.machines.removeText}</p>}
      {open.kind === "import" && <p>{open.entries.slice(0, 12).map((e) => safe(e.name ?? "")).join(", ")}{open.entries.length > 12 && " …"}</p>}
    </FormDialog>
  );
}

/** Reads a file that the person chooses. */
function Import({ onRead }: { onRead: (entries: readonly MachineEntry[]) => void }) {
  const t = useTexts();
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File) => {
    const entries = entriesOf(readCsv(await file.text()));
    if (entries === undefined) {
      toast(t.machines.importFault(columns.join(", ")));
    } else {
      onRead(entries);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv"
        hidden
        aria-label={t.machines.import}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) {
            void read(file);
          }
        }}
      />
      <Action onPress={() => input.current?.click()}>{t.machines.import}</Action>
    </>
  );
}

function valuesOf(machine: Machine): Values {
  return {
    name: machine.name, mac: machine.mac ?? "", vlan: machine.vlan === 0 ? "" : String(machine.vlan), address: machine.address ?? "", outside: machine.outside ?? "", gateway: machine.gateway ?? "",
    appear: machine.appear ?? "", description: machine.description ?? "",
  };
}

/** What is empty is not set; the gateway says what is wrong with the rest. */
function entryOf(values: Partial<Values>): MachineEntry {
  const given = columns.map((column) => [column, values[column]?.trim() ?? ""] as const).filter(([, text]) => text !== "");
  return Object.fromEntries(given.map(([column, text]) => [column, column === "vlan" && /^[0-9]{1,4}$/.test(text) ? Number(text) : text])) as MachineEntry;
}

/** The machines of a CSV file whose first line names the columns; undefined: it is none. */
export function entriesOf(rows: readonly (readonly string[])[]): readonly MachineEntry[] | undefined {
  const [heads, ...rest] = rows;
  const names = heads?.map((head) => head.trim().toLowerCase()) ?? [];
  if (rest.length === 0 || !names.includes("name") || !names.every((name) => (columns as readonly string[]).includes(name))) {
    return undefined;
  }

  return rest.map((row) => entryOf(Object.fromEntries(names.map((name, i) => [name, row[i] ?? ""])) as Partial<Values>));
}
