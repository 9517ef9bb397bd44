import { withQuery } from "../api/client";
import { useResource } from "../api/resource";
import type { GatewayWay, Interface, Network as NetworkReport, PathStage, Series, Status, Upstream } from "../api/types";
import { Chart } from "../components/Chart";
import { Icon } from "../components/Icon";
import { Page } from "../components/Page";
import { useStatus } from "../components/Shell";
import { Table } from "../components/Table";
import { Ago } from "../components/Time";
import { Card, Facts, Loaded, Meter, Note, Words } from "../components/ui";
import { bitRate, milliseconds, number, octets, percent, safe } from "../format";
import { useTexts } from "../texts";

export default function Network() {
  const t = useTexts();
  const status = useStatus();
  const network = useResource<NetworkReport>("/network", { every: 10_000, concerns: (e) => e.kind.startsWith("gateway") || e.kind === "interfaces" });
  return (
    <Page title={t.nav.network}>
      <Loaded of={status}>
        {(data) => (
          <>
            <Way status={data} />
            <Loaded of={network}>
              {(net) => (
                <>
                  <Stages stages={net.path} />
                  <Interfaces interfaces={net.interfaces} />
                  <div className="columns">
                    <Setup status={data} network={net} />
                    <Gateways gateways={net.gateways} />
                    <Pool pool={net.pool} napt={net.napt} />
                    <Dns servers={net.dns_servers} />
                  </div>
                </>
              )}
            </Loaded>
            <Refused />
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

/** The way in stages: what is done at each, and the packets that end there with the reason. */
function Stages({ stages }: { stages: readonly PathStage[] }) {
  const t = useTexts();
  return (
    <Card title={t.network.stagesTitle}>
      <ol className="stages">
        {stages.map((stage) => {
          const drops = stage.drops.filter((d) => d.packets > 0).sort((a, b) => b.packets - a.packets);
          const dropped = drops.reduce((sum, d) => sum + d.packets, 0);
          return (
            <li key={stage.name}>
              <h3>{t.network.stages[stage.name as keyof typeof t.network.stages] ?? stage.name}</h3>
              <p className="small dim">{t.network.stageTexts[stage.name as keyof typeof t.network.stageTexts] ?? <Words>{stage.text}</Words>}</p>
              <p className={dropped > 0 ? "small" : "small dim"}>{t.network.droppedHere(dropped)}</p>
              {drops.length > 0 && (
                <ul className="small">
                  {drops.map((drop) => (
                    <li key={drop.reason}>
                      <strong>{number(drop.packets)}</strong> {t.drops[drop.reason as keyof typeof t.drops] ?? drop.text} <code className="dim">{drop.reason}</code>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

function Interfaces({ interfaces }: { interfaces: readonly Interface[] }) {
  const t = useTexts();
  const roles: Readonly<Record<string, string>> = { access: t.network.access, uplink: t.network.uplink, lan: t.network.lan };
  return (
    <Card title={t.network.interfaces} flush>
      <Table heads={[t.network.interface, t.network.role, t.network.state, t.network.address, t.network.mac, { end: t.network.mtu }]}>
        {interfaces.map((one) => (
          <tr key={`${one.role} ${one.name}`}>
            <th scope="row" className="mono">
              {safe(one.name)}
            </th>
            <td>{roles[one.role] ?? one.role}</td>
            <td>
              <UpDown state={one.state} />
            </td>
            <td className="mono">{one.addresses.join(", ")}</td>
            <td className="mono">{one.mac}</td>
            <td className="end" data-label={t.network.mtu}>
              {number(one.mtu)}
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Setup({ status, network }: { status: Status; network: NetworkReport }) {
  const t = useTexts();
  return (
    <Card title={t.network.mode}>
      <div className="stack">
        <Facts
          rows={[
            [t.network.mode, network.mode === "one-armed" ? t.network.oneArm : t.network.twoArms],
            [t.network.address, <span className="mono">{network.uplink_address}</span>],
            [t.network.router, status.gateway == null ? t.network.none : <span className="mono">{status.gateway}</span>],
            [t.network.inside, <span className="mono">{network.inside}</span>],
            [t.network.peer, network.peer == null ? undefined : t.network.peerIs(network.peer.mac, network.peer.state === "passive")],
            [t.network.dhcp, status.dhcp == null ? undefined : t.network.leased(number(status.dhcp.leased), number(status.dhcp.total), status.dhcp.network)],
            [t.network.memory, status.memory == null ? undefined : t.overview.of(octets(status.memory.used), octets(status.memory.limit))],
          ]}
        />
        {(network.firewall ?? []).map((closed) => (
          <Note key={closed.path + closed.interface} look="warn" title={t.network.firewall(closed.path, safe(closed.interface))}>
            <pre className="code wrap">{closed.commands.join("\n")}</pre>
          </Note>
        ))}
      </div>
    </Card>
  );
}

function Gateways({ gateways }: { gateways: readonly GatewayWay[] }) {
  const t = useTexts();
  return (
    <Card title={t.network.gateways} flush>
      <Table heads={[t.network.name, t.network.interface, t.network.nextHop, t.network.state]}>
        {gateways.map((gateway) => (
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
      </Table>
    </Card>
  );
}

function UpDown({ state }: { state: string }) {
  const t = useTexts();
  const isUp = state === "up" || state === "alive" || state === "usable";
  const faults: Readonly<Record<string, string>> = { down: t.network.down, dead: t.network.down, "no-carrier": t.network.noCarrier, missing: t.network.missing };
  const fault = faults[state];
  return (
    <span className={`state ${isUp ? "good" : fault === undefined ? "dim" : "bad"}`}>
      <Icon name={isUp ? "good" : fault === undefined ? "open" : "bad"} size={16} />
      {isUp ? t.network.up : (fault ?? t.network.unknown)}
    </span>
  );
}

function Pool({ pool, napt }: Pick<NetworkReport, "pool" | "napt">) {
  const t = useTexts();
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
        {napt != null && napt.ports > 0 && (
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

function Dns({ servers }: { servers: readonly Upstream[] }) {
  const t = useTexts();
  if (servers.length === 0) {
    return (
      <Card title={t.network.dns}>
        <p className="dim">{t.overview.off}</p>
      </Card>
    );
  }

  return (
    <Card title={t.network.dns} flush>
      <Table heads={[t.network.server, t.network.state, { end: t.network.latency }, { end: t.network.timeouts }]}>
        {servers.map((server) => (
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
      </Table>
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
