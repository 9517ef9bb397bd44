import { useState } from "react";
import { get, withQuery } from "../api/client";
import { useResource } from "../api/resource";
import type { EventReport, Events as EventList } from "../api/types";
import { DeviceOf } from "../components/EventLines";
import { Choice, TextInput } from "../components/fields";
import { Page } from "../components/Page";
import { Time } from "../components/Time";
import { Action, Card, Empty, ErrorNote, Loaded, Words } from "../components/ui";
import { csv, download, stamp } from "../csv";
import { safe } from "../format";
import { replaceQuery, useRoute } from "../router";
import { useTexts } from "../texts";
import { useEarlier } from "../useEarlier";

const pageSize = "100";
const names = ["kind", "severity", "device", "actor", "text"] as const;
type Filter = Partial<Record<(typeof names)[number], string>>;

export default function Events() {
  const t = useTexts();
  const { query } = useRoute();
  const filter: Filter = Object.fromEntries(names.map((name) => [name, query.get(name) ?? undefined]).filter(([, value]) => value));
  const [isLive, setLive] = useState(true);
  const latest = useResource<EventList>(withQuery("/events", { ...filter, last: pageSize }), { concerns: () => isLive });
  const earlier = useEarlier<EventReport>(JSON.stringify(filter), async (before) => {
    const page = await get<EventList>("/events", { ...filter, last: pageSize, before });
    return { rows: page.events.toReversed(), next: page.next == null ? null : String(page.next) };
  });
  const shown = [...(latest.data?.events ?? []).toReversed(), ...earlier.rows];
  const next = earlier.next === undefined ? (latest.data?.next == null ? null : String(latest.data.next)) : earlier.next;
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
      <Filters key={JSON.stringify(filter)} filter={filter} />
      <Card flush>
        <Loaded of={latest}>{() => (shown.length === 0 ? <Empty>{t.events.none}</Empty> : <Table events={shown} />)}</Loaded>
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
  const field = (name: "kind" | "device" | "actor" | "text", label: string) => (
    <TextInput label={label} value={draft[name] ?? ""} onChange={(value) => setDraft({ ...draft, [name]: value })} maxLength={64} />
  );
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
      {field("text", t.events.text)}
      {field("device", t.events.device)}
      {field("kind", t.events.kind)}
      {field("actor", t.events.actor)}
      <Choice
        label={t.events.severity}
        value={draft.severity ?? ""}
        onChange={(severity) => setDraft({ ...draft, severity })}
        options={[
          ["", t.devices.any],
          ["error", t.events.severities.error],
          ["warning", t.events.severities.warning],
          ["info", t.events.severities.info],
        ]}
      />
      <Action type="submit">{t.events.show}</Action>
      {names.some((name) => filter[name] !== undefined) && (
        <Action look="plain" onPress={() => replaceQuery(Object.fromEntries(names.map((name) => [name, undefined])))}>
          {t.devices.clear}
        </Action>
      )}
    </form>
  );
}

function Table({ events }: { events: readonly EventReport[] }) {
  const t = useTexts();
  return (
    <div className="table-wrap">
      <table className="table cards">
        <thead>
          <tr>
            <th scope="col">{t.events.time}</th>
            <th scope="col">{t.events.what}</th>
            <th scope="col">{t.events.device}</th>
            <th scope="col">{t.events.actor}</th>
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </div>
  );
}
