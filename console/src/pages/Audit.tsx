import { useState } from "react";
import { get, withQuery } from "../api/client";
import { useResource } from "../api/resource";
import type { Audit as AuditReport, AuditEntry } from "../api/types";
import { AuditTable } from "../components/AuditTable";
import { TextInput } from "../components/fields";
import { Page } from "../components/Page";
import { Action, Card, Empty, ErrorNote, Loaded } from "../components/ui";
import { csv, download, stamp } from "../csv";
import { replaceQuery, useRoute } from "../router";
import { useTexts } from "../texts";
import { useEarlier } from "../useEarlier";

const pageSize = "100";
const names = ["actor", "device", "text"] as const;
type Filter = Partial<Record<(typeof names)[number], string>>;

export default function Audit() {
  const t = useTexts();
  const { query } = useRoute();
  const filter: Filter = Object.fromEntries(names.map((name) => [name, query.get(name) ?? undefined]).filter(([, value]) => value));
  const latest = useResource<AuditReport>(withQuery("/audit", { ...filter, last: pageSize }), { concerns: (e) => e.actor != null });
  const earlier = useEarlier<AuditEntry>(JSON.stringify(filter), async (before) => {
    const page = await get<AuditReport>("/audit", { ...filter, last: pageSize, before });
    return { rows: page.entries, next: page.next == null ? null : String(page.next) };
  });
  const shown = [...(latest.data?.entries ?? []), ...earlier.rows];
  const next = earlier.next === undefined ? (latest.data?.next == null ? null : String(latest.data.next)) : earlier.next;
  const save = () =>
    download(
      `audit-${stamp()}.csv`,
      csv([
        ["time", "actor", "kind", "from", "what", "subject", "text", "before", "after"],
        ...shown.map((e) => [e.time, e.actor, e.kind, e.from, e.what, e.subject, e.text, e.before == null ? "" : JSON.stringify(e.before), e.after == null ? "" : JSON.stringify(e.after)]),
      ]),
    );
  return (
    <Page
      title={t.nav.audit}
      actions={
        <Action icon="download" onPress={save}>
          {t.devices.export}
        </Action>
      }
    >
      <p className="dim">{t.audit.intro}</p>
      <Filters key={JSON.stringify(filter)} filter={filter} />
      <Card flush>
        <Loaded of={latest}>{() => (shown.length === 0 ? <Empty>{t.audit.none}</Empty> : <AuditTable entries={shown} />)}</Loaded>
      </Card>
      {earlier.error !== undefined && <ErrorNote error={earlier.error} />}
      {next !== null && (
        <div>
          <Action onPress={() => void earlier.more(next)} isPending={earlier.isBusy}>
            {t.events.earlier}
          </Action>
        </div>
      )}
    </Page>
  );
}

function Filters({ filter }: { filter: Filter }) {
  const t = useTexts();
  const [draft, setDraft] = useState<Filter>(filter);
  const labels = { actor: t.audit.who, device: t.audit.subject, text: t.events.text };
  return (
    <form
      className="filters"
      role="search"
      aria-label={t.devices.filters}
      onSubmit={(e) => {
        e.preventDefault();
        replaceQuery(Object.fromEntries(names.map((name) => [name, draft[name]?.trim()])));
      }}
    >
      {names.map((name) => (
        <TextInput key={name} label={labels[name]} value={draft[name] ?? ""} onChange={(value) => setDraft({ ...draft, [name]: value })} maxLength={64} />
      ))}
      <Action type="submit">{t.events.show}</Action>
      {names.some((name) => filter[name] !== undefined) && (
        <Action look="plain" onPress={() => replaceQuery(Object.fromEntries(names.map((name) => [name, undefined])))}>
          {t.devices.clear}
        </Action>
      )}
    </form>
  );
}
