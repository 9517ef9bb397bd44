import { useResource } from "../api/resource";
import { withQuery } from "../api/client";
import type { Series } from "../api/types";
import { later } from "../later";
import { useTexts } from "../texts";
import { Empty, Loaded } from "./ui";

const Plot = later(() => import("./Plot").then((m) => m.default), null);

interface ChartProps {
  /** The route of the series: the gateway's or a device's. */
  route: string;
  range: string;
  /** The series' name, and its word for people. */
  lines: readonly (readonly [name: string, label: string])[];
  format: (value: number) => string;
  /** What a value is multiplied with before it is shown: 8 makes bits of octets. */
  scale?: number;
  isSmall?: boolean;
}

const refresh: Readonly<Record<string, number>> = { "1h": 10_000, "2d": 60_000, "90d": 300_000, "1d": 60_000 };

/** Lines over time, with a legend that has their present and highest values in words. */
export function Chart({ route, range, lines, format, scale = 1, isSmall }: ChartProps) {
  const full = withQuery(route, { names: lines.map(([name]) => name).join(","), range });
  const series = useResource<Series>(full, { every: refresh[range] ?? 60_000 });
  return <Loaded of={series}>{(data) => <Drawn data={data} lines={lines} format={format} scale={scale} isSmall={isSmall} />}</Loaded>;
}

function Drawn({ data, lines, format, scale, isSmall }: Omit<ChartProps, "route" | "range"> & { data: Series; scale: number }) {
  const t = useTexts();
  const drawn = lines.map(([name, label]) => ({ label, values: (data.series.find((s) => s.name === name)?.values ?? []).map((v) => (v === null ? null : v * scale)) }));
  if (drawn.every((line) => line.values.every((v) => v === null))) {
    return <Empty>{t.chart.empty}</Empty>;
  }

  return (
    <figure>
      <figcaption>
        <ul className="legend">
          {drawn.map((line, i) => {
            const given = line.values.filter((v): v is number => v !== null);
            return (
              <li key={line.label}>
                <Mark at={i} />
                {line.label}: <strong>{format(given.at(-1) ?? 0)}</strong>
                <span className="dim">{t.chart.highest(format(given.reduce((most, v) => Math.max(most, v), 0)))}</span>
              </li>
            );
          })}
        </ul>
      </figcaption>
      <div className={isSmall === true ? "chart small" : "chart"}>
        <Plot start={new Date(data.start).getTime() / 1000} step={data.step_s} lines={drawn} format={format} isFilled />
      </div>
    </figure>
  );
}

function Mark({ at }: { at: number }) {
  const dash = [undefined, "5 2", "2 2", "6 2 1 2"][at % 4];
  return (
    <svg width="22" height="8" aria-hidden="true" className={`line-${at % 4}`}>
      <path d="M0 4h22" stroke="currentColor" strokeWidth="2.500" strokeDasharray={dash} />
    </svg>
  );
}
