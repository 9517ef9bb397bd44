import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { nameOf } from "../api/orders";
import type { Pager } from "../api/pager";
import type { Device } from "../api/types";
import { number } from "../format";
import { useTexts } from "../texts";
import { useMedia } from "../useMedia";
import { Icon } from "./Icon";
import { PhoneRow } from "./PhoneRow";
import type { Column } from "./deviceColumns";

/** How far each list was scrolled, for the way back from a device. */
const places = new Map<string, number>();

interface GridProps {
  /** The list's filter: its place is remembered by it. */
  list: string;
  pager: Pager<Device>;
  columns: readonly Column[];
  sort: string;
  isReversed: boolean;
  onSort: (order: string) => void;
  /** Undefined: nothing can be selected. */
  selected: ReadonlySet<string> | undefined;
  onSelect: (macs: readonly string[], isIn: boolean) => void;
}

// As the style sheet has it.
const rowHeight = 40;
const tallRowHeight = 68;
const headHeight = 36;
// Rows beyond the visible part that are drawn already, so that scrolling shows no gaps.
const margin = 12;

/** The devices as a table of which only the visible rows exist. */
export function DeviceGrid(props: GridProps) {
  const { pager, columns, selected } = props;
  const t = useTexts();
  const isPhone = useMedia("(max-width: 40rem)");
  const height = isPhone ? tallRowHeight : rowHeight;
  const box = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ first: 0, last: 40 });
  const wanted = useRef<number>(undefined);
  const total = pager.total ?? 0;

  const measure = () => {
    const element = box.current;
    if (element !== null) {
      const first = Math.max(0, Math.floor(element.scrollTop / height) - margin);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / height) + margin;
      setRange((was) => (was.first === first && was.last === last ? was : { first, last }));
    }
  };
  useLayoutEffect(measure, [height, total]);
  const { list } = props;
  const isThere = total > 0;
  useLayoutEffect(() => {
    if (isThere && box.current !== null) {
      box.current.scrollTop = places.get(list) ?? 0;
    }
  }, [pager, list, isThere]);
  useEffect(() => pager.look(range.first, range.last), [pager, range]);
  useEffect(() => {
    const element = box.current;
    const follow = new ResizeObserver(measure);
    if (element !== null) {
      follow.observe(element);
    }

    return () => follow.disconnect();
  }, [pager]);
  useEffect(() => {
    // A row that was gone to by a key, and that exists since this drawing.
    const link = wanted.current === undefined ? null : box.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] a`);
    if (link != null) {
      wanted.current = undefined;
      link.focus({ preventScroll: true });
    }
  });

  const goTo = (at: number) => {
    const element = box.current;
    if (element === null || total === 0) {
      return;
    }

    const index = Math.min(total - 1, Math.max(0, at));
    const top = index * height;
    if (top < element.scrollTop) {
      element.scrollTop = top;
    } else if (top + height + headHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + height + headHeight - element.clientHeight;
    }

    wanted.current = index;
    box.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus({ preventScroll: true });
    measure();
  };
  const onKey = (e: KeyboardEvent) => {
    const row = (e.target as HTMLElement).closest<HTMLElement>("[data-index]");
    const here = row === null ? range.first - 1 : Number(row.dataset["index"]);
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / height) - 2);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + page, PageUp: here - page, Home: 0, End: total - 1 }[e.key];
    if (next !== undefined && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault();
      goTo(next);
    } else if (e.key === " " && row !== null && (e.target as HTMLElement).tagName === "A" && selected !== undefined) {
      e.preventDefault();
      const device = pager.row(here);
      if (device !== undefined) {
        props.onSelect([device.mac], !selected.has(device.mac));
      }
    }
  };

  const template = `${selected === undefined ? "" : "1.5rem "}${isPhone ? "minmax(0, 1fr)" : columns.map((c) => c.width).join(" ")}`;
  const least = isPhone ? 0 : columns.reduce((sum, c) => sum + c.least + 0.75, selected === undefined ? 1.5 : 3.75);
  const shown = Array.from({ length: Math.max(0, Math.min(range.last, total) - range.first) }, (_, i) => range.first + i);
  return (
    <div
      ref={box}
      className={isPhone ? "grid tall" : "grid"}
      role="grid"
      aria-label={t.nav.devices}
      aria-rowcount={total + 1}
      aria-multiselectable={selected === undefined ? undefined : true}
      tabIndex={0}
      onScroll={(e) => {
        places.set(list, e.currentTarget.scrollTop);
        measure();
      }}
      onKeyDown={onKey}
      style={{ ["--grid" as string]: template, ["--grid-width" as string]: `${least}rem` }}
    >
      <Head {...props} isPhone={isPhone} shown={shown} />
      <div className="grid-body" role="rowgroup" style={{ blockSize: total * height }}>
        {shown.map((index) => (
          <Row key={index} index={index} device={pager.row(index)} columns={columns} top={index * height} isPhone={isPhone} selected={selected} onSelect={props.onSelect} />
        ))}
      </div>
    </div>
  );
}

function Head({ columns, sort, isReversed, onSort, selected, onSelect, pager, isPhone, shown }: GridProps & { isPhone: boolean; shown: readonly number[] }) {
  const t = useTexts();
  const macs = [...pager.rows()].map((d) => d.mac);
  const isAll = selected !== undefined && macs.length > 0 && macs.every((mac) => selected.has(mac));
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row grid-head">
        {selected !== undefined && (
          <div role="columnheader">
            <input type="checkbox" aria-label={t.devices.selectShown} checked={isAll} onChange={(e) => onSelect(macs, e.target.checked)} disabled={shown.length === 0} />
          </div>
        )}
        {isPhone ? (
          <div role="columnheader">{t.devices.columns.name}</div>
        ) : (
          columns.map((column) => {
            const isSorted = column.sort !== undefined && column.sort === sort;
            const label = t.devices.columns[column.key];
            return (
              <div key={column.key} role="columnheader" className="grid-cell" aria-sort={isSorted ? (isReversed ? "descending" : "ascending") : undefined}>
                {column.sort === undefined ? (
                  label
                ) : (
                  <button type="button" onClick={() => onSort(column.sort ?? "")}>
                    {label}
                    {isSorted && <Icon name={isReversed ? "down" : "up"} size={13} />}
                  </button>
                )}
              </div>
            );
          })
        )}
      </div>
    </div>
  );
}

interface RowProps {
  index: number;
  device: Device | undefined;
  columns: readonly Column[];
  top: number;
  isPhone: boolean;
  selected: ReadonlySet<string> | undefined;
  onSelect: (macs: readonly string[], isIn: boolean) => void;
}

function Row({ index, device, columns, top, isPhone, selected, onSelect }: RowProps) {
  const t = useTexts();
  const isSelected = device !== undefined && selected?.has(device.mac) === true;
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={selected === undefined ? undefined : isSelected} data-index={index} data-selected={isSelected} className="grid-row" style={{ insetBlockStart: top }}>
      {selected !== undefined && (
        <div role="gridcell">
          {device !== undefined && (
            <input type="checkbox" aria-label={t.devices.selectOne(nameOf(device))} checked={isSelected} onChange={(e) => onSelect([device.mac], e.target.checked)} />
          )}
        </div>
      )}
      {device === undefined ? (
        <div role="gridcell" className="grid-cell" aria-label={t.devices.rowLoads(number(index + 1))}>
          <span className="ghost" />
        </div>
      ) : isPhone ? (
        <div role="gridcell" className="grow">
          <PhoneRow device={device} />
        </div>
      ) : (
        columns.map((column) => (
          <div key={column.key} role="gridcell" className="grid-cell">
            {column.show(device)}
          </div>
        ))
      )}
    </div>
  );
}
