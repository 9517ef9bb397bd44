import { get, withQuery } from "../api/client";
import { useResource } from "../api/resource";
import type { Audit as AuditReport, AuditEntry } from "../api/types";
import { AuditTable } from "../components/AuditTable";
import { EarlierRows } from "../components/EarlierRows";
import { Page } from "../components/Page";
import { FilterForm, useQueryFilter } from "../components/QueryFilter";
import { Action, Card, Empty, Loaded } from "../components/ui";
import { csv, download, stamp } from "../csv";
import { useTexts } from "../texts";
import { useEarlier } from "../useEarlier";

const pageSize = "100";
const names = ["actor", "device", "text"] as const;

export default function Audit() {
  const t = useTexts();
  const filter = useQueryFilter(names);
  const latest = useResource<AuditReport>(withQuery("/audit", { ...filter, last: pageSize }), { concerns: (e) => e.actor != null });
  const earlier = useEarlier<AuditEntry>(JSON.stringify(filter), latest.data?.next, async (before) => {
    const page = await get<AuditReport>("/audit", { ...filter, last: pageSize, before });
    return { rows: page.entries, next: page.next };
  });
  const shown = [...(latest.data?.entries ?? []), ...earlier.rows];
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
      <FilterForm key={JSON.stringify(filter)} names={names} filter={filter}>
        {(text) => [text("actor", t.audit.who), text("device", t.audit.subject), text("text", t.events.text)]}
      </FilterForm>
      <Card flush>
        <Loaded of={latest}>{() => (shown.length === 0 ? <Empty>{t.audit.none}</Empty> : <AuditTable entries={shown} />)}</Loaded>
      </Card>
      <EarlierRows of={earlier} />
    </Page>
  );
}
