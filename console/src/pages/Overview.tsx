import { useState } from "react";
import { withQuery } from "../api/client";
import { nameOf, needsYou, shownState } from "../api/orders";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Device, Devices, Events, Status } from "../api/types";
import { Chart } from "../components/Chart";
import { QuickApprove, QuickBlock } from "../components/DeviceActions";
import { EventLines } from "../components/EventLines";
import { Page } from "../components/Page";
import { useStatus } from "../components/Shell";
import { DeviceLink, DeviceState, Where, causeText } from "../components/State";
import { Ago } from "../components/Time";
import { Card, Empty, Loaded, Meter, Note, Words } from "../components/ui";
import { bitRate, milliseconds, number, percent, safe } from "../format";
import { href } from "../router";
import { useTexts } from "../texts";

const mostNeeds = 6;

export function Overview() {
  const t = useTexts();
  const status = useStatus();
  return (
    <Page title={t.nav.overview}>
      <Loaded of={status}>
        {(data) => (
          <>
            <Verdict status={data} />
            <Tiles status={data} />
            <NeedsYou />
            <Charts />
            <Latest />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** One line, green or red, with what to do; each further problem has its own. */
function Verdict({ status }: { status: Status }) {
  const t = useTexts();
  const faults = status.faults ?? [];
  if (status.health == null && faults.length === 0) {
    return null;
  }

  if (faults.length === 0) {
    return (
      <div className="verdict-line" role="status">
        <Note look="good" title={t.overview.allWell} />
      </div>
    );
  }

  return (
    <div className="faults" role="status">
      {faults.map((fault) => (
        <Note key={fault.kind + fault.text} look={fault.severity === "broken" ? "bad" : "warn"} title={fault.severity === "broken" ? t.overview.broken : t.overview.degraded}>
          <Words>{fault.text}</Words>
        </Note>
      ))}
    </div>
  );
}

const internetFaults = ["interface-down", "uplink-waits", "no-router", "router-down", "gateway-down", "one-lan"];

function Tiles({ status }: { status: Status }) {
  const t = useTexts();
  const isDown = (status.faults ?? []).some((f) => internetFaults.includes(f.kind));
  const servers = status.dns?.upstreams ?? [];
  const alive = servers.filter((s) => s.state === "alive");
  const fastest = alive.filter((s) => s.latency_ms > 0).reduce<number | undefined>((least, s) => Math.min(least ?? Infinity, s.latency_ms), undefined);
  const known = status.known ?? {};
  const { napt, pool } = status;
  return (
    <div className="tiles">
      <section className="card tile">
        <h2>{t.overview.internet}</h2>
        <p className={`figure ${isDown ? "bad" : ""}`}>{isDown ? t.overview.down : t.overview.up}</p>
        <p className="dim small words">{status.gateway == null ? t.overview.noRouter(status.uplink) : t.overview.way(status.uplink, status.gateway)}</p>
      </section>
      <section className="card tile">
        <h2>{t.overview.dns}</h2>
        {status.dns == null ? (
          <p className="figure dim">{t.overview.off}</p>
        ) : (
          <>
            <p className={`figure ${servers.length > 0 && alive.length === 0 ? "bad" : ""}`}>{alive.length === servers.length ? t.overview.answers : t.overview.someAnswer(alive.length, servers.length)}</p>
            <p className="dim small words">
              {servers.map((s) => s.server).slice(0, 3).join(", ")}
              {fastest !== undefined && ` · ${milliseconds(fastest)}`}
            </p>
          </>
        )}
      </section>
      <section className="card tile">
        <h2>{t.nav.devices}</h2>
        <p className="figure">
          <a href={href(["devices"], { state: "admitted" })} aria-label={t.overview.admitted(known["admitted"] ?? 0)}>
            {number(known["admitted"] ?? 0)}
          </a>{" "}
          <span className="small dim">{t.devices.states.admitted}</span>
        </p>
        <p className="small row">
          <a href={href(["devices"], { state: "held" })}>{t.overview.waiting(known["held"] ?? 0)}</a>
          <a href={href(["devices"], { state: "blocked" })}>{t.overview.blocked(known["blocked"] ?? 0)}</a>
        </p>
      </section>
      {pool.total > 0 && (
        <section className="card tile">
          <h2>{t.overview.addresses}</h2>
          <p className="figure">{t.overview.of(number(pool.bound), number(pool.total))}</p>
          <Meter part={pool.bound} whole={pool.total} label={t.overview.addresses} />
          <p className="dim small">{pool.quarantined > 0 ? t.overview.quarantined(pool.quarantined) : percent(pool.bound, pool.total)}</p>
        </section>
      )}
      {napt != null && napt.ports > 0 && (
        <section className="card tile">
          <h2>{t.overview.ports}</h2>
          <p className="figure">{napt.blocks_total > 0 ? t.overview.of(number(napt.blocks), number(napt.blocks_total)) : percent(napt.ports - napt.ports_free, napt.ports)}</p>
          <Meter part={napt.blocks_total > 0 ? napt.blocks : napt.ports - napt.ports_free} whole={napt.blocks_total > 0 ? napt.blocks_total : napt.ports} label={t.overview.ports} />
          <p className={napt.refused > 0 ? "small warn" : "small dim"}>{napt.refused > 0 ? t.overview.refused(napt.refused) : t.overview.shared(napt.addresses.length)}</p>
        </section>
      )}
    </div>
  );
}

function NeedsYou() {
  const t = useTexts();
  const isOperator = useMay("operator");
  const devices = useResource<Devices>(withQuery("/devices", { cause: needsYou, sort: "seen", limit: `${mostNeeds + 1}` }), {
    every: 15_000,
    concerns: (e) => e.kind.startsWith("device") || e.kind === "admission-ended" || e.kind === "guest-admitted",
  });
  const all = href(["devices"], { cause: needsYou });
  return (
    <Card title={t.overview.needsYou} actions={<a href={all}>{t.overview.allWaiting}</a>}>
      <Loaded of={devices}>
        {(data) =>
          data.devices.length === 0 ? (
            <p className="dim">{t.overview.nothing}</p>
          ) : (
            <ul className="needs" aria-live="polite">
              {data.devices.slice(0, mostNeeds).map((device) => (
                <Need key={`${device.mac} ${device.vlan}`} device={device} isOperator={isOperator} />
              ))}
              {data.total > mostNeeds && (
                <li>
                  <a href={all}>{t.overview.more(data.total - mostNeeds)}</a>
                </li>
              )}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Need({ device, isOperator }: { device: Device; isOperator: boolean }) {
  const t = useTexts();
  const shown = shownState(device, Date.now());
  return (
    <li>
      <DeviceState device={device} />
      <span className="who">
        <DeviceLink device={device} />{" "}
        <span className="dim small">
          <Where vlan={device.vlan} />
          {nameOf(device) === device.mac ? (device.vendor == null ? "" : ` · ${device.vendor}`) : ` · ${device.mac}`} · {shown === "refused" && device.cause != null ? causeText(device.cause, t) : device.standing != null && <Ago at={device.standing.since} />}
          {shown === "ended" && device.standing?.ended != null && device.standing.ended !== "time" && ` · ${safe(device.standing.by)}: ${safe(device.standing.reason)}`}
        </span>
      </span>
      <span className="row">
        {shown === "refused" ? (
          <a className="button small" href={href(["devices", device.mac])} aria-label={`${t.overview.why}: ${nameOf(device)}`}>
            {t.overview.why}
          </a>
        ) : (
          isOperator && (
            <>
              <QuickApprove device={device} time="8h" />
              <QuickApprove device={device} time={shown === "ended" ? "30d" : "7d"} />
            </>
          )
        )}
        {isOperator && shown !== "ended" && <QuickBlock device={device} />}
      </span>
    </li>
  );
}

function Charts() {
  const t = useTexts();
  const [range, setRange] = useState("1h");
  const ranges = [
    ["1h", t.chart.hour],
    ["2d", t.chart.twoDays],
    ["90d", t.chart.ninetyDays],
  ] as const;
  return (
    <section className="stack" aria-labelledby="charts">
      <div className="row spread">
        <h2 id="charts">{t.chart.title}</h2>
        <div className="segments" role="group" aria-label={t.chart.range}>
          {ranges.map(([key, text]) => (
            <button key={key} type="button" aria-pressed={range === key} onClick={() => setRange(key)}>
              {text}
            </button>
          ))}
        </div>
      </div>
      <div className="columns">
        <Card title={t.chart.throughput}>
          <Chart route="/series" range={range} scale={8} format={bitRate} lines={[["octets_in", t.chart.in], ["octets_out", t.chart.out]]} />
        </Card>
        <Card title={t.nav.devices}>
          <Chart route="/series" range={range} format={(v) => number(v)} lines={[["devices_online", t.chart.online], ["devices_held", t.chart.waiting]]} />
        </Card>
      </div>
    </section>
  );
}

function Latest() {
  const t = useTexts();
  const events = useResource<Events>("/events?last=8", { concerns: () => true });
  return (
    <Card title={t.overview.latest} actions={<a href={href(["events"])}>{t.overview.allEvents}</a>}>
      <Loaded of={events}>{(data) => (data.events.length === 0 ? <Empty>{t.events.none}</Empty> : <EventLines events={data.events.toReversed()} />)}</Loaded>
    </Card>
  );
}

