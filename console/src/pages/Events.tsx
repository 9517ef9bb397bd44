import { useState } from "react";
import { get, withQuery } from "../api/client";
import { useResource } from "../api/resource";
import type { EventReport, Events as EventList } from "../api/types";
import { EarlierRows } from "../components/EarlierRows";
import { DeviceOf } from "../components/EventLines";
import { Choice } from "../components/fields";
import { Page } from "../components/Page";
import { FilterForm, useQueryFilter } from "../components/QueryFilter";
import { Table } from "../components/Table";
import { Time } from "../components/Time";
import { Action, Card, Empty, Loaded, Words } from "../components/ui";
import { csv, download, stamp } from "../csv";
import { safe } from "../format";
import { useTexts } from "../texts";
import { useEarlier } from "../useEarlier";

const pageSize = "100";
const names = ["kind", "severity", "device", "actor", "text"] as const;

export default function Events() {
  const t = useTexts();
  const filter = useQueryFilter(names);
  const [isLive, setLive] = useState(true);
  const latest = useResource<EventList>(withQuery("/events", { ...filter, last: pageSize }), { concerns: () => isLive });
  const earlier = useEarlier<EventReport>(JSON.stringify(filter), latest.data?.next, async (before) => {
    const page = await get<EventList>("/events", { ...filter, last: pageSize, before });
    return { rows: page.events.toReversed(), next: page.next };
  });
  const shown = [...(latest.data?.events ?? []).toReversed(), ...earlier.rows];
  return (
    <Page
      title={t.nav.events}
      actions={
        <div className="row">
          <label className="check">
            <input type="checkbox" checked={isLive} onChange={(e) => setLive(e.target.checked)} />
            {t.events.live}
          </label>
          <Action icon="download" onPress={() => download(`events-${stamp()}.csv`, csv([["time", "kind", "text", "mac", "address", "gateway", "actor"], ...shown.map((e) => [e.time, e.kind, e.text, e.mac, e.address, e.gateway, e.actor])]))}>
            {t.devices.export}
          </Action>
        </div>
      }
    >
      <FilterForm key={JSON.stringify(filter)} names={names} filter={filter}>
        {(text, draft, change) => [
          text("text", t.events.text),
          text("device", t.events.device),
          text("kind", t.events.kind),
          text("actor", t.events.actor),
          <Choice
            key="severity"
            label={t.events.severity}
            value={draft.severity ?? ""}
            onChange={(severity) => change("severity", severity)}
            options={[["", t.devices.any], ...Object.entries(t.events.severities)]}
          />,
        ]}
      </FilterForm>
      <Card flush>
        <Loaded of={latest}>{() => (shown.length === 0 ? <Empty>{t.events.none}</Empty> : <EventTable events={shown} />)}</Loaded>
      </Card>
      <EarlierRows of={earlier} />
    </Page>
  );
}

function EventTable({ events }: { events: readonly EventReport[] }) {
  const t = useTexts();
  return (
    <Table heads={[t.events.time, t.events.what, t.events.device, t.events.actor]}>
      {events.map((event) => (
        <tr key={`${event.sequence} ${event.time} ${event.kind}`}>
          <td className="nowrap">
            <Time at={event.time} />
          </td>
          <td>
            <Words>{event.text}</Words> <code className="dim small nowrap">{safe(event.kind)}</code>
          </td>
          <td>{event.mac != null && <DeviceOf mac={event.mac} />}</td>
          <td>{event.actor != null && safe(event.actor)}</td>
        </tr>
      ))}
    </Table>
  );
}
