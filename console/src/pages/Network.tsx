import { withQuery } from "../api/client";
import { useResource } from "../api/resource";
import type { Profiles, Series, Status } from "../api/types";
import { Chart } from "../components/Chart";
import { Icon } from "../components/Icon";
import { Page } from "../components/Page";
import { useStatus } from "../components/Shell";
import { Ago } from "../components/Time";
import { Card, Empty, Facts, Loaded, Meter, Note } from "../components/ui";
import { bitRate, milliseconds, number, octets, percent, safe } from "../format";
import { useTexts } from "../texts";

export default function Network() {
  const t = useTexts();
  const status = useStatus();
  return (
    <Page title={t.nav.network}>
      <Loaded of={status}>
        {(data) => (
          <>
            <Way status={data} />
            <div className="columns">
              <Interfaces status={data} />
              <Gateways />
              <Pool status={data} />
              <Dns status={data} />
            </div>
            <Refused />
            <Drops status={data} />
            <Counters status={data} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

const wayNames = "octets_in,octets_out,packets_in,packets_out";

/** The packets' way as a picture: devices, gateway, router, with what flows between them. */
function Way({ status }: { status: Status }) {
  const t = useTexts();
  const series = useResource<Series>(withQuery("/series", { names: wayNames, range: "1h" }), { every: 10_000 });
  const now = (name: string) => series.data?.series.find((s) => s.name === name)?.values.findLast((v) => v !== null) ?? undefined;
  const rate = (name: string) => (now(name) === undefined ? "–" : bitRate((now(name) ?? 0) * 8));
  const packets = (name: string) => (now(name) === undefined ? "" : t.network.packets(number(now(name) ?? 0)));
  const arrows = (
    <div className="arrows">
      <div>
        {t.network.toInternet} →<strong>{rate("octets_out")}</strong>
        {packets("packets_out")}
      </div>
      <div>
        ← {t.network.toDevices}
        <strong>{rate("octets_in")}</strong>
        {packets("packets_in")}
      </div>
    </div>
  );
  const dropped = Object.values(status.drops).reduce((sum, n) => sum + n, 0);
  return (
    <Card title={t.network.way}>
      <div className="way">
        <div className="stop">
          <h3>
            <Icon name="devices" /> {t.nav.devices}
          </h3>
          <p>{t.overview.admitted(status.known?.["admitted"] ?? status.devices)}</p>
          <p className="dim small mono">{safe(status.access)}</p>
        </div>
        {arrows}
        <div className="stop">
          <h3>
            <Icon name="network" /> Innkeeper
          </h3>
          <p className="small">{t.network.bindings(status.bindings)}</p>
          <p className="small">{t.network.dropped(dropped)}</p>
          <p className="dim small">{status.mode === "one-armed" ? t.network.oneArm : t.network.twoArms}</p>
        </div>
        {arrows}
        <div className="stop">
          <h3>
            <Icon name="right" /> {t.network.router}
          </h3>
          <p className="mono">{status.gateway ?? "–"}</p>
          <p className="dim small mono">{safe(status.uplink)}</p>
        </div>
      </div>
    </Card>
  );
}

function Interfaces({ status }: { status: Status }) {
  const t = useTexts();
  return (
    <Card title={t.network.interfaces}>
      <div className="stack">
        <Facts
          rows={[
            [t.network.access, <span className="mono">{safe(status.access)}</span>],
            [t.network.uplink, <span className="mono">{safe(status.uplink)}</span>],
            [t.network.address, <span className="mono">{status.uplink_address}</span>],
            [t.network.router, status.gateway == null ? t.network.none : <span className="mono">{status.gateway}</span>],
            [t.network.mode, status.mode === "one-armed" ? t.network.oneArm : t.network.twoArms],
            [t.network.peer, status.peer == null ? undefined : t.network.peerIs(status.peer.mac, status.peer.state === "passive")],
            [t.network.dhcp, status.dhcp == null ? undefined : t.network.leased(number(status.dhcp.leased), number(status.dhcp.total), status.dhcp.network)],
            [t.network.memory, status.memory == null ? undefined : t.overview.of(octets(status.memory.used), octets(status.memory.limit))],
          ]}
        />
        {(status.firewall ?? []).map((closed) => (
          <Note key={closed.path + closed.interface} look="warn" title={t.network.firewall(closed.path, safe(closed.interface))}>
            <pre className="code wrap">{closed.commands.join("\n")}</pre>
          </Note>
        ))}
      </div>
    </Card>
  );
}

function Gateways() {
  const t = useTexts();
  const profiles = useResource<Profiles>("/profiles", { every: 10_000, concerns: (e) => e.kind.startsWith("gateway") });
  return (
    <Card title={t.network.gateways} flush>
      <Loaded of={profiles}>
        {(data) => (
          <div className="table-wrap">
            <table className="table cards">
              <thead>
                <tr>
                  <th scope="col">{t.network.name}</th>
                  <th scope="col">{t.network.interface}</th>
                  <th scope="col">{t.network.nextHop}</th>
                  <th scope="col">{t.network.state}</th>
                </tr>
              </thead>
              <tbody>
                {data.gateways.map((gateway) => (
                  <tr key={gateway.name}>
                    <th scope="row">{safe(gateway.name)}</th>
                    <td className="mono">{safe(gateway.interface)}</td>
                    <td className="mono">{gateway.next_hop ?? "–"}</td>
                    <td>
                      <UpDown state={gateway.state} />
                      {gateway.since != null && (
                        <span className="dim small">
                          {" "}
                          · <Ago at={gateway.since} />
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function UpDown({ state }: { state: string }) {
  const t = useTexts();
  const isUp = state === "up" || state === "alive" || state === "usable";
  const isKnown = isUp || state === "down" || state === "dead";
  return (
    <span className={`state ${isUp ? "good" : isKnown ? "bad" : "dim"}`}>
      <Icon name={isUp ? "good" : isKnown ? "bad" : "open"} size={16} />
      {isUp ? t.network.up : isKnown ? t.network.down : t.network.unknown}
    </span>
  );
}

function Pool({ status }: { status: Status }) {
  const t = useTexts();
  const { pool, napt } = status;
  return (
    <Card title={t.overview.addresses}>
      <div className="stack">
        {pool.total > 0 && (
          <div>
            <p>{t.network.poolUsed(number(pool.bound), number(pool.total))}</p>
            <Meter part={pool.bound} whole={pool.total} label={t.overview.addresses} />
            <p className="small dim">{t.network.poolRest(number(pool.ready), number(pool.probing), number(pool.quarantined))}</p>
          </div>
        )}
        {napt != null && (
          <div>
            <p>{t.network.portsUsed(percent(napt.ports - napt.ports_free, napt.ports), number(napt.mappings))}</p>
            <Meter part={napt.ports - napt.ports_free} whole={napt.ports} label={t.overview.ports} />
            {napt.refused > 0 && <p className="small warn">{t.overview.refused(napt.refused)}</p>}
            <ul className="small">
              {napt.addresses.slice(0, 32).map((shared) => (
                <li key={shared.address}>
                  <span className="mono">{shared.address}</span> · {t.devices.count(shared.devices)}
                  {shared.state !== "usable" && ` · ${shared.state}`}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Card>
  );
}

function Dns({ status }: { status: Status }) {
  const t = useTexts();
  const { dns } = status;
  if (dns == null) {
    return (
      <Card title={t.network.dns}>
        <p className="dim">{t.overview.off}</p>
      </Card>
    );
  }

  return (
    <Card title={t.network.dns} flush>
      <div className="table-wrap">
        <table className="table cards">
          <thead>
            <tr>
              <th scope="col">{t.network.server}</th>
              <th scope="col">{t.network.state}</th>
              <th scope="col" className="end">
                {t.network.latency}
              </th>
              <th scope="col" className="end">
                {t.network.timeouts}
              </th>
            </tr>
          </thead>
          <tbody>
            {dns.upstreams.map((server) => (
              <tr key={server.server}>
                <th scope="row" className="mono">
                  {safe(server.server)}
                </th>
                <td>
                  <UpDown state={server.state} />
                </td>
                <td className="end" data-label={t.network.latency}>
                  {server.latency_ms > 0 ? milliseconds(server.latency_ms) : "–"}
                </td>
                <td className="end" data-label={t.network.timeouts}>
                  {t.network.ofQueries(number(server.timeouts), number(server.queries))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Refused() {
  const t = useTexts();
  return (
    <div className="columns">
      <Card title={t.network.dnsQuestions}>
        <Chart
          route="/series"
          range="1h"
          isSmall
          format={(v) => number(v, 1)}
          lines={[
            ["dns_questions", t.network.questions],
            ["dns_cached", t.network.cached],
            ["dns_failed", t.network.failed],
          ]}
        />
      </Card>
      <Card title={t.network.dropRates}>
        <Chart
          route="/series"
          range="1h"
          isSmall
          format={(v) => number(v, 1)}
          lines={[
            ["drops_policy", t.network.dropsPolicy],
            ["drops_invalid", t.network.dropsInvalid],
            ["drops_limits", t.network.dropsLimits],
            ["drops_faults", t.network.dropsFaults],
          ]}
        />
      </Card>
    </div>
  );
}

function Drops({ status }: { status: Status }) {
  const t = useTexts();
  const drops = Object.entries(status.drops)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  const most = drops[0]?.[1] ?? 0;
  return (
    <Card title={t.network.drops} flush>
      {drops.length === 0 ? (
        <Empty>{t.network.noDrops}</Empty>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t.network.reason}</th>
                <th scope="col" className="end">
                  {t.network.count}
                </th>
                <th scope="col" aria-hidden="true" />
              </tr>
            </thead>
            <tbody>
              {drops.map(([name, count]) => (
                <tr key={name}>
                  <td>
                    {t.drops[name as keyof typeof t.drops] ?? name} <code className="dim small">{name}</code>
                  </td>
                  <td className="end">{number(count)}</td>
                  <td className="share" aria-hidden="true">
                    <div className="meter">
                      <span style={{ inlineSize: `${(count / most) * 100}%` }} />
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

/** For experts: every counter by its name. */
function Counters({ status }: { status: Status }) {
  const t = useTexts();
  const counters = Object.entries(status.counters).filter(([, count]) => count > 0);
  return (
    <Card>
      <details>
        <summary>{t.network.counters(counters.length)}</summary>
        <Facts rows={counters.map(([name, count]) => [name, number(count)] as const)} />
      </details>
    </Card>
  );
}
