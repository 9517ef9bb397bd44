import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { formatLanguage } from "../format";
import { useStore } from "../store";
import { useLanguage } from "../texts";
import { themeChanges } from "../theme";

export interface Line {
  label: string;
  values: readonly (number | null)[];
}

export interface PlotProps {
  /** Seconds since 1970 of the first value. */
  start: number;
  /** Seconds between values. */
  step: number;
  lines: readonly Line[];
  format: (value: number) => string;
  isFilled?: boolean;
}

const colours = ["line-0", "line-1", "line-2", "line-3"] as const;
// A line is told by its dashes too, not by its colour alone.
const dashes: readonly number[][] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

function colourOf(host: HTMLElement, className: string): string {
  const probe = document.createElement("span");
  probe.className = className;
  host.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function optionsOf(host: HTMLElement, { lines, format, isFilled }: PlotProps): uPlot.Options {
  const [ink, edge] = [colourOf(host, "dim"), getComputedStyle(host).borderTopColor];
  const axis = { stroke: ink, grid: { stroke: edge, width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const short = new Intl.DateTimeFormat(formatLanguage(), { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(formatLanguage(), { day: "numeric", month: "short" });
  return {
    width: host.clientWidth,
    height: host.clientHeight,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: { y: { range: (_, __, top) => [0, top > 0 ? top * 1.1 : 1] } },
    axes: [
      { ...axis, size: 30, space: 70, values: (_, splits, __, ___, step) => splits.map((s) => (step >= 86_400 ? day : short).format(new Date(s * 1000))) },
      { ...axis, size: 74, space: 34, values: (_, splits) => splits.map((s) => format(s)) },
    ],
    series: [
      {},
      ...lines.map((line, i) => {
        const stroke = colourOf(host, colours[i % colours.length] ?? "");
        return { label: line.label, stroke, width: 1.75, dash: dashes[i % dashes.length], points: { show: false }, fill: isFilled === true && i === 0 ? stroke.replace("rgb(", "rgba(").replace(")", ", 0.12)") : undefined };
      }),
    ],
  };
}

/** The drawing itself. What it shows stands in words beside it: readers pass it over. */
export default function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const changes = useStore(themeChanges);
  const language = useLanguage();
  const { start, step, lines } = props;
  const count = lines[0]?.values.length ?? 0;
  const data = [Array.from({ length: count }, (_, i) => start + i * step), ...lines.map((l) => [...l.values])] as uPlot.AlignedData;
  const newest = useRef({ props, data });
  useEffect(() => {
    newest.current = { props, data };
    plot.current?.setData(data);
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) {
      return;
    }

    const made = new uPlot(optionsOf(element, newest.current.props), newest.current.data, element);
    plot.current = made;
    const follow = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }));
    follow.observe(element);
    return () => {
      follow.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [changes, language, lines.length]);
  return <div ref={host} className="plot" aria-hidden="true" />;
}
