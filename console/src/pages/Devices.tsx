import { useEffect, useMemo, useReducer, useState } from "react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components/Menu";
import { get } from "../api/client";
import { listen } from "../api/live";
import { nameOf, needsYou } from "../api/orders";
import { Pager } from "../api/pager";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Device, Devices as DeviceList, Profiles } from "../api/types";
import { BulkBar } from "../components/BulkBar";
import { DeviceGrid } from "../components/DeviceGrid";
import { columns, usualColumns } from "../components/deviceColumns";
import type { ColumnKey } from "../components/deviceColumns";
import { Choice, TextInput } from "../components/fields";
import { Icon } from "../components/Icon";
import { Page } from "../components/Page";
import { toast } from "../components/Toasts";
import { Action, Empty, ErrorNote, Loading, errorText } from "../components/ui";
import { csv, download, stamp } from "../csv";
import { isMac, number } from "../format";
import { href, replaceQuery, useRoute } from "../router";
import { recall, remember } from "../store";
import { useTexts } from "../texts";
import { useMedia } from "../useMedia";

const pageSize = 200;
const filterNames = ["state", "cause", "online", "vlan", "tag", "profile", "seen", "text"] as const;
const states = ["", "online", "admitted", "held", "blocked", "new"] as const;
const seenTimes = ["10m", "1h", "24h", "7d"] as const;
const columnsKey = "innkeeper-columns";

export type Filter = Partial<Record<(typeof filterNames)[number] | "sort" | "reverse", string>>;

function useFilter(): Filter {
  const { query } = useRoute();
  const text = query.toString();
  return useMemo(() => {
    const given = new URLSearchParams(text);
    return Object.fromEntries([...filterNames, "sort" as const, "reverse" as const].map((name) => [name, given.get(name) ?? undefined]).filter(([, value]) => value));
  }, [text]);
}

function usePager(filter: Filter): Pager<Device> {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const key = JSON.stringify(filter);
  const pager = useMemo(() => {
    const read = async (cursor: string | null, signal: AbortSignal) => {
      const list = await get<DeviceList>("/devices", { ...(JSON.parse(key) as Filter), limit: String(pageSize), cursor: cursor ?? undefined }, signal);
      return { rows: list.devices, total: list.total ?? list.devices.length, next: list.next ?? null };
    };
    return new Pager<Device>(read, pageSize, redraw);
  }, [key]);
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const stop = listen((event) => {
      if (event === null || event.mac != null || event.kind.startsWith("device") || event.kind === "admission-ended") {
        soon ??= setTimeout(() => {
          soon = undefined;
          pager.refresh();
        }, 250);
      }
    });
    const timer = setInterval(() => document.hidden || pager.refresh(), 10_000);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
      stop();
      // Another filter, perhaps the next letter of a search: its answer need not wait for this one's.
      pager.close();
    };
  }, [pager]);
  return pager;
}

export default function Devices() {
  const t = useTexts();
  const filter = useFilter();
  const pager = usePager(filter);
  const may = useMay("operator");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const key = JSON.stringify(filter);
  const [knownKey, setKnownKey] = useState(key);
  if (knownKey !== key) {
    setKnownKey(key);
    setSelected(new Set());
    setAll(false);
  }

  const [shownColumns, setColumns] = useColumns();
  const select = (macs: readonly string[], isIn: boolean) => {
    const next = new Set(selected);
    macs.forEach((mac) => (isIn ? next.add(mac) : next.delete(mac)));
    setSelected(next);
    setAll(false);
  };
  const sort = (order: string) => replaceQuery({ sort: order, reverse: filter.sort === order && filter.reverse !== "true" ? "true" : undefined });
  return (
    <Page
      title={t.nav.devices}
      isWide
      actions={
        <div className="row">
          <span className="dim" role="status">
            {pager.total !== undefined && t.devices.count(pager.total)}
          </span>
          <ColumnMenu shown={shownColumns} onChange={setColumns} />
          <Export filter={filter} />
        </div>
      }
    >
      <Filters filter={filter} />
      {may && (selected.size > 0 || isAll) && (
        <BulkBar
          filter={filter}
          pager={pager}
          selected={isAll ? undefined : [...selected]}
          onAll={() => setAll(true)}
          onClear={() => {
            setSelected(new Set());
            setAll(false);
          }}
        />
      )}
      {pager.error !== undefined && <ErrorNote error={pager.error} retry={() => pager.refresh()} />}
      {pager.total === undefined ? (
        pager.error === undefined && <Loading />
      ) : pager.total === 0 ? (
        <Nothing filter={filter} />
      ) : null}
      <div hidden={pager.total === undefined || pager.total === 0}>
        <DeviceGrid
          list={key}
          pager={pager}
          columns={columns.filter((c) => shownColumns.includes(c.key))}
          sort={filter.sort ?? ""}
          isReversed={filter.reverse === "true"}
          onSort={sort}
          selected={may ? (isAll ? new Set([...pager.rows()].map((d) => d.mac)) : selected) : undefined}
          onSelect={select}
        />
      </div>
    </Page>
  );
}

function Nothing({ filter }: { filter: Filter }) {
  const t = useTexts();
  const isFiltered = filterNames.some((name) => filter[name] !== undefined);
  return (
    <Empty>
      {isFiltered ? t.devices.noneFits : t.devices.none} {isFiltered && <a href={href(["devices"])}>{t.devices.showAll}</a>}
      {isMac(filter.text ?? "") && (
        <>
          <br />
          <a href={href(["devices", (filter.text ?? "").toLowerCase()])}>{t.devices.openMac(filter.text ?? "")}</a>
        </>
      )}
    </Empty>
  );
}

function Filters({ filter }: { filter: Filter }) {
  const t = useTexts();
  const profiles = useResource<Profiles>("/profiles");
  const isPhone = useMedia("(max-width: 40rem)");
  const chosen = filter.online === "true" ? "online" : (filter.state ?? "");
  return (
    <div className="filters" role="group" aria-label={t.devices.filters}>
      <div className="segments" role="group" aria-label={t.devices.columns.state}>
        {states.map((state) => (
          <button key={state} type="button" aria-pressed={chosen === state} onClick={() => replaceQuery(state === "online" ? { state: undefined, online: "true" } : { state, online: undefined })}>
            {t.devices.states[state === "" ? "all" : state]}
          </button>
        ))}
      </div>
      <More isOpen={!isPhone}>
        <Choice
          label={t.devices.profile}
          value={filter.profile ?? ""}
          onChange={(profile) => replaceQuery({ profile })}
          options={[["", t.devices.any], ...(profiles.data?.profiles ?? []).map((p) => [p.name, p.name] as const)]}
        />
        <Choice
          label={t.device.cause}
          value={filter.cause ?? ""}
          onChange={(cause) => replaceQuery({ cause })}
          options={[["", t.devices.any], [needsYou, t.overview.needsYou], ...Object.entries(t.causes)]}
        />
        <Choice label={t.devices.seen} value={filter.seen ?? ""} onChange={(seen) => replaceQuery({ seen })} options={[["", t.devices.any], ...seenTimes.map((time) => [time, t.devices.within(t.times[time])] as const)]} />
        <Typed key={`vlan ${filter.vlan}`} label={t.devices.columns.vlan} name="vlan" value={filter.vlan} pattern={/^\d{1,4}$/} />
        <Typed key={`tag ${filter.tag}`} label={t.devices.tag} name="tag" value={filter.tag} pattern={/./} />
      </More>
      {filterNames.some((name) => filter[name] !== undefined) && (
        <Action look="plain" onPress={() => replaceQuery(Object.fromEntries(filterNames.map((name) => [name, undefined])))}>
          {t.devices.clear}
        </Action>
      )}
    </div>
  );
}

/** The rarer filters, folded on a phone. */
function More({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const t = useTexts();
  return isOpen ? (
    children
  ) : (
    <details className="filter-box">
      <summary>{t.devices.filters}</summary>
      <div className="filters">{children}</div>
    </details>
  );
}

/** A filter that is typed: it applies with Enter, or when the field is left. */
function Typed({ label, name, value = "", pattern }: { label: string; name: "vlan" | "tag"; value?: string; pattern: RegExp }) {
  const [text, setText] = useState(value);
  const apply = () => {
    if (text !== value && (text === "" || pattern.test(text))) {
      replaceQuery({ [name]: text });
    }
  };
  return (
    <form
      className="short"
      onSubmit={(e) => {
        e.preventDefault();
        apply();
      }}
      onBlur={apply}
    >
      <TextInput label={label} value={text} onChange={setText} maxLength={32} wrong={text === "" || pattern.test(text) ? undefined : ""} />
    </form>
  );
}

function useColumns(): [readonly ColumnKey[], (keys: readonly ColumnKey[]) => void] {
  const { query } = useRoute();
  const known = (text: string | null) => columns.map((c) => c.key).filter((key) => text?.split(",").includes(key) === true);
  const inUrl = known(query.get("columns"));
  const kept = known(recall(columnsKey));
  const shown = inUrl.length > 0 ? inUrl : kept.length > 0 ? kept : usualColumns;
  return [
    shown,
    (keys) => {
      remember(columnsKey, keys.join(","));
      replaceQuery({ columns: keys.join(",") });
    },
  ];
}

function ColumnMenu({ shown, onChange }: { shown: readonly ColumnKey[]; onChange: (keys: readonly ColumnKey[]) => void }) {
  const t = useTexts();
  return (
    <MenuTrigger>
      <Button className="button">{t.devices.columnsTitle}</Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t.devices.columnsTitle}
          selectionMode="multiple"
          disallowEmptySelection
          selectedKeys={shown}
          onSelectionChange={(keys) => onChange(columns.map((c) => c.key).filter((key) => keys === "all" || keys.has(key)))}
        >
          {columns.map((column) => (
            <MenuItem key={column.key} id={column.key} className="menu-item" textValue={t.devices.columns[column.key]}>
              {({ isSelected }) => (
                <>
                  <span className="tick">{isSelected && <Icon name="check" size={16} />}</span>
                  {t.devices.columns[column.key]}
                </>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Export({ filter }: { filter: Filter }) {
  const t = useTexts();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const list = await get<DeviceList>("/devices", filter);
      download(`devices-${stamp()}.csv`, csv([csvHead, ...list.devices.map(csvRow)]));
      toast(t.devices.exported(number(list.devices.length)));
    } catch (error) {
      toast(errorText(error, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Action icon="download" onPress={() => void save()} isPending={isBusy}>
      {t.devices.export}
    </Action>
  );
}

const csvHead = ["mac", "vlan", "name", "given_name", "host_name", "vendor", "state", "until", "profile", "own_addresses", "outside_addresses", "octets_out", "octets_in", "first_seen", "last_seen", "tags"];

function csvRow(d: Device): readonly (string | number | null | undefined)[] {
  const [own, outside] = [d.bindings.map((b) => b.claimed).join(" "), [...new Set(d.bindings.map((b) => b.legal))].join(" ")];
  return [d.mac, d.vlan, nameOf(d), d.given_name, d.host_name, d.vendor, d.state, d.standing?.until, d.profile, own, outside, d.bytes_out, d.bytes_in, d.is_seen ? d.first_seen : null, d.is_seen ? d.last_seen : null, d.tags?.join(" ")];
}
