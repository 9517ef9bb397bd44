import { useState } from "react";
import { ApiError, call, path, url, withQuery } from "../api/client";
import { nameOf } from "../api/orders";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Audit, Binding, Device as DeviceReport, Devices, Events, Lease, Leases, Ping } from "../api/types";
import { Chart } from "../components/Chart";
import { AuditTable } from "../components/AuditTable";
import { DeviceActions } from "../components/DeviceActions";
import { Diagnosis } from "../components/Diagnosis";
import { EventLines } from "../components/EventLines";
import { Page } from "../components/Page";
import { useStatus } from "../components/Shell";
import { DeviceState, Where, causeText } from "../components/State";
import { Ago, Left, Time } from "../components/Time";
import { Action, Card, Empty, ErrorNote, Facts, Loaded, Loading, Note, Words } from "../components/ui";
import { bitRate, isMac, milliseconds, number, octets, safe } from "../format";
import { href } from "../router";
import { type Texts, useTexts } from "../texts";

export default function Device({ rest }: { rest: readonly string[] }) {
  const t = useTexts();
  const id = rest[0] ?? "";
  const devices = useResource<Devices>(path`/devices/${id}`, { every: 10_000, concerns: (e) => e.mac === id || e.kind.startsWith("configuration") });
  const found = devices.data?.devices ?? [];
  if (devices.data === undefined || found.length === 0) {
    return (
      <Page title={safe(id)}>
        {devices.error === undefined ? <Loading /> : <Unknown error={devices.error} id={id} />}
        <a href={href(["devices"])}>{t.devices.back}</a>
      </Page>
    );
  }

  return found.map((device) => <One key={`${device.mac} ${device.vlan}`} device={device} />);
}

function Unknown({ error, id }: { error: ApiError; id: string }) {
  const t = useTexts();
  const mayDecide = useMay("operator");
  // The diagnosis knows stations that are no devices yet.
  return error.code === "not_found" ? (
    <>
      <ErrorNote error={error} />
      {mayDecide && isMac(id) && (
        <>
          <p>{t.devices.notYet}</p>
          <DeviceActions device={unknown(id)} />
        </>
      )}
      <Diagnosis device={id} />
    </>
  ) : (
    <ErrorNote error={error} />
  );
}

/** A device that did not come yet, as far as orders need it. */
function unknown(mac: string): DeviceReport {
  return {
    mac, vlan: 0, vendor: null, randomised: false, state: "new", first_seen: "", last_seen: "", bindings: [], packets_out: 0, bytes_out: 0, packets_in: 0, bytes_in: 0, name: null, profile: null,
    given_name: null, tags: null, host_name: null, uses_dhcp: null, standing: null, pinned_profile: null, pinned_legal: null, is_seen: false, pinned_problem: null, limits_with: null, volume: null,
    etag: null, cause: null, dns_name: null, ipv6: null,
  };
}

function One({ device }: { device: DeviceReport }) {
  const t = useTexts();
  const isAdmin = useMay("admin");
  const isOperator = useMay("operator");
  return (
    <Page title={nameOf(device)} heading={nameOf(device)}>
      <div className="row">
        <DeviceState device={device} />
        {device.state === "admitted" && device.standing?.until != null && (
          <span className="dim">
            · <Left until={device.standing.until} />
          </span>
        )}
        <span className="dim mono">{device.mac}</span>
        <span className="dim">
          <Where vlan={device.vlan} />
        </span>
        {(device.tags ?? []).map((tag) => (
          <span key={tag} className="chip">
            {safe(tag)}
          </span>
        ))}
      </div>
      <DeviceActions device={device} />
      {device.pinned_problem != null && (
        <Note look="warn">
          <Words>{device.pinned_problem}</Words>
        </Note>
      )}
      <Diagnosis device={device.mac} />
      <div className="columns">
        <Addresses device={device} />
        <About device={device} />
      </div>
      <Card title={t.device.traffic}>
        <Chart route={path`/devices/${device.mac}/series`} range="1d" scale={8} format={bitRate} isSmall lines={[["octets_in", t.chart.in], ["octets_out", t.chart.out]]} />
      </Card>
      {isOperator && <Inspect device={device} isAdmin={isAdmin} />}
      <History mac={device.mac} />
      {isAdmin && <Decisions mac={device.mac} />}
    </Page>
  );
}

function Addresses({ device }: { device: DeviceReport }) {
  const t = useTexts();
  const dhcp = useStatus().data?.dhcp;
  const ipv6 = device.ipv6 ?? [];
  if (device.bindings.length + ipv6.length === 0) {
    return (
      <Card title={t.device.addresses}>
        <p className="dim">{t.device.noAddress}</p>
        {device.pinned_legal != null && <Facts rows={[[t.device.pinned, <span className="mono">{device.pinned_legal}</span>]]} />}
      </Card>
    );
  }

  return (
    <Card title={t.device.addresses}>
      <div className="stack">
        {device.bindings.map((binding) => (
          <Facts key={binding.claimed} rows={rowsOf(binding, device)} />
        ))}
        {ipv6.map((each) => (
          <Facts
            key={each.address}
            rows={[
              [t.device.own, <span className="mono">{each.address}</span>],
              [t.device.outside, each.outside == null ? t.device.noneFree : <span className="mono">{each.outside}</span>],
              [t.device.transferred, t.device.both(octets(each.bytes_in), octets(each.bytes_out))],
            ]}
          />
        ))}
      </div>
    </Card>
  );

  function rowsOf(binding: Binding, of: DeviceReport) {
    const { shared } = binding;
    return [
      [t.device.own, <span className="mono">{binding.claimed}</span>],
      [t.device.outside, binding.legal === "0.0.0.0" ? t.device.noneFree : <span className="mono">{binding.legal}</span>],
      [t.device.shared, shared == null ? undefined : t.device.sharedPorts(shared.address, number(shared.tcp), number(shared.udp))],
      [t.device.pinned, of.pinned_legal != null && of.pinned_legal !== binding.legal ? <span className="mono">{of.pinned_legal}</span> : undefined],
      [t.device.gateway, binding.gateway == null ? t.device.unknown : t.device.answered(binding.gateway)],
      [t.device.dnsServers, (binding.dns_servers ?? []).length === 0 ? undefined : t.device.dnsAnswered((binding.dns_servers ?? []).join(", "))],
      [t.device.fits, of.uses_dhcp === false && dhcp != null ? t.device.fitsDhcp(dhcp.network, dhcp.server) : undefined],
      [t.device.transferred, t.device.both(octets(binding.bytes_in), octets(binding.bytes_out))],
    ] as const;
  }
}

function About({ device }: { device: DeviceReport }) {
  const t = useTexts();
  const leases = useResource<Leases>(device.uses_dhcp === false ? null : withQuery("/leases", { device: device.mac }));
  const lease = leases.data?.leases.find((l) => l.vlan === device.vlan && l.state === "active");
  const { standing } = device;
  return (
    <Card title={t.device.about}>
      <Facts
        rows={[
          [t.device.cause, device.cause == null ? undefined : causeText(device.cause, t)],
          [t.device.decided, standing == null ? undefined : <Standing reason={standing.reason} by={standing.by} since={standing.since} />],
          [t.device.until, standing?.until == null ? undefined : <Time at={standing.until} withGateway />],
          [t.device.profile, device.profile == null ? undefined : `${safe(device.profile)}${device.pinned_profile == null ? "" : ` (${t.device.chosen})`}`],
          [t.device.limitsWith, device.limits_with == null ? undefined : groupText(device.limits_with, t)],
          [t.device.volume, device.volume == null ? undefined : <Volume volume={device.volume} />],
          [t.device.hostName, device.host_name == null ? undefined : `“${safe(device.host_name)}”`],
          [t.device.vendor, device.randomised ? t.device.randomised : device.vendor == null ? undefined : safe(device.vendor)],
          [t.device.addressBy, device.uses_dhcp == null ? undefined : device.uses_dhcp ? t.device.byDhcp : t.device.byItself],
          [t.device.lease, lease === undefined ? undefined : <LeaseOf lease={lease} />],
          [t.device.firstSeen, device.is_seen ? <Time at={device.first_seen} withGateway /> : t.device.never],
          [t.device.lastSeen, device.is_seen ? <Ago at={device.last_seen} /> : undefined],
        ]}
      />
    </Card>
  );
}

/** "voucher 3-17", "room 214", "tag hall" or "VLAN 20" in the reader's words. */
function groupText(group: string, t: Texts): string {
  const [kind = "", ...name] = group.split(" ");
  const text = kind in t.device.groups ? t.device.groups[kind as keyof typeof t.device.groups] : undefined;
  return text === undefined ? safe(group) : text(safe(name.join(" ")));
}

function Volume({ volume }: { volume: NonNullable<DeviceReport["volume"]> }) {
  const t = useTexts();
  const per = t.device.volumePer[volume.period as keyof typeof t.device.volumePer] ?? volume.period;
  return (
    <>
      {t.overview.of(octets(volume.used), octets(volume.limit))} {per} · <span className="dim small">{t.device.volumeBegins} <Time at={volume.end} withGateway /></span>
    </>
  );
}

function LeaseOf({ lease }: { lease: Lease }) {
  return (
    <>
      <span className="mono">{lease.address}</span> · <Left until={lease.expires} />
    </>
  );
}

function Standing({ reason, by, since }: { reason: string; by: string; since: string }) {
  return (
    <>
      {reason !== "" && (
        <>
          <Words>{reason}</Words>
          <br />
        </>
      )}
      <span className="dim small">
        <Words>{by}</Words> · <Time at={since} withGateway />
      </span>
    </>
  );
}

/** Asks the device itself, wakes it, and takes its packets down. */
function Inspect({ device, isAdmin }: { device: DeviceReport; isAdmin: boolean }) {
  const t = useTexts();
  const [ping, setPing] = useState<Ping>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [isWoken, setWoken] = useState(false);
  const ask = async (what: "ping" | "wake") => {
    setBusy(true);
    setError(undefined);
    setWoken(false);
    try {
      if (what === "ping") {
        setPing((await call<Ping>(path`/devices/${device.mac}/ping`, { method: "POST" })).data);
      } else {
        await call(path`/devices/${device.mac}/wake`, { method: "POST" });
        setWoken(true);
      }
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t.device.inspect}>
      <div className="stack">
        <div className="row">
          {isAdmin && (
            <Action onPress={() => void ask("ping")} isPending={isBusy}>
              {t.device.ping}
            </Action>
          )}
          <Action onPress={() => void ask("wake")} isPending={isBusy}>
            {t.device.wake}
          </Action>
          {isAdmin && (
            <>
              <a className="button" href={url(path`/devices/${device.mac}/capture`, { for: "30s" })} download={`${device.mac.replaceAll(":", "-")}.pcapng`}>
                {t.device.capture}
              </a>
              <span className="hint">{t.device.captureHint}</span>
            </>
          )}
        </div>
        <div role="status">
          {error !== undefined && <ErrorNote error={error} />}
          {isWoken && <p>{t.device.woken}</p>}
          {ping?.answers.map((answer) => (
            <p key={answer.address}>
              <span className="mono">{answer.address}</span>: {answer.arp_ms == null ? t.device.noArp : t.device.arp(milliseconds(answer.arp_ms))},{" "}
              {answer.echo_ms == null ? t.device.noEcho : t.device.echo(milliseconds(answer.echo_ms))} <span className="dim">({t.device.from(answer.from)})</span>
            </p>
          ))}
          {ping?.answers.length === 0 && <p>{t.device.noAddress}</p>}
        </div>
      </div>
    </Card>
  );
}

function History({ mac }: { mac: string }) {
  const t = useTexts();
  const events = useResource<Events>(withQuery("/events", { device: mac, last: "20" }), { concerns: (e) => e.mac === mac });
  return (
    <Card title={t.nav.events} actions={<a href={href(["events"], { device: mac })}>{t.overview.allEvents}</a>}>
      <Loaded of={events}>{(data) => (data.events.length === 0 ? <Empty>{t.events.none}</Empty> : <EventLines events={data.events.toReversed()} />)}</Loaded>
    </Card>
  );
}

function Decisions({ mac }: { mac: string }) {
  const t = useTexts();
  const audit = useResource<Audit>(withQuery("/audit", { device: mac, last: "20" }), { concerns: (e) => e.mac === mac });
  return (
    <Card title={t.device.decisions} flush>
      <Loaded of={audit}>{(data) => (data.entries.length === 0 ? <Empty>{t.audit.none}</Empty> : <AuditTable entries={data.entries} isOfDevice />)}</Loaded>
    </Card>
  );
}
