import type { AuditEntry } from "../api/types";
import { isMac, safe } from "../format";
import { href } from "../router";
import { useTexts } from "../texts";
import { Table } from "./Table";
import { Time } from "./Time";
import { Words } from "./ui";

export function AuditTable({ entries, isOfDevice }: { entries: readonly AuditEntry[]; isOfDevice?: boolean }) {
  const t = useTexts();
  return (
    <Table heads={[t.audit.time, t.audit.who, t.audit.what, ...(isOfDevice !== true ? [t.audit.subject] : []), t.audit.change]}>
      {entries.map((entry) => (
        <tr key={entry.number}>
          <td className="nowrap">
            <Time at={entry.time} />
          </td>
          <td>
            {safe(entry.actor)} <span className="dim small">{t.audit.kinds[entry.kind as keyof typeof t.audit.kinds] ?? entry.kind}</span>
            <br />
            <span className="dim small">{t.audit.from(safe(entry.from))}</span>
          </td>
          <td>
            <Words>{entry.text}</Words>
            <br />
            <code className="dim small">{safe(entry.what)}</code>
          </td>
          {isOfDevice !== true && <td>{isMac(entry.subject) ? <a className="mono" href={href(["devices", entry.subject])}>{entry.subject}</a> : safe(entry.subject)}</td>}
          <td>
            <Change before={entry.before} after={entry.after} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Change({ before, after }: Pick<AuditEntry, "before" | "after">) {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return (
    <ul className="small">
      {fields.map((field) => (
        <li key={field} className="words">
          <code>{safe(field)}</code>: {show(was[field])} → {show(is[field])}
        </li>
      ))}
    </ul>
  );
}

/** The changed fields, whatever the entry has. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function show(value: unknown): string {
  return value === undefined || value === null || value === "" ? "–" : safe(typeof value === "string" ? value : JSON.stringify(value), 120);
}
